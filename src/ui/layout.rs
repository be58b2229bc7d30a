//! The lab's parts in their places: the same whether the run is computed or recorded.

use web_sys::HtmlSelectElement;
use yew::{Callback, DragEvent, Event, Html, TargetCast, classes, html};

use crate::lesson;
use crate::store::lab::Show;
use crate::store::message::{Msg, RunMsg};
use crate::store::place::{Panel, Part};

use super::actions::Actions;
use super::gallery::prose;
use super::stage::Stage;
use super::tabs::{DrawerTabs, PanelTabs};
use super::timeline::TimelineBar;
use super::words::Words;

/// What the parts are filled with.
pub(super) struct Parts {
    /// Where the text stands.
    pub(super) editor: Html,
    /// What is said about it.
    pub(super) problems: Html,
    /// What the open drawer shows.
    pub(super) drawer: Html,
    /// What hears of files that are held over the page, and whether one is.
    pub(super) drop: (bool, Callback<DragEvent>, Callback<DragEvent>, Callback<DragEvent>),
}

/// The page inside another one: the diagram alone, or the parts that its address names.
pub(super) fn embedded(words: Words, show: &Show, parts: Parts, send: &Callback<Msg>) -> Html {
    let has_yaml = show.shows(Part::Yaml);
    let has_drawer = show.shows(Part::Events) || show.shows(Part::Terminal);
    let class = classes!(
        "lab",
        "embedded",
        (has_yaml || has_drawer).then_some("shares"),
        has_yaml.then_some("has-yaml"),
        has_drawer.then_some("has-drawer"),
    );
    html! {
        <main {class}>
            <h1 class="unseen">{ words.say("ui.title") }</h1>
            if has_yaml {
                <section class="part yaml" aria-label={words.say("ui.editor")}>
                    if show.is_locked {
                        <pre class="locked" tabindex="0" aria-label={words.say("ui.editor")}>
                            { show.text.to_string() }
                        </pre>
                    } else {
                        { parts.editor }
                        { apply_row(words, show, send) }
                        { parts.problems }
                    }
                </section>
            }
            <section class="part diagram" aria-label={words.say("ui.diagram")}>
                { stage(words, show, send) }
                if show.has_controls { { timeline(words, show, send) } }
            </section>
            if has_drawer {
                <section class="part events" aria-label={words.say("ui.panels")}>
                    if show.shows(Part::Events) && show.shows(Part::Terminal) {
                        <DrawerTabs {words} drawer={show.drawer} events={show.events}
                            send={send.clone()} />
                    }
                    <div class="drawer" id="drawer">{ parts.drawer }</div>
                </section>
            }
        </main>
    }
}

/// The whole lab.
pub(super) fn whole(words: Words, show: &Show, parts: Parts, send: &Callback<Msg>) -> Html {
    let (is_over, ondragover, ondragleave, ondrop) = parts.drop;
    let class = classes!(
        "lab",
        format!("panel-{}", show.panel.word()),
        show.drawer
            .map_or_else(|| "closed".to_owned(), |drawer| format!("drawer-{}", drawer.word())),
        is_over.then_some("over")
    );
    let text = show.lesson.as_deref().map(|id| words.say(&lesson::text_key(id)));
    // On a narrow page the text of the scenario, and its title, may be hidden.
    let title = text
        .as_deref()
        .map_or_else(|| words.say("ui.title"), |text| lesson::title(text).to_owned());
    html! {
        <main {class} {ondragover} {ondragleave} {ondrop}>
            <h1 class="unseen">{ title }</h1>
            <PanelTabs {words} panel={show.panel} send={send.clone()} />
            <section class="part yaml" aria-label={words.say("ui.editor")}>
                if let Some(text) = &text {
                    { lesson_card(text) }
                }
                { parts.editor }
                { apply_row(words, show, send) }
                { parts.problems }
            </section>
            <section class="part diagram" aria-label={words.say("ui.diagram")}>
                { stage(words, show, send) }
                { timeline(words, show, send) }
                <Actions {words} actions={show.actions.clone()} send={send.clone()} />
            </section>
            <section class="part events" aria-label={words.say("ui.panels")}>
                <DrawerTabs {words} drawer={show.drawer} events={show.events}
                    send={send.clone()} />
                <div class="drawer" id="drawer">{ parts.drawer }</div>
            </section>
            <div class="drop-hint" aria-hidden="true">{ words.say("ui.drop-here") }</div>
        </main>
    }
}

fn stage(words: Words, show: &Show, send: &Callback<Msg>) -> Html {
    html! {
        <Stage {words} picture={show.picture.clone()} size={show.stage}
            timeline={show.timeline.clone()} has_begun={show.has_begun}
            is_embedded={show.is_embedded} selected={show.selected.clone()}
            send={send.clone()} />
    }
}

fn timeline(words: Words, show: &Show, send: &Callback<Msg>) -> Html {
    html! { <TimelineBar {words} timeline={show.timeline.clone()} send={send.clone()} /> }
}

fn lesson_card(text: &str) -> Html {
    html! {
        <details class="lesson" open=true>
            <summary><h2>{ lesson::title(text).to_owned() }</h2></summary>
            for paragraph in lesson::paragraphs(text) {
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

fn apply_row(words: Words, show: &Show, send: &Callback<Msg>) -> Html {
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
                    <option value={profile} selected={profile == show.profile}>
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
