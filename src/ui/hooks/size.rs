//! The size of an element, now and whenever it changes.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::{Callback, NodeRef, hook, use_effect_with};

use crate::store::place::Stage;

/// Watches an element. A hidden one has size 0, and is told when it is shown.
pub(in crate::ui) struct Watch {
    observer: ResizeObserver,
    _told: Closure<dyn Fn(Array)>,
}

impl Watch {
    fn new(element: &Element, tell: Callback<Stage>) -> Option<Self> {
        let watched = element.clone();
        let told: Closure<dyn Fn(Array)> = Closure::new(move |_| {
            let (width, height) = (watched.client_width(), watched.client_height());
            tell.emit(Stage { width, height });
        });
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _told: told })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Tells the size of the element, now and whenever it changes.
#[hook]
pub(in crate::ui) fn use_size(node: NodeRef, tell: Callback<Stage>) {
    use_effect_with(node, move |node| {
        let watch = node.cast::<Element>().and_then(|element| Watch::new(&element, tell));
        move || drop(watch)
    });
}
