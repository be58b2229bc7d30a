//! The lab: the manifest beside the diagram, and below it what it can be asked.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, classes, component, html};

use crate::lesson::{self, Lesson, Texts};
use crate::store::lab::Lab as View;
use crate::store::message::{Msg, RunMsg};
use crate::store::place::{Drawer, Panel};

use super::actions::Actions;
use super::editor::Editor;
use super::events::Events;
use super::gallery::{lesson_text, prose};
use super::hooks::files::use_drop;
use super::inspector::Inspector;
use super::problems::Problems;
use super::stage::Stage;
use super::tabs::{DrawerTabs, PanelTabs};
use super::terminal::Terminal;
use super::timeline::TimelineBar;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct LabProps {
    pub(super) words: Words,
    pub(super) lab: Rc<View>,
    pub(super) send: Callback<Msg>,
}

/// The lab.
#[component]
pub(super) fn Lab(props: &LabProps) -> Html {
    let (words, lab) = (props.words, &props.lab);
    let (is_over, ondragover, ondragleave, ondrop) = use_drop(&props.send);
    if lab.is_embedded {
        return html! {
            <main class="lab embedded">
                <h1 class="unseen">{ words.say("ui.title") }</h1>
                { stage(props) }
                if lab.has_controls { { timeline(props) } }
            </main>
        };
    }
    let class = classes!(
        "lab",
        format!("panel-{}", lab.panel.word()),
        lab.drawer
            .map_or_else(|| "closed".to_owned(), |drawer| format!("drawer-{}", drawer.word())),
        is_over.then_some("over")
    );
    let lesson = lab.lesson.as_deref().and_then(lesson::named);
    // On a narrow page the text of the scenario, and its title, may be hidden.
    let title = lesson.as_ref().map_or_else(
        || words.say("ui.title"),
        |lesson| Texts::title(lesson_text(lesson, words.0)).to_owned(),
    );
    html! {
        <main {class} {ondragover} {ondragleave} {ondrop}>
            <h1 class="unseen">{ title }</h1>
            <PanelTabs {words} panel={lab.panel} send={props.send.clone()} />
            { manifest(props, lesson.as_ref()) }
            <section class="part diagram" aria-label={words.say("ui.diagram")}>
                { stage(props) }
                { timeline(props) }
                if let Some(lesson) = &lesson {
                    <Actions {words} actions={lesson.actions.clone()} send={props.send.clone()} />
                }
            </section>
            <section class="part events" aria-label={words.say("ui.panels")}>
                <DrawerTabs {words} drawer={lab.drawer} events={lab.events.len()}
                    send={props.send.clone()} />
                <div class="drawer" id="drawer">{ drawer(props) }</div>
            </section>
            <div class="drop-hint" aria-hidden="true">{ words.say("ui.drop-here") }</div>
        </main>
    }
}

fn stage(props: &LabProps) -> Html {
    let lab = &props.lab;
    html! {
        <Stage words={props.words} picture={lab.picture.clone()} size={lab.stage}
            timeline={lab.timeline.clone()} has_begun={lab.has_begun}
            is_embedded={lab.is_embedded} selected={lab.selected.clone()}
            send={props.send.clone()} />
    }
}

fn timeline(props: &LabProps) -> Html {
    let timeline = props.lab.timeline.clone();
    html! { <TimelineBar words={props.words} {timeline} send={props.send.clone()} /> }
}

fn manifest(props: &LabProps, lesson: Option<&Lesson>) -> Html {
    let (words, lab) = (props.words, &props.lab);
    html! {
        <section class="part yaml" aria-label={words.say("ui.editor")}>
            if let Some(lesson) = lesson {
                { lesson_card(words, lesson) }
            }
            <Editor {words} text={Rc::clone(&lab.text)} parsed={lab.parsed.clone()}
                lines={lab.picture.lines.clone()} asked_line={lab.asked_line}
                send={props.send.clone()} />
            { apply_row(props) }
            <Problems {words} parsed={lab.parsed.clone()} send={props.send.clone()} />
        </section>
    }
}

fn drawer(props: &LabProps) -> Html {
    let LabProps { words, lab, send } = props;
    let words = *words;
    // A narrow page shows it even when it is closed: there it has a page of its own.
    match lab.drawer.unwrap_or(Drawer::Events) {
        Drawer::Events => html! {
            <Events {words} rows={lab.events.clone()} now={lab.timeline.now}
                send={send.clone()} />
        },
        Drawer::Object => html! {
            <Inspector {words} inspection={lab.inspection.clone()}
                selected={lab.selected.clone()} tab={lab.object_tab}
                offers={lab.offers.clone()} send={send.clone()} />
        },
        Drawer::Terminal => html! {
            <Terminal {words} terminal={lab.terminal.clone()} answers={lab.answers.clone()}
                inspection={lab.inspection.clone()} send={send.clone()} />
        },
    }
}

fn lesson_card(words: Words, lesson: &Lesson) -> Html {
    let text = lesson_text(lesson, words.0);
    html! {
        <details class="lesson" open=true>
            <summary><h2>{ Texts::title(text).to_owned() }</h2></summary>
            for paragraph in Texts::paragraphs(text) {
                <p>{ prose(paragraph) }</p>
            }
        </details>
    }
}

const PROFILES: [(&str, &str); 3] = [
    ("lecture", "ui.profile-lecture"),
    ("lab", "ui.profile-lab"),
    ("minikube", "ui.profile-minikube"),
];

fn apply_row(props: &LabProps) -> Html {
    let LabProps { words, lab, send } = props;
    let onchange = send.reform(|event: Event| {
        Msg::Run(RunMsg::Profile(event.target_unchecked_into::<HtmlSelectElement>().value()))
    });
    html! {
        <div class="apply-row">
            <button class="primary" title={words.say("ui.apply-hint")}
                aria-keyshortcuts="Control+Enter"
                onclick={send.reform(|_| Msg::Run(RunMsg::Apply))}>
                { words.say("ui.apply") }
            </button>
            <button class="quiet" title={words.say("ui.start-over-hint")}
                onclick={send.reform(|_| Msg::Run(RunMsg::StartOver))}>
                { words.say("ui.start-over") }
            </button>
            <span class="gap"></span>
            <select class="quiet" aria-label={words.say("ui.profile")} {onchange}>
                for (profile, key) in PROFILES {
                    <option value={profile} selected={profile == lab.profile}>
                        { words.say(key) }
                    </option>
                }
            </select>
        </div>
    }
}

/// The panels of a narrow page, in order.
pub(super) const PANELS: [(Panel, &str); 3] =
    [(Panel::Diagram, "ui.diagram"), (Panel::Yaml, "ui.editor"), (Panel::Events, "ui.console")];
