//! A shell at work: where it is in its operations, and its stack.

use std::rc::Rc;

use crate::api::sorted::SortedMap;

use super::code::{Code, Dialect, Quote, Redirect};
use super::expand::Builder;
use super::task::{Step, Sys, visible};

/// A variable.
#[derive(Clone, Debug, Default)]
pub(crate) struct Var {
    pub(crate) value: Option<Rc<str>>,
    /// The elements, if it is a list.
    pub(crate) list: Option<Rc<Vec<Rc<str>>>>,
    pub(crate) exported: bool,
    pub(crate) readonly: bool,
}

/// What an assignment sets.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Rc<str>),
    List(Vec<Rc<str>>),
}

/// A command that is being put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    pub(crate) argv: Vec<Rc<str>>,
    pub(crate) assigns: Vec<(Rc<str>, bool, Value)>,
    pub(crate) redirects: Vec<(Redirect, Rc<str>)>,
    /// How many bytes the arguments have.
    pub(crate) bytes: usize,
    /// How many of the fields are arguments; those behind are elements of a list.
    pub(crate) words: Option<usize>,
}

/// What a text is that is read line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `-c`.
    Command,
    /// A script.
    Script,
    /// Standard input.
    Stdin,
    /// `eval`.
    Eval,
    /// `.`
    Dot,
    /// A trap, and the status before it.
    Trap(i32),
    /// The trap of `EXIT`, and the status with which the shell ends.
    Last(i32),
}

/// A text that is read line by line, and where to go on behind it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) text: Rc<str>,
    pub(crate) at: usize,
    pub(crate) next_line: u32,
    pub(crate) origin: Origin,
    pub(crate) code: Code,
    pub(crate) pc: usize,
    pub(crate) line: u32,
    /// Arguments to put back after `.` with arguments.
    pub(crate) args: Option<Rc<[Rc<str>]>>,
    pub(crate) condition: i32,
    /// Of `Stdin`: whether all was read.
    pub(crate) ended: bool,
}

/// How high the stacks were.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    words: usize,
    texts: usize,
    commands: usize,
    condition: i32,
}

/// What the shell is in the middle of.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Source(Box<Source>),
    Call {
        code: Code,
        pc: usize,
        args: Rc<[Rc<str>]>,
        locals: Vec<(Rc<str>, Option<Var>)>,
        marks: Marks,
    },
    Loop {
        next: usize,
        end: usize,
        /// What `for` goes through, and how many of it are done.
        items: Option<(Rc<[Rc<str>]>, usize)>,
        status: i32,
        marks: Marks,
    },
    /// Descriptors to put back.
    Redirects(Vec<(u8, Option<u32>)>),
    /// Variables to put back.
    Variables(Vec<(Rc<str>, Option<Var>)>),
    /// A command substitution: what it printed so far.
    Capture {
        reader: u32,
        bytes: Vec<u8>,
        child: u32,
        quote: Quote,
    },
    /// A child in the foreground.
    Child(u32),
    Pipeline {
        pids: Vec<u32>,
        reader: Option<u32>,
        /// Whether all stages run.
        complete: bool,
    },
    /// `wait` for these.
    Await(Vec<u32>),
    /// `read`.
    Read(super::builtins::read::Reading),
}

/// Options, as bits.
pub(crate) mod option {
    pub(crate) const ERREXIT: u32 = 1;
    pub(crate) const NOUNSET: u32 = 2;
    pub(crate) const XTRACE: u32 = 4;
    pub(crate) const PIPEFAIL: u32 = 8;
    pub(crate) const NOGLOB: u32 = 16;
    pub(crate) const NOCLOBBER: u32 = 32;
    pub(crate) const NOEXEC: u32 = 64;
    pub(crate) const ALLEXPORT: u32 = 128;
    pub(crate) const VERBOSE: u32 = 256;
    pub(crate) const INTERACTIVE: u32 = 512;
    pub(crate) const MONITOR: u32 = 1024;
    pub(crate) const LOGIN: u32 = 2048;
}

/// A job in the background.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) pid: u32,
    pub(crate) text: Rc<str>,
    pub(crate) status: Option<i32>,
}

/// A shell.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) dialect: Dialect,
    /// `$0`.
    pub(crate) name: Rc<str>,
    /// `$$`.
    pub(crate) pid: u32,
    pub(crate) args: Rc<[Rc<str>]>,
    pub(crate) vars: Rc<SortedMap<Rc<str>, Var>>,
    pub(crate) functions: Rc<SortedMap<Rc<str>, (Code, usize)>>,
    pub(crate) traps: Rc<SortedMap<u8, Rc<str>>>,
    pub(crate) options: u32,
    pub(crate) status: i32,
    pub(crate) last_background: u32,
    pub(crate) jobs: Vec<Job>,
    pub(crate) line: u32,
    pub(crate) code: Code,
    pub(crate) pc: usize,
    pub(crate) frames: Vec<Frame>,
    pub(crate) words: Vec<Builder>,
    pub(crate) texts: Vec<Rc<str>>,
    pub(crate) commands: Vec<Pending>,
    /// More than 0 where `set -e` is not heeded.
    pub(crate) condition: i32,
    /// The status of the last command substitution of the command.
    pub(crate) substituted: Option<i32>,
    /// Signals whose traps are to be run.
    pub(crate) trapped: Vec<u8>,
    /// Whether a child was made from a function, where `return` ends it.
    pub(crate) is_child: bool,
    /// How the text began, which decides how errors are worded.
    pub(crate) origin: Origin,
    /// What `getopts` is at within a word.
    pub(crate) option_at: usize,
    pub(crate) random: u32,
}

