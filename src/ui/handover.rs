//! The wire between the player and the lab, two programs of one page: the player offers its
//! place, the lab comes up behind it and takes it over.

use std::cell::Cell;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;
use yew::Callback;

use crate::store::handover::Handover;
use crate::store::message::{LabMsg, Msg};

use super::fetched::{address, attribute};

#[wasm_bindgen(module = "/src/ui/hooks/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = loadProgram)]
    fn load_program(js: &str, wasm: &str) -> Promise;
    #[wasm_bindgen(js_name = offer)]
    fn offer_page(
        root: &Element,
        state: &Closure<dyn Fn() -> String>,
        rest: &Closure<dyn Fn() -> Option<u32>>,
        leave: &Closure<dyn Fn()>,
        failed: &Closure<dyn Fn()>,
    );
    #[wasm_bindgen(js_name = isOffered)]
    pub(super) fn is_offered() -> bool;
    fn offered() -> Option<String>;
    #[wasm_bindgen(js_name = offeredRest)]
    pub(super) fn offered_rest() -> Option<u32>;
    #[wasm_bindgen(js_name = isBusy)]
    pub(super) fn is_busy() -> bool;
    /// Tells the lab that the player has changed.
    pub(super) fn changed();
    #[wasm_bindgen(js_name = watch)]
    fn watch_page(hear: &Function);
    pub(super) fn failed();
    pub(super) fn swap(to: &Element);
}

/// Where the player is, as text; equal texts are equal places.
pub(super) fn place() -> Option<String> {
    offered()
}

/// The place of such a text.
pub(super) fn read(place: &str) -> Option<Handover> {
    Handover::decode(place)
}

/// Hears of every change of the player.
pub(super) fn watch(hear: Callback<()>) {
    let hear: Closure<dyn Fn()> = Closure::new(move || hear.emit(()));
    watch_page(wasm_bindgen::JsCast::unchecked_ref(hear.as_ref()));
    // It lives as long as the player, which ends with this.
    hear.forget();
}

/// Offers the page. The closures live until the lab has taken it, or as long as the page.
pub(super) fn offer(
    root: &Element,
    state: impl Fn() -> String + 'static,
    rest: impl Fn() -> Option<u32> + 'static,
    leave: impl Fn() + 'static,
    fail: impl Fn() + 'static,
) {
    let (state, rest) = (Closure::new(state), Closure::new(rest));
    let (leave, fail) = (Closure::new(leave), Closure::new(fail));
    offer_page(root, &state, &rest, &leave, &fail);
    state.forget();
    rest.forget();
    leave.forget();
    fail.forget();
}

thread_local! {
    static TRIES: Cell<u32> = const { Cell::new(0) };
}

/// Loads the lab. It finds the offer and takes over by itself.
pub(super) fn load_lab(send: Callback<Msg>) {
    let found = |name| attribute(name).and_then(|name| address(&name));
    let (Some(mut js), Some(wasm)) = (found("js"), found("wasm")) else {
        return send.emit(Msg::Lab(LabMsg::Failed));
    };
    let tries = TRIES.replace(TRIES.get() + 1);
    if tries > 0 {
        // A module that could not be had once is not asked for again under the same name.
        js = format!("{js}?{tries}");
    }
    spawn_local(async move {
        if JsFuture::from(load_program(&js, &wasm)).await.is_err() {
            send.emit(Msg::Lab(LabMsg::Failed));
        }
    });
}
