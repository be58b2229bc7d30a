//! What the browser knows when the page is opened.

use gloo::utils::window;
use web_sys::UrlSearchParams;

use crate::i18n::Locale;
use crate::manifest::scalar;
use crate::scene::options::View as Arrangement;
use crate::store::effect::Saved;
use crate::store::embedding::Embedding;
use crate::store::message::Start;
use crate::store::place::Part;

use super::kept;

/// Reads address, storage and language.
pub(super) fn read() -> Start {
    let location = window().location();
    let query = location.search().unwrap_or_default();
    let query = UrlSearchParams::new_with_str(&query).ok();
    let get = |name: &str| query.as_ref().and_then(|query| query.get(name));
    let path = location.pathname().unwrap_or_default();
    let embedded = path.ends_with("/embed.html") || get("embed").is_some_and(|word| is_true(&word));
    let chosen = get("lang").as_deref().and_then(Locale::from_tag);
    let mut saved = if embedded { Saved::default() } else { kept::read() };
    if let Some(locale) = chosen {
        locale.tag().clone_into(&mut saved.locale);
    }
    if let Some(theme) = get("theme") {
        saved.theme = theme;
    }
    if get("motion").is_some_and(|motion| motion == "reduced") {
        let _ = gloo::utils::document_element().set_attribute("data-motion", "reduced");
    }
    let embedding = embedded.then(|| Embedding {
        lesson: get("lesson"),
        locale: chosen,
        step: get("step").and_then(|step| step.parse().ok()),
        has_controls: get("controls").is_none_or(|word| is_true(&word)),
        autoplays: get("autoplay").is_some_and(|word| is_true(&word)),
        speed_percent: get("speed").as_deref().and_then(percent),
        parts: get("panel").as_deref().map(parts).unwrap_or_default(),
        is_locked: get("lock").is_some_and(|word| is_true(&word)),
        arrangement: match get("view").as_deref() {
            Some("cluster") => Arrangement::Cluster,
            _ => Arrangement::Auto,
        },
    });
    Start {
        hash: location.hash().unwrap_or_default(),
        saved,
        locale: browser_locale(),
        embedding,
        has_storage: kept::is_there(),
        handover: None,
    }
}

/// The language in which the page will come up.
pub(super) fn locale() -> Locale {
    let Start { saved, locale, embedding, .. } = read();
    let asked = embedding.and_then(|embedding| embedding.locale);
    asked.or_else(|| Locale::from_tag(&saved.locale)).unwrap_or(locale)
}

/// `diagram,yaml` in any order; what is not known is left out.
fn parts(list: &str) -> Vec<Part> {
    list.split(',').filter_map(|word| Part::of_word(word.trim())).collect()
}

/// Anything but `0` and `false` is true.
fn is_true(word: &str) -> bool {
    !matches!(word, "0" | "false")
}

/// `1.5` is 150.
fn percent(text: &str) -> Option<u32> {
    let speed = scalar::decimal(text)?;
    let percent = (speed * 100.0).clamp(50.0, 400.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
    speed.is_finite().then_some(percent as u32)
}

fn browser_locale() -> Locale {
    let languages = window().navigator().languages();
    let mut tags = languages.iter().filter_map(|tag| tag.as_string());
    tags.find_map(|tag| Locale::from_tag(&tag)).unwrap_or_default()
}
