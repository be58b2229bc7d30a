//! The terminal: a log of what was typed and answered, and the line one types in.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlInputElement};
use yew::{
    Callback, Event, Html, InputEvent, KeyboardEvent, NodeRef, Properties, SubmitEvent, TargetCast,
    classes, component, html, use_effect_with, use_node_ref,
};

use crate::store::inspection::Inspection;
use crate::store::message::{Msg, Play, View};
use crate::store::shared::Shared;
use crate::store::terminal::pieces::{Names, Piece};
use crate::store::terminal::{Answer, Machine, Terminal as Typed, TerminalView};

use super::words::Words;

/// Answers that are shown at most; older ones are still in the history of lines.
const ANSWERS_MAX: usize = 100;
/// Lines of one answer that are shown at most: the last ones.
const LINES_MAX: usize = 400;

#[derive(Properties, PartialEq)]
pub(super) struct TerminalProps {
    pub(super) words: Words,
    pub(super) terminal: TerminalView,
    pub(super) answers: Shared<Vec<Rc<Answer>>>,
    pub(super) inspection: Shared<Inspection>,
    pub(super) send: Callback<Msg>,
}

/// The terminal.
#[component]
pub(super) fn Terminal(props: &TerminalProps) -> Html {
    let (log, line) = (use_node_ref(), use_node_ref());
    {
        let log = log.clone();
        use_effect_with(props.answers.clone(), move |_| {
            if let Some(log) = log.cast::<Element>() {
                log.set_scroll_top(log.scroll_height());
            }
        });
    }
    {
        let line = line.clone();
        use_effect_with(props.terminal.asked, move |asked| {
            if let Some(line) = line.cast::<HtmlInputElement>().filter(|_| *asked > 0) {
                let _ = line.focus();
            }
        });
    }
    html! {
        <div class="terminal">
            { machines(props) }
            { answers(props, log) }
            <p class="terminal-words" aria-live="polite" lang="en">
                { props.terminal.candidates.join("  ") }
            </p>
            { prompt(props, line) }
        </div>
    }
}

fn machines(props: &TerminalProps) -> Html {
    let here = &props.terminal.machine;
    html! {
        <div class="terminal-machines" role="group"
            aria-label={props.words.say("ui.terminal-machines")}>
            for machine in &props.terminal.machines {
                <button class="chip" aria-pressed={(machine == here).to_string()}
                    onclick={typed(props, Typed::Choose(machine.clone()))}>
                    { name(props.words, machine) }
                </button>
            }
        </div>
    }
}

fn name(words: Words, machine: &Machine) -> String {
    match machine {
        Machine::Workstation => words.say("ui.terminal-workstation"),
        Machine::Node(name) => name.to_string(),
    }
}

fn typed<E>(props: &TerminalProps, message: Typed) -> Callback<E> {
    props.send.reform(move |_| Msg::Terminal(message.clone()))
}

fn answers(props: &TerminalProps, log: NodeRef) -> Html {
    let words = props.words;
    let names = Names::of(&props.inspection.objects);
    let skipped = props.answers.len().saturating_sub(ANSWERS_MAX);
    html! {
        <div class="terminal-log" role="log" tabindex="0" ref={log}
            aria-label={words.say("ui.terminal")}>
            if props.answers.is_empty() {
                <p class="terminal-empty">
                    { words.say("ui.terminal-none") }{ " " }<code>{ example(props) }</code>
                </p>
            }
            for (index, one) in props.answers.iter().enumerate().skip(skipped) {
                { answer(props, index, one, &names) }
            }
        </div>
    }
}

fn example(props: &TerminalProps) -> &'static str {
    match props.terminal.machine {
        Machine::Workstation => "kubectl get pods -o wide",
        Machine::Node(_) => "mkdir -p /data",
    }
}

fn answer(props: &TerminalProps, index: usize, answer: &Answer, names: &Names<'_>) -> Html {
    let shown = props.terminal.steps_shown + usize::from(!answer.writes);
    let is_later = answer.first_step.is_some_and(|step| step >= shown);
    let class = classes!("answer", is_later.then_some("later"));
    let title = is_later.then(|| props.words.say("ui.terminal-later"));
    html! {
        <div key={index} {class} {title}>
            <div class="typed">
                <span class="prompt">{ &answer.prompt }</span>
                if let Some(step) = answer.first_step {
                    <button class="link" title={props.words.say("ui.terminal-go")}
                        onclick={props.send.reform(move |_| Msg::Play(Play::SeekStep(step)))}>
                        { &answer.line }
                    </button>
                } else {
                    { &answer.line }
                }
            </div>
            if !answer.stdout.is_empty() {
                <pre>{ printed(props, &answer.stdout, names) }</pre>
            }
            if !answer.stderr.is_empty() {
                <pre class="errors">{ printed(props, &answer.stderr, names) }</pre>
            }
        </div>
    }
}

