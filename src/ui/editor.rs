//! The manifest's text: a plain text area, until the editor's chunk is there.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlTextAreaElement, InputEvent};
use yew::{
    Callback, Html, Properties, TargetCast, component, html, use_effect_with, use_mut_ref,
    use_node_ref, use_state,
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

/// The editor.
#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let words = props.words;
    let host = use_node_ref();
    let area = use_node_ref();
    let slot: Slot = use_mut_ref(|| None);
    let stand = use_state(|| Stand::Plain);
    let latest = use_mut_ref(|| Rc::clone(&props.text));
    *latest.borrow_mut() = Rc::clone(&props.text);
    let load = {
        let (slot, stand, send) = (Rc::clone(&slot), stand.clone(), props.send.clone());
        let (host, area) = (host.clone(), area.clone());
        Callback::from(move |()| {
            let Some(parent) = host.cast::<Element>().filter(|_| *stand == Stand::Plain) else {
                return;
            };
            stand.set(Stand::Loading);
            let (slot, stand, send) = (Rc::clone(&slot), stand.clone(), send.clone());
            let (area, latest) = (area.clone(), Rc::clone(&latest));
            spawn_local(async move {
                let text = Rc::clone(&latest.borrow());
                let Ok(chunk) = Chunk::create(&parent, &text, words, send).await else {
                    return stand.set(Stand::Refused);
                };
                chunk.set_text(&latest.borrow());
                if has_focus(area.cast::<Element>()) {
                    chunk.focus();
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
    let is_loaded = *stand == Stand::Loaded;
    {
        let slot = Rc::clone(&slot);
        use_effect_with((Rc::clone(&props.text), is_loaded), move |(text, _)| {
            with(&slot, |chunk| chunk.set_text(text));
        });
    }
    {
        let slot = Rc::clone(&slot);
        let found = (props.parsed.clone(), words, is_loaded);
        use_effect_with(found, move |(parsed, words, _)| {
            with(&slot, |chunk| {
                chunk.set_words(*words);
                chunk.set_diagnostics(*words, parsed);
            });
        });
    }
    {
        let slot = Rc::clone(&slot);
        use_effect_with((props.lines.clone(), is_loaded), move |(lines, _)| {
            with(&slot, |chunk| chunk.mark(lines));
        });
    }
    {
        let (slot, area) = (Rc::clone(&slot), area.clone());
        use_effect_with(props.asked_line, move |(line, times)| {
            if *times > 0 {
                with(&slot, |chunk| {
                    chunk.mark(&[*line]);
                    chunk.focus();
                });
                if slot.borrow().is_none() {
                    select_line(area.cast::<HtmlTextAreaElement>(), *line);
                }
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

fn with(slot: &Slot, act: impl FnOnce(&Chunk)) {
    // While the editor itself calls, it is not called back.
    if let Ok(chunk) = slot.try_borrow()
        && let Some(chunk) = &*chunk
    {
        act(chunk);
    }
}

fn has_focus(element: Option<Element>) -> bool {
    element.is_some() && gloo::utils::document().active_element() == element
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
