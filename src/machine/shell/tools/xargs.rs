//! `xargs`.

use std::rc::Rc;

use super::super::kernel::Read;
use super::super::task::{SIGNALLED, Step, Sys, Tool, Wait, visible};
use super::Make;
use super::options::{Known, Options, is_busybox};
use super::starting::start;

pub(super) const TOOLS: &[(&str, Make)] =
    &[("xargs", Make::Long(|| Box::new(Arguments::default())))];

/// `xargs`.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags of a command line are independent of each other"
)]
struct Arguments {
    begun: bool,
    ended: bool,
    input: Vec<u8>,
    /// How many words a command gets; 0 for all.
    count: usize,
    /// `-I`: what is replaced by a line.
    mark: Option<Rc<str>>,
    command: Vec<Rc<str>>,
    zero: bool,
    skip_empty: bool,
    waiting: Vec<Rc<str>>,
    child: u32,
    status: i32,
}

impl Tool for Arguments {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if !self.begun {
            return self.begin(sys);
        }
        if !self.ended {
            return self.read(sys);
        }
        if self.child > 0 {
            let Some(status) = sys.kernel.ended.remove(&self.child) else {
                return Step::Wait(Wait::Child(self.child));
            };
            self.child = 0;
            if status & SIGNALLED != 0 || visible(status) == 255 {
                return Step::Done(if visible(status) == 255 { 124 } else { 125 });
            }
            if status != 0 {
                self.status = 123;
            }
        }
        self.next(sys)
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

impl Arguments {
    fn begin(&mut self, sys: &mut Sys<'_>) -> Step {
        let argv = Rc::clone(&sys.me.argv);
        let known = Known {
            letters: "n:I:L:0rtP:d:s:E:ix",
            long: &[("null", '0'), ("no-run-if-empty", 'r'), ("max-args", 'n'), ("max-procs", 'P')],
            stops: true,
        };
        let options = match Options::parse(sys, &argv, &known) {
            Ok(options) => options,
            Err(status) => return Step::Done(status),
        };
        self.begun = true;
        self.count = options.value('n').and_then(|text| text.parse().ok()).unwrap_or(0);
        self.mark = options.value('I').cloned();
        self.zero = options.has('0');
        self.skip_empty = options.has('r');
        self.command =
            if options.words.is_empty() { vec![Rc::from("echo")] } else { options.words };
        Step::Go
    }

    fn read(&mut self, sys: &mut Sys<'_>) -> Step {
        match sys.read(0, 16 << 10) {
            Ok(Read::Data(data)) => {
                self.input.extend(data);
                if self.input.len() > super::super::limits::MEMORY_BYTES_MAX {
                    sys.complain("xargs: argument list too long");
                    return Step::Done(1);
                }
                Step::Go
            }
            Ok(Read::Wait) => Step::Wait(Wait::Read(sys.me.fd(0).unwrap_or(0))),
            Ok(Read::End) | Err(_) => {
                self.ended = true;
                let text = String::from_utf8_lossy(&std::mem::take(&mut self.input)).into_owned();
                self.waiting = if self.zero {
                    text.split('\0').filter(|word| !word.is_empty()).map(Rc::from).collect()
                } else if self.mark.is_some() {
                    text.lines()
                        .map(str::trim)
                        .filter(|line| !line.is_empty())
                        .map(Rc::from)
                        .collect()
                } else {
                    words(&text)
                };
                if self.waiting.is_empty()
                    && !self.skip_empty
                    && self.mark.is_none()
                    && !is_busybox(sys)
                {
                    return self.run(sys, self.command.clone());
                }
                if self.waiting.is_empty()
                    && is_busybox(sys)
                    && !self.skip_empty
                    && self.mark.is_none()
                {
                    return self.run(sys, self.command.clone());
                }
                self.waiting.reverse();
                Step::Go
            }
        }
    }

    fn next(&mut self, sys: &mut Sys<'_>) -> Step {
        if self.waiting.is_empty() {
            return Step::Done(self.status);
        }
        if let Some(mark) = self.mark.clone() {
            let line = self.waiting.pop().unwrap_or_default();
            let command =
                self.command.iter().map(|word| Rc::from(word.replace(&*mark, &line))).collect();
            return self.run(sys, command);
        }
        let count = if self.count == 0 { 5_000 } else { self.count };
        let mut command = self.command.clone();
        let from = self.waiting.len().saturating_sub(count);
        command.extend(self.waiting.split_off(from).into_iter().rev());
        self.run(sys, command)
    }

    fn run(&mut self, sys: &mut Sys<'_>, command: Vec<Rc<str>>) -> Step {
        match start(sys, "xargs", &command) {
            Ok(pid) => {
                self.child = pid;
                Step::Go
            }
            Err((text, status)) => {
                sys.complain(&text);
                Step::Done(status)
            }
        }
    }
}

/// Words between blanks; quotes and backslashes keep blanks.
fn words(text: &str) -> Vec<Rc<str>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take().map(Rc::from)),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word.map(Rc::from));
    words
}
