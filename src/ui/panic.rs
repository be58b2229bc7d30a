//! When the program breaks: the text is kept, and the page says so without the program's help.
//!
//! The components cannot be trusted any more at that point, so the dialog is made by hand.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::utils::{body, document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

use crate::i18n::Locale;
use crate::session::Session;
use crate::store::AppState;
use crate::store::message::{Edit, Msg};
use crate::store::player::Player;

use super::words::Words;
use super::{effects, handover, kept};

thread_local! {
    static LAST: RefCell<Last> = RefCell::default();
    static IS_BEHIND: Cell<bool> = const { Cell::new(false) };
}

/// Whether this program waits behind the player, unseen.
pub(super) fn set_behind(is_behind: bool) {
    IS_BEHIND.set(is_behind);
}

/// What the report needs, as it was before the message that broke the program.
#[derive(Default)]
struct Last {
    text: Rc<str>,
    profile: String,
    lesson: Option<String>,
    locale: Locale,
    is_embedded: bool,
    /// Makes the link of the report, where links can be made.
    link: Option<fn(&Last) -> String>,
}

/// The link that leads back to the text.
fn link(last: &Last) -> String {
    let session = Session {
        profile: last.profile.clone(),
        manifest: last.text.to_string(),
        lesson: last.lesson.clone(),
        ..Session::default()
    };
    effects::link(&session.encode())
}

/// Keeps what the report needs, before the message can do harm.
pub(super) fn remember(state: &AppState, msg: &Msg) {
    LAST.with_borrow_mut(|last| {
        last.text = match msg {
            Msg::Edit(Edit::Text(text) | Edit::Dropped(text)) => text.as_str().into(),
            _ => Rc::clone(&state.run.text),
        };
        last.profile.clone_from(&state.run.profile);
        last.lesson.clone_from(&state.run.lesson);
        last.locale = state.view.locale;
        last.is_embedded = state.view.embedding.is_some();
        last.link = Some(link);
    });
}

/// The same while recordings are played. A text that only the lab could apply is kept there.
pub(super) fn remember_player(player: &Player) {
    LAST.with_borrow_mut(|last| {
        last.text = player.typed.clone().unwrap_or_default();
        last.locale = player.locale;
        last.is_embedded = player.embedding.is_some();
    });
}

/// Takes over what happens when the program breaks.
pub fn install() {
    yew::set_custom_panic_hook(Box::new(|info| {
        let message = info.to_string();
        web_sys::console::error_1(&message.as_str().into());
        if IS_BEHIND.get() {
            // Nobody sees it yet, and the player goes on.
            return handover::failed();
        }
        LAST.with(|last| {
            let Ok(last) = last.try_borrow() else { return };
            // A text that is not the person's own must not take the place of one that is.
            if !last.is_embedded && (last.link.is_some() || !last.text.is_empty()) {
                kept::write_broken(&last.text);
            }
            show(&message, &last);
        });
    }));
}

fn show(message: &str, last: &Last) {
    let words = Words(last.locale);
    let link = last.link.map(|link| link(last)).unwrap_or_default();
    let report = format!("{message}\n\n{link}");
    let Some(dialog) = element("div", "panic") else { return };
    let _ = dialog.set_attribute("role", "alertdialog");
    let _ = dialog.set_attribute("aria-modal", "true");
    let _ = dialog.set_attribute("aria-label", &words.say("ui.panic-title"));
    let parts = [
        told("h2", &words.say("ui.panic-title")),
        told("p", &words.say("ui.panic-text")),
        button(&words.say("ui.panic-report"), move || {
            let report = report.clone();
            spawn_local(async move {
                let _ = effects::write_clipboard(&report).await;
            });
        }),
        button(&words.say("ui.panic-restart"), || {
            let _ = window().location().reload();
        }),
        told("h3", &words.say("ui.panic-your-text")),
        text_area(&last.text, &words.say("ui.panic-your-text")),
        told("pre", message),
    ];
    for part in parts.into_iter().flatten() {
        let _ = dialog.append_child(&part);
    }
    let _ = body().append_child(&dialog);
    if let Ok(Some(button)) = dialog.query_selector("button")
        && let Some(button) = button.dyn_ref::<HtmlElement>()
    {
        let _ = button.focus();
    }
}

fn element(name: &str, class: &str) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_class_name(class);
    Some(element)
}

fn told(name: &str, text: &str) -> Option<Element> {
    let element = element(name, "")?;
    element.set_text_content(Some(text));
    Some(element)
}

fn text_area(text: &str, label: &str) -> Option<Element> {
    let element = told("textarea", text)?;
    let _ = element.set_attribute("readonly", "");
    let _ = element.set_attribute("aria-label", label);
    Some(element)
}

fn button(label: &str, press: impl Fn() + 'static) -> Option<Element> {
    let element = told("button", label)?;
    let press = Closure::<dyn Fn()>::new(press);
    let _ = element.add_event_listener_with_callback("click", press.as_ref().unchecked_ref());
    // It lives as long as the page, which ends with this dialog.
    press.forget();
    Some(element)
}
