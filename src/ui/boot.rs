//! How the two programs of the page come up: the player at once, the lab behind it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::utils::{body, document, document_element};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::{AppHandle, Callback, Renderer};

use crate::i18n::Locale;

use super::app::{App, AppProps};
use super::fetched::{self, Sentences};
use super::player::{PlayerApp, PlayerProps};
use super::{handover, panic, start};

/// Starts the player, and offers its page to the lab.
pub fn player() {
    spawn_local(async {
        if !speak(start::locale(), Sentences::Player).await {
            return fail();
        }
        let Some(root) = fresh_root() else { return fail() };
        let _ = body().append_child(&root);
        let slot: Rc<RefCell<Option<AppHandle<PlayerApp>>>> = Rc::default();
        let own = Rc::clone(&slot);
        let leave = Callback::from(move |()| {
            if let Some(handle) = own.borrow_mut().take() {
                handle.destroy();
            }
        });
        let props = PlayerProps { root: root.clone(), leave };
        *slot.borrow_mut() = Some(Renderer::with_root_and_props(root, props).render());
    });
}

/// Starts the lab: in the place of a player that is there, or by itself.
pub fn lab() {
    spawn_local(async {
        #[cfg(debug_assertions)]
        if !fetched::is_there() {
            crate::i18n::builtin::install_all();
        }
        let player = handover::place().and_then(|place| handover::read(&place));
        let locale = player.as_ref().map_or_else(start::locale, |player| player.locale);
        let Some(root) = fresh_root() else { return fail() };
        if !speak(locale, Sentences::Lab).await {
            return if player.is_some() { handover::failed() } else { fail() };
        }
        let standby = player.is_some();
        panic::set_behind(standby);
        if !standby {
            let _ = body().append_child(&root);
        }
        let props = AppProps { standby: standby.then(|| root.clone()) };
        Renderer::<App>::with_root_and_props(root, props).render();
    });
}

/// An element for a program of the page.
fn fresh_root() -> Option<Element> {
    let root = document().create_element("div").ok()?;
    root.set_class_name("root");
    Some(root)
}

async fn speak(locale: Locale, which: Sentences) -> bool {
    which.is_known(locale) || fetched::speak(locale, which).await
}

/// Says without any sentences that the page cannot start.
fn fail() {
    let _ = document_element().set_attribute("data-start", "failed");
}
