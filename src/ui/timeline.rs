//! The timeline: play, step, scrub, speed, and the simulated clock.

use web_sys::{HtmlInputElement, HtmlSelectElement, InputEvent};
use yew::{Callback, Event, Html, MouseEvent, Properties, TargetCast, classes, component, html};

use crate::api::time::SimTime;
use crate::sim::engine::Progress;
use crate::sim::limits::{self, Limit};
use crate::store::lab::Timeline;
use crate::store::message::{Msg, Play};

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct TimelineBarProps {
    pub(super) words: Words,
    pub(super) timeline: Timeline,
    pub(super) send: Callback<Msg>,
}

/// The speeds to choose from, in percent.
const SPEEDS: [u32; 5] = [50, 100, 150, 200, 400];

/// The timeline.
#[component]
pub(super) fn TimelineBar(props: &TimelineBarProps) -> Html {
    let words = props.words;
    let line = &props.timeline;
    let at_start = line.shown == 0;
    let at_end = line.shown == line.count && line.progress != Progress::More;
    html! {
        <div class="timeline" role="group" aria-label={words.say("ui.timeline")}>
            { button(props, Play::First, "ui.first", FIRST, at_start) }
            { button(props, Play::Prev, "ui.prev", PREV, at_start) }
            if line.is_playing {
                { play_button(props, Play::Pause, "ui.pause", PAUSE) }
            } else {
                { play_button(props, Play::Play, "ui.play", PLAY) }
            }
            <button class="step-next" aria-disabled={at_end.then_some("true")}
                onclick={press(props, Play::Next, at_end)}>
                <span>{ words.say("ui.next") }</span><span aria-hidden="true">{ " \u{25b8}" }</span>
            </button>
            { button(props, Play::Last, "ui.last", LAST, at_end) }
            { scrubber(props) }
            <span class="clock" title={words.say("ui.clock")}>
                <span class="unseen">{ words.say("ui.clock") }{ " " }</span>
                { clock(line.now) }
            </span>
            { speeds(props) }
        </div>
    }
}

const FIRST: &str = "M3 3v10h2v-10zM14 3l-8 5l8 5z";
const PREV: &str = "M12 3l-8 5l8 5z";
const LAST: &str = "M13 3v10h-2v-10zM2 3l8 5l-8 5z";
const PLAY: &str = "M3 1.5v13l11 -6.5z";
const PAUSE: &str = "M3 2h3.5v12h-3.5zM9.5 2h3.5v12h-3.5z";

fn play_button(props: &TimelineBarProps, play: Play, key: &str, d: &'static str) -> Html {
    let label = props.words.say(key);
    html! {
        <button class="play" aria-label={label.clone()} title={label}
            onclick={props.send.reform(move |_| Msg::Play(play))}>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path {d} /></svg>
        </button>
    }
}

fn button(props: &TimelineBarProps, play: Play, key: &str, d: &'static str, is_idle: bool) -> Html {
    let label = props.words.say(key);
    let is_end = matches!(play, Play::First | Play::Last);
    let class = classes!("step", is_end.then_some("step-end"));
    html! {
        <button {class} aria-label={label.clone()} title={label}
            aria-disabled={is_idle.then_some("true")} onclick={press(props, play, is_idle)}>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path {d} /></svg>
        </button>
    }
}

/// A button that has nothing to do keeps the focus, and does nothing.
fn press(props: &TimelineBarProps, play: Play, is_idle: bool) -> Callback<MouseEvent> {
    if is_idle { Callback::noop() } else { props.send.reform(move |_| Msg::Play(play)) }
}

fn scrubber(props: &TimelineBarProps) -> Html {
    let words = props.words;
    let line = &props.timeline;
    let (shown, count) = (line.shown.to_string(), line.count.to_string());
    let place = words.fill("ui.position-of", &[("index", &shown), ("count", &count)]);
    let oninput = props.send.reform(|event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        Msg::Play(Play::Seek(value.parse().unwrap_or(0)))
    });
    html! {
        <div class="scrub">
            <input type="range" min="0" max={count.clone()} value={shown.clone()} step="1"
                aria-label={words.say("ui.position")} aria-valuetext={place.clone()} {oninput} />
            <div class="marks" aria-hidden="true">
                for mark in line.marks.iter() {
                    <span key={mark.beats} title={mark_title(words, mark.beats, &mark.reason)}
                        style={format!("left:{}", percent(mark.beats, line.count))}></span>
                }
            </div>
            <output class="place" title={place}>{ format!("{shown} / {count}") }</output>
        </div>
    }
}

fn mark_title(words: Words, beats: usize, reason: &str) -> String {
    words.fill("ui.mark-warning", &[("index", &beats.to_string()), ("reason", reason)])
}

fn percent(part: usize, whole: usize) -> String {
    format!("{}%", part * 1000 / whole.max(1) / 10)
}

/// Minutes, seconds, tenths since the cluster was started.
pub(super) fn clock(now: SimTime) -> String {
    let SimTime(ms) = now;
    format!("{}:{:02}.{}", ms / 60_000, ms / 1000 % 60, ms / 100 % 10)
}

fn speeds(props: &TimelineBarProps) -> Html {
    let onchange = props.send.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::Play(Play::Speed(value.parse().unwrap_or(100)))
    });
    html! {
        <select class="quiet speed" aria-label={props.words.say("ui.speed")} {onchange}>
            for percent in SPEEDS {
                <option value={percent.to_string()}
                    selected={percent == props.timeline.speed_percent}>
                    { speed(percent) }
                </option>
            }
        </select>
    }
}

fn speed(percent: u32) -> String {
    match percent % 100 {
        0 => format!("{}\u{d7}", percent / 100),
        rest => format!("{}.{}\u{d7}", percent / 100, rest / 10),
    }
}

/// Where the run stands, in words.
pub(super) fn state_line(words: Words, line: &Timeline, waiting: &str) -> String {
    let limit = |key: &str, count: usize| words.fill(key, &[("count", &count.to_string())]);
    match line.progress {
        Progress::More => words.say("ui.caption-working"),
        Progress::Stopped(Limit::Steps) => limit("ui.limit-steps", limits::STEPS_MAX),
        Progress::Stopped(Limit::Objects) => limit("ui.limit-objects", limits::OBJECTS_MAX),
        Progress::Stopped(Limit::QuietTasks) => limit("ui.limit-quiet", limits::QUIET_TASKS_MAX),
        Progress::Done if line.is_at_rest && !waiting.is_empty() => {
            words.fill("ui.caption-waits", &[("names", waiting)])
        }
        Progress::Done if line.is_at_rest => words.say("ui.caption-end"),
        Progress::Done => words.say("ui.limit-horizon"),
    }
}
