//! Coming back to a place: from a link, from what was kept, from an embed's address.

use crate::api::kind::Kind;
use crate::i18n::Locale;
use crate::lesson;
use crate::manifest::limits::TEXT_MAX;
use crate::session::link::LinkError;
use crate::session::run::Run;
use crate::session::{Command, Session};
use crate::sim::engine::Progress;

use super::AppState;
use super::effect::{Effect, Saved};
use super::embedding::{Embedding, Report};
use super::message::{Share, Start};
use super::place::{Dialog, Drawer, Notice, Page, Part, Theme};
use super::player::start::{place_word, read_place};
use super::playhead::Wanted;
use super::playhead::save_soon;

impl AppState {
    pub(super) fn start(&mut self, start: Start) -> Vec<Effect> {
        let Start { hash, saved, locale, embedding, has_storage, handover } = start;
        self.view.locale = Locale::from_tag(&saved.locale).unwrap_or(locale);
        self.view.theme = Theme::of_word(&saved.theme).unwrap_or(Theme::Auto);
        if let Ok(percent) = saved.speed.parse::<u32>() {
            let _ = self.play(super::message::Play::Speed(percent));
        }
        let mut effects = match embedding {
            embedding if handover.as_ref().is_some_and(|player| player.lesson.is_some()) => {
                self.view.embedding = embedding;
                self.run.text = saved.text.as_str().into();
                Vec::new()
            }
            Some(embedding) => self.start_embedded(&hash, embedding),
            None => self.start_page(&hash, &saved),
        };
        if !has_storage && self.view.embedding.is_none() && self.view.notice.is_none() {
            self.view.notice = Some(Notice::plain("ui.no-storage"));
        }
        if let Some(player) = &handover {
            effects.extend(self.follow_player(player));
        }
        effects.push(Effect::Speak(self.view.locale));
        effects.push(Effect::Paint(self.view.theme));
        effects
    }

    /// Opens what an open page is pointed to. A hash that is gone says nothing: it is taken out
    /// of the address as soon as it is read, except in an embed, which goes back to its start.
    pub(super) fn follow_hash(&mut self, hash: &str) -> Vec<Effect> {
        let lesson = self.view.embedding.as_ref().and_then(|embed| embed.lesson.clone());
        let place = if has_session(hash) { hash.to_owned() } else { lesson.unwrap_or_default() };
        let is_embedded = self.view.embedding.is_some();
        if place.is_empty() || !(has_session(hash) || is_embedded) {
            return Vec::new();
        }
        if let Some(mut effects) = self.open_place(&place) {
            if !is_embedded {
                effects.extend([Effect::ForgetHash, save_soon()]);
            }
            return effects;
        }
        let error = Session::decode(&place).err().unwrap_or(LinkError::Damaged);
        self.view.notice = Some(Notice::plain(complaint(error)));
        Vec::new()
    }

    fn start_page(&mut self, hash: &str, saved: &Saved) -> Vec<Effect> {
        if has_session(hash) {
            match Session::decode(hash) {
                Ok(session) => {
                    self.run.text = saved.text.as_str().into();
                    let mut effects = self.import(session);
                    effects.extend([Effect::ForgetHash, save_soon()]);
                    return effects;
                }
                Err(error) => {
                    let effects = self.come_back(saved);
                    self.view.notice = Some(Notice::plain(complaint(error)));
                    return effects;
                }
            }
        }
        self.come_back(saved)
    }

    fn come_back(&mut self, saved: &Saved) -> Vec<Effect> {
        let page = Page::of_word(&saved.page).unwrap_or(Page::Gallery);
        if let Some((lesson, beats)) = read_place(&saved.place).filter(|_| !saved.is_broken) {
            self.run.text = saved.text.as_str().into();
            let effects = self.open_lesson(lesson);
            self.seek(beats);
            self.view.page = page;
            return effects;
        }
        let session = Session::decode(&saved.session).ok().filter(|_| !saved.is_broken);
        let mut effects = session.map(|session| self.import(session)).unwrap_or_default();
        self.view.kept_text = None;
        self.view.page = page;
        if *self.run.text != *saved.text {
            self.run.text = saved.text.as_str().into();
            effects.extend(self.read());
        }
        if saved.is_broken {
            self.view.page = Page::Lab;
            self.view.notice = Some(Notice::plain("ui.crashed"));
        }
        effects
    }

