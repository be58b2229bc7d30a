//! Dialogs: the keys, and questions before something cannot be taken back.

use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};
use yew::{
    Callback, Event, FocusEvent, Html, Properties, TargetCast, component, html, use_effect_with,
    use_node_ref,
};

use crate::store::message::{Msg, Share, View};
use crate::store::place::Dialog;

use super::effects;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct DialogsProps {
    pub(super) words: Words,
    pub(super) dialog: Option<Dialog>,
    pub(super) send: Callback<Msg>,
}

/// The dialog that is open, if one is.
#[component]
pub(super) fn Dialogs(props: &DialogsProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.dialog.is_some()), |(node, is_open)| {
        let Some(dialog) = node.cast::<HtmlDialogElement>() else { return };
        if *is_open && !dialog.open() {
            let _ = dialog.show_modal();
            if let Ok(Some(first)) = dialog.query_selector("[data-first]")
                && let Ok(first) = wasm_bindgen::JsCast::dyn_into::<HtmlElement>(first)
            {
                let _ = first.focus();
            }
        } else if !*is_open && dialog.open() {
            dialog.close();
        }
    });
    let close = props.send.reform(|_: Event| Msg::View(View::CloseDialog));
    html! {
        <dialog ref={node} class="dialog" aria-labelledby="dialog-title" onclose={close}>
            if let Some(dialog) = &props.dialog {
                { content(props, dialog) }
            }
        </dialog>
    }
}

fn content(props: &DialogsProps, dialog: &Dialog) -> Html {
    let words = props.words;
    let title = |key: &str| html! { <h2 id="dialog-title">{ words.say(key) }</h2> };
    match dialog {
        Dialog::Help => html! { <>{ title("ui.help-title") }{ keys(words) }{ close(props) }</> },
        Dialog::Secret => html! {
            <>
                { title("ui.secret-title") }
                <p>{ words.say("ui.secret-text") }</p>
                <div class="buttons">
                    { cancel(props) }
                    <button onclick={props.send.reform(|_| Msg::Share(Share::CopyAnyway))}>
                        { words.say("ui.secret-copy") }
                    </button>
                </div>
            </>
        },
        Dialog::Link(hash) => html! {
            <>
                { title("ui.share") }
                <p>{ words.say("ui.share-failed") }</p>
                <input class="link-text" readonly=true data-first="" value={effects::link(hash)}
                    aria-label={words.say("ui.share-link")} onfocus={Callback::from(select)} />
                { close(props) }
            </>
        },
    }
}

fn select(event: FocusEvent) {
    event.target_unchecked_into::<HtmlInputElement>().select();
}

fn close(props: &DialogsProps) -> Html {
    html! { <div class="buttons">{ end(props, "ui.close") }</div> }
}

fn cancel(props: &DialogsProps) -> Html {
    end(props, "ui.cancel")
}

fn end(props: &DialogsProps, key: &str) -> Html {
    html! {
        <button class="primary" data-first=""
            onclick={props.send.reform(|_| Msg::View(View::CloseDialog))}>
            { props.words.say(key) }
        </button>
    }
}

fn keys(words: Words) -> Html {
    let rows = [
        ("\u{2192}", "ui.help-next"),
        ("\u{2190}", "ui.help-prev"),
        ("Space", "ui.help-play"),
        ("Home / End", "ui.help-ends"),
        ("f", "ui.help-full"),
        ("Ctrl+Enter", "ui.help-apply"),
        ("`", "ui.help-terminal"),
        ("?", "ui.help-help"),
    ];
    html! {
        <>
            <dl class="keys">
                for (key, what) in rows {
                    <div><dt><kbd>{ key }</kbd></dt><dd>{ words.say(what) }</dd></div>
                }
            </dl>
            <p>{ words.say("ui.help-note") }</p>
        </>
    }
}
