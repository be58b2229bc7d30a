//! `grep`.

use std::rc::Rc;

use super::super::regex::{Regex, Syntax};
use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve, put};
use super::options::{Known, Options, is_busybox, usage};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::inode::FileKind;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("grep", Make::Long(|| Filter::make(Box::new(Grep::default())))),
    ("egrep", Make::Long(|| Filter::make(Box::new(Grep::default())))),
    ("fgrep", Make::Long(|| Filter::make(Box::new(Grep::default())))),
];

#[derive(Clone, Debug, Default)]
struct Grep {
    patterns: Vec<Rc<Regex>>,
    letters: String,
    names: bool,
    name: String,
    line: u64,
    count: u64,
    most: Option<u64>,
    matched: bool,
    failed: bool,
    after: u64,
    before: usize,
    /// How many lines behind a match are still to be shown.
    left: u64,
    kept: Vec<(u64, String)>,
    shown: u64,
}

const LONG: &[(&str, char)] = &[
    ("ignore-case", 'i'),
    ("invert-match", 'v'),
    ("line-number", 'n'),
    ("count", 'c'),
    ("quiet", 'q'),
    ("silent", 'q'),
    ("recursive", 'r'),
    ("files-with-matches", 'l'),
    ("only-matching", 'o'),
    ("extended-regexp", 'E'),
    ("fixed-strings", 'F'),
    ("word-regexp", 'w'),
    ("line-regexp", 'x'),
    ("max-count", 'm'),
    ("color", 'y'),
    ("colour", 'y'),
    ("no-messages", 's'),
];

impl Grep {
    fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    fn find(&self, line: &str, from: usize) -> Option<(usize, usize)> {
        let found = self.patterns.iter().filter_map(|regex| {
            let mut at = from;
            loop {
                let (start, end) = regex.find(line, at)?.range();
                let whole = !self.has('x') || (start, end) == (0, line.len());
                let letter = |c: char| c.is_alphanumeric() || c == '_';
                let edge = !line[..start].chars().next_back().is_some_and(letter)
                    && !line[end..].chars().next().is_some_and(letter);
                if whole && (!self.has('w') || edge) {
                    return Some((start, end));
                }
                at = start + line[start..].chars().next().map_or(1, char::len_utf8);
                if at > line.len() {
                    return None;
                }
            }
        });
        found.min_by_key(|(start, end)| (*start, usize::MAX - end))
    }

    fn show(&mut self, sys: &mut Sys<'_>, number: u64, text: &str, sign: char) -> Flow {
        if self.shown > 0 && self.shown + 1 < number && (self.after > 0 || self.before > 0) {
            let _ = sys.print("--\n");
        }
        self.shown = number;
        let name = if self.names { format!("{}{sign}", self.name) } else { String::new() };
        let line = if self.has('n') { format!("{number}{sign}") } else { String::new() };
        put(sys, "grep", format!("{name}{line}{text}\n").as_bytes())
    }
}