    fn start_embedded(&mut self, hash: &str, embedding: Embedding) -> Vec<Effect> {
        self.view.page = Page::Lab;
        if let Some(locale) = embedding.locale {
            self.view.locale = locale;
        }
        if let Some(percent) = embedding.speed_percent {
            let _ = self.play(super::message::Play::Speed(percent));
        }
        let (step, lesson) = (embedding.step, embedding.lesson.clone());
        self.view.drawer = first_drawer(&embedding);
        self.view.embedding = Some(embedding);
        let place = lesson.as_deref().unwrap_or(hash);
        let drawer = self.view.drawer;
        let effects = self.open_place(place).unwrap_or_else(|| {
            let mut effects = vec![Effect::Tell(Report::Ready)];
            if !place.is_empty() {
                let notice = match &lesson {
                    Some(id) => Notice { key: "ui.lesson-unknown", args: vec![("id", id.clone())] },
                    None => Notice::plain("ui.link-unknown"),
                };
                self.view.notice = Some(notice);
                // For the author of the page around, so in English like the rest of the contract.
                let message = format!("nothing can be opened: {place}");
                effects.insert(0, Effect::Tell(Report::Error { id: None, message }));
            }
            effects
        });
        self.view.drawer = drawer;
        if let Some(beats) = step {
            self.seek(beats);
        }
        effects
    }

    /// Opens a scenario by its name, or a session by the hash of its link.
    pub(super) fn open_place(&mut self, what: &str) -> Option<Vec<Effect>> {
        if lesson::named(what).is_some() {
            return Some(self.open_lesson(what));
        }
        Session::decode(what).ok().map(|session| self.import(session))
    }

    fn import(&mut self, session: Session) -> Vec<Effect> {
        self.keep_text();
        self.run.profile.clone_from(&session.profile);
        self.run.lesson.clone_from(&session.lesson);
        self.view.terminal.forget();
        self.view.terminal.recall(&session.entries);
        self.take_run(Run::of(&session));
        self.run.text = session.manifest.into();
        self.view.page = Page::Lab;
        let mut effects = self.read();
        self.head.wanted = Some(Wanted::Steps(session.position.unwrap_or(usize::MAX)));
        self.head.is_placed = session.position.is_some();
        if self.view.kept_text.as_ref() == Some(&self.run.text) {
            self.view.kept_text = None;
        }
        self.run.progress = Progress::More;
        effects.push(Effect::Work);
        effects
    }

    pub(super) fn share(&mut self, share: Share) -> Vec<Effect> {
        match share {
            Share::Copy if self.carries_secret() => {
                self.view.dialog = Some(Dialog::Secret);
                Vec::new()
            }
            Share::Copy | Share::CopyAnyway => {
                self.view.dialog = None;
                vec![Effect::CopyLink(self.session().encode())]
            }
            Share::Copied => {
                self.view.notice = Some(Notice::plain("ui.share-done"));
                Vec::new()
            }
            Share::Refused => {
                self.view.dialog = Some(Dialog::Link(self.session().encode()));
                Vec::new()
            }
        }
    }

    fn carries_secret(&self) -> bool {
        let name = Kind::Secret.info().name;
        let in_text = self.run.parsed.documents.iter().any(|document| document.kind == name);
        let cluster = self.run.run.simulation().cluster();
        in_text || cluster.of_kind(Kind::Secret).any(|(key, _)| !key.namespace.starts_with("kube-"))
    }

    /// The place, when all is nothing but a scenario as it is opened.
    fn lesson_place(&self) -> String {
        let lesson = self.run.lesson.as_deref().and_then(lesson::named);
        let Some(lesson) = lesson.filter(|_| self.view.kept_text.is_none()) else {
            return String::new();
        };
        let entries = self.entries();
        let is_opening = entries.len() == lesson.setup.len() + 1
            && entries.last().is_some_and(|last| {
                last.command == Command::Apply(lesson.manifest.to_owned())
                    && last.cut_after.is_none()
            });
        let is_whole = is_opening
            && *self.run.text == *lesson.manifest
            && self.run.profile == lesson.profile
            && self.run.earlier.is_none();
        if is_whole { place_word(lesson.id, self.head.asked()) } else { String::new() }
    }

    /// What is kept for the next time.
    pub fn saved(&self) -> Saved {
        let mut session = self.session();
        if self.run.text.len() > TEXT_MAX {
            // It is kept on its own; packing it again at every pause would be felt.
            session.manifest.clear();
        }
        Saved {
            text: self.run.text.to_string(),
            session: session.encode(),
            locale: self.view.locale.tag().to_owned(),
            theme: self.view.theme.word().to_owned(),
            page: self.view.page.word().to_owned(),
            speed: self.head.speed_percent.to_string(),
            place: self.lesson_place(),
            is_broken: false,
        }
    }
}

/// What stands below the diagram of an embed at first.
fn first_drawer(embedding: &Embedding) -> Option<Drawer> {
    let is_shown = |part| embedding.shows(part);
    let terminal = is_shown(Part::Terminal).then_some(Drawer::Terminal);
    is_shown(Part::Events).then_some(Drawer::Events).or(terminal)
}

/// Whether a hash means a session, of whatever version, and not a part of the page.
pub(super) fn has_session(hash: &str) -> bool {
    hash.contains(':')
}

fn complaint(error: LinkError) -> &'static str {
    match error {
        LinkError::UnknownVersion => "ui.link-unknown",
        LinkError::Damaged => "ui.link-damaged",
        LinkError::TooLarge => "ui.link-large",
    }
}
