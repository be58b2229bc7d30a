//! Running a simple command: its redirections, its variables, and what it names.

use std::rc::Rc;

use super::builtins;
use super::code::{Dialect, Op};
use super::launch::{self, Refusal};
use super::shell::{Frame, Origin, Pending, Shell, Value, option};
use super::signal;
use super::task::{Environment, SIGNALLED, Step, Sys};

impl Shell {
    /// Runs the command on top of the stack.
    pub(crate) fn run_command(&mut self, sys: &mut Sys<'_>) -> Step {
        let command = self.commands.pop().unwrap_or_default();
        if self.is(option::XTRACE) {
            self.trace(sys, &command);
        }
        if self.is(option::NOEXEC) {
            return Step::Go;
        }
        let Some(name) = command.argv.first().cloned() else {
            return self.assign_all(sys, command);
        };
        if let Some(function) = self.functions.get(&*name).cloned() {
            return self.call(sys, command, function);
        }
        if let Some(builtin) = builtins::find(&name, self.dialect) {
            return self.run_builtin(sys, command, builtin);
        }
        self.run_program(sys, command)
    }

    /// Assignments without a command stay.
    fn assign_all(&mut self, sys: &mut Sys<'_>, command: Pending) -> Step {
        if let Some(saved) = self.redirect(sys, &command.redirects) {
            self.frames.push(Frame::Redirects(saved));
            self.pop_frame(sys);
        } else {
            self.status = self.redirect_status();
            return Step::Go;
        }
        self.status = self.substituted.unwrap_or(0);
        Step::Go
    }

    /// Assignments before a command hold for it alone.
    fn assign_for_now(&mut self, sys: &mut Sys<'_>, command: &mut Pending) -> Option<Step> {
        let mut saved = Vec::new();
        for (name, append, value) in std::mem::take(&mut command.assigns) {
            saved.push((Rc::clone(&name), self.vars.get(&name).cloned()));
            if self.assign(&name, value, append).is_err() {
                return Some(self.complain_readonly(sys, &name));
            }
            if let Some(var) = Rc::make_mut(&mut self.vars).get_mut(&name) {
                var.exported = true;
            }
        }
        if !saved.is_empty() {
            self.frames.push(Frame::Variables(saved));
        }
        None
    }

    fn redirect_for_now(&mut self, sys: &mut Sys<'_>, command: &Pending) -> bool {
        if command.redirects.is_empty() {
            return true;
        }
        let Some(saved) = self.redirect(sys, &command.redirects) else {
            self.status = self.redirect_status();
            return false;
        };
        self.frames.push(Frame::Redirects(saved));
        true
    }

    fn call(
        &mut self,
        sys: &mut Sys<'_>,
        mut command: Pending,
        function: (super::code::Code, usize),
    ) -> Step {
        if self.frames.len() > super::limits::FRAMES_MAX {
            let name = &command.argv[0];
            let words = match self.dialect {
                Dialect::Bash => format!("{name}: maximum function nesting level exceeded (1000)"),
                // The others run out of stack and are killed.
                _ => return self.leave(sys, SIGNALLED | 0xb),
            };
            self.say(sys, &words);
            return self.fail(sys, 1);
        }
        if !self.redirect_for_now(sys, &command) {
            return Step::Go;
        }
        if let Some(step) = self.assign_for_now(sys, &mut command) {
            return step;
        }
        let args: Rc<[Rc<str>]> = Rc::from(&command.argv[1..]);
        let marks = self.marks();
        let (code, pc) = function;
        self.frames.push(Frame::Call {
            code: std::mem::replace(&mut self.code, code),
            pc: std::mem::replace(&mut self.pc, pc),
            args: std::mem::replace(&mut self.args, args),
            locals: Vec::new(),
            marks,
        });
        Step::Go
    }

    fn run_builtin(
        &mut self,
        sys: &mut Sys<'_>,
        mut command: Pending,
        builtin: builtins::Builtin,
    ) -> Step {
        if !self.redirect_for_now(sys, &command) {
            // A special builtin whose redirection fails ends a script.
            if builtins::is_special(&command.argv[0]) && !self.bash() {
                return self.fail(sys, 2);
            }
            return Step::Go;
        }
        let keeps = builtins::is_special(&command.argv[0]) && !self.bash();
        if keeps {
            for (name, append, value) in std::mem::take(&mut command.assigns) {
                if self.assign(&name, value, append).is_err() {
                    return self.complain_readonly(sys, &name);
                }
            }
        } else if let Some(step) = self.assign_for_now(sys, &mut command) {
            return step;
        }
        if &*command.argv[0] == "exec" {
            // What `exec` redirects stays redirected.
            if let Some(Frame::Redirects(_)) = self.frames.last()
                && let Some(Frame::Redirects(saved)) = self.frames.pop()
            {
                saved.into_iter().filter_map(|(_, id)| id).for_each(|id| sys.kernel.release(id));
            }
        }
        builtin(self, sys, &command.argv)
    }

    /// Runs what is no part of the shell.
    fn run_program(&mut self, sys: &mut Sys<'_>, mut command: Pending) -> Step {
        let replaces = self.is_last_command(sys);
        if replaces {
            if self.redirect(sys, &command.redirects).is_none() {
                return self.leave(sys, self.redirect_status());
            }
            if let Some(step) = self.assign_for_now(sys, &mut command) {
                return step;
            }
            return self.replace(sys, &command.argv);
        }
        if command.bytes > super::limits::ARGUMENT_BYTES_MAX {
            return self.refused(sys, &command.argv[0], Refusal::TooLong);
        }
        let before = self.frames.len();
        if !self.redirect_for_now(sys, &command) {
            return Step::Go;
        }
        if let Some(step) = self.assign_for_now(sys, &mut command) {
            return step;
        }
        let env = self.environment();
        let path = self.get("PATH");

        match launch::load(sys, &command.argv, path.as_deref(), self.dialect) {
            Ok(loaded) => match sys.child() {
                Some(mut me) => {
                    me.argv = loaded.argv;
                    me.dialect = loaded.dialect;
                    me.env = env;
                    let pid = me.pid;
                    let program = loaded.program.begin(pid, &me.argv, &me.env);
                    sys.start(me, program);
                    self.frames.push(Frame::Child(pid));
                    // Their descriptors are the child's now.
                    self.put_back_below(sys, before)
                }
                None => self.cannot_fork(sys),
            },
            Err(refusal) => self.refused(sys, &command.argv[0], refusal),
        }
    }

