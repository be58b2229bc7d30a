//! The web page: mounts the app, nothing else.

use volume_lab::ui::{app::App, panic};

fn main() {
    panic::install();
    yew::Renderer::<App>::new().render();
}
