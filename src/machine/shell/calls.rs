//! What somebody at a terminal, or outside of the machine, has to do before a process goes on.

use std::rc::Rc;

use super::kernel::{Call, Output};
use super::run::Process;

impl Process {
    /// The directory that the first process is in.
    pub fn cwd(&self) -> Option<Rc<str>> {
        self.kernel.task(self.main).map(|task| Rc::clone(&task.me.cwd))
    }

    /// The next process that asks somebody outside, if one does.
    pub fn take_call(&mut self) -> Option<Call> {
        self.kernel.take_call()
    }

    /// Whether a process still waits for the rest of an answer.
    pub fn is_calling(&self, pid: u32) -> bool {
        self.kernel.is_calling(pid)
    }

    /// Gives a part of an answer, and with the last one the status.
    pub fn answer(&mut self, pid: u32, output: Option<Output>, status: Option<i32>) {
        self.kernel.answer(pid, output, status);
    }

    /// Whether somebody at the terminal has to type before anything in the foreground goes on.
    pub fn awaits_input(&self) -> bool {
        self.kernel.awaits_input()
    }

    /// Whether nothing but the first process is in the foreground.
    pub fn is_alone(&self) -> bool {
        self.kernel.is_alone(self.main)
    }
}
