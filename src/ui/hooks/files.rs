//! Files that are dropped on the page.

use js_sys::Uint8Array;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DragEvent, File};
use yew::{Callback, hook, use_state};

use crate::store::message::{Edit, Msg};

/// Larger files are not read at all.
const FILE_BYTES_MAX: f64 = 5.0 * 1024.0 * 1024.0;

/// What hears of a file that is held or dropped.
type OnDrag = Callback<DragEvent>;

/// Takes files that are dropped, and tells whether one is held over the page.
#[hook]
pub(in crate::ui) fn use_drop(send: &Callback<Msg>) -> (bool, OnDrag, OnDrag, OnDrag) {
    let is_over = use_state(|| false);
    let ondragover = {
        let is_over = is_over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            if !*is_over {
                is_over.set(true);
            }
        })
    };
    let ondragleave = {
        let is_over = is_over.clone();
        Callback::from(move |event: DragEvent| {
            // It also leaves one part of the page for another.
            if event.related_target().is_none() {
                is_over.set(false);
            }
        })
    };
    let ondrop = {
        let (send, is_over) = (send.clone(), is_over.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            is_over.set(false);
            take(&event, &send);
        })
    };
    (*is_over, ondragover, ondragleave, ondrop)
}

/// Takes files that are dropped, and says nothing meanwhile.
pub(in crate::ui) fn plain_drop(send: &Callback<Msg>) -> (bool, OnDrag, OnDrag, OnDrag) {
    let send = send.clone();
    let ondrop = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        take(&event, &send);
    });
    (false, Callback::from(|event: DragEvent| event.prevent_default()), Callback::noop(), ondrop)
}

/// Reads the first file that was dropped.
fn take(event: &DragEvent, send: &Callback<Msg>) {
    let files = event.data_transfer().and_then(|data| data.files());
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    let name = file.name();
    if file.size() > FILE_BYTES_MAX {
        send.emit(Msg::Edit(Edit::DroppedLarge { name }));
        return;
    }
    let send = send.clone();
    spawn_local(async move {
        let edit = match read(&file).await {
            Some(text) => Edit::Dropped(text),
            None => Edit::DroppedBinary { name },
        };
        send.emit(Msg::Edit(edit));
    });
}

async fn read(file: &File) -> Option<String> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    String::from_utf8(Uint8Array::new(&buffer).to_vec()).ok()
}
