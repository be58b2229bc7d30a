//! The buttons of a scenario, each a command of `kubectl`.

use yew::{Callback, Html, Properties, component, html};

use crate::i18n;
use crate::lesson::LessonAction;
use crate::store::message::{Msg, RunMsg};

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct ActionsProps {
    pub(super) words: Words,
    pub(super) actions: Vec<LessonAction>,
    pub(super) send: Callback<Msg>,
}

/// The buttons.
#[component]
pub(super) fn Actions(props: &ActionsProps) -> Html {
    let words = props.words;
    if props.actions.is_empty() {
        return Html::default();
    }
    html! {
        <div class="actions" role="group" aria-label={words.say("ui.actions")}>
            <span class="actions-title">{ words.say("ui.actions") }</span>
            for action in &props.actions {
                { button(props, action) }
            }
        </div>
    }
}

fn button(props: &ActionsProps, action: &LessonAction) -> Html {
    let key = format!("lesson.action.{}", action.id);
    let args = action.kubectl.clone();
    let line = format!("kubectl {args}");
    let onclick = props.send.reform(move |_| Msg::Run(RunMsg::Kubectl(args.clone())));
    html! {
        <button key={action.id.clone()} title={line.clone()} {onclick}>
            if i18n::has(&key) { { props.words.say(&key) } } else { <code>{ line }</code> }
        </button>
    }
}
