//! `find`.

mod words;

use std::rc::Rc;

use super::super::glob;
use super::super::task::{Step, Sys, Tool, Wait};
use super::options::is_busybox;
use super::walk::{self, Entry};
use super::{Make, starting};
use crate::machine::fs::inode::FileKind;
use words::Reader;

pub(super) const TOOLS: &[(&str, Make)] = &[("find", Make::Long(|| Box::new(Find::default())))];

/// One part of what `find` looks for.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Name(Rc<str>, bool),
    Path(Rc<str>),
    Type(Rc<str>),
    Size(i8, u64, u64),
    Empty,
    Mode(i8, u16),
    User(u32),
    Group(u32),
    Newer(u64),
    Minutes(i8, u64),
    Links(i8, u64),
    Not,
    Or,
    Open,
    Close,
    Print(char),
    Delete,
    Prune,
    /// A command, and whether it gets all paths at once.
    Execute(Rc<[Rc<str>]>, bool),
    Quit,
    Always(bool),
}

#[derive(Clone, Debug, Default)]
struct Find {
    begun: bool,
    tests: Rc<[Test]>,
    entries: Vec<Entry>,
    next: usize,
    /// What commands are to be run, the next at the end.
    commands: Vec<Vec<Rc<str>>>,
    gathered: Vec<Rc<str>>,
    deleted: Vec<Entry>,
    child: u32,
    status: i32,
    least: usize,
}

impl Tool for Find {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if !self.begun {
            self.begun = true;
            let argv = Rc::clone(&sys.me.argv);
            return match self.begin(sys, &argv) {
                Ok(()) => Step::Go,
                Err(text) => {
                    sys.complain(&format!("find: {text}"));
                    Step::Done(1)
                }
            };
        }
        if self.child > 0 {
            let Some(status) = sys.kernel.ended.remove(&self.child) else {
                return Step::Wait(Wait::Child(self.child));
            };
            self.child = 0;
            let _ = status;
        }
        if let Some(words) = self.commands.pop() {
            match starting::start(sys, "find", &words) {
                Ok(pid) => self.child = pid,
                Err((text, _)) => {
                    let text = if is_busybox(sys) {
                        text
                    } else {
                        text.replace("find: ", "find: '").replace(": No", "': No")
                    };
                    sys.complain(&text);
                    self.status = 1;
                }
            }
            return Step::Go;
        }
        if self.next >= self.entries.len() {
            return self.finish(sys);
        }
        let end = (self.next + 64).min(self.entries.len());
        while self.next < end && self.commands.is_empty() {
            let entry = self.entries[self.next].clone();
            self.next += 1;
            self.look(sys, &entry);
        }
        Step::Go
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

impl Find {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<(), String> {
        let starts = |word: &Rc<str>| {
            word.starts_with('-') && word.len() > 1 || matches!(&**word, "!" | "(")
        };
        let first = argv.iter().skip(1).position(starts).map_or(argv.len(), |at| at + 1);
        let mut roots: Vec<Rc<str>> = argv[1..first].to_vec();
        if roots.is_empty() {
            roots.push(Rc::from("."));
        }
        let mut deepest = usize::MAX;
        let mut reader = Reader {
            words: &argv[first..],
            at: 0,
            tests: Vec::new(),
            deepest: &mut deepest,
            least: 0,
        };
        reader.read(sys)?;
        let mut tests = reader.tests;
        self.least = reader.least;
        let acts = |test: &Test| matches!(test, Test::Print(_) | Test::Delete | Test::Execute(..));
        if !tests.iter().any(acts) {
            tests.insert(0, Test::Open);
            tests.extend([Test::Close, Test::Print('\n')]);
        }
        self.tests = Rc::from(tests);
        for root in roots {
            let found = walk::tree(sys, &root, deepest);
            if found.is_empty() {
                let text = if is_busybox(sys) {
                    format!("find: {root}: No such file or directory")
                } else {
                    format!("find: '{root}': No such file or directory")
                };
                sys.complain(&text);
                self.status = 1;
            }
            for entry in &found {
                if let Some(errno) = entry.error {
                    let path = &entry.path;
                    let text = if is_busybox(sys) {
                        format!("find: {path}: {errno}")
                    } else {
                        format!("find: '{path}': {errno}")
                    };
                    sys.complain(&text);
                    self.status = 1;
                }
            }
            self.entries.extend(found);
        }
        Ok(())
    }

