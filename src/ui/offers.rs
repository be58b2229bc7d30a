//! Buttons for the object that is looked into: each is a command that one could as well type.

use yew::{Callback, Html, Properties, component, html};

use crate::store::message::Msg;
use crate::store::offers::Offer;
use crate::store::terminal::Terminal;

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct OffersProps {
    pub(super) words: Words,
    pub(super) offers: Vec<Offer>,
    pub(super) send: Callback<Msg>,
}

/// The buttons.
#[component]
pub(super) fn Offers(props: &OffersProps) -> Html {
    if props.offers.is_empty() {
        return Html::default();
    }
    html! {
        <span class="offers" role="group" aria-label={props.words.say("ui.actions")}>
            for offer in &props.offers {
                { button(props, offer) }
            }
        </span>
    }
}

fn button(props: &OffersProps, offer: &Offer) -> Html {
    let run = Terminal::Run(offer.machine.clone(), offer.line.clone());
    html! {
        <button key={offer.key} class="chip" title={offer.machine.prompt() + &offer.line}
            onclick={props.send.reform(move |_| Msg::Terminal(run.clone()))}>
            { props.words.say(offer.key) }
        </button>
    }
}
