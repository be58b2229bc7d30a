//! Does what the state asks of the browser.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use gloo::utils::{document, document_element, window};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use crate::api::sorted::SortedMap;
use crate::store::effect::Effect;
use crate::store::embedding::Told;
use crate::store::message::{Msg, Share, Timer};

use super::words::Words;
use super::{fetched, frame, handover, kept};

/// How long a slice of computing may take.
const SLICE_MS: f64 = 10.0;
/// Tasks of the first slice; later ones follow what was measured.
const SLICE_TASKS: usize = 50;
const SLICE_TASKS_MAX: usize = 20_000;

/// The browser's side of the effects.
pub(super) struct Effects {
    send: Callback<Msg>,
    timers: RefCell<SortedMap<Timer, Timeout>>,
    /// When they end.
    ends: RefCell<SortedMap<Timer, f64>>,
    slice: RefCell<Option<Timeout>>,
    tasks: Rc<Cell<usize>>,
}

impl Effects {
    pub(super) fn new(send: Callback<Msg>) -> Self {
        Self {
            send,
            timers: RefCell::default(),
            ends: RefCell::default(),
            slice: RefCell::default(),
            tasks: Rc::new(Cell::new(SLICE_TASKS)),
        }
    }

    pub(super) fn run(&self, effect: Effect, told: impl FnOnce() -> Told) {
        match effect {
            Effect::Wait { timer, after_ms } => {
                let send = self.send.clone();
                let timeout = Timeout::new(after_ms, move || send.emit(Msg::Elapsed(timer)));
                self.ends.borrow_mut().insert(timer, now() + f64::from(after_ms));
                self.timers.borrow_mut().insert(timer, timeout);
            }
            Effect::Cancel(timer) => {
                self.ends.borrow_mut().remove(&timer);
                self.timers.borrow_mut().remove(&timer);
            }
            Effect::Work => self.work(),
            Effect::Save(saved) => kept::write(&saved),
            Effect::SavePlace(saved) => kept::write_place(&saved),
            Effect::FetchStoryboard { lesson, width } => self.fetch_board(lesson, width),
            Effect::FetchLab => handover::load_lab(self.send.clone()),
            Effect::CopyLink(hash) => copy(link(&hash), self.send.clone()),
            Effect::Speak(locale) => {
                let _ = document_element().set_attribute("lang", locale.tag());
                document().set_title(&Words(locale).say("ui.title"));
            }
            Effect::Paint(theme) => {
                let _ = document_element().set_attribute("data-theme", theme.word());
            }
            Effect::ForgetHash => forget_hash(),
            Effect::Tell(report) => frame::tell(&report, &told()),
        }
    }

    fn fetch_board(&self, lesson: String, width: i32) {
        let send = self.send.clone();
        spawn_local(async move {
            let text = fetched::text(&format!("{lesson}-{width}.json")).await;
            send.emit(Msg::Storyboard { lesson, width, text });
        });
    }

    /// How long a timer has still to go, in milliseconds.
    pub(super) fn rest_ms(&self, timer: Timer) -> Option<u32> {
        let ends = self.ends.borrow().get(&timer).copied()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        Some((ends - now()).clamp(0.0, f64::from(u32::MAX)) as u32)
    }

    /// Computes a slice as soon as the browser has done what waits.
    fn work(&self) {
        let (send, tasks) = (self.send.clone(), Rc::clone(&self.tasks));
        let timeout = Timeout::new(0, move || {
            let count = tasks.get();
            let started = now();
            send.emit(Msg::Work { tasks: count });
            let took = now() - started;
            let next = if took > SLICE_MS { count / 2 } else { count + count / 2 };
            tasks.set(next.clamp(1, SLICE_TASKS_MAX));
        });
        *self.slice.borrow_mut() = Some(timeout);
    }
}

pub(super) fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// The address of this page with that hash.
pub(super) fn link(hash: &str) -> String {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    format!("{origin}{path}#{hash}")
}

fn copy(link: String, send: Callback<Msg>) {
    spawn_local(async move {
        let share = match write_clipboard(&link).await {
            Ok(()) => Share::Copied,
            Err(()) => Share::Refused,
        };
        send.emit(Msg::Share(share));
    });
}

/// Puts a text on the clipboard. There is none on pages that came without encryption.
pub(super) async fn write_clipboard(text: &str) -> Result<(), ()> {
    let navigator = window().navigator();
    let has_one = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| clipboard.is_object());
    if !has_one {
        return Err(());
    }
    let written = JsFuture::from(navigator.clipboard().write_text(text));
    written.await.map(|_| ()).map_err(|_| ())
}

fn forget_hash() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let query = location.search().unwrap_or_default();
    if let Ok(history) = window().history() {
        let state = &wasm_bindgen::JsValue::NULL;
        let _ = history.replace_state_with_url(state, "", Some(&format!("{path}{query}")));
    }
}
