//! `cat`, `head`, `wc`, `cut`, `uniq`, `tr`, `tee`, `sort` and their like.

use std::rc::Rc;

use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve, put};
use super::options::{Known, Options, is_busybox};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::handle::OpenMode;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("cat", Make::Long(|| Filter::make(Box::new(Cat::default())))),
    ("wc", Make::Long(|| Filter::make(Box::new(Count::default())))),
    ("tee", Make::Long(|| Filter::make(Box::new(Tee::default())))),
    ("rev", Make::Long(|| Filter::make(Box::new(Turned(false, Vec::new()))))),
    ("tac", Make::Long(|| Filter::make(Box::new(Turned(true, Vec::new()))))),
];

#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags of a command line are independent of each other"
)]
struct Cat {
    numbered: Option<char>,
    shown: bool,
    squeezed: bool,
    line: usize,
    blank: bool,
    failed: bool,
}

impl Sieve for Cat {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known {
            letters: "nbsevtAETu",
            long: &[("number", 'n'), ("show-all", 'A'), ("squeeze-blank", 's')],
            stops: false,
        };
        let options = Options::parse(sys, argv, &known)?;
        self.numbered = options.last_of("nb");
        self.shown = options.has('A') || options.has('e') || options.has('E');
        self.squeezed = options.has('s');
        Ok(options.words)
    }

    fn by_line(&self) -> bool {
        self.numbered.is_some() || self.shown || self.squeezed
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        if !self.by_line() {
            let flow = put(sys, "cat", bytes);
            self.failed |= flow == Flow::Stop;
            return flow;
        }
        let blank = bytes == b"\n";
        if self.squeezed && blank && self.blank {
            return Flow::More;
        }
        self.blank = blank;
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        if self.shown {
            text = text.replace('\t', "^I").replace('\r', "^M");
            if let Some(line) = text.strip_suffix('\n') {
                text = format!("{line}$\n");
            }
        }
        if self.numbered == Some('n') || self.numbered == Some('b') && !blank {
            self.line += 1;
            text = format!("{:6}\t{text}", self.line);
        }
        put(sys, "cat", text.as_bytes())
    }

    fn end(&mut self, _: &mut Sys<'_>) -> i32 {
        i32::from(self.failed)
    }

    fn refusal(&self, name: &str, errno: Errno, busybox: bool) -> (String, i32) {
        let text = if busybox {
            format!("can't open '{name}': {errno}")
        } else {
            format!("{name}: {errno}")
        };
        (text, 1)
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

#[derive(Clone, Debug, Default)]
struct Count {
    letters: String,
    name: String,
    now: [u64; 4],
    in_word: bool,
    rows: Vec<([u64; 4], String)>,
    named: bool,
}

impl Sieve for Count {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known {
            letters: "lwcmL",
            long: &[("lines", 'l'), ("words", 'w'), ("bytes", 'c'), ("chars", 'm')],
            stops: false,
        };
        let options = Options::parse(sys, argv, &known)?;
        self.letters = "lwmc".chars().filter(|letter| options.has(*letter)).collect();
        if self.letters.is_empty() {
            "lwc".clone_into(&mut self.letters);
        }
        self.named = !options.words.is_empty();
        Ok(options.words)
    }

    fn by_line(&self) -> bool {
        false
    }

    fn open(&mut self, _: &mut Sys<'_>, name: &str, _: usize) {
        self.now = [0; 4];
        self.in_word = false;
        name.clone_into(&mut self.name);
    }

    fn piece(&mut self, _: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        for byte in bytes {
            let space = byte.is_ascii_whitespace() || *byte == 0x0b;
            self.now[0] += u64::from(*byte == b'\n');
            self.now[1] += u64::from(!space && !self.in_word);
            self.now[2] += u64::from(byte & 0xc0 != 0x80);
            self.in_word = !space;
        }
        self.now[3] += bytes.len() as u64;
        Flow::More
    }

    fn close(&mut self, _: &mut Sys<'_>) {
        let name = if self.named { std::mem::take(&mut self.name) } else { String::new() };
        self.rows.push((self.now, name));
    }

    fn end(&mut self, sys: &mut Sys<'_>) -> i32 {
        let mut rows = std::mem::take(&mut self.rows);
        if rows.len() > 1 {
            let mut total = [0; 4];
            for (row, _) in &rows {
                for (sum, count) in total.iter_mut().zip(row) {
                    *sum += count;
                }
            }
            rows.push((total, "total".to_owned()));
        }
        let busybox = is_busybox(sys);
        let input = sys.me.fd(0).and_then(|id| sys.kernel.get(id));
        let from_file = matches!(input, Some(super::super::kernel::Kind::File(_)));
        let single = self.letters.len() == 1 && rows.len() == 1;
        let most = rows.iter().map(|(row, _)| row[3]).max().unwrap_or(0).to_string().len();
        let width = match (busybox, single) {
            (_, true) => 0,
            (true, false) => 9,
            (false, false) if self.named || from_file => most,
            (false, false) => 7,
        };
        let column = |letter: char| "lwmc".find(letter).unwrap_or(0);
        let mut text = String::new();
        for (row, name) in rows {
            let cells: Vec<String> = self
                .letters
                .chars()
                .map(|letter| format!("{:>width$}", row[column(letter)]))
                .collect();
            let end = if name.is_empty() { String::new() } else { format!(" {name}") };
            text = format!("{text}{}{end}\n", cells.join(" "));
        }
        let _ = sys.print(&text);
        0
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

#[derive(Clone, Debug, Default)]
struct Tee {
    outputs: Vec<(Rc<str>, u8)>,
    status: i32,
}

impl Sieve for Tee {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let known = Known { letters: "ai", long: &[("append", 'a')], stops: false };
        let options = Options::parse(sys, argv, &known)?;
        let mode = if options.has('a') { OpenMode::Append } else { OpenMode::Truncate };
        for (index, name) in options.words.iter().enumerate() {
            // Descriptors that no shell uses.
            let fd = u8::try_from(100 + index).unwrap_or(255);
            match sys.open(name, mode) {
                Ok(id) => {
                    sys.set_fd(fd, Some(id));
                    self.outputs.push((Rc::clone(name), fd));
                }
                Err(errno) => {
                    sys.complain(&format!("tee: {name}: {errno}"));
                    self.status = 1;
                }
            }
        }
        Ok(Vec::new())
    }

    fn by_line(&self) -> bool {
        false
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        for (name, fd) in &self.outputs {
            if let Err(errno) = sys.write(*fd, bytes) {
                sys.complain(&format!("tee: {name}: {errno}"));
                self.status = 1;
            }
        }
        put(sys, "tee", bytes)
    }

    fn end(&mut self, _: &mut Sys<'_>) -> i32 {
        self.status
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

/// `rev` (false) and `tac` (true).
#[derive(Clone, Debug)]
struct Turned(bool, Vec<String>);

impl Sieve for Turned {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let options = Options::parse(sys, argv, &Known::letters(""))?;
        Ok(options.words)
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        let text = String::from_utf8_lossy(bytes);
        if self.0 {
            self.1.push(text.into_owned());
            return Flow::More;
        }
        let line: String = text.trim_end_matches('\n').chars().rev().collect();
        put(sys, "rev", format!("{line}\n").as_bytes())
    }

    fn close(&mut self, sys: &mut Sys<'_>) {
        self.1.reverse();
        let text = self.1.concat();
        self.1.clear();
        let _ = sys.print(&text);
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}
