//! Acting on the cluster and letting it come to rest.

use std::rc::Rc;

use crate::lesson::{self, NodeCommand};
use crate::scene::beat;
use crate::session::Command;
use crate::session::run::Run;
use crate::sim::engine::Progress;

use super::effect::Effect;
use super::message::{RunMsg, Timer};
use super::place::{Drawer, Notice, Pace, Page, Panel};
use super::playing::save_soon;
use super::{AppState, Branch};

impl AppState {
    pub(super) fn act(&mut self, msg: RunMsg) -> Vec<Effect> {
        match msg {
            RunMsg::Apply => {
                let effects = self.read();
                self.give(Command::Apply(self.run.text.to_string()), effects)
            }
            RunMsg::StartOver => {
                let effects = self.read();
                self.fresh_cluster();
                self.give(Command::Apply(self.run.text.to_string()), effects)
            }
            RunMsg::Kubectl(args) => {
                let command = Command::Kubectl { args, stdin: String::new() };
                self.give(command, Vec::new())
            }
            RunMsg::Open(id) => self.open_lesson(&id),
            RunMsg::Profile(profile) => {
                self.run.profile = profile;
                self.fresh_cluster();
                vec![Effect::Cancel(Timer::Beat), save_soon()]
            }
            RunMsg::Earlier => self.back_to_earlier(),
        }
    }

    /// Gives a command at the place shown, and shows what comes of it.
    fn give(&mut self, command: Command, mut effects: Vec<Effect>) -> Vec<Effect> {
        self.view.page = Page::Lab;
        self.view.panel = Panel::Diagram;
        self.leave_the_future();
        let before = self.run.beats.len();
        let outcome = self.run.run.execute(command);
        if outcome.output.exit != 0 {
            self.view.drawer = Some(Drawer::Output);
        }
        self.begin_work();
        self.run.shown = self.run.beats.len().min(before + 1);
        let failed = self.run.beats.len() == before && self.view.drawer == Some(Drawer::Output);
        if self.view.habit == Pace::Flowing && !failed {
            self.view.pace = Pace::Flowing;
            effects.push(self.next_beat());
        }
        effects.extend([Effect::Work, save_soon()]);
        effects
    }

    /// Acting in the past: the run goes on from there, and the one that was is kept.
    fn leave_the_future(&mut self) {
        if self.is_at_end() {
            return;
        }
        let branch = Branch {
            run: self.run.run.clone(),
            progress: self.run.progress,
            shown: self.run.shown,
        };
        self.run.earlier = Some(Rc::new(branch));
        self.run.run = self.run.run.fork(self.steps_shown());
        self.run.generation += 1;
        self.refresh_plan();
        self.refresh_beats();
        self.run.shown = self.run.beats.len();
        self.view.notice = Some(Notice::plain("ui.branch"));
    }

    fn back_to_earlier(&mut self) -> Vec<Effect> {
        let Some(branch) = self.run.earlier.take() else { return Vec::new() };
        self.run.run = branch.run.clone();
        self.run.generation += 1;
        self.run.progress = branch.progress;
        self.refresh_plan();
        self.refresh_beats();
        self.run.shown = branch.shown.min(self.run.beats.len());
        self.view.notice = None;
        self.view.pace = Pace::Still;
        let mut effects = vec![Effect::Cancel(Timer::Beat), save_soon()];
        if self.is_working() {
            effects.push(Effect::Work);
        }
        effects
    }

    /// Forgets the run.
    pub(super) fn fresh_cluster(&mut self) {
        self.take_run(Run::new(&self.run.profile));
        self.run.progress = Progress::Done;
    }

    /// Takes another run in place of this one.
    pub(super) fn take_run(&mut self, run: Run) {
        self.run.run = run;
        self.run.generation += 1;
        self.run.shown = 0;
        self.run.earlier = None;
        self.run.wanted = None;
        self.view.pace = Pace::Still;
        self.view.notice = None;
        self.refresh_plan();
        self.refresh_beats();
    }

    pub(super) fn open_lesson(&mut self, id: &str) -> Vec<Effect> {
        let Some(lesson) = lesson::named(id) else { return Vec::new() };
        self.keep_text();
        self.run.profile.clone_from(&lesson.profile);
        self.fresh_cluster();
        self.run.text = lesson.manifest.into();
        self.run.lesson = Some(id.to_owned());
        self.view.selected = None;
        self.view.drawer = None;
        let effects = self.read();
        self.view.habit = Pace::Still;
        for NodeCommand { node, sh } in lesson.setup {
            self.run.run.execute(Command::Node { node, sh });
        }
        let effects = self.give(Command::Apply(lesson.manifest.to_owned()), effects);
        // The cast before the play: the first beat waits for the viewer.
        self.run.shown = 0;
        self.view.habit = Pace::Flowing;
        effects
    }

    pub(super) fn begin_work(&mut self) {
        self.run.progress = Progress::More;
        self.extend_plan();
        self.refresh_beats();
    }

    /// Computes a little.
    pub(super) fn work(&mut self, tasks: usize) -> Vec<Effect> {
        if !self.is_working() {
            return Vec::new();
        }
        self.run.progress = self.run.run.work(tasks);
        // Looked at anew when a quarter was added, so that a long run costs no more than twice.
        let looked_at = self.run.beats.last().map_or(0, |beat| beat.last);
        let steps = self.run.run.simulation().steps().len();
        if !self.is_working() || steps > looked_at + looked_at / 4 + 16 {
            self.extend_plan();
            self.refresh_beats();
        }
        self.follow_wanted();
        if self.is_working() { vec![Effect::Work] } else { vec![save_soon()] }
    }

    pub(super) fn refresh_beats(&mut self) {
        self.run.beats = Rc::new(beat::beats(self.run.run.simulation().steps()));
        self.run.shown = self.run.shown.min(self.run.beats.len());
        self.refresh_marks();
        self.refresh_answers();
    }
}
