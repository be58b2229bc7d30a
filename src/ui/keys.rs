//! Keys that work everywhere on the page, except while one types.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::utils::{document, document_element};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, KeyboardEvent};
use yew::Callback;

use crate::store::message::{Msg, Play, RunMsg, View};
use crate::store::terminal::Terminal;

use super::frame;

/// Hears keys for as long as it lives.
pub(super) fn listen(send: Callback<Msg>, is_embedded: bool) -> EventListener {
    // Before the editor hears them: there Ctrl+Enter would put in a line.
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    EventListener::new_with_options(&document(), "keydown", options, move |event: &Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        // While an input method composes, every key is its own.
        if event.default_prevented() || event.is_composing() || event.key_code() == 229 {
            return;
        }
        if let Some(msg) = meaning(event).filter(|msg| !is_embedded || !acts(msg)) {
            event.prevent_default();
            event.stop_propagation();
            send.emit(msg);
        } else if is_embedded && !types(event) && !has_modifier(event) {
            frame::pass_key(event);
        }
    })
}

fn meaning(event: &KeyboardEvent) -> Option<Msg> {
    let key = event.key();
    if (event.ctrl_key() || event.meta_key()) && key == "Enter" {
        return Some(Msg::Run(RunMsg::Apply));
    }
    if has_modifier(event) || types(event) {
        return None;
    }
    let play = |play| Some(Msg::Play(play));
    match key.as_str() {
        "ArrowRight" | "PageDown" | "." => play(Play::Next),
        "ArrowLeft" | "PageUp" | "," => play(Play::Prev),
        " " if !presses(event) => play(Play::Toggle),
        "Home" => play(Play::First),
        "End" => play(Play::Last),
        "?" => Some(Msg::View(View::Help)),
        "`" => Some(Msg::Terminal(Terminal::Open)),
        "f" => {
            full_screen();
            None
        }
        _ => None,
    }
}

/// Asks for the whole screen. A frame may be refused it: no harm done.
fn full_screen() {
    let page = document_element();
    let ask = Reflect::get(&page, &"requestFullscreen".into()).ok();
    let Some(ask) = ask.and_then(|ask| ask.dyn_into::<Function>().ok()) else { return };
    let Ok(promise) = ask.call0(&page) else { return };
    if let Ok(promise) = promise.dyn_into::<Promise>() {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// An embed only shows.
fn acts(msg: &Msg) -> bool {
    matches!(msg, Msg::Run(_) | Msg::Terminal(_))
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

fn target(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Whether the key is meant for a text, a list or a dialog.
fn types(event: &KeyboardEvent) -> bool {
    const FIELDS: &str = "input:not([type=range]), textarea, select, [contenteditable]:not([contenteditable=false]), dialog, pre";
    target(event).is_some_and(|element| element.closest(FIELDS).ok().flatten().is_some())
}

/// Whether the key presses what has the focus.
fn presses(event: &KeyboardEvent) -> bool {
    const PRESSED: &str = "button, a, summary, [role=button], [role=tab]";
    target(event).is_some_and(|element| element.closest(PRESSED).ok().flatten().is_some())
}
