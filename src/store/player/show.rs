//! What is shown of a recording, and what is kept of the place.

use std::rc::Rc;

use crate::api::time::SimTime;
use crate::sim::engine::Progress;

use super::super::effect::{Effect, Saved};
use super::super::embedding::{Embedded as _, Told};
use super::super::lab::{Show, Timeline};
use super::super::message::Timer;
use super::super::picture::Picture;
use super::super::playhead::save_soon;
use super::super::shared::Shared;
use super::super::storyboard::Place;
use super::Player;
use super::start::place_word;

impl Player {
    /// The text in the editor.
    pub fn text(&self) -> Rc<str> {
        let own = self.typed.clone();
        own.or_else(|| Some(Rc::clone(&self.board.as_ref()?.manifest))).unwrap_or_default()
    }

    /// What the lab would show of it.
    pub fn show(&self) -> Show {
        let board = self.board.as_ref();
        let embedding = self.embedding.as_ref();
        Show {
            text: self.text(),
            profile: board.map_or("lecture", |board| &board.profile).to_owned(),
            lesson: self.lesson.clone(),
            actions: board.map(|board| board.actions.clone()).unwrap_or_default(),
            picture: self.picture.clone(),
            stage: self.stage,
            timeline: self.timeline(),
            has_begun: self.lesson.is_some(),
            events: self.place().map_or(0, |place| place.events),
            panel: self.panel,
            drawer: self.drawer,
            selected: self.selected.clone(),
            is_embedded: embedding.is_some(),
            has_controls: embedding.is_none_or(|embed| embed.has_controls),
            parts: embedding.map(|embed| embed.parts.clone()).unwrap_or_default(),
            is_locked: embedding.is_some_and(|embed| embed.is_locked),
        }
    }

    fn timeline(&self) -> Timeline {
        let is_there = self.board.is_some() || self.lesson.is_none();
        Timeline {
            shown: self.head.shown,
            count: self.known().beats,
            marks: self.markings.clone(),
            now: self.place().map_or(SimTime(0), |place| place.now),
            is_playing: self.head.is_playing(),
            speed_percent: self.head.speed_percent,
            progress: if is_there { Progress::Done } else { Progress::More },
            is_at_rest: self.board.as_ref().is_none_or(|board| board.is_at_rest),
        }
    }

    /// The place that reports tell of.
    pub fn told(&self) -> Told {
        Told {
            shown: self.head.shown,
            count: self.known().beats,
            caption: self.picture.caption.clone(),
            has_begun: self.lesson.is_some(),
            locale: self.locale,
        }
    }

    fn place(&self) -> Option<&Place> {
        self.board.as_ref()?.places.get(self.head.shown)
    }

    pub(super) fn refresh_picture(&mut self) {
        let Some(board) = &self.board else { return };
        let pictured = (board.clone(), self.head.shown);
        if self.pictured.as_ref() == Some(&pictured) {
            return;
        }
        let Some(place) = self.place() else { return };
        let width = self.pictured.as_ref().map(|(board, _)| board.width);
        let mut picture = Picture {
            is_resized: width != Some(board.width),
            scene: Rc::clone(&place.scene),
            caption: place.caption.clone(),
            actor: place.actor.clone(),
            lines: place.lines.clone(),
            ..Picture::default()
        };
        if width.is_some() {
            picture.compare(&self.picture.scene);
        }
        self.picture = Shared::new(picture);
        self.pictured = Some(pictured);
    }

    pub(super) fn save_place(&mut self) -> Vec<Effect> {
        self.is_unsaved = false;
        if self.embedding.is_some() {
            return Vec::new();
        }
        let place = self.lesson.as_deref().filter(|_| self.typed.is_none());
        vec![
            Effect::Cancel(Timer::Save),
            Effect::SavePlace(Saved {
                locale: self.locale.tag().to_owned(),
                theme: self.theme.word().to_owned(),
                page: self.page.word().to_owned(),
                speed: self.head.speed_percent.to_string(),
                place: place.map(|id| place_word(id, self.head.shown)).unwrap_or_default(),
                ..Saved::default()
            }),
        ]
    }

    /// As the lab does: more changes must not put it off.
    pub(super) fn save_once(&mut self, effects: &mut Vec<Effect>) {
        let waits = |effect: &Effect| matches!(effect, Effect::Wait { timer: Timer::Save, .. });
        let wished = effects.iter().any(waits);
        effects.retain(|effect| !waits(effect));
        if wished && !self.is_unsaved {
            self.is_unsaved = true;
            effects.push(save_soon());
        }
    }
}