    /// Puts back what was redirected and assigned for a child, below the frame on top.
    fn put_back_below(&mut self, sys: &mut Sys<'_>, height: usize) -> Step {
        let top = self.frames.pop();
        while self.frames.len() > height {
            self.pop_frame(sys);
        }
        self.frames.extend(top);
        Step::Go
    }

    /// Whether nothing comes behind this command: then the shell becomes it.
    fn is_last_command(&self, _sys: &Sys<'_>) -> bool {
        if self.is(option::INTERACTIVE) || !self.traps.is_empty() || !self.trapped.is_empty() {
            return false;
        }
        let mut rest = self.code[self.pc.min(self.code.len())..].iter();
        let ends = rest.find(|op| !matches!(op, Op::CheckStatus));
        match (self.frames.as_slice(), ends) {
            ([], Some(Op::Exit)) => self.is_child,
            ([Frame::Source(source)], None) => {
                source.origin == Origin::Command
                    && source.text[source.at..].trim().is_empty()
                    && self.jobs.is_empty()
            }
            _ => false,
        }
    }

    /// Becomes another program, or says why not and ends.
    pub(crate) fn replace(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Step {
        let path = self.get("PATH");
        match launch::load(sys, argv, path.as_deref(), self.dialect) {
            Ok(loaded) => {
                sys.me.argv = loaded.argv;
                sys.me.dialect = loaded.dialect;
                sys.me.env = self.environment();
                let (argv, env) = (Rc::clone(&sys.me.argv), Rc::clone(&sys.me.env));
                Step::Become(loaded.program.begin(sys.me.pid, &argv, &env))
            }
            Err(refusal) => {
                let step = self.refused(sys, &argv[0], refusal);
                if matches!(step, Step::Go) { self.leave(sys, self.status) } else { step }
            }
        }
    }

    /// Says why a program cannot be run.
    pub(crate) fn refused(&mut self, sys: &mut Sys<'_>, name: &str, refusal: Refusal) -> Step {
        let has_slash = name.contains('/');
        let (words, status) = match (refusal, self.dialect) {
            (Refusal::NotFound, Dialect::Bash) if has_slash => {
                (format!("{name}: No such file or directory"), 127)
            }
            (Refusal::NotFound, Dialect::Bash) => (format!("{name}: command not found"), 127),
            (Refusal::NoInterpreter(_), Dialect::Bash) => {
                (format!("{name}: cannot execute: required file not found"), 127)
            }
            (Refusal::NotFound | Refusal::NoInterpreter(_), _) => {
                (format!("{name}: not found"), 127)
            }
            (Refusal::Directory, Dialect::Bash) => (format!("{name}: Is a directory"), 126),
            (Refusal::Directory | Refusal::Denied, Dialect::Busybox | Dialect::Dash) => {
                (format!("{name}: Permission denied"), 126)
            }
            (Refusal::Denied, Dialect::Bash) => (format!("{name}: Permission denied"), 126),
            (Refusal::Format, Dialect::Bash) => {
                (format!("{name}: cannot execute binary file: Exec format error"), 126)
            }
            (Refusal::Format, _) => (format!("{name}: Exec format error"), 126),
            (Refusal::TooLong, _) => (format!("{name}: Argument list too long"), 126),
        };
        self.say(sys, &words);
        self.status = status;
        Step::Go
    }

    /// The exported variables.
    pub(crate) fn environment(&self) -> Environment {
        let exported = self.vars.iter().filter(|(_, var)| var.exported);
        exported.filter_map(|(name, var)| Some((Rc::clone(name), var.value.clone()?))).collect()
    }

    pub(crate) fn trace(&mut self, sys: &mut Sys<'_>, command: &Pending) {
        let mut text = self.get("PS4").unwrap_or_else(|| Rc::from("+ ")).to_string();
        let mut first = true;
        for (name, append, value) in &command.assigns {
            if let Value::Text(value) = value {
                let sign = if *append { "+=" } else { "=" };
                let space = if first { "" } else { " " };
                text =
                    format!("{text}{space}{name}{sign}{}", builtins::quoted(value, self.dialect));
                first = false;
            }
        }
        for word in &command.argv {
            let space = if first { "" } else { " " };
            text = format!("{text}{space}{}", builtins::quoted(word, self.dialect));
            first = false;
        }
        if !first {
            sys.complain(&text);
        }
    }

    /// What a shell says of a child that a signal ended.
    pub(crate) fn say_how_it_ended(&self, sys: &mut Sys<'_>, pid: u32, status: i32) {
        if status & SIGNALLED == 0 {
            return;
        }
        let number = u8::try_from(status & 0x7f).unwrap_or(0);
        let words = signal::epitaph(number);
        if words.is_empty() {
            if number == signal::INT && self.is(option::INTERACTIVE) {
                sys.complain("");
            }
            return;
        }
        if self.bash() && !self.is(option::INTERACTIVE) {
            let text = format!("{}{pid:5} {words}", self.prefix());
            sys.complain(&text);
        } else {
            sys.complain(words);
        }
    }
}
