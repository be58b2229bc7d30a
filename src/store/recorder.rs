//! Records storyboards: opens a scenario as a viewer does, and keeps what is shown at each place.

use crate::lesson;

use super::AppState;
use super::message::{Msg, Play, RunMsg, View};
use super::place::Stage;
use super::storyboard::{Place, Storyboard};

/// A scenario that was played to its end, to be recorded at any width.
#[derive(Debug)]
pub struct Recorder {
    state: AppState,
    lesson: &'static str,
}

/// Tasks that are done at a time.
const TASKS: usize = 10_000;

impl Recorder {
    /// Plays the scenario of that name.
    pub fn of(id: &str) -> Option<Self> {
        let lesson = lesson::named(id)?.id;
        let mut state = AppState::new();
        let _ = state.update(Msg::Run(RunMsg::Open(id.to_owned())));
        while state.is_working() {
            let _ = state.update(Msg::Work { tasks: TASKS });
        }
        Some(Self { state, lesson })
    }

    /// Records it for pictures of that width.
    pub fn record(&mut self, width: i32) -> Storyboard {
        let stage = Stage { width, height: width };
        let _ = self.state.update(Msg::View(View::Stage(stage)));
        let _ = self.state.update(Msg::Play(Play::First));
        let mut places = vec![self.place()];
        for beats in 1..=self.state.known().beats {
            let _ = self.state.update(Msg::Play(Play::Seek(beats)));
            places.push(self.place());
        }
        let lab = self.state.lab();
        Storyboard {
            lesson: self.lesson.to_owned(),
            width,
            profile: lab.show.profile,
            manifest: lab.show.text,
            actions: lab.show.actions,
            is_at_rest: lab.show.timeline.is_at_rest,
            marks: lab.show.timeline.marks.to_vec(),
            places,
        }
    }

    fn place(&self) -> Place {
        let show = self.state.lab().show;
        let picture = &show.picture;
        Place {
            scene: picture.scene.clone(),
            caption: picture.caption.clone(),
            actor: picture.actor.clone(),
            lines: picture.lines.clone(),
            now: show.timeline.now,
            events: show.events,
        }
    }
}
