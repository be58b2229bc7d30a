//! All sentences of all languages, for whatever is not loaded from a page: the native command,
//! tests, and the developers' build. A page that calls nothing of this holds no sentence.

#[cfg(not(target_arch = "wasm32"))]
use std::cell::Cell;

use super::{Locale, install};

/// The sentences of a language, as a JSON object.
pub fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!(concat!(env!("OUT_DIR"), "/en.json")),
        Locale::Ko => include_str!(concat!(env!("OUT_DIR"), "/ko.json")),
    }
}

/// Makes every language known.
pub fn install_all() {
    for locale in Locale::ALL {
        install(locale, source(locale));
    }
}

/// The same, the first time it is called.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn install_once() {
    thread_local! { static IS_DONE: Cell<bool> = const { Cell::new(false) }; }
    if !IS_DONE.replace(true) {
        install_all();
    }
}
