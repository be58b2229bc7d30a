//! The head of the page: its name, the language, the colours, the link.

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::i18n::Locale;
use crate::store::message::{Msg, Share, View};
use crate::store::place::{Page, Theme};

use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct HeaderProps {
    pub(super) words: Words,
    pub(super) theme: Theme,
    pub(super) page: Page,
    pub(super) send: Callback<Msg>,
}

/// The head of the page.
#[component]
pub(super) fn Header(props: &HeaderProps) -> Html {
    let words = props.words;
    let send = &props.send;
    html! {
        <header class="head">
            if props.page == Page::Lab {
                <a class="skip" href="#stage">{ words.say("ui.skip") }</a>
            }
            <button class="brand" aria-label={words.say("ui.title")}
                onclick={send.reform(|_| Msg::View(View::Gallery))}>
                { mark() }
                <span>{ words.say("ui.title") }</span>
            </button>
            if props.page == Page::Lab {
                <button class="quiet to-gallery"
                    onclick={send.reform(|_| Msg::View(View::Gallery))}>
                    { words.say("ui.gallery") }
                </button>
            }
            <span class="gap"></span>
            { languages(props) }
            { themes(props) }
            if props.page == Page::Lab {
                <button class="quiet share" onclick={send.reform(|_| Msg::Share(Share::Copy))}>
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d={CHAIN} /></svg>
                    <span>{ words.say("ui.share") }</span>
                </button>
            }
            <button class="quiet help" aria-label={words.say("ui.help")}
                title={words.say("ui.help")} onclick={send.reform(|_| Msg::View(View::Help))}>
                { "?" }
            </button>
        </header>
    }
}

const CHAIN: &str = concat!(
    "M6.5 9.5l3 -3M7 4.5l1.7 -1.7a2.8 2.8 0 0 1 4 4L11 8.5",
    "M9 11.5l-1.7 1.7a2.8 2.8 0 0 1 -4 -4L5 7.5",
);

/// A cylinder that has found its other half.
fn mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path class="mark-top" d="M3 6v5c0 2 4 3.4 9 3.4s9-1.4 9-3.4V6" />
            <ellipse class="mark-lid" cx="12" cy="6" rx="9" ry="3.4" />
            <path class="mark-base" d="M3 14v4c0 2 4 3.4 9 3.4s9-1.4 9-3.4v-4" />
        </svg>
    }
}

fn languages(props: &HeaderProps) -> Html {
    let words = props.words;
    html! {
        <div class="languages" role="group" aria-label={words.say("ui.language")}>
            for locale in Locale::ALL {
                <button lang={locale.tag()} aria-pressed={(locale == words.0).to_string()}
                    onclick={props.send.reform(move |_| Msg::View(View::Locale(locale)))}>
                    { words.say(name(locale)) }
                </button>
            }
        </div>
    }
}

fn name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "ui.language-en",
        Locale::Ko => "ui.language-ko",
    }
}

fn themes(props: &HeaderProps) -> Html {
    let words = props.words;
    let onchange = props.send.reform(|event: Event| {
        let word = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::View(View::Theme(Theme::of_word(&word).unwrap_or(Theme::Auto)))
    });
    html! {
        <select class="quiet" aria-label={words.say("ui.theme")} ~value={props.theme.word()}
            {onchange}>
            for theme in Theme::ALL.iter().copied() {
                <option value={theme.word()} selected={theme == props.theme}>
                    { words.say(theme_key(theme)) }
                </option>
            }
        </select>
    }
}

fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => "ui.theme-auto",
        Theme::Light => "ui.theme-light",
        Theme::Dark => "ui.theme-dark",
        Theme::Projector => "ui.theme-projector",
    }
}
