//! Tools that read files or standard input piece by piece and print something of it.

use std::rc::Rc;

use super::super::kernel::Read;
use super::super::task::{Step, Sys, Tool, Wait};
use super::options::is_busybox;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;

/// How much is read at once.
const CHUNK: usize = 16 << 10;

/// How a tool goes on after a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// With the next piece.
    More,
    /// With the next file.
    NextFile,
    /// It is done.
    Stop,
}

/// What a tool does with what it reads.
pub(crate) trait Sieve: std::fmt::Debug {
    /// Reads the tool's words: the files, or the status with which it ends at once.
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32>;
    /// A file begins; `index` counts from 0.
    fn open(&mut self, _sys: &mut Sys<'_>, _name: &str, _index: usize) {}
    /// A piece: a line with its end if [`Sieve::by_line`], else what came.
    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow;
    /// A file is at its end.
    fn close(&mut self, _sys: &mut Sys<'_>) {}
    /// All is read: the status.
    fn end(&mut self, _sys: &mut Sys<'_>) -> i32 {
        0
    }
    /// Whether pieces are lines.
    fn by_line(&self) -> bool {
        true
    }
    /// What is said of a file that cannot be read, without the tool's name, and the status.
    fn refusal(&self, name: &str, errno: Errno, _busybox: bool) -> (String, i32) {
        (format!("{name}: {errno}"), 1)
    }
    /// A copy.
    fn copy(&self) -> Box<dyn Sieve>;
}

/// A tool that is a sieve.
#[derive(Debug)]
pub(crate) struct Filter {
    sieve: Box<dyn Sieve>,
    name: String,
    files: Vec<Rc<str>>,
    index: usize,
    begun: bool,
    /// The open file; `Some(None)` is standard input.
    #[expect(clippy::option_option, reason = "none is open, or one, which may be standard input")]
    current: Option<Option<u32>>,
    partial: Vec<u8>,
    status: i32,
}

impl Filter {
    /// A tool that does this with what it reads.
    pub(crate) fn make(sieve: Box<dyn Sieve>) -> Box<dyn Tool> {
        Box::new(Self {
            sieve,
            name: String::new(),
            files: Vec::new(),
            index: 0,
            begun: false,
            current: None,
            partial: Vec::new(),
            status: 0,
        })
    }

    fn begin(&mut self, sys: &mut Sys<'_>) -> Step {
        let argv = Rc::clone(&sys.me.argv);
        argv[0].rsplit('/').next().unwrap_or("").clone_into(&mut self.name);
        self.begun = true;
        match self.sieve.begin(sys, &argv) {
            Ok(files) => {
                self.files = if files.is_empty() { vec![Rc::from("-")] } else { files };
                Step::Go
            }
            Err(status) => Step::Done(status),
        }
    }

    fn open_next(&mut self, sys: &mut Sys<'_>) -> Step {
        let Some(name) = self.files.get(self.index).cloned() else {
            let status = self.sieve.end(sys);
            return Step::Done(status.max(self.status).max(i32::from(sys.me.failed)));
        };
        self.index += 1;
        let opened =
            if &*name == "-" { Ok(None) } else { sys.open(&name, OpenMode::Read).map(Some) };
        match opened {
            Ok(id) => {
                self.current = Some(id);
                self.sieve.open(sys, &name, self.index - 1);
            }
            Err(errno) => self.complain(sys, &name, errno),
        }
        Step::Go
    }

    fn complain(&mut self, sys: &mut Sys<'_>, name: &str, errno: Errno) {
        let busybox = is_busybox(sys);
        let (text, status) = self.sieve.refusal(name, errno, busybox);
        let tool = &self.name;
        if !text.is_empty() {
            sys.complain(&format!("{tool}: {text}"));
        }
        self.status = self.status.max(status);
    }

    fn close(&mut self, sys: &mut Sys<'_>) {
        if let Some(Some(id)) = self.current.take() {
            sys.kernel.release(id);
        }
        self.partial.clear();
    }

    fn take(&mut self, sys: &mut Sys<'_>, data: Vec<u8>) -> Flow {
        if !self.sieve.by_line() {
            return self.sieve.piece(sys, &data);
        }
        self.partial.extend(data);
        if self.partial.len() > super::super::limits::MEMORY_BYTES_MAX {
            let name = &self.name;
            sys.complain(&format!("{name}: memory exhausted"));
            self.status = 2;
            return Flow::Stop;
        }
        let text = std::mem::take(&mut self.partial);
        let mut from = 0;
        while let Some(len) = text[from..].iter().position(|byte| *byte == b'\n') {
            let flow = self.sieve.piece(sys, &text[from..=from + len]);
            from += len + 1;
            if flow != Flow::More {
                return flow;
            }
        }
        self.partial = text[from..].to_vec();
        Flow::More
    }

    fn after(&mut self, sys: &mut Sys<'_>, flow: Flow) -> Step {
        match flow {
            Flow::More => {}
            Flow::NextFile => {
                self.sieve.close(sys);
                self.close(sys);
            }
            Flow::Stop => {
                self.close(sys);
                let status = self.sieve.end(sys);
                return Step::Done(status.max(self.status).max(i32::from(sys.me.failed)));
            }
        }
        Step::Go
    }
}

impl Tool for Filter {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if !self.begun {
            return self.begin(sys);
        }
        let Some(current) = self.current else { return self.open_next(sys) };
        let Some(id) = current.or_else(|| sys.me.fd(0)) else {
            self.complain(sys, "-", Errno::Ebadf);
            self.close(sys);
            return Step::Go;
        };
        match sys.read_open(id, CHUNK) {
            Ok(Read::Data(data)) => {
                let flow = self.take(sys, data);
                self.after(sys, flow)
            }
            Ok(Read::Wait) => Step::Wait(Wait::Read(id)),
            Ok(Read::End) => {
                let rest = std::mem::take(&mut self.partial);
                let mut flow = Flow::NextFile;
                if !rest.is_empty() && self.sieve.piece(sys, &rest) == Flow::Stop {
                    flow = Flow::Stop;
                }
                self.after(sys, flow)
            }
            Err(errno) => {
                let name = self.files.get(self.index - 1).cloned().unwrap_or_default();
                if errno == Errno::Eisdir {
                    let text = self.directory(&name, is_busybox(sys));
                    if !text.is_empty() {
                        sys.complain(&text);
                    }
                    let status = if self.name == "grep" && !text.is_empty() { 2 } else { 1 };
                    self.status = self.status.max(status);
                } else {
                    self.complain(sys, &name, errno);
                }
                self.close(sys);
                Step::Go
            }
        }
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(Self {
            sieve: self.sieve.copy(),
            name: self.name.clone(),
            files: self.files.clone(),
            partial: self.partial.clone(),
            ..*self
        })
    }
}

impl Filter {
    fn directory(&self, name: &str, busybox: bool) -> String {
        let tool = &self.name;
        match tool.as_str() {
            "grep" if busybox => String::new(),
            "cat" if busybox => format!("{tool}: read error: Is a directory"),
            "head" => format!("{tool}: error reading '{name}': Is a directory"),
            "sort" => format!("{tool}: read failed: {name}: Is a directory"),
            _ => format!("{tool}: {name}: Is a directory"),
        }
    }
}

/// What a tool writes to standard output; when that fails, what it says, once.
pub(crate) fn put(sys: &mut Sys<'_>, tool: &str, bytes: &[u8]) -> Flow {
    match sys.write(1, bytes) {
        Ok(()) => Flow::More,
        Err(errno) => {
            sys.complain(&format!("{tool}: write error: {errno}"));
            sys.me.failed = true;
            Flow::Stop
        }
    }
}