impl Shell {
    pub(crate) fn new(dialect: Dialect, name: Rc<str>, pid: u32) -> Self {
        Self {
            dialect,
            name,
            pid,
            args: Rc::from([]),
            vars: Rc::default(),
            functions: Rc::default(),
            traps: Rc::default(),
            options: 0,
            status: 0,
            last_background: 0,
            jobs: Vec::new(),
            line: 1,
            code: Rc::from([]),
            pc: 0,
            frames: Vec::new(),
            words: Vec::new(),
            texts: Vec::new(),
            commands: Vec::new(),
            condition: 0,
            substituted: None,
            trapped: Vec::new(),
            is_child: false,
            origin: Origin::Command,
            option_at: 0,
            random: pid,
        }
    }

    pub(crate) fn is(&self, option: u32) -> bool {
        self.options & option != 0
    }

    pub(crate) fn bash(&self) -> bool {
        self.dialect == Dialect::Bash
    }

    pub(crate) fn marks(&self) -> Marks {
        Marks {
            words: self.words.len(),
            texts: self.texts.len(),
            commands: self.commands.len(),
            condition: self.condition,
        }
    }

    pub(crate) fn return_to(&mut self, marks: Marks) {
        self.words.truncate(marks.words);
        self.texts.truncate(marks.texts);
        self.commands.truncate(marks.commands);
        self.condition = marks.condition;
    }

    /// One step: an operation, a line that is read, or something waited for.
    pub(crate) fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if let Some(step) = self.waiting(sys) {
            return step;
        }
        if !self.trapped.is_empty() {
            let signal = self.trapped.remove(0);
            if let Some(text) = self.traps.get(&signal).cloned() {
                self.enter(text, Origin::Trap(self.status));
            }
            return Step::Go;
        }
        if self.pc >= self.code.len() {
            return self.next_line(sys);
        }
        let code = Rc::clone(&self.code);
        let op = &code[self.pc];
        self.pc += 1;
        self.execute(op, sys)
    }

    /// Takes the frame on top away and puts back what it kept.
    pub(crate) fn pop_frame(&mut self, sys: &mut Sys<'_>) {
        match self.frames.pop() {
            Some(Frame::Redirects(saved)) => {
                for (fd, id) in saved.into_iter().rev().filter(|entry| *entry != COMPOUND) {
                    sys.set_fd(fd, id);
                }
            }
            Some(Frame::Variables(saved)) => self.put_back(saved),
            Some(Frame::Call { code, pc, args, locals, marks }) => {
                self.code = code;
                self.pc = pc;
                self.args = args;
                self.put_back(locals);
                self.return_to(marks);
            }
            Some(Frame::Source(source)) => {
                self.code = source.code;
                self.pc = source.pc;
                self.line = source.line;
                self.condition = source.condition;
                if let Some(args) = source.args {
                    self.args = args;
                }
            }
            Some(Frame::Capture { reader, .. } | Frame::Pipeline { reader: Some(reader), .. }) => {
                sys.kernel.release(reader);
            }
            _ => {}
        }
    }

    /// Ends the shell, after the trap of `EXIT`.
    pub(crate) fn leave(&mut self, sys: &mut Sys<'_>, status: i32) -> Step {
        while !self.frames.is_empty() {
            self.pop_frame(sys);
        }
        self.return_to(Marks { words: 0, texts: 0, commands: 0, condition: 0 });
        self.status = visible(status);
        let Some(text) = self.traps.get(&0).cloned() else { return Step::Done(status) };
        Rc::make_mut(&mut self.traps).remove(&0);
        self.enter(text, Origin::Last(status));
        Step::Go
    }

    /// Gives up the line that an interactive shell is in.
    pub(crate) fn abandon(&mut self, sys: &mut Sys<'_>) {
        while self.frames.len() > 1 {
            self.pop_frame(sys);
        }
        self.return_to(Marks { words: 0, texts: 0, commands: 0, condition: 0 });
        self.pc = self.code.len();
        if let Some(Frame::Source(source)) = self.frames.first_mut() {
            source.text = Rc::from("");
            source.at = 0;
        }
    }
}

/// Stands first among the redirections of a compound command.
pub(crate) const COMPOUND: (u8, Option<u32>) = (u8::MAX, None);
