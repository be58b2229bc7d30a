//! What was found in the text, as a list, with corrections by one click.

use yew::{Callback, Html, Properties, classes, component, html};

use crate::manifest::Parsed;
use crate::manifest::diagnostic::{Diagnostic, Severity};
use crate::store::message::{Edit, Msg};
use crate::store::shared::Shared;

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct ProblemsProps {
    pub(super) words: Words,
    pub(super) parsed: Shared<Parsed>,
    pub(super) send: Callback<Msg>,
}

/// Problems that are listed; the rest is counted.
const LISTED_MAX: usize = 50;

/// The list of problems.
#[component]
pub(super) fn Problems(props: &ProblemsProps) -> Html {
    let words = props.words;
    let list = &props.parsed.diagnostics;
    let mends = list.iter().filter(|one| one.mend.is_some()).count();
    let rest = list.len().saturating_sub(LISTED_MAX);
    if list.is_empty() {
        return Html::default();
    }
    html! {
        <div class="problems">
            <div class="problems-head">
                <h2>{ words.say("ui.problems") }<span class="badge">{ list.len() }</span></h2>
                if mends > 1 {
                    <button onclick={props.send.reform(|_| Msg::Edit(Edit::MendAll))}>
                        { words.fill("ui.mend-all", &[("count", &mends.to_string())]) }
                    </button>
                }
            </div>
            <ul>
                for (index, one) in list.iter().take(LISTED_MAX).enumerate() {
                    { problem(props, index, one) }
                }
                if rest > 0 {
                    <li>{ words.fill("ui.problems-more", &[("count", &rest.to_string())]) }</li>
                }
            </ul>
        </div>
    }
}

fn problem(props: &ProblemsProps, index: usize, one: &Diagnostic) -> Html {
    let words = props.words;
    let line = one.span.start.line;
    let (line_text, column) = (line.to_string(), one.span.start.column.to_string());
    let place = words.fill("ui.problem-at", &[("line", &line_text), ("column", &column)]);
    let go = words.fill("ui.problem-go", &[("line", &line_text)]);
    html! {
        <li key={index} class={classes!("problem", one.severity.name())}>
            <span class="severity">
                <span aria-hidden="true">{ sign(one.severity) }</span>
                { words.say(severity_key(one.severity)) }
            </span>
            <button class="link" title={go}
                onclick={props.send.reform(move |_| Msg::Edit(Edit::ShowLine(line)))}>
                { place }
            </button>
            <p>{ sentence(words, one) }</p>
            if let Some(server) = &one.server {
                <p class="server">
                    <span>{ words.say("ui.server-says") }</span><code>{ server }</code>
                </p>
            }
            if one.mend.is_some() {
                <button class="mend"
                    onclick={props.send.reform(move |_| Msg::Edit(Edit::Mend(index)))}>
                    { mend_label(words, one) }
                </button>
            }
        </li>
    }
}

/// What is said about the place.
pub(super) fn sentence(words: Words, one: &Diagnostic) -> String {
    words.tell(&format!("diag.{}", one.code), &one.args)
}

/// What the button says.
pub(super) fn mend_label(words: Words, one: &Diagnostic) -> String {
    let key = format!("mend.{}", one.code);
    if crate::i18n::has(&key) { words.tell(&key, &one.args) } else { words.say("ui.mend") }
}

fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\u{2715} ",
        Severity::Warning => "\u{26a0} ",
        Severity::Notice => "\u{2139} ",
    }
}

fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ui.severity-error",
        Severity::Warning => "ui.severity-warning",
        Severity::Notice => "ui.severity-notice",
    }
}
