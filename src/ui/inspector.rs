//! One object in full: described, or as YAML.

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::api::object::ObjectKey;
use crate::store::inspection::Inspection;
use crate::store::message::{Msg, View};
use crate::store::offers::Offer;
use crate::store::place::ObjectTab;
use crate::store::shared::Shared;

use super::offers::Offers;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct InspectorProps {
    pub(super) words: Words,
    pub(super) inspection: Shared<Inspection>,
    pub(super) selected: Option<ObjectKey>,
    pub(super) tab: ObjectTab,
    pub(super) offers: Vec<Offer>,
    pub(super) send: Callback<Msg>,
}

/// The inspector.
#[component]
pub(super) fn Inspector(props: &InspectorProps) -> Html {
    let words = props.words;
    html! {
        <div class="inspector">
            <div class="inspector-head">
                { chooser(props) }
                for tab in ObjectTab::ALL.iter().copied() {
                    <button class="chip" aria-pressed={(tab == props.tab).to_string()}
                        onclick={props.send.reform(move |_| Msg::View(View::ObjectTab(tab)))}>
                        { words.say(key(tab)) }
                    </button>
                }
                <Offers {words} offers={props.offers.clone()} send={props.send.clone()} />
            </div>
            { content(props) }
        </div>
    }
}

fn content(props: &InspectorProps) -> Html {
    let words = props.words;
    match (&props.selected, &props.inspection.text) {
        (None, _) => html! { <p class="empty">{ words.say("ui.object-none") }</p> },
        (Some(key), None) => {
            let name = key.to_string();
            html! { <p class="empty">{ words.fill("ui.object-gone", &[("name", &name)]) }</p> }
        }
        (Some(key), Some(text)) => html! {
            <pre tabindex="0" aria-label={key.to_string()}>{ text }</pre>
        },
    }
}

fn chooser(props: &InspectorProps) -> Html {
    let words = props.words;
    let inspection = props.inspection.clone();
    let send = props.send.clone();
    let onchange = Callback::from(move |event: Event| {
        let index = event.target_unchecked_into::<HtmlSelectElement>().value();
        let chosen = index.parse().ok().and_then(|index: usize| inspection.objects.get(index));
        if let Some(key) = chosen {
            send.emit(Msg::View(View::Select(key.clone())));
        }
    });
    let is_there = |key: &ObjectKey| props.selected.as_ref() == Some(key);
    html! {
        <select aria-label={words.say("ui.object-pick")} {onchange}>
            <option value="" selected={props.selected.is_none()}>
                { words.say("ui.object-choose") }
            </option>
            for (index, key) in props.inspection.objects.iter().enumerate() {
                <option key={key.to_string()} value={index.to_string()} selected={is_there(key)}>
                    { key.to_string() }
                </option>
            }
        </select>
    }
}

fn key(tab: ObjectTab) -> &'static str {
    match tab {
        ObjectTab::Describe => "ui.object-describe",
        ObjectTab::Yaml => "ui.object-yaml",
    }
}
