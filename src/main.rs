//! The web page: mounts the app, nothing else.

use yew::{Html, component, html};

/// An empty page.
#[component]
fn App() -> Html {
    html! { <main><h1>{ "Volume Lab" }</h1></main> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