/// What was printed, with the names of objects as links.
fn printed(props: &TerminalProps, text: &str, names: &Names<'_>) -> Html {
    let lines = text.lines().count();
    let dropped = lines.saturating_sub(LINES_MAX);
    let from: usize = text.split_inclusive('\n').take(dropped).map(str::len).sum();
    html! {
        <>
            if dropped > 0 {
                <span class="more">
                    { props.words.fill("ui.terminal-more", &[("count", &dropped.to_string())]) }
                    { "\n" }
                </span>
            }
            for piece in names.pieces(&text[from..]) { { piece_of(props, &piece) } }
        </>
    }
}

fn piece_of(props: &TerminalProps, piece: &Piece<'_>) -> Html {
    match piece {
        Piece::Text(text) => html! { *text },
        Piece::Name(word, key) => {
            let key = (*key).clone();
            let look = props.send.reform(move |_| Msg::View(View::Select(key.clone())));
            html! { <button class="link" onclick={look}>{ *word }</button> }
        }
    }
}

fn prompt(props: &TerminalProps, line: NodeRef) -> Html {
    let (words, terminal) = (props.words, &props.terminal);
    let oninput = props.send.reform(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        Msg::Terminal(Typed::Type(text))
    });
    let onsubmit = props.send.reform(|event: SubmitEvent| {
        event.prevent_default();
        Msg::Terminal(Typed::Enter)
    });
    let (value, found) = match &terminal.search {
        Some((query, found)) => (query, Some(found.clone().unwrap_or_default())),
        None => (&terminal.input, None),
    };
    html! {
        <form class="terminal-line" {onsubmit}>
            if found.is_some() {
                <label for="terminal-line">{ words.say("ui.terminal-search") }</label>
            } else {
                <label for="terminal-line" class="prompt">
                    <span class="unseen">{ words.say("ui.terminal-line") }</span>
                    <span>{ &terminal.prompt }</span>
                </label>
            }
            <input id="terminal-line" ref={line} type="text" value={value.clone()} lang="en"
                autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false"
                enterkeyhint="send" title={words.say("ui.terminal-hint")} {oninput}
                onkeydown={keys(props)} onpaste={paste(props)} />
            if let Some(found) = found {
                <output class="found">{ found }</output>
            }
        </form>
    }
}

fn keys(props: &TerminalProps) -> Callback<KeyboardEvent> {
    let send = props.send.clone();
    let is_searching = props.terminal.search.is_some();
    Callback::from(move |event: KeyboardEvent| {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let Some(message) = meaning(&event, is_searching) else { return };
        event.prevent_default();
        event.stop_propagation();
        send.emit(Msg::Terminal(message));
    })
}

fn meaning(event: &KeyboardEvent, is_searching: bool) -> Option<Typed> {
    let key = event.key();
    if event.ctrl_key() && !event.alt_key() && !event.meta_key() {
        let line: HtmlInputElement = event.target_unchecked_into();
        let is_marked = line.selection_start().ok() != line.selection_end().ok();
        return match key.as_str() {
            // What is marked is copied, as everywhere.
            "c" if is_marked => None,
            "c" => Some(Typed::Interrupt),
            "g" if is_searching => Some(Typed::Leave),
            "d" if line.value().is_empty() => Some(Typed::End),
            "l" => Some(Typed::Clear),
            "r" => Some(Typed::Search),
            _ => None,
        };
    }
    match key.as_str() {
        "Escape" | "Tab" if is_searching => Some(Typed::Take),
        // Escape, then Tab, leaves the line; so does Tab where nothing is typed.
        "Escape" => {
            let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
            None
        }
        "Tab" if !event.shift_key() && !typed_text(event).is_empty() => Some(Typed::Complete),
        "ArrowUp" => Some(Typed::Older),
        "ArrowDown" => Some(Typed::Newer),
        _ => None,
    }
}

fn typed_text(event: &KeyboardEvent) -> String {
    event.target_unchecked_into::<HtmlInputElement>().value()
}

/// A paste of several lines; a single one is the browser's own matter.
fn paste(props: &TerminalProps) -> Callback<Event> {
    let send = props.send.clone();
    Callback::from(move |event: Event| {
        let Some(event) = event.dyn_ref::<ClipboardEvent>() else { return };
        let data = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
        let Some(text) = data.filter(|text| text.contains('\n')) else { return };
        event.prevent_default();
        send.emit(Msg::Terminal(Typed::Paste(text)));
    })
}
