//! The root: owns the state, runs effects, hands down what is to be shown.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::{document, window};
use web_sys::Element;
use yew::{Component, Context, Html, Properties, classes, html};

use crate::store::AppState;
use crate::store::effect::Effect;
use crate::store::message::Msg;
use crate::store::place::Page;

use super::dialogs::Dialogs;
use super::effects::Effects;
use super::fetched::Sentences;
use super::gallery::Gallery;
use super::header::Header;
use super::lab::Lab;
use super::notices::Notices;
use super::stage::natural;
use super::standby::Standby;
use super::words::{self, Words};
use super::{frame, keys, panic, start};

/// The page that computes.
pub struct App {
    state: AppState,
    effects: Effects,
    listeners: Vec<EventListener>,
    standby: Option<Standby>,
    size: Cell<(i32, i32)>,
}

/// How the page comes up.
#[derive(Properties, PartialEq, Default)]
pub struct AppProps {
    /// The element that takes the place of the player's page, when there is a player. It is not
    /// shown before everything in it is as the player shows it.
    #[prop_or_default]
    pub standby: Option<Element>,
}

impl Component for App {
    type Message = Msg;
    type Properties = AppProps;

    fn create(ctx: &Context<Self>) -> Self {
        let send = ctx.link().callback(|msg: Msg| msg);
        let mut start = start::read();
        let root = ctx.props().standby.clone();
        let standby = root.and_then(|root| Standby::begin(root, send.clone()));
        start.handover = standby.as_ref().map(|standby| standby.player().clone());
        let effects = Effects::new(send);
        let mut app = Self {
            state: AppState::new(),
            effects,
            listeners: Vec::new(),
            standby,
            size: Cell::default(),
        };
        app.take(Msg::Start(Box::new(start)));
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if let Some(locale) = words::wanted(&msg, Sentences::Lab) {
            words::send_when_spoken(locale, Sentences::Lab, msg, ctx.link().callback(|msg| msg));
            return false;
        }
        match (&mut self.standby, msg) {
            (Some(standby), Msg::Lab(_)) => {
                let Some(player) = standby.follow() else { return true };
                self.take(Msg::Follow(Box::new(player)));
            }
            (_, msg) => self.take(msg),
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(standby) = &mut self.standby else {
            if first {
                self.listen(ctx);
            }
            if self.state.view.embedding.is_some() {
                let (width, height) = natural(self.state.view.stage, &self.state.view.picture);
                frame::tell_size(&self.size, width, height);
            }
            return;
        };
        if standby.is_over(&self.state)
            && let Some((rest_ms, asked)) = self.standby.take().map(Standby::end)
        {
            self.listen(ctx);
            self.take(Msg::TakeOver { rest_ms });
            ctx.link().send_message_batch(asked);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg: Msg| msg);
        let view = &self.state.view;
        let words = Words(view.locale);
        let is_embedded = view.embedding.is_some();
        let class = classes!("app", format!("page-{}", view.page.word()));
        html! {
            <div {class} lang={view.locale.tag()}>
                if !is_embedded {
                    <Header {words} theme={view.theme} page={view.page} send={send.clone()} />
                }
                <Notices {words} notice={view.notice.clone()}
                    has_earlier={self.state.run.earlier.is_some()}
                    has_kept_text={view.kept_text.is_some()} send={send.clone()} />
                if view.page == Page::Gallery {
                    <Gallery {words} has_text={!self.state.run.text.trim().is_empty()}
                        send={send.clone()} />
                } else {
                    <Lab {words} lab={Rc::new(self.state.lab())} send={send.clone()} />
                }
                <Dialogs {words} dialog={view.dialog.clone()} {send} />
            </div>
        }
    }
}

impl App {
    fn listen(&mut self, ctx: &Context<Self>) {
        let send = ctx.link().callback(|msg: Msg| msg);
        let is_embedded = self.state.view.embedding.is_some();
        self.listeners.push(keys::listen(send.clone(), is_embedded));
        self.listeners.extend(frame::listen(send.clone(), is_embedded));
        // Both: a phone may end a page that it hid without telling it.
        let leave = send.reform(|()| Msg::Leave);
        let hide = leave.clone();
        self.listeners.push(EventListener::new(&window(), "pagehide", move |_| leave.emit(())));
        self.listeners
            .push(EventListener::new(&document(), "visibilitychange", move |_| hide.emit(())));
    }

    fn take(&mut self, msg: Msg) {
        let is_shown = self.standby.is_none();
        if is_shown {
            panic::remember(&self.state, &msg);
        }
        let effects = self.state.update(msg);
        // Before it is shown it computes, and touches nothing outside.
        for effect in effects.into_iter().filter(|one| is_shown || *one == Effect::Work) {
            self.effects.run(effect, || self.state.told());
        }
    }
}
