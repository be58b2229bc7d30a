//! The scenarios to choose from, and the editor for one's own text.

use yew::{Callback, Html, Properties, component, html};

use crate::lesson;
use crate::store::message::{Msg, RunMsg, View};

use super::hooks::files::use_drop;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct GalleryProps {
    pub(super) words: Words,
    pub(super) has_text: bool,
    pub(super) send: Callback<Msg>,
}

/// The gallery.
#[component]
pub(super) fn Gallery(props: &GalleryProps) -> Html {
    let words = props.words;
    let (_, ondragover, ondragleave, ondrop) = use_drop(&props.send);
    let open = if props.has_text { "ui.gallery-continue" } else { "ui.gallery-own-open" };
    html! {
        <main class="gallery" {ondragover} {ondragleave} {ondrop}>
            <div class="gallery-head">
                <h1>{ words.say("ui.gallery-title") }</h1>
                <p>{ words.say("ui.gallery-intro") }</p>
            </div>
            <ul class="cards">
                for id in lesson::IDS.iter().copied() { { card(props, id) } }
                <li class="card own">
                    <h2>{ words.say("ui.gallery-own-title") }</h2>
                    <p>{ words.say("ui.gallery-own") }</p>
                    <button onclick={props.send.reform(|_| Msg::View(View::Lab))}>
                        { words.say(open) }
                    </button>
                    if props.has_text {
                        <button onclick={props.send.reform(|_| Msg::Run(RunMsg::Blank))}>
                            { words.say("ui.gallery-blank") }
                        </button>
                    }
                </li>
            </ul>
        </main>
    }
}

fn card(props: &GalleryProps, id: &'static str) -> Html {
    let words = props.words;
    let text = words.say(&lesson::text_key(id));
    let title = lesson::title(&text);
    let onclick = props.send.reform(move |_| Msg::Run(RunMsg::Open(id.to_owned())));
    html! {
        <li class="card" key={id}>
            { emblem(id) }
            <h2>
                <button class="card-open" {onclick}
                    aria-label={words.fill("ui.gallery-open", &[("title", title)])}>
                    { title.to_owned() }
                </button>
            </h2>
            if let Some(first) = lesson::paragraphs(&text).next() {
                <p>{ prose(first) }</p>
            }
        </li>
    }
}

/// A paragraph whose parts between back quotes are code.
pub(super) fn prose(paragraph: &str) -> Html {
    let parts = paragraph.split('`').enumerate();
    parts
        .map(|(index, part)| {
            if index % 2 == 1 {
                html! { <code>{ part.to_owned() }</code> }
            } else {
                html! { { part.to_owned() } }
            }
        })
        .collect()
}

/// A small drawing of what a scenario is about.
fn emblem(id: &str) -> Html {
    let cylinder = |x: i32, y: i32| {
        let d = format!("M{x} {y}v14a10 3.6 0 0 0 20 0v-14a10 3.6 0 0 0 -20 0a10 3.6 0 0 0 20 0");
        html! { <path class="e-store" {d} /> }
    };
    let pod = |x: i32, y: i32| {
        html! {
            <rect class="e-pod" x={x.to_string()} y={y.to_string()} width="24" height="18" rx="4" />
        }
    };
    let line = |d: &'static str| html! { <path class="e-line" {d} /> };
    let drawing = match id {
        "emptydir" => html! { <>
            <rect class="e-frame" x="6" y="4" width="108" height="56" rx="8" />
            { pod(16, 12) }{ pod(80, 12) }{ cylinder(50, 34) }{ line("M28 30v14h22M92 30v14h-22") }
        </> },
        "hostpath" => html! { <>
            <rect class="e-frame" x="24" y="4" width="72" height="56" rx="8" />
            { pod(48, 10) }{ line("M60 28v18") }
            <rect class="e-strip" x="30" y="46" width="60" height="9" rx="2" />
        </> },
        "nfs" => html! { <>
            <rect class="e-frame" x="6" y="6" width="34" height="52" rx="6" />
            <rect class="e-frame" x="80" y="6" width="34" height="52" rx="6" />
            { pod(11, 14) }{ pod(85, 14) }{ cylinder(50, 34) }{ line("M23 32v14h27M97 32v14h-27") }
        </> },
        "mongo-static" => html! { <>
            { pod(10, 23) }{ line("M34 32h14M72 32h14") }
            <path class="e-claim" d="M48 22h12v6a4 4 0 0 1 0 8v6h-12z" />
            <path class="e-store" d="M60 22h12v20h-12v-6a4 4 0 0 0 0 -8z" />
            { cylinder(88, 24) }
        </> },
        "mongo-dynamic" => html! { <>
            <path class="e-claim" d="M10 22h24v20h-24z" />{ line("M34 32h16M70 32h16") }
            <circle class="e-frame" cx="60" cy="32" r="10" />{ line("M56 32l3 3l6 -7") }
            { cylinder(88, 24) }
        </> },
        _ => html! { <>
            { pod(8, 8) }{ pod(48, 8) }{ pod(88, 8) }
            { line("M20 26v12M60 26v12M100 26v12") }
            { cylinder(10, 40) }{ cylinder(50, 40) }{ cylinder(90, 40) }
        </> },
    };
    html! { <svg class="emblem" viewBox="0 0 120 64" aria-hidden="true">{ drawing }</svg> }
}
