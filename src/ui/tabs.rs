//! Tabs: for the parts of a narrow page, and for what stands below the diagram.

use yew::{Callback, Html, Properties, classes, component, html};

use crate::store::message::{Msg, View};
use crate::store::place::{Drawer, Panel};

use super::layout::PANELS;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct PanelTabsProps {
    pub(super) words: Words,
    pub(super) panel: Panel,
    pub(super) send: Callback<Msg>,
}

/// Chooses the part that a narrow page shows.
#[component]
pub(super) fn PanelTabs(props: &PanelTabsProps) -> Html {
    let words = props.words;
    html! {
        <nav class="panel-tabs" aria-label={words.say("ui.panels")}>
            for (panel, key) in PANELS {
                <button aria-pressed={(panel == props.panel).to_string()}
                    onclick={props.send.reform(move |_| Msg::View(View::Panel(panel)))}>
                    { words.say(key) }
                </button>
            }
        </nav>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct DrawerTabsProps {
    pub(super) words: Words,
    pub(super) drawer: Option<Drawer>,
    pub(super) events: usize,
    pub(super) send: Callback<Msg>,
}

/// Chooses what stands below the diagram.
#[component]
pub(super) fn DrawerTabs(props: &DrawerTabsProps) -> Html {
    let words = props.words;
    let shown = props.drawer.unwrap_or(Drawer::Events);
    let class = |drawer| classes!((drawer == shown).then_some("shown"));
    html! {
        <div class="drawer-tabs" role="group" aria-label={words.say("ui.panels")}>
            for drawer in Drawer::ALL.iter().copied() {
                <button aria-controls="drawer" class={class(drawer)}
                    aria-expanded={(Some(drawer) == props.drawer).to_string()}
                    onclick={props.send.reform(move |_| Msg::View(View::Drawer(drawer)))}>
                    { words.say(key(drawer)) }
                    if drawer == Drawer::Events && props.events > 0 {
                        <span class="badge">{ props.events }</span>
                    }
                </button>
            }
        </div>
    }
}

fn key(drawer: Drawer) -> &'static str {
    match drawer {
        Drawer::Events => "ui.events",
        Drawer::Object => "ui.object",
        Drawer::Terminal => "ui.terminal",
    }
}
