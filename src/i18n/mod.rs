//! Languages: the catalogues of sentences and how one is looked up. Holds no sentence itself:
//! they stand in `static/locales` (and each lesson's text in its folder), and the build turns
//! them into JSON. The page loads those of one language; natively all of them are [`builtin`].

pub mod builtin;

use std::cell::RefCell;

use serde_json::{Map, Value};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Locale {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// Its tag in `lang` attributes and links.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// The language of a tag such as `ko-KR`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }
}

/// The sentences of one language by key.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    sentences: Map<String, Value>,
}

impl Catalogue {
    /// The sentence of that key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.sentences.get(key).and_then(Value::as_str)
    }
}

thread_local! {
    static CATALOGUES: RefCell<[Catalogue; 2]> = RefCell::default();
}

/// Adds sentences to a language: a JSON object of texts by key. Whether it is one.
pub fn install(locale: Locale, text: &str) -> bool {
    let Ok(Value::Object(more)) = serde_json::from_str(text) else { return false };
    CATALOGUES.with_borrow_mut(|all| all[locale as usize].sentences.extend(more));
    true
}

/// Whether that language has the sentence of that key.
pub fn speaks(locale: Locale, key: &str) -> bool {
    with_catalogue(locale, |catalogue| catalogue.get(key).is_some())
}

/// The sentence of that key with its gaps filled. What a language lacks is said in English; a
/// key that nobody knows stands for itself.
pub fn text(locale: Locale, key: &str, args: &[(&str, &str)]) -> String {
    find(locale, key)
        .or_else(|| find(Locale::En, key))
        .map_or_else(|| key.to_owned(), |sentence| fill(&sentence, args))
}

/// Whether some language has a sentence of that key.
pub fn has(key: &str) -> bool {
    Locale::ALL.into_iter().any(|locale| find(locale, key).is_some())
}

/// The sentences whose keys begin so, by what follows.
pub fn with_prefix(locale: Locale, prefix: &str) -> Vec<(String, String)> {
    with_catalogue(locale, |catalogue| {
        let mut named = Vec::new();
        for (key, sentence) in &catalogue.sentences {
            if let (Some(rest), Some(text)) = (key.strip_prefix(prefix), sentence.as_str()) {
                named.push((rest.to_owned(), text.to_owned()));
            }
        }
        named
    })
}

fn find(locale: Locale, key: &str) -> Option<String> {
    with_catalogue(locale, |catalogue| catalogue.get(key).map(str::to_owned))
}

fn with_catalogue<T>(locale: Locale, look: impl FnOnce(&Catalogue) -> T) -> T {
    #[cfg(not(target_arch = "wasm32"))]
    builtin::install_once();
    CATALOGUES.with_borrow(|all| look(&all[locale as usize]))
}

/// Puts values in place of `{name}`; a gap without a value stays as it is written.
fn fill(sentence: &str, args: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match args.iter().find(|(name, _)| *name == &rest[1..close]) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_catalogues_can_be_read() {
        for locale in Locale::ALL {
            assert!(speaks(locale, "ui.title"), "{}", locale.tag());
        }
    }

    #[test]
    fn gaps_are_filled_once() {
        assert_eq!(fill("{a} and {b}, {c} {", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {c} {");
    }

    #[test]
    fn an_unknown_key_stands_for_itself() {
        assert_eq!(text(Locale::Ko, "no.such.key", &[]), "no.such.key");
    }

    #[test]
    fn a_family_of_sentences_is_found_by_its_prefix() {
        let phrases = with_prefix(Locale::En, "editor.");
        assert!(phrases.contains(&("find".to_owned(), "Find".to_owned())));
        assert!(phrases.iter().all(|(key, _)| !key.contains('.')));
    }

    #[test]
    fn tags_name_languages() {
        assert_eq!(Locale::from_tag("ko-KR"), Some(Locale::Ko));
        assert_eq!(Locale::from_tag("EN"), Some(Locale::En));
        assert_eq!(Locale::from_tag("de"), None);
    }
}
