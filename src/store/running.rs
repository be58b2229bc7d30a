//! Acting on the cluster and letting it come to rest.

use std::rc::Rc;

use crate::lesson::{self, NodeCommand};
use crate::manifest::diagnostic::Severity;
use crate::manifest::limits::TEXT_MAX;
use crate::scene::beat;
use crate::session::run::{Outcome, Run};
use crate::session::{Command, Entry};
use crate::sim::engine::Progress;

use super::effect::Effect;
use super::message::{RunMsg, Timer};
use super::place::{Drawer, Notice, Pace, Page, Panel};
use super::playhead::save_soon;
use super::terminal::Answer;
use super::{AppState, Branch};

impl AppState {
    pub(super) fn act(&mut self, msg: RunMsg) -> Vec<Effect> {
        match msg {
            RunMsg::Apply => {
                let effects = self.read();
                let Some(command) = self.apply() else { return effects };
                self.give(command, effects)
            }
            RunMsg::StartOver => {
                let effects = self.read();
                let Some(command) = self.apply() else { return effects };
                let run = self.fresh_run(&self.run.profile);
                self.give_elsewhere(run, command, "ui.fresh", effects)
            }
            RunMsg::Kubectl(args) => {
                let command = Command::Kubectl { args, stdin: String::new() };
                self.give(command, Vec::new())
            }
            RunMsg::Open(id) => self.open_lesson(&id),
            RunMsg::Blank => self.open_blank(),
            RunMsg::Profile(profile) => self.change_profile(profile),
            RunMsg::Earlier => self.back_to_earlier(),
        }
    }

    /// The command that applies the text; `None` for more text than is ever read.
    fn apply(&mut self) -> Option<Command> {
        let parsed = &self.run.parsed;
        let is_wrong = parsed.diagnostics.iter().any(|one| one.severity == Severity::Error);
        let key = match parsed.documents.is_empty() {
            _ if self.run.text.len() > TEXT_MAX => "ui.apply-too-large",
            true if !is_wrong => "ui.apply-empty",
            _ => {
                self.view.notice = None;
                return Some(Command::Apply(self.run.text.to_string()));
            }
        };
        self.view.notice = Some(Notice::plain(key));
        None
    }

    /// Gives a command and shows what comes of it. It acts at the place that the viewer chose;
    /// who only watches on gives it at the end of the run.
    fn give(&mut self, command: Command, effects: Vec<Effect>) -> Vec<Effect> {
        if self.head.is_placed && !self.is_at_end() {
            let fork = self.run.run.fork(self.steps_shown());
            return self.give_elsewhere(fork, command, "ui.branch", effects);
        }
        let is_behind = !self.is_at_end();
        let outcome = self.run.run.execute(command).clone();
        self.begin_work();
        if is_behind && outcome.wrote_until > outcome.first_step {
            self.view.notice = Some(Notice::plain("ui.appended"));
        }
        self.show_outcome(&outcome, effects)
    }

    /// Gives a command in another run, which takes the place of this one if that changes it.
    fn give_elsewhere(
        &mut self,
        mut run: Run,
        command: Command,
        key: &'static str,
        effects: Vec<Effect>,
    ) -> Vec<Effect> {
        let outcome = run.execute(command).clone();
        if outcome.wrote_until > outcome.first_step {
            self.leave_for(run, key);
        } else {
            let commands = self.run.run.outcomes().len();
            let answer = Answer { first_step: None, ..Answer::of(&outcome) };
            self.view.terminal.note(commands, answer);
            self.refresh_answers();
        }
        self.show_outcome(&outcome, effects)
    }

    /// Gives a command that was typed at the prompt: at the place shown, as what is printed must
    /// be true of the picture beside it. Commands that follow that place are not lost: they stay
    /// in the run that is left, and what only looks is no part of either.
    pub(super) fn give_here(&mut self, command: Command) -> Vec<Effect> {
        let steps = self.steps_shown();
        let later = self.run.run.outcomes().iter().skip_while(|one| one.is_before(steps));
        let later: Vec<Entry> = later.map(|outcome| outcome.entry.clone()).collect();
        // Before a scenario begins, one may prepare what it will find.
        let is_opening = !later.is_empty() && self.opening().ends_with(&commands(&later));
        if !self.is_at_end() && (later.is_empty() || is_opening) {
            // What is left is computed again, the same up to the command.
            self.run.run = self.run.run.fork(steps);
            self.run.generation += 1;
            self.refresh_beats();
        } else {
            self.head.is_placed = true;
        }
        let effects = self.give(command, Vec::new());
        // What was due at that moment came first, and is shown too.
        let first_step = self.run.run.outcomes().last().map_or(0, |last| last.first_step);
        if later.is_empty() && self.steps_shown() < first_step {
            self.seek(self.beats_for(first_step));
        }
        if is_opening {
            self.run.run.queue(later);
        }
        effects
    }

    /// What the scenario does by itself.
    fn opening(&self) -> Vec<Command> {
        let lesson = self.run.lesson.as_deref().and_then(lesson::named);
        let Some(lesson) = lesson else { return Vec::new() };
        let setup = lesson.setup.into_iter();
        let setup = setup.map(|NodeCommand { node, sh }| Command::Node { node, sh });
        setup.chain([Command::Apply(lesson.manifest.to_owned())]).collect()
    }

