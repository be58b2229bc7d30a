//! `tail`, which may go on for ever.

use std::collections::VecDeque;
use std::rc::Rc;

use super::super::kernel::Read;
use super::super::task::{Step, Sys, Tool, Wait};
use super::Make;
use super::head::Part;
use super::options::is_busybox;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;

pub(super) const TOOLS: &[(&str, Make)] = &[("tail", Make::Long(|| Box::new(Tail::default())))];

/// How often a followed file is looked at.
const LOOK_MS: u64 = 1000;

#[derive(Clone, Debug, Default)]
struct Tail {
    part: Part,
    begun: bool,
    index: usize,
    open: Option<(u32, bool)>,
    /// Lines, or pieces of bytes, that may be the last.
    kept: VecDeque<Vec<u8>>,
    bytes: usize,
    partial: Vec<u8>,
    /// `+N`: how much is still to be left out.
    skip: u64,
    followed: Vec<(Rc<str>, u32)>,
    headed: usize,
    opened: usize,
    status: i32,
}

impl Tool for Tail {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if !self.begun {
            self.begun = true;
            let argv = Rc::clone(&sys.me.argv);
            return match Part::parse(sys, &argv, '+') {
                Ok(part) => {
                    self.part = part;
                    if self.part.files.is_empty() {
                        self.part.files.push(Rc::from("-"));
                    }
                    Step::Go
                }
                Err(status) => Step::Done(status),
            };
        }
        match self.open {
            Some((id, _)) => self.read(sys, id),
            None if self.index < self.part.files.len() => self.open_next(sys),
            None if !self.followed.is_empty() => self.follow(sys),
            None => {
                let none = self.headed == 0 && self.status == 1 && is_busybox(sys);
                if none && self.opened == 0 {
                    sys.complain("tail: no files");
                }
                Step::Done(self.status)
            }
        }
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

impl Tail {
    fn open_next(&mut self, sys: &mut Sys<'_>) -> Step {
        let name = Rc::clone(&self.part.files[self.index]);
        self.index += 1;
        let stdin = &*name == "-";
        let opened = if stdin {
            sys.me.fd(0).ok_or(Errno::Ebadf)
        } else if sys.view().is_directory(&name) {
            Err(Errno::Eisdir)
        } else {
            sys.open(&name, OpenMode::Read)
        };
        match opened {
            Ok(id) => {
                if self.part.names {
                    let _ = sys.print(&Part::heading(&name, self.headed));
                    self.headed += 1;
                }
                self.open = Some((id, stdin));
                self.opened += 1;
                self.skip = self.part.count.saturating_sub(1);
                self.kept.clear();
                self.bytes = 0;
            }
            Err(errno) => {
                let text = match (is_busybox(sys), errno) {
                    (true, _) => format!("tail: can't open '{name}': {errno}"),
                    (false, Errno::Eisdir) => format!("tail: error reading '{name}': {errno}"),
                    (false, _) => format!("tail: cannot open '{name}' for reading: {errno}"),
                };
                sys.complain(&text);
                self.status = 1;
            }
        }
        Step::Go
    }

    fn read(&mut self, sys: &mut Sys<'_>, id: u32) -> Step {
        match sys.read_open(id, 16 << 10) {
            Ok(Read::Data(data)) => {
                self.take(sys, &data);
                Step::Go
            }
            Ok(Read::Wait) => Step::Wait(Wait::Read(id)),
            Ok(Read::End) | Err(_) => {
                let rest = std::mem::take(&mut self.partial);
                if !rest.is_empty() {
                    self.keep(sys, rest);
                }
                let text: Vec<u8> = self.kept.drain(..).flatten().collect();
                let from = if self.part.bytes && !self.part.other {
                    let most = usize::try_from(self.part.count).unwrap_or(usize::MAX);
                    text.len().saturating_sub(most)
                } else {
                    0
                };
                let failed = sys.write(1, &text[from..]).is_err();
                self.status |= i32::from(failed);
                if let Some((id, stdin)) = self.open.take() {
                    let name = Rc::clone(&self.part.files[self.index - 1]);
                    if self.part.follow && !stdin {
                        self.followed.push((name, id));
                    } else if !stdin {
                        sys.kernel.release(id);
                    }
                }
                Step::Go
            }
        }
    }

    fn take(&mut self, sys: &mut Sys<'_>, data: &[u8]) {
        if self.part.bytes {
            self.keep(sys, data.to_vec());
            return;
        }
        self.partial.extend(data);
        let text = std::mem::take(&mut self.partial);
        let mut from = 0;
        while let Some(len) = text[from..].iter().position(|byte| *byte == b'\n') {
            self.keep(sys, text[from..=from + len].to_vec());
            from += len + 1;
        }
        self.partial = text[from..].to_vec();
    }

    fn keep(&mut self, sys: &mut Sys<'_>, unit: Vec<u8>) {
        if self.part.other {
            // From the Nth line or byte on all is shown at once.
            let len = if self.part.bytes { unit.len() as u64 } else { 1 };
            let skipped = self.skip.min(len);
            self.skip -= skipped;
            if !self.part.bytes && skipped == 0 {
                let _ = sys.write(1, &unit);
            } else if self.part.bytes {
                let _ = sys.write(1, &unit[usize::try_from(skipped).unwrap_or(0)..]);
            }
            return;
        }
        self.bytes += unit.len();
        self.kept.push_back(unit);
        let most = usize::try_from(self.part.count).unwrap_or(usize::MAX);
        let too_many = |tail: &Self| {
            if tail.part.bytes {
                let first = tail.kept.front().map_or(0, Vec::len);
                tail.bytes - first >= most && tail.kept.len() > 1
            } else {
                tail.kept.len() > most || tail.bytes > super::super::limits::MEMORY_BYTES_MAX
            }
        };
        while too_many(self) {
            self.bytes -= self.kept.pop_front().map_or(0, |unit| unit.len());
        }
    }

    fn follow(&mut self, sys: &mut Sys<'_>) -> Step {
        for (name, id) in self.followed.clone() {
            if let Ok(Read::Data(data)) = sys.read_open(id, 64 << 10) {
                if self.part.names {
                    let _ = sys.print(&Part::heading(&name, self.headed));
                }
                let _ = sys.write(1, &data);
                return Step::Go;
            }
        }
        Step::Wait(Wait::Until(sys.host.now() + LOOK_MS))
    }
}
