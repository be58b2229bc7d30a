//! The line in which the page says something: what was refused, kept or copied.

use yew::{Callback, Html, Properties, component, html};

use crate::store::message::{Edit, LabMsg, Msg, RunMsg, View};
use crate::store::place::Notice;
use crate::store::player::LabStand;

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct NoticesProps {
    pub(super) words: Words,
    pub(super) notice: Option<Notice>,
    #[prop_or_default]
    pub(super) has_earlier: bool,
    #[prop_or_default]
    pub(super) has_kept_text: bool,
    /// How the lab stands, where it is not there yet.
    #[prop_or_default]
    pub(super) lab: Option<LabStand>,
    /// Whether it is to do something when it is there.
    #[prop_or_default]
    pub(super) is_asked: bool,
    pub(super) send: Callback<Msg>,
}

/// What is said when a run was left for another.
const BRANCHES: [&str; 3] = ["ui.branch", "ui.fresh", "ui.other-profile"];

/// What the page has to say; screen readers hear it.
#[component]
pub(super) fn Notices(props: &NoticesProps) -> Html {
    let words = props.words;
    let is_branch = props.notice.as_ref().is_some_and(|notice| BRANCHES.contains(&notice.key));
    html! {
        <div class="notices" role="status">
            if let Some(notice) = &props.notice {
                <div class="notice">
                    <p>{ words.tell(notice.key, &notice.args) }</p>
                    if is_branch && props.has_earlier {
                        <button onclick={props.send.reform(|_| Msg::Run(RunMsg::Earlier))}>
                            { words.say("ui.branch-back") }
                        </button>
                    }
                    <button class="close" aria-label={words.say("ui.close")}
                        onclick={props.send.reform(|_| Msg::View(View::CloseNotice))}>
                        { "\u{d7}" }
                    </button>
                </div>
            }
            if props.lab == Some(LabStand::Awaited) && props.is_asked {
                <div class="notice loading"><p>{ words.say("ui.lab-asked") }</p></div>
            }
            if props.lab == Some(LabStand::Missing) {
                <div class="notice">
                    <p>{ words.say("ui.lab-missing") }</p>
                    <button onclick={props.send.reform(|_| Msg::Lab(LabMsg::Retry))}>
                        { words.say("ui.retry") }
                    </button>
                </div>
            }
            if props.has_kept_text {
                <div class="notice">
                    <p>{ words.say("ui.kept-text") }</p>
                    <button onclick={props.send.reform(|_| Msg::Edit(Edit::BringBack))}>
                        { words.say("ui.kept-text-back") }
                    </button>
                </div>
            }
        </div>
    }
}
