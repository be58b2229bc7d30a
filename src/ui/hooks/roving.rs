//! One stop of the Tab key for many things: the arrow keys go from one to the next.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Gives the focus to the button of the diagram before or after the one that has it. The arrows
/// to the sides stay with the timeline.
pub(in crate::ui) fn go(event: &KeyboardEvent) {
    let is_forward = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let here = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let picture = here.as_ref().and_then(|element| element.closest("svg").ok().flatten());
    let buttons = picture.and_then(|svg| svg.query_selector_all("[role=button]").ok());
    let Some(buttons) = buttons else { return };
    let at = |index: u32| buttons.item(index).and_then(|node| node.dyn_into::<Element>().ok());
    let Some(index) = (0..buttons.length()).find(|index| at(*index) == here) else { return };
    let next = if is_forward { index + 1 } else { index.wrapping_sub(1) };
    event.prevent_default();
    if let Some(next) = at(next) {
        // What is drawn can be focused as what is written.
        let _ = next.unchecked_into::<HtmlElement>().focus();
    }
}
