//! `head`, and what it shares with `tail`.

use std::rc::Rc;

use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve, put};
use super::options::{Known, Options, is_busybox};
use crate::machine::fs::errno::Errno;

pub(super) const TOOLS: &[(&str, Make)] =
    &[("head", Make::Long(|| Filter::make(Box::new(Head::default()))))];

/// A count with a suffix: `10`, `2k`, `1M`.
pub(crate) fn amount(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].parse::<u64>().ok()?;
    let factor = match &text[end..] {
        "" | "c" => 1,
        "b" => 512,
        "k" | "K" | "kiB" | "KiB" => 1 << 10,
        "kB" | "KB" | "kD" => 1000,
        "m" | "M" | "MiB" => 1 << 20,
        "MB" => 1_000_000,
        "g" | "G" | "GiB" => 1 << 30,
        "GB" => 1_000_000_000,
        "T" | "TiB" => 1 << 40,
        "w" => 2,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// What `head` and `tail` are asked for: how much, of lines or bytes, and how files are named.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags of a command line are independent of each other"
)]
pub(super) struct Part {
    pub(super) count: u64,
    pub(super) bytes: bool,
    /// `-n -5` of `head`, `-n +5` of `tail`.
    pub(super) other: bool,
    pub(super) names: bool,
    pub(super) follow: bool,
    pub(super) files: Vec<Rc<str>>,
}

impl Part {
    pub(super) fn parse(sys: &mut Sys<'_>, argv: &[Rc<str>], sign: char) -> Result<Self, i32> {
        // `-5` is an old way to write `-n 5`.
        let mut words: Vec<Rc<str>> = Vec::new();
        for word in argv {
            let digits = word.strip_prefix('-').unwrap_or("");
            let old = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if old && words.last().is_none_or(|last| !matches!(&**last, "-n" | "-c" | "-s")) {
                words.push(Rc::from(format!("-n{digits}")));
            } else {
                words.push(Rc::clone(word));
            }
        }
        let known = Known {
            letters: "n:c:qvfFs:z",
            long: &[
                ("lines", 'n'),
                ("bytes", 'c'),
                ("follow", 'f'),
                ("quiet", 'q'),
                ("verbose", 'v'),
            ],
            stops: false,
        };
        let options = Options::parse(sys, &words, &known)?;
        let bytes = options.last_of("nc") == Some('c');
        let value = options.value(if bytes { 'c' } else { 'n' }).cloned();
        let value = value.unwrap_or_else(|| Rc::from("10"));
        let name = argv[0].rsplit('/').next().unwrap_or("");
        let other = value.starts_with(sign);
        let Some(count) = amount(value.trim_start_matches(['-', '+'])) else {
            let what = if bytes { "bytes" } else { "lines" };
            let text = if is_busybox(sys) {
                format!("{name}: invalid number '{value}'")
            } else {
                format!("{name}: invalid number of {what}: '{value}'")
            };
            sys.complain(&text);
            return Err(1);
        };
        let names = options.has('v') || options.words.len() > 1 && !options.has('q');
        let follow = options.has('f') || options.has('F');
        Ok(Self { count, bytes, other, names, follow, files: options.words })
    }

    /// What stands above a file.
    pub(super) fn heading(name: &str, index: usize) -> String {
        let name = if name == "-" { "standard input" } else { name };
        let gap = if index > 0 { "\n" } else { "" };
        format!("{gap}==> {name} <==\n")
    }
}

#[derive(Clone, Debug, Default)]
struct Head {
    part: Part,
    left: u64,
    /// For `-n -5`: what may be too near to the end.
    held: Vec<Vec<u8>>,
    headed: usize,
}

impl Sieve for Head {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        self.part = Part::parse(sys, argv, '-')?;
        Ok(self.part.files.clone())
    }

    fn by_line(&self) -> bool {
        !self.part.bytes
    }

    fn open(&mut self, sys: &mut Sys<'_>, name: &str, _: usize) {
        self.left = self.part.count;
        self.held.clear();
        if self.part.names {
            let _ = sys.print(&Part::heading(name, self.headed));
            self.headed += 1;
        }
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        if self.part.other {
            let units: Vec<Vec<u8>> = if self.part.bytes {
                bytes.iter().map(|byte| vec![*byte]).collect()
            } else {
                vec![bytes.to_vec()]
            };
            self.held.extend(units);
            let most = usize::try_from(self.part.count).unwrap_or(usize::MAX);
            let over = self.held.len().saturating_sub(most);
            let ready: Vec<u8> = self.held.drain(..over).flatten().collect();
            return if ready.is_empty() { Flow::More } else { put(sys, "head", &ready) };
        }
        if self.left == 0 {
            return Flow::NextFile;
        }
        let mut shown = bytes;
        if self.part.bytes {
            let most = usize::try_from(self.left).unwrap_or(usize::MAX);
            shown = &bytes[..bytes.len().min(most)];
            self.left -= shown.len() as u64;
        } else {
            self.left -= 1;
        }
        match put(sys, "head", shown) {
            Flow::More if self.left == 0 => Flow::NextFile,
            flow => flow,
        }
    }

    fn refusal(&self, name: &str, errno: Errno, busybox: bool) -> (String, i32) {
        let text = if busybox {
            format!("{name}: {errno}")
        } else {
            format!("cannot open '{name}' for reading: {errno}")
        };
        (text, 1)
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}
