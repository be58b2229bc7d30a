//! Sentences for components.

use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::i18n::{self, Locale};
use crate::store::embedding::Method;
use crate::store::message::{Msg, View};

use super::fetched::{self, Sentences};

/// The language of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words(pub(super) Locale);

impl Words {
    /// A sentence without gaps.
    pub(super) fn say(self, key: &str) -> String {
        i18n::text(self.0, key, &[])
    }

    /// A sentence with its gaps filled.
    pub(super) fn fill(self, key: &str, args: &[(&str, &str)]) -> String {
        i18n::text(self.0, key, args)
    }

    /// A sentence whose values travelled with it.
    pub(super) fn tell(self, key: &str, args: &[(&'static str, String)]) -> String {
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        i18n::text(self.0, key, &args)
    }
}

/// The language that a message asks for, when its sentences are not there yet.
pub(super) fn wanted(msg: &Msg, which: Sentences) -> Option<Locale> {
    let locale = match msg {
        Msg::View(View::Locale(locale)) => *locale,
        Msg::Embed(call) => match call.method {
            Method::SetLang(locale) => locale,
            _ => return None,
        },
        Msg::Follow(player) => player.locale,
        _ => return None,
    };
    let is_known = !fetched::is_there() || which.is_known(locale);
    (!is_known).then_some(locale)
}

/// Loads the sentences, and then sends the message that needs them.
pub(super) fn send_when_spoken(locale: Locale, which: Sentences, msg: Msg, send: Callback<Msg>) {
    spawn_local(async move {
        if fetched::speak(locale, which).await {
            send.emit(msg);
        }
    });
}
