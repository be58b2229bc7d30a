//! The wire to the page around: the embedding contract's messages.

use std::cell::Cell;

use gloo::events::EventListener;
use gloo::utils::{document, window};
use serde_json::{Map, Value, json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, KeyboardEvent, MessageEvent, Window};
use yew::Callback;

use crate::i18n::Locale;
use crate::store::embedding::{Call, Method, Report, Told};
use crate::store::message::Msg;

use super::words::Words;

const NAMESPACE: &str = "volume-lab";
const VERSION: u64 = 1;

/// Hears the address, and the page around if there is one.
pub(super) fn listen(send: Callback<Msg>, is_embedded: bool) -> Vec<EventListener> {
    let told = send.clone();
    let hash = EventListener::new(&window(), "hashchange", move |_| {
        told.emit(Msg::Hash(window().location().hash().unwrap_or_default()));
    });
    if !is_embedded {
        return vec![hash];
    }
    let message = EventListener::new(&window(), "message", move |event: &Event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        if let Some(call) = read(&event.data()) {
            send.emit(Msg::Embed(call));
        }
    });
    vec![hash, message]
}

/// Tells the page around how high this page would be if it had the room, whenever that changes.
pub(super) fn tell_size(told: &Cell<(i32, i32)>, width: i32, stage: i32) {
    let height = |name: &str| {
        let part = document().query_selector(name).ok().flatten();
        part.map_or(0, |part| part.client_height())
    };
    let now = (width, stage + height(".timeline") + height(".notices"));
    if width > 0 && told.replace(now) != now {
        post(json!({"type": "size", "width": now.0, "height": now.1}));
    }
}

/// Tells the page around.
pub(super) fn tell(report: &Report, told: &Told) {
    let mut message = match report {
        Report::Ready => json!({"type": "ready"}),
        Report::Step { .. } => step(told),
        Report::Handled { handled, .. } => json!({"type": "handled", "handled": handled}),
        Report::Spent { .. } => json!({"type": "handled", "handled": false}),
        Report::Error { message, .. } => json!({"type": "error", "message": message}),
    };
    let id = match report {
        Report::Ready | Report::Spent { .. } => &None,
        Report::Step { id } | Report::Handled { id, .. } | Report::Error { id, .. } => id,
    };
    if let (Value::Object(map), Some(id)) = (&mut message, id) {
        map.insert("id".to_owned(), serde_json::from_str(id).unwrap_or_default());
    }
    post(message);
    if let Report::Spent { forward } = report {
        let (key, code) =
            if *forward { ("ArrowRight", ARROW_RIGHT) } else { ("ArrowLeft", ARROW_LEFT) };
        post(json!({"type": "key", "key": key, "keyCode": code}));
        trigger(code);
    }
}

/// Hands a key to the page around. Decks of reveal.js take it as if it were pressed there.
pub(super) fn pass_key(event: &KeyboardEvent) {
    let (key, code) = (event.key(), event.key_code());
    post(json!({"type": "key", "key": key, "keyCode": code}));
    trigger(code);
}

const ARROW_LEFT: u32 = 37;
const ARROW_RIGHT: u32 = 39;

/// Presses a key in a deck of reveal.js, in its own words.
fn trigger(code: u32) {
    if let Some(parent) = parent() {
        let call = json!({"method": "triggerKey", "args": [code]}).to_string();
        let _ = parent.post_message(&call.into(), "*");
    }
}

fn step(told: &Told) -> Value {
    let words = Words(told.locale);
    let caption = told.caption.as_ref();
    let nothing = if told.has_begun { "ui.caption-start" } else { "ui.diagram-empty" };
    let text = caption.map_or_else(
        || words.say(nothing),
        |caption| words.tell(&format!("step.{}", caption.code), &caption.args),
    );
    let title = caption.and_then(|caption| caption.subject.as_ref());
    json!({
        "type": "step",
        "index": told.shown,
        "count": told.count,
        "title": title.map(|subject| subject.0.to_string()).unwrap_or_default(),
        "text": text,
    })
}

fn parent() -> Option<Window> {
    let here = window();
    let parent = here.parent().ok().flatten()?;
    (parent != here).then_some(parent)
}

fn post(message: Value) {
    let (Some(parent), Value::Object(fields)) = (parent(), message) else { return };
    let mut map = Map::new();
    map.insert("ns".to_owned(), NAMESPACE.into());
    map.insert("v".to_owned(), VERSION.into());
    map.extend(fields);
    // As an object, not as text: whoever listens should not have to parse it.
    if let Ok(object) = js_sys::JSON::parse(&Value::Object(map).to_string()) {
        let _ = parent.post_message(&object, "*");
    }
}

/// A call out of what was posted; `None` when it is not for us.
fn read(data: &JsValue) -> Option<Call> {
    if let Some(word) = data.as_string() {
        let method = match word.as_str() {
            "slide:start" => Method::SlideStart,
            "slide:stop" => Method::SlideStop,
            _ => return None,
        };
        return Some(Call { id: None, method });
    }
    let text = js_sys::JSON::stringify(data).ok()?.as_string()?;
    call(&serde_json::from_str(&text).ok()?)
}

fn call(message: &Value) -> Option<Call> {
    if message["ns"] != NAMESPACE || message["v"] != VERSION {
        return None;
    }
    let id = message.get("id").map(Value::to_string);
    let first = &message["args"][0];
    let name = message["method"].as_str()?;
    let method = match name {
        "next" => Method::Next,
        "prev" => Method::Prev,
        "play" => Method::Play,
        "pause" => Method::Pause,
        "reset" => Method::Reset,
        "getState" => Method::GetState,
        "seek" => number(first).map_or_else(|| wrong(name), Method::Seek),
        "load" => first.as_str().map_or_else(|| wrong(name), |what| Method::Load(what.to_owned())),
        "setLang" => {
            first.as_str().and_then(Locale::from_tag).map_or_else(|| wrong(name), Method::SetLang)
        }
        _ => Method::Unknown(format!("unknown method {name}")),
    };
    Some(Call { id, method })
}

fn wrong(name: &str) -> Method {
    Method::Unknown(format!("wrong argument of {name}"))
}

fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}
