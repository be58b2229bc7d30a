//! What the browser keeps between visits. Without storage everything works, for this visit.

use gloo::utils::window;
use web_sys::Storage;

use crate::store::effect::Saved;

const PREFIX: &str = "volume-lab.";
const BROKEN: &str = "broken";

/// Whether the browser keeps anything.
pub(super) fn is_there() -> bool {
    storage().is_some_and(|storage| {
        let probe = format!("{PREFIX}probe");
        let kept = storage.set_item(&probe, "1").is_ok();
        kept && storage.remove_item(&probe).is_ok()
    })
}

/// What was kept.
pub(super) fn read() -> Saved {
    Saved {
        text: get("text"),
        session: get("session"),
        locale: get("locale"),
        theme: get("theme"),
        page: get("page"),
        speed: get("speed"),
        place: get("place"),
        is_broken: !get(BROKEN).is_empty(),
    }
}

/// Keeps it. The text goes first: it must not be lost when the rest is too large.
pub(super) fn write(saved: &Saved) {
    set("text", &saved.text);
    write_place(saved);
    set("session", &saved.session);
    set(BROKEN, "");
}

/// Keeps the place alone; text and session stay as they are kept.
pub(super) fn write_place(saved: &Saved) {
    set("locale", &saved.locale);
    set("theme", &saved.theme);
    set("page", &saved.page);
    set("speed", &saved.speed);
    // web/start.js looks at this one too.
    set("place", &saved.place);
}

/// Keeps the text and that the page broke.
pub(super) fn write_broken(text: &str) {
    set("text", text);
    set("page", "lab");
    set("place", "");
    set(BROKEN, "1");
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn get(key: &str) -> String {
    let value = storage().and_then(|storage| storage.get_item(&format!("{PREFIX}{key}")).ok());
    value.flatten().unwrap_or_default()
}

fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full storage keeps what it has; the page goes on without.
        let _ = storage.set_item(&format!("{PREFIX}{key}"), value);
    }
}
