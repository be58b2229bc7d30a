//! What needs a browser: clicks, focus, storage, keys, input methods.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot find its element must stop")]

use gloo::utils::{body, document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlTextAreaElement, InputEvent, KeyboardEvent};
use web_sys::{EventInit, InputEventInit, KeyboardEventInit};
use yew::scheduler::flush;

use volume_lab::ui::app::App;

wasm_bindgen_test_configure!(run_in_browser);

/// The application in a fresh element, which goes when the test ends.
struct Page {
    root: Element,
    app: Option<yew::AppHandle<App>>,
}

impl Page {
    async fn open() -> Self {
        // No build stands around the application here, from which it would load them.
        volume_lab::i18n::builtin::install_all();
        let root = document().create_element("div").unwrap();
        body().append_child(&root).unwrap();
        let app = yew::Renderer::<App>::with_root(root.clone()).render();
        flush().await;
        let page = Self { root, app: Some(app) };
        page.click("English").await;
        page
    }

    /// The element of that accessible name.
    fn named(&self, name: &str) -> Option<HtmlElement> {
        let all = self.root.query_selector_all("button, textarea, input, select, [role]").unwrap();
        let elements = (0..all.length()).filter_map(|index| all.item(index));
        let mut elements = elements.filter_map(|node| node.dyn_into::<Element>().ok());
        let found = elements.find(|element| {
            let label = element.get_attribute("aria-label");
            label.or_else(|| element.text_content()).is_some_and(|text| text.trim() == name)
        });
        found.map(JsCast::unchecked_into)
    }

    fn expect(&self, name: &str) -> HtmlElement {
        self.named(name).unwrap_or_else(|| panic!("nothing is named {name}"))
    }

    async fn click(&self, name: &str) {
        let options = EventInit::new();
        options.set_bubbles(true);
        let event = web_sys::Event::new_with_event_init_dict("click", &options).unwrap();
        self.expect(name).dispatch_event(&event).unwrap();
        flush().await;
    }

    fn area(&self) -> HtmlTextAreaElement {
        let area = self.root.query_selector("textarea[aria-label=Manifest]").unwrap();
        area.unwrap().unchecked_into()
    }

    /// Puts text in as a keyboard does; `composes` as an input method does before it is done.
    async fn type_in(&self, text: &str, composes: bool) {
        let area = self.area();
        area.set_value(text);
        let options = InputEventInit::new();
        options.set_bubbles(true);
        options.set_is_composing(composes);
        let event = InputEvent::new_with_event_init_dict("input", &options).unwrap();
        area.dispatch_event(&event).unwrap();
        flush().await;
    }

    async fn press(&self, on: &HtmlElement, key: &str, composes: bool) {
        let options = KeyboardEventInit::new();
        options.set_bubbles(true);
        options.set_cancelable(true);
        options.set_key(key);
        options.set_is_composing(composes);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        on.dispatch_event(&event).unwrap();
        flush().await;
    }

    fn text(&self, selector: &str) -> String {
        let found = self.root.query_selector(selector).unwrap();
        found.and_then(|element| element.text_content()).unwrap_or_default()
    }

    /// Waits until it is so; the run is computed in slices of time.
    async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..500 {
            if is_so(self) {
                return;
            }
            pause().await;
            flush().await;
        }
        panic!("it never was so: {what}");
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

/// Lets the browser do what waits.
async fn pause() {
    let promise = js_sys::Promise::new(&mut |done, _| {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, 10).unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

fn forget() {
    window().local_storage().unwrap().unwrap().clear().unwrap();
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n  \
    - {name: web, image: httpd}\n";

#[wasm_bindgen_test]
async fn a_pod_is_typed_applied_and_looked_into() {
    forget();
    let page = Page::open().await;
    page.click("Open the editor").await;
    page.type_in(POD, false).await;
    page.click("Apply").await;
    page.until("a Pod is drawn", |page| {
        page.named("Play").is_some() || page.named("Pause").is_some()
    })
    .await;
    page.click("To the end").await;
    page.until("the run is computed", |page| page.text(".state").starts_with("At rest")).await;
    page.click("To the end").await;
    page.until("the Pod runs", |page| page.named("Pod one Running").is_some()).await;
    page.click("Pod one Running").await;
    assert!(page.text(".inspector pre").contains("one"));
}

#[wasm_bindgen_test]
async fn text_is_kept_and_comes_back() {
    forget();
    let page = Page::open().await;
    page.click("Open the editor").await;
    page.type_in("# mine", false).await;
    let kept = || window().local_storage().unwrap().unwrap().get_item("volume-lab.text").unwrap();
    page.until("the text is kept", |_| kept().as_deref() == Some("# mine")).await;
    drop(page);
    let page = Page::open().await;
    assert_eq!(page.area().value(), "# mine");
    drop(page);
    forget();
}

#[wasm_bindgen_test]
async fn an_input_method_is_left_alone() {
    forget();
    let page = Page::open().await;
    page.click("Open the editor").await;
    for text in ["# \u{3131}", "# \u{ac00}", "# \u{ac01}"] {
        page.type_in(text, true).await;
        assert_eq!(page.area().value(), text);
    }
    let area: HtmlElement = page.area().unchecked_into();
    page.press(&area, "?", true).await;
    page.press(&area, "?", false).await;
    assert!(page.root.query_selector("dialog[open]").unwrap().is_none());
    page.press(&body(), "?", true).await;
    assert!(page.root.query_selector("dialog[open]").unwrap().is_none());
    page.press(&body(), "?", false).await;
    page.until("the help is open", |page| {
        page.root.query_selector("dialog[open]").unwrap().is_some()
    })
    .await;
}

#[wasm_bindgen_test]
async fn keys_move_through_a_scenario() {
    forget();
    let page = Page::open().await;
    let cards = page.root.query_selector_all(".card-open").unwrap();
    cards.item(0).unwrap().unchecked_into::<HtmlElement>().click();
    flush().await;
    page.until("there are steps", |page| page.text(".place").starts_with("0 / ")).await;
    page.until("there are more steps", |page| page.text(".place") != "0 / 0").await;
    page.press(&body(), "ArrowRight", false).await;
    page.until("a step on", |page| page.text(".place").starts_with("1 / ")).await;
    page.press(&body(), "ArrowLeft", false).await;
    page.until("a step back", |page| page.text(".place").starts_with("0 / ")).await;
}
