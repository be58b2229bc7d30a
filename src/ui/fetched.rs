//! What the build put beside the page: the sentences of each language, and the storyboards.

use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Url};

use crate::i18n::{self, Locale};

/// The text of a file of the build; `None` when it cannot be had.
pub(super) async fn text(name: &str) -> Option<String> {
    let folder = attribute("recorded")?;
    let address = address(&format!("{folder}/{name}"))?;
    let answer = JsFuture::from(window().fetch_with_str(&address)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// Whether the build put its data beside the page; else everything is in the program.
pub(super) fn is_there() -> bool {
    attribute("recorded").is_some()
}

/// What the build wrote about a part of itself on the page; see `web/build.mjs`.
pub(super) fn attribute(name: &str) -> Option<String> {
    let script = document().query_selector("script[data-wasm]").ok().flatten()?;
    script.get_attribute(&format!("data-{name}")).filter(|value| !value.is_empty())
}

/// The address of something beside the page, whatever the path under which it is served.
pub(super) fn address(name: &str) -> Option<String> {
    let base = document().base_uri().ok().flatten()?;
    Url::new_with_base(name, &base).ok().map(|url| url.href())
}

/// The sentences that are needed: those of the player, or all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sentences {
    /// What a recording needs.
    Player,
    /// What the lab needs besides.
    Lab,
}

impl Sentences {
    fn file(self, locale: Locale) -> String {
        match self {
            Self::Player => format!("{}.json", locale.tag()),
            Self::Lab => format!("{}-lab.json", locale.tag()),
        }
    }

    /// Whether they are known; a part is known as a whole or not at all.
    pub(super) fn is_known(self, locale: Locale) -> bool {
        i18n::speaks(locale, if self == Self::Player { "ui.title" } else { "mend.all" })
    }
}

/// Makes a language known; whether it is known now.
pub(super) async fn speak(locale: Locale, which: Sentences) -> bool {
    for part in [Sentences::Player, Sentences::Lab] {
        let is_needed = part == Sentences::Player || which == Sentences::Lab;
        if !is_needed || part.is_known(locale) {
            continue;
        }
        let Some(text) = text(&part.file(locale)).await else { return false };
        if !i18n::install(locale, &text) {
            return false;
        }
    }
    true
}
