//! The page before the lab is there: the same parts, filled from a recording.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use web_sys::{Element, FocusEvent, HtmlTextAreaElement, InputEvent};
use yew::{Callback, Component, Context, Html, Properties, TargetCast, classes, html};

use crate::store::effect::Effect;
use crate::store::handover::Handover;
use crate::store::message::{Edit, LabMsg, Msg, Timer};
use crate::store::place::Page;
use crate::store::player::{LabStand, Player};

use super::dialogs::Dialogs;
use super::effects::Effects;
use super::fetched::Sentences;
use super::gallery::Gallery;
use super::header::Header;
use super::hooks::files;
use super::layout::{self, Parts};
use super::notices::Notices;
use super::stage::natural;
use super::words::{self, Words};
use super::{frame, handover, keys, panic, start};

/// The page before the lab is there.
pub struct PlayerApp {
    /// Shared with the offer to the lab.
    state: Rc<RefCell<Player>>,
    effects: Rc<Effects>,
    listeners: Vec<EventListener>,
    idle: Option<Timeout>,
    size: Cell<(i32, i32)>,
}

/// Where it stands on the page.
#[derive(Properties, PartialEq)]
pub struct PlayerProps {
    /// Its element.
    pub root: Element,
    /// Ends it.
    pub leave: Callback<()>,
}

/// The page is idle after that time, and the lab may come.
const IDLE_MS: u32 = 600;

impl Component for PlayerApp {
    type Message = Msg;
    type Properties = PlayerProps;

    fn create(ctx: &Context<Self>) -> Self {
        let send = ctx.link().callback(|msg: Msg| msg);
        let mut app = Self {
            state: Rc::default(),
            effects: Rc::new(Effects::new(send)),
            listeners: Vec::new(),
            idle: None,
            size: Cell::default(),
        };
        app.take(Msg::Start(Box::new(start::read())));
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if let Some(locale) = words::wanted(&msg, Sentences::Player) {
            words::send_when_spoken(locale, Sentences::Player, msg, ctx.link().callback(|msg| msg));
            return false;
        }
        self.take(msg);
        handover::changed();
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let state = self.state.borrow();
        if state.embedding.is_some() && state.board.is_some() {
            let (width, height) = natural(state.stage, &state.picture);
            frame::tell_size(&self.size, width, height);
        }
        drop(state);
        if first {
            let send = ctx.link().callback(|msg: Msg| msg);
            let is_embedded = self.state.borrow().embedding.is_some();
            self.listeners.push(keys::listen(send.clone(), is_embedded));
            self.listeners.extend(frame::listen(send.clone(), is_embedded));
            self.offer(ctx);
            let leave = send.reform(|()| Msg::Leave);
            let hide = leave.clone();
            self.listeners.push(EventListener::new(&window(), "pagehide", move |_| leave.emit(())));
            self.listeners
                .push(EventListener::new(&document(), "visibilitychange", move |_| hide.emit(())));
            self.idle = Some(Timeout::new(IDLE_MS, move || send.emit(Msg::Lab(LabMsg::Idle))));
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg: Msg| msg);
        let state = self.state.borrow();
        let words = Words(state.locale);
        let class = classes!("app", format!("page-{}", state.page.word()));
        html! {
            <div {class} lang={state.locale.tag()}>
                if state.embedding.is_none() {
                    <Header {words} theme={state.theme} page={state.page} send={send.clone()} />
                }
                <Notices {words} notice={state.notice.clone()} lab={state.lab}
                    is_asked={!state.asked.is_empty()} send={send.clone()} />
                if state.page == Page::Gallery {
                    <Gallery {words} has_text={state.has_text} send={send.clone()} />
                } else {
                    { lab(words, &state, &send) }
                }
                <Dialogs {words} dialog={state.dialog.clone()} {send} />
            </div>
        }
    }
}

impl PlayerApp {
    fn take(&mut self, msg: Msg) {
        panic::remember_player(&self.state.borrow());
        let effects: Vec<Effect> = self.state.borrow_mut().update(msg);
        for effect in effects {
            self.effects.run(effect, || self.state.borrow().told());
        }
    }

    /// Offers the page to the lab.
    fn offer(&self, ctx: &Context<Self>) {
        let (state, effects) = (Rc::clone(&self.state), Rc::clone(&self.effects));
        let (leave, scope) = (ctx.props().leave.clone(), ctx.link().clone());
        handover::offer(
            &ctx.props().root,
            move || Handover::of(&state.borrow()).encode(),
            move || effects.rest_ms(Timer::Beat),
            move || leave.emit(()),
            move || scope.send_message(Msg::Lab(LabMsg::Failed)),
        );
    }
}

fn lab(words: Words, state: &Player, send: &Callback<Msg>) -> Html {
    let show = state.show();
    let is_awaited = state.lab == LabStand::Awaited;
    let loading = || html! { <p class="empty loading">{ words.say("ui.lab-loading") }</p> };
    let parts = Parts {
        editor: editor(words, &show.text, send),
        problems: if is_awaited { loading() } else { Html::default() },
        drawer: loading(),
        drop: files::plain_drop(send),
    };
    if show.is_embedded {
        return layout::embedded(words, &show, parts, send);
    }
    layout::whole(words, &show, parts, send)
}

/// A plain text area. What is typed in it goes on to the lab.
fn editor(words: Words, text: &str, send: &Callback<Msg>) -> Html {
    let oninput = send.reform(|event: InputEvent| {
        Msg::Edit(Edit::Text(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    });
    let onfocus = send.reform(|_: FocusEvent| Msg::Lab(LabMsg::Wanted));
    html! {
        <div class="editor">
            <div class="editor-host" hidden=true></div>
            <textarea value={text.to_owned()} {oninput} {onfocus}
                aria-label={words.say("ui.editor")}
                placeholder={words.say("ui.editor-placeholder")}
                spellcheck="false" autocomplete="off" autocapitalize="off" />
        </div>
    }
}
