//! The text and what is said about it.

use std::rc::Rc;

use crate::lesson;
use crate::manifest;
use crate::manifest::diagnostic::apply_mend;

use super::AppState;
use super::effect::Effect;
use super::message::{Edit, Timer};
use super::place::{Notice, Page, Panel};
use super::playhead::save_soon;
use super::shared::Shared;

/// How long typing pauses before the text is looked at.
const PAUSE_MS: u32 = 200;
/// A change that large is no key pressed: it was pasted, dropped or cut, and is kept at once.
const PASTED_BYTES: usize = 20;

impl AppState {
    pub(super) fn edit(&mut self, edit: Edit) -> Vec<Effect> {
        match edit {
            Edit::Text(text) if *text == *self.run.text => Vec::new(),
            Edit::Text(text) => {
                let is_large = text.len().abs_diff(self.run.text.len()) >= PASTED_BYTES;
                self.run.text = text.into();
                self.view.unread = true;
                let read = Effect::Wait { timer: Timer::Read, after_ms: PAUSE_MS };
                let mut effects = if is_large { self.save_now() } else { vec![save_soon()] };
                effects.push(read);
                effects
            }
            Edit::Dropped(text) => {
                self.keep_text();
                self.view.page = Page::Lab;
                self.view.panel = Panel::Yaml;
                self.replace(text.into())
            }
            Edit::DroppedBinary { name } => self.refuse("ui.drop-not-text", name),
            Edit::DroppedLarge { name } => self.refuse("ui.drop-too-large", name),
            Edit::Mend(index) => {
                let mend = self.run.parsed.diagnostics.get(index).and_then(|one| one.mend.clone());
                let Some(mend) = mend.filter(|_| !self.view.unread) else { return Vec::new() };
                let text = apply_mend(&self.run.text, &mend);
                self.replace(text.into())
            }
            Edit::MendAll => {
                let (text, _) = manifest::mend_all(&self.run.text);
                self.replace(text.into())
            }
            Edit::BringBack => {
                let Some(text) = self.view.kept_text.take() else { return Vec::new() };
                self.replace(text)
            }
            Edit::ShowLine(line) => {
                self.view.asked_line = (line, self.view.asked_line.1 + 1);
                self.view.panel = Panel::Yaml;
                Vec::new()
            }
        }
    }

    fn replace(&mut self, text: Rc<str>) -> Vec<Effect> {
        self.run.text = text;
        let mut effects = self.read();
        effects.extend(self.save_now());
        effects
    }

    fn refuse(&mut self, key: &'static str, name: String) -> Vec<Effect> {
        self.view.notice = Some(Notice { key, args: vec![("name", name)] });
        Vec::new()
    }

    /// Looks at the text now.
    pub(super) fn read(&mut self) -> Vec<Effect> {
        self.view.unread = false;
        self.run.parsed = Shared::new(manifest::parse(&self.run.text));
        vec![Effect::Cancel(Timer::Read)]
    }

    /// Keeps the text, if it is the person's own, before another takes its place.
    pub(super) fn keep_text(&mut self) {
        let text = &self.run.text;
        let ours = lesson::gallery().iter().any(|lesson| lesson.manifest == &**text);
        if !text.trim().is_empty() && !ours {
            self.view.kept_text = Some(Rc::clone(text));
        }
    }
}