    /// Shows the first that came of a command, or what it answered if nothing did.
    fn show_outcome(&mut self, outcome: &Outcome, mut effects: Vec<Effect>) -> Vec<Effect> {
        self.view.page = Page::Lab;
        let changed = outcome.wrote_until > outcome.first_step;
        if !changed || outcome.output.exit != 0 {
            self.view.drawer = Some(Drawer::Terminal);
        }
        self.view.panel = if changed { Panel::Diagram } else { Panel::Events };
        if changed {
            self.head.is_placed = false;
            self.head.wanted = None;
            self.head.shown = self.run.beats.len().min(self.beats_for(outcome.first_step) + 1);
            if self.head.habit == Pace::Flowing {
                self.head.pace = Pace::Flowing;
                effects.push(self.head.next_beat());
            }
        }
        if self.is_working() {
            effects.push(Effect::Work);
        }
        effects.extend(self.save_now());
        effects
    }

    /// Takes another run, and keeps the one that was.
    fn leave_for(&mut self, run: Run, key: &'static str) {
        let has_begun = !self.run.run.entries().is_empty();
        let branch = Branch {
            profile: self.run.profile.clone(),
            lesson: self.run.lesson.clone(),
            run: self.run.run.clone(),
            progress: self.run.progress,
            shown: self.head.shown,
        };
        self.take_run(run);
        if has_begun {
            self.run.earlier = Some(Rc::new(branch));
            self.view.notice = Some(Notice::plain(key));
        }
        self.begin_work();
    }

    fn change_profile(&mut self, profile: String) -> Vec<Effect> {
        if profile == self.run.profile {
            return Vec::new();
        }
        let has_begun = !self.run.run.entries().is_empty();
        self.view.terminal.forget();
        let mut effects = self.read();
        effects.push(Effect::Cancel(Timer::Beat));
        let mut run = self.fresh_run(&profile);
        let command = if has_begun { self.apply() } else { None };
        let outcome = command.map(|command| run.execute(command).clone());
        self.leave_for(run, "ui.other-profile");
        self.run.profile = profile;
        if let Some(outcome) = outcome {
            return self.show_outcome(&outcome, effects);
        }
        effects.push(Effect::Work);
        effects.extend(self.save_now());
        effects
    }

    /// An empty text and a fresh cluster; what was there can be brought back.
    fn open_blank(&mut self) -> Vec<Effect> {
        if !self.run.text.trim().is_empty() {
            self.view.kept_text = Some(Rc::clone(&self.run.text));
        }
        let run = Run::new(&self.run.profile);
        self.view.terminal.forget();
        self.leave_for(run, "ui.fresh");
        self.run.lesson = None;
        self.run.text = "".into();
        self.view.page = Page::Lab;
        self.view.panel = Panel::Yaml;
        self.view.selected = None;
        self.view.drawer = None;
        let mut effects = self.read();
        effects.extend([Effect::Cancel(Timer::Beat), Effect::Work]);
        effects.extend(self.save_now());
        effects
    }

    fn back_to_earlier(&mut self) -> Vec<Effect> {
        let Some(branch) = self.run.earlier.take() else { return Vec::new() };
        self.run.profile.clone_from(&branch.profile);
        self.run.lesson.clone_from(&branch.lesson);
        self.run.run = branch.run.clone();
        self.run.generation += 1;
        self.head.wanted = None;
        self.run.progress = branch.progress;
        self.refresh_plan();
        self.refresh_beats();
        self.head.shown = branch.shown.min(self.run.beats.len());
        self.head.is_placed = !self.is_at_end();
        self.view.notice = None;
        self.head.pace = Pace::Still;
        let mut effects = vec![Effect::Cancel(Timer::Beat), save_soon()];
        if self.is_working() {
            effects.push(Effect::Work);
        }
        effects
    }

    /// A fresh cluster, made ready as the scenario says.
    fn fresh_run(&self, profile: &str) -> Run {
        let mut run = Run::new(profile);
        let lesson = self.run.lesson.as_deref().and_then(lesson::named);
        for NodeCommand { node, sh } in lesson.map(|lesson| lesson.setup).unwrap_or_default() {
            run.execute(Command::Node { node, sh });
        }
        run
    }

    /// Takes another run in place of this one.
    pub(super) fn take_run(&mut self, run: Run) {
        self.run.run = run;
        self.run.generation += 1;
        self.head.shown = 0;
        self.run.earlier = None;
        self.head.wanted = None;
        self.head.is_placed = false;
        self.head.pace = Pace::Still;
        self.view.notice = None;
        self.refresh_plan();
        self.refresh_beats();
    }

    pub(super) fn open_lesson(&mut self, id: &str) -> Vec<Effect> {
        let Some(lesson) = lesson::named(id) else { return Vec::new() };
        self.keep_text();
        self.view.terminal.forget();
        self.run.profile.clone_from(&lesson.profile);
        self.run.text = lesson.manifest.into();
        self.run.lesson = Some(id.to_owned());
        self.take_run(self.fresh_run(&lesson.profile));
        self.run.progress = Progress::Done;
        self.view.selected = None;
        let effects = self.read();
        self.head.habit = Pace::Still;
        let effects = self.give(Command::Apply(lesson.manifest.to_owned()), effects);
        self.view.drawer = None;
        self.view.notice = None;
        // The cast before the play: the first beat waits for the viewer.
        self.head.shown = 0;
        self.head.habit = Pace::Flowing;
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
        let was_running = self.run.run.is_running();
        self.run.progress = self.run.run.work(tasks);
        if was_running {
            self.refresh_answers();
        }
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
        self.head.shown = self.head.shown.min(self.run.beats.len());
        self.refresh_marks();
        self.refresh_answers();
    }
}

fn commands(entries: &[Entry]) -> Vec<Command> {
    entries.iter().map(|entry| entry.command.clone()).collect()
}
