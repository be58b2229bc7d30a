//! The lab that computes: the manifest beside the diagram, and below it what it can be asked.

use std::rc::Rc;

use yew::{Callback, Html, Properties, component, html};

use crate::store::lab::Lab as View;
use crate::store::message::Msg;
use crate::store::place::Drawer;

use super::editor::Editor;
use super::events::Events;
use super::hooks::files::use_drop;
use super::inspector::Inspector;
use super::layout::{self, Parts};
use super::problems::Problems;
use super::terminal::Terminal;
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
    let LabProps { words, lab, send } = props;
    let (words, show) = (*words, &lab.show);
    let drop = use_drop(send);
    let editor = html! {
        <Editor {words} text={Rc::clone(&show.text)} parsed={lab.parsed.clone()}
            lines={show.picture.lines.clone()} asked_line={lab.asked_line} send={send.clone()} />
    };
    let problems = html! { <Problems {words} parsed={lab.parsed.clone()} send={send.clone()} /> };
    let parts = Parts { editor, problems, drawer: drawer(props), drop };
    if show.is_embedded {
        return layout::embedded(words, show, parts, send);
    }
    layout::whole(words, show, parts, send)
}

fn drawer(props: &LabProps) -> Html {
    let LabProps { words, lab, send } = props;
    let (words, show) = (*words, &lab.show);
    // A narrow page shows it even when it is closed: there it has a page of its own.
    match show.drawer.unwrap_or(Drawer::Events) {
        Drawer::Events => html! {
            <Events {words} rows={lab.events.clone()} now={show.timeline.now}
                send={send.clone()} />
        },
        Drawer::Object => html! {
            <Inspector {words} inspection={lab.inspection.clone()}
                selected={show.selected.clone()} tab={lab.object_tab}
                offers={lab.offers.clone()} send={send.clone()} />
        },
        Drawer::Terminal => html! {
            <Terminal {words} terminal={lab.terminal.clone()} answers={lab.answers.clone()}
                inspection={lab.inspection.clone()} send={send.clone()} />
        },
    }
}
