//! How a scenario is opened: from the gallery, from what was kept, from an embed's address.

use crate::i18n::Locale;
use crate::lesson;

use super::super::effect::{Effect, Saved};
use super::super::embedding::{Embedded as _, Embedding, Report};
use super::super::message::{Msg, Play, Start, Timer};
use super::super::place::{Notice, Page, Panel, Theme};
use super::super::playhead::{Playhead, save_soon};
use super::super::shared::Shared;
use super::super::sharing::has_session;
use super::super::storyboard::Storyboard;
use super::Player;

/// A stage that has not said by then how wide it is is hidden.
const HIDDEN_MS: u32 = 400;

/// A place of a recording, as it is kept: `statefulset 5`.
pub(in crate::store) fn place_word(lesson: &str, beats: usize) -> String {
    format!("{lesson} {beats}")
}

/// The scenario and the beat of such a word.
pub(in crate::store) fn read_place(word: &str) -> Option<(&'static str, usize)> {
    let (id, beats) = word.split_once(' ')?;
    let id = lesson::IDS.iter().copied().find(|known| *known == id)?;
    Some((id, beats.parse().ok()?))
}

impl Player {
    pub(super) fn start(&mut self, start: Start) -> Vec<Effect> {
        let Start { hash, saved, locale, embedding, has_storage, .. } = start;
        self.locale = Locale::from_tag(&saved.locale).unwrap_or(locale);
        self.theme = Theme::of_word(&saved.theme).unwrap_or(Theme::Auto);
        let mut effects = Vec::new();
        if let Ok(percent) = saved.speed.parse::<u32>() {
            let _ = self.head.play(Play::Speed(percent), self.known());
        }
        if let Some(embedding) = embedding {
            effects.extend(self.start_embedded(&hash, embedding));
        } else {
            self.has_text = !saved.text.trim().is_empty();
            effects.extend(self.come_back(&hash, &saved));
            if !has_storage && self.notice.is_none() {
                self.notice = Some(Notice::plain("ui.no-storage"));
            }
        }
        effects.extend([Effect::Speak(self.locale), Effect::Paint(self.theme)]);
        effects
    }

    fn come_back(&mut self, hash: &str, saved: &Saved) -> Vec<Effect> {
        let place = read_place(&saved.place);
        if has_session(hash) {
            return self.await_lab();
        }
        let page = Page::of_word(&saved.page).unwrap_or(Page::Gallery);
        let Some((id, beats)) = place.filter(|_| page == Page::Lab) else {
            // What is the person's own only the lab can bring back.
            return if page == Page::Lab { self.await_lab() } else { Vec::new() };
        };
        let effects = self.open_lesson(id);
        self.head.seek(beats, self.known());
        effects
    }

    fn start_embedded(&mut self, hash: &str, embedding: Embedding) -> Vec<Effect> {
        self.page = Page::Lab;
        if let Some(locale) = embedding.locale {
            self.locale = locale;
        }
        if let Some(percent) = embedding.speed_percent {
            let _ = self.head.play(Play::Speed(percent), self.known());
        }
        let (step, lesson) = (embedding.step, embedding.lesson.clone());
        let needs_lab = embedding.needs_lab();
        self.embedding = Some(embedding);
        let place = lesson.as_deref().unwrap_or(hash).to_owned();
        let is_hash = lesson.is_none() && has_session(&place);
        let effects = match self.open(&place) {
            Some(mut effects) => {
                if needs_lab {
                    effects.extend(self.await_lab());
                }
                effects
            }
            // A session is for the lab.
            None if is_hash => return self.await_lab(),
            None => self.refuse_lesson(lesson),
        };
        if let Some(beats) = step {
            self.head.seek(beats, self.known());
        }
        effects
    }

    fn refuse_lesson(&mut self, lesson: Option<String>) -> Vec<Effect> {
        let mut effects = vec![Effect::Tell(Report::Ready)];
        if let Some(id) = lesson.filter(|id| !id.is_empty()) {
            // For the author of the page around, so in English like the rest of the contract.
            let message = format!("nothing can be opened: {id}");
            effects.insert(0, Effect::Tell(Report::Error { id: None, message }));
            self.notice = Some(Notice { key: "ui.lesson-unknown", args: vec![("id", id)] });
        }
        effects
    }

    /// A session is for the lab; an embed whose hash is gone goes back to its start.
    pub(super) fn follow_hash(&mut self, hash: String) -> Vec<Effect> {
        if has_session(&hash) {
            return self.ask(Msg::Hash(hash));
        }
        let lesson = self.embedding.as_ref().and_then(|embed| embed.lesson.clone());
        lesson.and_then(|id| self.open(&id)).unwrap_or_default()
    }

    pub(super) fn open_lesson(&mut self, id: &str) -> Vec<Effect> {
        let Some(id) = lesson::IDS.iter().copied().find(|known| *known == id) else {
            return Vec::new();
        };
        let speed_percent = self.head.speed_percent;
        self.head = Playhead { speed_percent, ..Playhead::default() };
        self.page = Page::Lab;
        self.lesson = Some(id.to_owned());
        self.board = None;
        self.typed = None;
        self.selected = None;
        self.drawer = None;
        self.notice = None;
        self.panel = Panel::Diagram;
        let mut effects = vec![Effect::Cancel(Timer::Beat), save_soon()];
        if self.stage.width > 0 {
            effects.push(self.fetch_board(id));
        } else {
            // The stage will soon say how wide it is, unless it is hidden.
            effects.push(Effect::Wait { timer: Timer::Read, after_ms: HIDDEN_MS });
        }
        effects
    }

    pub(super) fn fetch_board(&self, id: &str) -> Effect {
        Effect::FetchStoryboard { lesson: id.to_owned(), width: self.stage.scene_width() }
    }

    /// A hidden page gets the usual width, so that it can say that it is ready.
    pub(super) fn fetch_hidden(&self) -> Vec<Effect> {
        let is_hidden = self.stage.width <= 0 && self.board.is_none();
        let id = self.lesson.as_deref().filter(|_| is_hidden);
        id.map(|id| self.fetch_board(id)).into_iter().collect()
    }

    pub(super) fn take_board(
        &mut self,
        lesson: &str,
        width: i32,
        text: Option<String>,
    ) -> Vec<Effect> {
        if self.lesson.as_deref() != Some(lesson) || width != self.stage.scene_width() {
            return Vec::new();
        }
        let Some(board) = text.as_deref().and_then(Storyboard::decode) else {
            // The lab can show it too.
            return if self.board.is_none() { self.await_lab() } else { Vec::new() };
        };
        self.markings = Shared::new(board.marks.clone());
        self.board = Some(Shared::new(board));
        self.head.follow(self.head.asked(), self.known());
        Vec::new()
    }
}
