//! The events so far, worded and tabulated as `kubectl get events` does, the newest first.

use yew::{Callback, Html, MouseEvent, Properties, classes, component, html};

use crate::api::time::SimTime;
use crate::sim::event_log::EventType;
use crate::store::inspection::EventRow;
use crate::store::message::{Msg, Play, View};
use crate::store::shared::Shared;

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct EventsProps {
    pub(super) words: Words,
    pub(super) rows: Shared<Vec<EventRow>>,
    pub(super) now: SimTime,
    pub(super) send: Callback<Msg>,
}

/// The table of events.
#[component]
pub(super) fn Events(props: &EventsProps) -> Html {
    let words = props.words;
    if props.rows.is_empty() {
        return html! { <p class="empty">{ words.say("ui.events-none") }</p> };
    }
    html! {
        <table class="event-table" aria-label={words.say("ui.events")}>
            <thead><tr>
                for head in ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"] {
                    <th scope="col">{ head }</th>
                }
            </tr></thead>
            <tbody>
                for row in props.rows.iter() { { event(props, row) } }
            </tbody>
        </table>
    }
}

fn event(props: &EventsProps, row: &EventRow) -> Html {
    let jump = props.words.fill("ui.events-jump", &[("reason", &row.reason)]);
    let step = row.step;
    let go = props.send.reform(move |_: MouseEvent| Msg::Play(Play::SeekStep(step)));
    let key = row.key.clone();
    let look = props.send.reform(move |_: MouseEvent| Msg::View(View::Select(key.clone())));
    let is_warning = row.kind == EventType::Warning;
    let class = classes!(is_warning.then_some("warning"), row.is_new.then_some("new"));
    html! {
        <tr key={row.id.to_string()} {class}>
            <td class="seen">{ age(props.now, row.last) }</td>
            <td class="type">
                <span aria-hidden="true">{ if is_warning { "\u{26a0} " } else { "" } }</span>
                { row.kind.as_str() }
            </td>
            <td><button class="link" title={jump.clone()} aria-label={jump} onclick={go}>
                { &row.reason }
            </button></td>
            <td><button class="link" onclick={look}>{ &row.object }</button></td>
            <td class="message">
                { &row.message }
                if row.count > 1 { <span class="count">{ format!(" (x{})", row.count) }</span> }
            </td>
        </tr>
    }
}

/// How long ago, in the two units that matter.
fn age(now: SimTime, then: SimTime) -> String {
    let seconds = now.since(then) / 1000;
    match (seconds / 60, seconds % 60) {
        _ if seconds < 120 => format!("{seconds}s"),
        (minutes, 0) => format!("{minutes}m"),
        (minutes, rest) if minutes < 10 => format!("{minutes}m{rest}s"),
        (minutes, _) => format!("{minutes}m"),
    }
}
