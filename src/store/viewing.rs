//! What is shown and how.

use super::AppState;
use super::effect::Effect;
use super::message::{Timer, View};
use super::place::{Dialog, Drawer, Page, Panel, Stage};
use super::playhead::save_soon;

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
        if was_hidden && autoplays && !self.head.is_playing() {
            self.head.flow(self.known())
        } else {
            Vec::new()
        }
    }

    pub(super) fn elapsed(&mut self, timer: Timer) -> Vec<Effect> {
        match timer {
            Timer::Read if self.view.unread => self.read(),
            Timer::Read => Vec::new(),
            Timer::Beat => self.head.beat_over(self.known()),
            Timer::Save => self.save_now(),
        }
    }

    /// Keeps text and place now.
    pub(super) fn save_now(&mut self) -> Vec<Effect> {
        self.view.is_unsaved = false;
        if self.view.embedding.is_some() {
            return Vec::new();
        }
        vec![Effect::Cancel(Timer::Save), Effect::Save(self.saved())]
    }

    /// Sets the time to keep what changed once: more changes must not put it off.
    pub(super) fn save_once(&mut self, effects: &mut Vec<Effect>) {
        let waits = |effect: &Effect| matches!(effect, Effect::Wait { timer: Timer::Save, .. });
        let is_saved = effects.iter().any(|effect| matches!(effect, Effect::Save(_)));
        let wished = effects.iter().any(waits);
        effects.retain(|effect| !waits(effect));
        if is_saved {
            self.view.is_unsaved = false;
        } else if wished && !self.view.is_unsaved {
            self.view.is_unsaved = true;
            effects.push(super::playhead::save_soon());
        }
    }
}
