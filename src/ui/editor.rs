//! The manifest's text: a plain text area, until the editor's chunk is there.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlTextAreaElement, InputEvent};
use yew::{
    Callback, Html, NodeRef, Properties, TargetCast, UseStateHandle, component, hook, html,
    use_effect_with, use_mut_ref, use_node_ref, use_state,
};

use crate::manifest::Parsed;
use crate::store::message::{Edit, Msg};
use crate::store::shared::Shared;

use super::hooks::editor::Editor as Chunk;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct EditorProps {
    pub(super) words: Words,
    pub(super) text: Rc<str>,
    pub(super) parsed: Shared<Parsed>,
    /// The lines that caused the step shown.
    pub(super) lines: Vec<u32>,
    /// The line asked for, and how often one was.
    pub(super) asked_line: (u32, u32),
    pub(super) send: Callback<Msg>,
}

/// Where the editor stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// The text area does its work.
    Plain,
    /// The chunk is on its way.
    Loading,
    /// The chunk does its work.
    Loaded,
    /// The chunk cannot be had: the text area stays.
    Refused,
}

type Slot = Rc<RefCell<Option<Chunk>>>;

/// The page is idle after that time, and the editor may come.
const IDLE_MS: u32 = 1500;

/// The chunk, and where it stands.
struct Chunked {
    slot: Slot,
    stand: UseStateHandle<Stand>,
    load: Callback<()>,
}

/// The editor.
#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let words = props.words;
    let host = use_node_ref();
    let area = use_node_ref();
    let Chunked { slot, stand, load } = use_chunk(props, &host, &area);
    let is_loaded = *stand == Stand::Loaded;
    use_in_step(props, &slot, is_loaded);
    {
        let (slot, area) = (Rc::clone(&slot), area.clone());
        use_effect_with(props.asked_line, move |(line, times)| {
            if *times > 0 {
                show_line(&slot, area.cast(), *line);
            }
        });
    }
    let oninput = props.send.reform(|event: InputEvent| {
        Msg::Edit(Edit::Text(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    });
    html! {
        <div class="editor">
            <div class="editor-host" ref={host} hidden={!is_loaded}></div>
            if !is_loaded {
                <textarea ref={area} value={props.text.to_string()} {oninput}
                    onfocus={load.reform(|_| ())} aria-label={words.say("ui.editor")}
                    placeholder={words.say("ui.editor-placeholder")}
                    spellcheck="false" autocomplete="off" autocapitalize="off" />
            }
        </div>
    }
}

/// Loads the chunk when the text area gets the focus, or when the page is idle.
#[hook]
fn use_chunk(props: &EditorProps, host: &NodeRef, area: &NodeRef) -> Chunked {
    let slot: Slot = use_mut_ref(|| None);
    let stand = use_state(|| Stand::Plain);
    let latest = use_mut_ref(|| Rc::clone(&props.text));
    *latest.borrow_mut() = Rc::clone(&props.text);
    let load = {
        let (slot, stand) = (Rc::clone(&slot), stand.clone());
        let (send, words) = (props.send.clone(), props.words);
        let (host, area) = (host.clone(), area.clone());
        Callback::from(move |()| {
            // Asked of the slot too: the state that a callback sees may be an old one.
            let is_wanted = *stand == Stand::Plain && slot.borrow().is_none();
            let Some(parent) = host.cast::<Element>().filter(|_| is_wanted) else { return };
            stand.set(Stand::Loading);
            let (slot, stand, send) = (Rc::clone(&slot), stand.clone(), send.clone());
            let (area, latest) = (area.clone(), Rc::clone(&latest));
            spawn_local(async move {
                let text = Rc::clone(&latest.borrow());
                let made = Chunk::create(&parent, &text, words, send).await;
                // Asked for twice, the chunk is there once.
                let Ok(chunk) = made else { return stand.set(Stand::Refused) };
                if slot.borrow().is_some() {
                    return;
                }
                chunk.set_text(&latest.borrow());
                let focused = area.cast::<HtmlTextAreaElement>().filter(has_focus);
                let _ = parent.remove_attribute("hidden");
                if let Some(area) = focused {
                    let end = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(0);
                    chunk.focus(end(area.selection_start()), end(area.selection_end()));
                }
                *slot.borrow_mut() = Some(chunk);
                stand.set(Stand::Loaded);
            });
        })
    };
    {
        let load = load.clone();
        use_effect_with((), move |()| {
            let timeout = Timeout::new(IDLE_MS, move || load.emit(()));
            move || drop(timeout)
        });
    }
    Chunked { slot, stand, load }
}

/// Keeps the chunk in step with the state.
#[hook]
fn use_in_step(props: &EditorProps, slot: &Slot, is_loaded: bool) {
    {
        let slot = Rc::clone(slot);
        use_effect_with((Rc::clone(&props.text), is_loaded), move |(text, _)| {
            with(&slot, |chunk| chunk.set_text(text));
        });
    }
    {
        let slot = Rc::clone(slot);
        let found = (props.parsed.clone(), props.words, is_loaded);
        use_effect_with(found, move |(parsed, words, _)| {
            with(&slot, |chunk| {
                chunk.set_words(*words);
                chunk.set_diagnostics(*words, parsed);
            });
        });
    }
    let slot = Rc::clone(slot);
    use_effect_with((props.lines.clone(), is_loaded), move |(lines, _)| {
        with(&slot, |chunk| chunk.mark(lines));
    });
}

fn show_line(slot: &Slot, area: Option<HtmlTextAreaElement>, line: u32) {
    with(slot, |chunk| chunk.mark(&[line]));
    if slot.borrow().is_none() {
        select_line(area, line);
    }
}

fn with(slot: &Slot, act: impl FnOnce(&Chunk)) {
    // While the editor itself calls, it is not called back.
    if let Ok(chunk) = slot.try_borrow()
        && let Some(chunk) = &*chunk
    {
        act(chunk);
    }
}

fn has_focus(element: &HtmlTextAreaElement) -> bool {
    let focused = gloo::utils::document().active_element();
    let element: &Element = element;
    focused.as_ref() == Some(element)
}

fn select_line(area: Option<HtmlTextAreaElement>, line: u32) {
    let Some(area) = area else { return };
    let text = area.value();
    let lines = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(0);
    let before: u32 = text.split_inclusive('\n').take(lines).map(units).sum();
    let length = text.lines().nth(lines).map_or(0, units);
    let _ = area.set_selection_range(before, before + length);
    let _ = area.focus();
}