impl Sieve for Grep {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        let letters = "EFGHLhilnoqrRsvwxce:m:A:B:C:yaz";
        let options = Options::parse(sys, argv, &Known { letters, long: LONG, stops: false })?;
        self.letters = "EFGHLhilnoqrRsvwxc".chars().filter(|c| options.has(*c)).collect();
        let mut words = options.words.clone();
        let mut texts: Vec<Rc<str>> = options.values('e').cloned().collect();
        if texts.is_empty() {
            if words.is_empty() {
                if is_busybox(sys) {
                    usage(
                        sys,
                        "grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...",
                    );
                } else {
                    sys.complain(
                        "Usage: grep [OPTION]... PATTERNS [FILE]...\n\
                         Try 'grep --help' for more information.",
                    );
                }
                return Err(2);
            }
            texts.push(words.remove(0));
        }
        let name = argv[0].rsplit('/').next().unwrap_or("");
        let syntax = match (options.last_of("EFG"), name) {
            (Some('E'), _) | (None, "egrep") => Syntax::Extended,
            (Some('F'), _) | (None, "fgrep") => Syntax::Fixed,
            _ => Syntax::Basic,
        };
        for text in texts.iter().flat_map(|text| text.split('\n')) {
            match Regex::new(text, syntax, self.has('i')) {
                Ok(regex) => self.patterns.push(Rc::new(regex)),
                Err(why) => {
                    let text = if is_busybox(sys) {
                        format!("grep: bad regex '{text}': {why}")
                    } else {
                        let why = if why.starts_with("Unmatched [,") {
                            "Invalid regular expression"
                        } else {
                            why
                        };
                        format!("grep: {why}")
                    };
                    sys.complain(&text);
                    return Err(2);
                }
            }
        }
        let number = |letter: char| options.value(letter).and_then(|text| text.parse::<u64>().ok());
        self.most = number('m');
        self.after = number('A').or(number('C')).unwrap_or(0);
        self.before = number('B').or(number('C')).map_or(0, |n| usize::try_from(n).unwrap_or(0));
        let recursive = self.has('r') || self.has('R');
        if recursive {
            let roots = if words.is_empty() { vec![Rc::from(".")] } else { words };
            let mut files = Vec::new();
            for root in roots {
                super::walk::files(sys, &root, &mut files);
            }
            self.names = !self.has('h');
            if files.is_empty() {
                return Err(1);
            }
            return Ok(files);
        }
        self.names = (words.len() > 1 || self.has('H')) && !self.has('h');
        Ok(words)
    }

    fn open(&mut self, _: &mut Sys<'_>, name: &str, _: usize) {
        let name = if name == "-" { "(standard input)" } else { name };
        name.clone_into(&mut self.name);
        (self.line, self.count, self.left, self.shown) = (0, 0, 0, 0);
        self.kept.clear();
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        self.line += 1;
        let number = self.line;
        let hit = self.find(line, 0);
        if hit.is_some() == self.has('v') {
            if self.left > 0 {
                self.left -= 1;
                return self.show(sys, number, line, '-');
            }
            if self.before > 0 {
                self.kept.push((number, line.to_owned()));
                let over = self.kept.len().saturating_sub(self.before);
                self.kept.drain(..over);
            }
            return Flow::More;
        }
        self.matched = true;
        self.count += 1;
        if self.has('q') {
            return Flow::Stop;
        }
        if self.has('l') || self.has('L') {
            return Flow::NextFile;
        }
        let mut flow = Flow::More;
        if self.has('o') {
            let mut at = 0;
            while let Some((start, end)) = self.find(line, at).filter(|_| !self.has('v')) {
                if end > start {
                    self.shown = 0;
                    flow = self.show(sys, number, &line[start..end], ':');
                }
                at = end.max(start + line[start..].chars().next().map_or(1, char::len_utf8));
                if at > line.len() {
                    break;
                }
            }
        } else if !self.has('c') {
            for (number, line) in std::mem::take(&mut self.kept) {
                self.show(sys, number, &line, '-');
            }
            flow = self.show(sys, number, line, ':');
            self.left = self.after;
        }
        if self.most.is_some_and(|most| self.count >= most) {
            return Flow::NextFile;
        }
        flow
    }

    fn close(&mut self, sys: &mut Sys<'_>) {
        let name = if self.names { format!("{}:", self.name) } else { String::new() };
        if self.has('l') && self.count > 0 || self.has('L') && self.count == 0 {
            let _ = sys.print(&format!("{}\n", self.name));
        } else if self.has('c') {
            let _ = sys.print(&format!("{name}{}\n", self.count));
        }
    }

    fn end(&mut self, _: &mut Sys<'_>) -> i32 {
        match (self.matched, self.failed) {
            (true, _) => 0,
            (false, true) => 2,
            (false, false) => 1,
        }
    }

    fn refusal(&self, name: &str, errno: Errno, _: bool) -> (String, i32) {
        let text = if self.has('s') { String::new() } else { format!("{name}: {errno}") };
        (text, 2)
    }

    fn copy(&self) -> Box<dyn Sieve> {
        let _ = FileKind::File;
        Box::new(self.clone())
    }
}
