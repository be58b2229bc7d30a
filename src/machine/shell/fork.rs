//! Children of a shell: substitutions, subshells, pipelines and jobs in the background.

use std::rc::Rc;

use super::code::{Dialect, Fork, Quote};
use super::kernel::Kind;
use super::shell::{Frame, Job, Shell, option};
use super::signal;
use super::task::{Me, Program, Step, Sys};

impl Shell {
    pub(super) fn substitute(&mut self, sys: &mut Sys<'_>, len: usize, quote: Quote) -> Step {
        let Some(mut me) = sys.child() else { return self.cannot_fork(sys) };
        let (reader, writer) = sys.kernel.open_pipe();
        sys.set_child_fd(&mut me, 1, writer);
        let child = me.pid;
        self.start_child(sys, me);
        self.frames.push(Frame::Capture { reader, bytes: Vec::new(), child, quote });
        self.pc += len;
        Step::Go
    }

    /// Starts a copy of this shell at the next operation.
    fn start_child(&mut self, sys: &mut Sys<'_>, mut me: Me) {
        let mut shell = self.clone();
        shell.frames.clear();
        shell.words.clear();
        shell.texts.clear();
        shell.commands.clear();
        shell.jobs.clear();
        shell.trapped.clear();
        shell.options &= !(option::INTERACTIVE | option::MONITOR);
        // Traps are reset, but what is ignored stays so.
        Rc::make_mut(&mut shell.traps).retain(|_, text| text.is_empty());
        shell.is_child = true;
        shell.random = me.pid;
        me.env = Rc::clone(&sys.me.env);
        sys.start(me, Program::Shell(Box::new(shell)));
    }

    pub(super) fn fork(&mut self, sys: &mut Sys<'_>, len: usize, how: &Fork) -> Step {
        let Some(mut me) = sys.child() else { return self.cannot_fork(sys) };
        let child = me.pid;
        match how {
            Fork::Subshell => {
                self.start_child(sys, me);
                self.frames.push(Frame::Child(child));
            }
            Fork::Background(text) => {
                me.background = true;
                if !self.is(option::INTERACTIVE) {
                    let null = sys.kernel.open(Kind::Null);
                    sys.set_child_fd(&mut me, 0, null);
                    me.ignored |= 1 << signal::INT | 1 << 3;
                }
                self.start_child(sys, me);
                self.last_background = child;
                self.jobs.push(Job { pid: child, text: Rc::clone(text), status: None });
                if self.is(option::INTERACTIVE) && self.bash() {
                    sys.complain(&format!("[{}] {child}", self.jobs.len()));
                }
                self.status = 0;
            }
            Fork::Stage { last, errors } => {
                let Some(Frame::Pipeline { pids, reader, .. }) = self.frames.last_mut() else {
                    return Step::Go;
                };
                pids.push(child);
                let input = reader.take();
                let output = if *last {
                    None
                } else {
                    let (next, writer) = sys.kernel.open_pipe();
                    *reader = Some(next);
                    Some(writer)
                };
                if let Some(input) = input {
                    sys.set_child_fd(&mut me, 0, input);
                }
                if let Some(output) = output {
                    if *errors {
                        let held = sys.kernel.hold(output);
                        sys.set_child_fd(&mut me, 2, held);
                    }
                    sys.set_child_fd(&mut me, 1, output);
                }
                self.start_child(sys, me);
            }
        }
        self.pc += len;
        Step::Go
    }

    pub(crate) fn cannot_fork(&mut self, sys: &mut Sys<'_>) -> Step {
        let words = match self.dialect {
            Dialect::Bash => "fork: retry: Resource temporarily unavailable",
            Dialect::Dash => "Cannot fork",
            Dialect::Busybox => "can't fork: Resource temporarily unavailable",
        };
        self.say(sys, words);
        let status = if self.bash() { 254 } else { 2 };
        self.fail(sys, status)
    }
}
