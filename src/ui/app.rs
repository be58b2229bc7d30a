//! The root: owns the state, runs effects, hands down what is to be shown.

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::{document, window};
use yew::{Component, Context, Html, classes, html};

use crate::store::AppState;
use crate::store::message::Msg;
use crate::store::place::Page;

use super::dialogs::Dialogs;
use super::effects::Effects;
use super::gallery::Gallery;
use super::header::Header;
use super::lab::Lab;
use super::notices::Notices;
use super::words::Words;
use super::{frame, keys, panic, start};

/// The page.
pub struct App {
    state: AppState,
    effects: Effects,
    listeners: Vec<EventListener>,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let send = ctx.link().callback(|msg: Msg| msg);
        let mut app =
            Self { state: AppState::new(), effects: Effects::new(send), listeners: Vec::new() };
        app.take(Msg::Start(Box::new(start::read())));
        app
    }

    fn update(&mut self, _: &Context<Self>, msg: Msg) -> bool {
        self.take(msg);
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
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
    fn take(&mut self, msg: Msg) {
        panic::remember(&self.state, &msg);
        let effects = self.state.update(msg);
        for effect in effects {
            self.effects.run(effect, &self.state);
        }
    }
}
