//! What a shell waits for: children, pipelines, substitutions, `wait` and `read`.

use std::rc::Rc;

use super::shell::{COMPOUND, Frame, Shell, Value, option};
use super::signal;
use super::task::{SIGNALLED, Step, Sys, Wait, visible};

impl Shell {
    /// What the frame on top waits for, or what came of it.
    pub(super) fn waiting(&mut self, sys: &mut Sys<'_>) -> Option<Step> {
        match self.frames.last_mut()? {
            Frame::Child(pid) => {
                let pid = *pid;
                let Some(status) = sys.kernel.ended.remove(&pid) else {
                    return Some(Step::Wait(Wait::Child(pid)));
                };
                self.frames.pop();
                self.say_how_it_ended(sys, pid, status);
                self.status = visible(status);
                if status == SIGNALLED | i32::from(signal::INT) {
                    return self.interrupted(sys);
                }
                None
            }
            // A compound command's redirections end with an operation of their own.
            Frame::Redirects(saved) if saved.first() == Some(&COMPOUND) => None,
            Frame::Redirects(_) | Frame::Variables(_) => {
                self.pop_frame(sys);
                Some(Step::Go)
            }
            Frame::Capture { .. } => self.captured(sys),
            Frame::Pipeline { .. } => self.piped(sys),
            Frame::Await(_) => self.awaited(sys),
            Frame::Read(_) => super::builtins::read::go_on(self, sys),
            _ => None,
        }
    }

    fn captured(&mut self, sys: &mut Sys<'_>) -> Option<Step> {
        let Some(Frame::Capture { reader, bytes, child, quote }) = self.frames.last_mut() else {
            return None;
        };
        let (id, child, quote) = (*reader, *child, *quote);
        match sys.kernel.read(id, super::limits::PIPE_BYTES, false) {
            super::kernel::Read::Data(data) => {
                if bytes.len() < super::limits::MEMORY_BYTES_MAX {
                    bytes.extend(data);
                }
                return Some(Step::Go);
            }
            super::kernel::Read::Wait => return Some(Step::Wait(Wait::Read(id))),
            super::kernel::Read::End => {}
        }
        let Some(status) = sys.kernel.ended.remove(&child) else {
            return Some(Step::Wait(Wait::Child(child)));
        };
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        text.retain(|c| c != '\0');
        let text = text.trim_end_matches('\n');
        if let Some(word) = self.words.last_mut() {
            word.push_value(text, quote);
        }
        sys.kernel.release(id);
        self.frames.pop();
        self.substituted = Some(visible(status));
        self.status = visible(status);
        Some(Step::Go)
    }

    fn piped(&mut self, sys: &mut Sys<'_>) -> Option<Step> {
        let Some(Frame::Pipeline { pids, complete: true, .. }) = self.frames.last() else {
            return None;
        };
        if let Some(pid) = pids.iter().find(|pid| sys.kernel.ended.get(*pid).is_none()) {
            return Some(Step::Wait(Wait::Child(*pid)));
        }
        let Some(Frame::Pipeline { pids, .. }) = self.frames.pop() else { return None };
        let raw: Vec<i32> = pids.iter().filter_map(|pid| sys.kernel.ended.remove(pid)).collect();
        let statuses: Vec<i32> = raw.iter().map(|status| visible(*status)).collect();
        self.status = statuses.last().copied().unwrap_or(0);
        if self.is(option::PIPEFAIL) {
            let failed = statuses.iter().rev().find(|status| **status != 0);
            self.status = failed.copied().unwrap_or(0);
        }
        if self.bash() {
            let list = statuses.iter().map(|status| Rc::from(status.to_string())).collect();
            let _ = self.assign("PIPESTATUS", Value::List(list), false);
        }
        if raw.last() == Some(&(SIGNALLED | i32::from(signal::INT))) {
            return self.interrupted(sys).or(Some(Step::Go));
        }
        Some(Step::Go)
    }

    fn awaited(&mut self, sys: &mut Sys<'_>) -> Option<Step> {
        let Some(Frame::Await(pids)) = self.frames.last() else { return None };
        if let Some(signal) = self.trapped.first() {
            self.status = 128 + i32::from(*signal);
            self.frames.pop();
            return Some(Step::Go);
        }
        let alive = |pid: &&u32| sys.kernel.task(**pid).is_some();
        if let Some(pid) = pids.iter().find(alive) {
            return Some(Step::Wait(Wait::Child(*pid)));
        }
        let last = pids.last().and_then(|pid| sys.kernel.ended.get(pid).copied());
        for pid in pids {
            sys.kernel.ended.remove(pid);
            self.jobs.retain(|job| job.pid != *pid);
        }
        if let Some(status) = last {
            self.status = visible(status);
        }
        self.frames.pop();
        Some(Step::Go)
    }

    /// Ctrl-C ended a command: a shell that runs a script ends, too.
    fn interrupted(&mut self, sys: &mut Sys<'_>) -> Option<Step> {
        if self.is(option::INTERACTIVE) || self.traps.get(&signal::INT).is_some() {
            if self.is(option::INTERACTIVE) {
                self.abandon(sys);
                self.status = 130;
            }
            return None;
        }
        Some(self.leave(sys, SIGNALLED | i32::from(signal::INT)))
    }
}