    fn finish(&mut self, sys: &mut Sys<'_>) -> Step {
        for entry in std::mem::take(&mut self.deleted).into_iter().rev() {
            let mut view = sys.view();
            let result = if entry.stat.kind == FileKind::Directory {
                view.remove_directory(&entry.path)
            } else {
                view.unlink(&entry.path)
            };
            if let Err(errno) = result {
                sys.complain(&format!("find: cannot delete '{}': {errno}", entry.path));
                self.status = 1;
            }
        }
        let tests = Rc::clone(&self.tests);
        let gathers = tests.iter().find_map(|test| match test {
            Test::Execute(words, true) => Some(words.to_vec()),
            _ => None,
        });
        if let Some(mut words) = gathers.filter(|_| !self.gathered.is_empty()) {
            words.append(&mut self.gathered);
            self.commands.push(words);
            return Step::Go;
        }
        Step::Done(self.status)
    }

    /// Looks at one file: what is asked, from left to right.
    fn look(&mut self, sys: &mut Sys<'_>, entry: &Entry) {
        if entry.depth < self.least {
            return;
        }
        let tests = Rc::clone(&self.tests);
        // For each open parenthesis: what held so far, whether the rest is skipped, and negation.
        let mut stack: Vec<(bool, bool, bool)> = Vec::new();
        let (mut holds, mut skips, mut negated) = (true, false, false);
        for test in tests.iter() {
            match test {
                Test::Not => negated = !negated,
                // What is left of it held: the rest of the group is not looked at.
                Test::Or if holds => skips = true,
                Test::Or => holds = !skips,
                Test::Open => {
                    stack.push((holds, skips, negated));
                    (skips, holds, negated) = (skips || !holds, true, false);
                }
                Test::Close => {
                    if let Some((before, skipped, not)) = stack.pop() {
                        // A group that was not looked at changes nothing.
                        let ignored = skipped || !before;
                        holds = if ignored { before } else { (skips || holds) != not };
                        (skips, negated) = (skipped, false);
                    }
                }
                _ if skips || !holds => negated = false,
                test => {
                    holds = self.test(sys, test, entry) != negated;
                    negated = false;
                }
            }
        }
    }

    fn test(&mut self, sys: &mut Sys<'_>, test: &Test, entry: &Entry) -> bool {
        let (path, stat) = (&entry.path, &entry.stat);
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        match test {
            Test::Name(pattern, true) => {
                glob::matches(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase())
            }
            Test::Name(pattern, false) => glob::matches(pattern, name),
            Test::Path(pattern) => glob::matches(pattern, path),
            Test::Type(letters) => {
                let letter = if stat.kind == FileKind::File { 'f' } else { stat.kind.letter() };
                letters.contains(letter)
            }
            Test::Size(sign, count, unit) => compare(*sign, stat.size.div_ceil(*unit), *count),
            Test::Empty if stat.kind == FileKind::Directory => {
                sys.view().read_directory(path).is_ok_and(|names| names.is_empty())
            }
            Test::Empty => stat.kind == FileKind::File && stat.size == 0,
            Test::Mode(0, mode) => stat.mode == *mode,
            Test::Mode(1, mode) => stat.mode & mode != 0,
            Test::Mode(_, mode) => stat.mode & mode == *mode,
            Test::User(uid) => stat.uid == *uid,
            Test::Group(gid) => stat.gid == *gid,
            Test::Newer(time) => stat.mtime.0 > *time,
            Test::Minutes(sign, count) => {
                compare(*sign, sys.host.now().since(stat.mtime) / 60_000, *count)
            }
            Test::Links(sign, count) => compare(*sign, u64::from(stat.links), *count),
            Test::Print(end) => {
                let _ = sys.print(&format!("{path}{end}"));
                true
            }
            Test::Delete => {
                if path != "." {
                    self.deleted.push(entry.clone());
                }
                true
            }
            Test::Prune => {
                let inside = format!("{}/", path.trim_end_matches('/'));
                let more = self.entries[self.next..].iter();
                self.next += more.take_while(|entry| entry.path.starts_with(&inside)).count();
                true
            }
            Test::Execute(_, true) => {
                self.gathered.push(Rc::from(path.as_str()));
                true
            }
            Test::Execute(words, false) => {
                let words = words.iter().map(|word| Rc::from(word.replace("{}", path)));
                self.commands.push(words.collect());
                true
            }
            Test::Quit => {
                self.next = self.entries.len();
                true
            }
            Test::Always(holds) => *holds,
            Test::Not | Test::Or | Test::Open | Test::Close => true,
        }
    }
}

fn compare(sign: i8, value: u64, wanted: u64) -> bool {
    match sign {
        0 => value == wanted,
        1 => value > wanted,
        _ => value < wanted,
    }
}
