//! What is shown and how.

use super::AppState;
use super::effect::Effect;
use super::message::{Timer, View};
use super::place::{Dialog, Drawer, Page, Panel, Stage};
use super::playing::save_soon;

impl AppState {
    pub(super) fn look(&mut self, view: View) -> Vec<Effect> {
        match view {
            View::Gallery => {
                self.view.page = Page::Gallery;
                let mut effects = self.play(super::message::Play::Pause);
                effects.push(save_soon());
                return effects;
            }
            View::Lab => {
                self.view.page = Page::Lab;
                return vec![save_soon()];
            }
            View::Locale(locale) => {
                self.view.locale = locale;
                return vec![Effect::Speak(locale), save_soon()];
            }
            View::Theme(theme) => {
                self.view.theme = theme;
                return vec![Effect::Paint(theme), save_soon()];
            }
            View::Panel(panel) => self.view.panel = panel,
            View::Drawer(drawer) => {
                let is_open = self.view.drawer == Some(drawer);
                self.view.drawer = (!is_open).then_some(drawer);
            }
            View::Select(key) => {
                self.view.selected = Some(key);
                self.view.drawer = Some(Drawer::Object);
                self.view.panel = Panel::Events;
            }
            View::ObjectTab(tab) => self.view.object_tab = tab,
            View::Stage(stage) => return self.take_stage(stage),
            View::Help => self.view.dialog = Some(Dialog::Help),
            View::CloseDialog => self.view.dialog = None,
            View::CloseNotice => self.view.notice = None,
        }
        Vec::new()
    }

    fn take_stage(&mut self, stage: Stage) -> Vec<Effect> {
        // Hidden for a while: the picture is kept for when it is shown again.
        if stage.width <= 0 {
            return Vec::new();
        }
        let was_hidden = self.view.stage.width <= 0;
        self.view.stage = stage;
        let autoplays = self.view.embedding.as_ref().is_some_and(|embed| embed.autoplays);
        if was_hidden && autoplays && !self.is_playing() { self.flow() } else { Vec::new() }
    }

    pub(super) fn elapsed(&mut self, timer: Timer) -> Vec<Effect> {
        match timer {
            Timer::Read if self.view.unread => self.read(),
            Timer::Read => Vec::new(),
            Timer::Beat => self.beat_over(),
            Timer::Save if self.view.embedding.is_some() => Vec::new(),
            Timer::Save => vec![Effect::Save(self.saved())],
        }
    }
}
