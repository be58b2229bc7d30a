//! `sed`.

mod change;
mod script;

use std::rc::Rc;

use super::super::task::Sys;
use super::Make;
use super::filter::{Filter, Flow, Sieve};
use super::options::{Known, Options, is_busybox, usage};
use crate::machine::fs::errno::Errno;
use script::{Address, Command, Verb};

pub(super) const TOOLS: &[(&str, Make)] =
    &[("sed", Make::Long(|| Filter::make(Box::new(Sed::default()))))];

/// Commands that one line may lead to: branches may go round.
const STEPS_MAX: usize = 10_000;

#[derive(Clone, Debug, Default)]
struct Sed {
    commands: Rc<[Command]>,
    quiet: bool,
    in_place: Option<Rc<str>>,
    file: Rc<str>,
    line: u64,
    /// The line that is worked on next: whether it is the last is known only then.
    held: Option<String>,
    hold: String,
    pattern: String,
    /// By command: whether a range is open, and where it ends.
    open: Vec<Option<u64>>,
    out: String,
    after: String,
    status: i32,
    ended: bool,
    /// `n` or `N` waits for the next line: where to go on, and whether that is added.
    resume: Option<(usize, bool)>,
}

/// What becomes of a line.
enum Next {
    Print,
    Delete,
    Quit(bool, i32),
    Wait,
}

impl Sieve for Sed {
    fn begin(&mut self, sys: &mut Sys<'_>, argv: &[Rc<str>]) -> Result<Vec<Rc<str>>, i32> {
        // `-i` may have a suffix behind it, but never takes the next word.
        let mut words: Vec<Rc<str>> = Vec::new();
        let mut suffix = None;
        for word in argv {
            match word.strip_prefix("-i").or_else(|| word.strip_prefix("--in-place")) {
                Some(rest) if !words.is_empty() => {
                    suffix = Some(Rc::from(rest.trim_start_matches('=')));
                }
                _ => words.push(Rc::clone(word)),
            }
        }
        let known = Known {
            letters: "nrEe:f:szu",
            long: &[("quiet", 'n'), ("silent", 'n'), ("expression", 'e'), ("regexp-extended", 'E')],
            stops: false,
        };
        let options = Options::parse(sys, &words, &known)?;
        self.quiet = options.has('n');
        self.in_place = suffix;
        let mut files = options.words.clone();
        let mut texts: Vec<String> =
            options.values('e').map(std::string::ToString::to_string).collect();
        for path in options.values('f') {
            let read = sys.view().read(path).map(|bytes| bytes.to_text(1 << 16));
            match read {
                Ok(text) => texts.push(text.trim_end_matches('\n').to_owned()),
                Err(errno) => {
                    sys.complain(&format!("sed: couldn't open file {path}: {errno}"));
                    return Err(1);
                }
            }
        }
        if texts.is_empty() {
            if files.is_empty() {
                if is_busybox(sys) {
                    usage(sys, "sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...");
                } else {
                    sys.complain(
                        "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...",
                    );
                }
                return Err(1);
            }
            texts.push(files.remove(0).to_string());
        }
        let extended = options.has('r') || options.has('E');
        match script::parse(&texts.join("\n"), extended, is_busybox(sys)) {
            Ok(commands) => {
                self.open = vec![None; commands.len()];
                self.commands = Rc::from(commands);
            }
            Err((at, why)) => {
                let text = if is_busybox(sys) {
                    format!("sed: {why}")
                } else {
                    format!("sed: -e expression #1, char {at}: {why}")
                };
                sys.complain(&text);
                return Err(1);
            }
        }
        Ok(files)
    }

    fn open(&mut self, sys: &mut Sys<'_>, name: &str, _: usize) {
        if self.in_place.is_some() {
            self.finish_file(sys);
            self.line = 0;
        }
        self.file = Rc::from(name);
    }

    fn piece(&mut self, sys: &mut Sys<'_>, bytes: &[u8]) -> Flow {
        if self.ended {
            return Flow::Stop;
        }
        let next = String::from_utf8_lossy(bytes).into_owned();
        if let Some(line) = self.held.replace(next) {
            self.work(line, false);
        }
        if self.in_place.is_none() {
            let text = std::mem::take(&mut self.out);
            if sys.print(&text).is_err() {
                return Flow::Stop;
            }
        }
        if self.ended { Flow::Stop } else { Flow::More }
    }

    fn close(&mut self, sys: &mut Sys<'_>) {
        if self.in_place.is_some() {
            self.finish_file(sys);
        }
    }

    fn end(&mut self, sys: &mut Sys<'_>) -> i32 {
        if let Some(line) = self.held.take().filter(|_| !self.ended) {
            self.work(line, true);
        }
        if self.in_place.is_some() {
            self.finish_file(sys);
        } else {
            let text = std::mem::take(&mut self.out);
            let _ = sys.print(&text);
        }
        self.status
    }

    fn refusal(&self, name: &str, errno: Errno, busybox: bool) -> (String, i32) {
        if busybox {
            (format!("{name}: {errno}"), 1)
        } else {
            (format!("can't read {name}: {errno}"), 2)
        }
    }

    fn copy(&self) -> Box<dyn Sieve> {
        Box::new(self.clone())
    }
}

impl Sed {
    fn finish_file(&mut self, sys: &mut Sys<'_>) {
        if self.file.is_empty() {
            return;
        }
        if let Some(line) = self.held.take() {
            self.work(line, true);
        }
        let text = std::mem::take(&mut self.out);
        let file = std::mem::take(&mut self.file);
        if let Some(suffix) = self.in_place.clone().filter(|suffix| !suffix.is_empty()) {
            let mut view = sys.view();
            if let Ok(old) = view.read(&file) {
                let _ = view.write(&format!("{file}{suffix}"), old);
            }
        }
        if let Err(errno) = sys.view().write(&file, text.as_str()) {
            sys.complain(&format!("sed: couldn't open file {file}: {errno}"));
            self.status = 4;
        }
    }

    fn put(&mut self, text: &str, end: &str) {
        if self.out.len() < super::super::limits::MEMORY_BYTES_MAX {
            self.out.push_str(text);
            self.out.push_str(end);
        }
    }

    /// Does to a line what the script says.
    fn work(&mut self, line: String, last: bool) {
        let end = if line.ends_with('\n') { "\n" } else { "" };
        self.line += 1;
        let text = line.strip_suffix('\n').unwrap_or(&line);
        let mut at = 0;
        match self.resume.take() {
            Some((place, true)) => {
                at = place;
                self.pattern = format!("{}\n{text}", self.pattern);
            }
            Some((place, false)) => {
                at = place;
                text.clone_into(&mut self.pattern);
            }
            None => text.clone_into(&mut self.pattern),
        }
        let next = self.commands_on_line(at, last);
        if matches!(next, Next::Wait) {
            return;
        }
        let printed = matches!(next, Next::Print | Next::Quit(true, _)) && !self.quiet;
        if printed {
            let text = std::mem::take(&mut self.pattern);
            self.put(&text, end);
        }
        let after = std::mem::take(&mut self.after);
        self.put(&after, "");
        if let Next::Quit(_, status) = next {
            self.ended = true;
            self.status = status;
        }
    }

    #[expect(clippy::too_many_lines, reason = "one case after the other, none of them long")]
    fn commands_on_line(&mut self, from: usize, last: bool) -> Next {
        let commands = Rc::clone(&self.commands);
        let mut at = from;
        let mut replaced = false;
        for _ in 0..STEPS_MAX {
            let Some(command) = commands.get(at) else { return Next::Print };
            let index = at;
            at += 1;
            if self.selects(command, index, last) == command.negated {
                if let Verb::Open(close) = command.verb {
                    at = close;
                }
                continue;
            }
            match &command.verb {
                Verb::Open(_) => {}
                // Without a next line the script ends here.
                Verb::NextLine(_) if last => return Next::Print,
                Verb::NextLine(adds) => {
                    if !adds && !self.quiet {
                        let text = self.pattern.clone();
                        self.put(&text, "\n");
                    }
                    self.resume = Some((at, *adds));
                    return Next::Wait;
                }
                Verb::Delete => return Next::Delete,
                Verb::Print => {
                    let text = self.pattern.clone();
                    self.put(&text, "\n");
                }
                Verb::Number => {
                    let text = self.line.to_string();
                    self.put(&text, "\n");
                }
                Verb::Quit(prints, status) => return Next::Quit(*prints, *status),
                Verb::Append(text) => self.after = format!("{}{text}\n", self.after),
                Verb::Insert(text) => self.put(text, "\n"),
                Verb::Change(text) => {
                    let ends = command.second.is_none() || self.open[index].is_none();
                    if ends {
                        self.put(text, "\n");
                    }
                    return Next::Delete;
                }
                Verb::Substitute(change) => {
                    let (text, count) = change.apply(&self.pattern);
                    if count > 0 {
                        self.pattern = text;
                        replaced = true;
                        if change.prints {
                            let text = self.pattern.clone();
                            self.put(&text, "\n");
                        }
                    }
                }
                Verb::Translate(from, to) => {
                    let turn =
                        |c: char| from.iter().position(|own| *own == c).map_or(c, |at| to[at]);
                    self.pattern = self.pattern.chars().map(turn).collect();
                }
                Verb::Hold(letter) => self.exchange(*letter),
                Verb::Branch(target, needs) => {
                    if !needs || replaced {
                        at = *target;
                    }
                    replaced &= !needs;
                }
                Verb::Line => {
                    let text =
                        format!("{}$", self.pattern.replace('\\', "\\\\").replace('\t', "\\t"));
                    self.put(&text, "\n");
                }
            }
        }
        Next::Print
    }

    fn exchange(&mut self, letter: char) {
        match letter {
            'h' => self.hold = self.pattern.clone(),
            'H' => self.hold = format!("{}\n{}", self.hold, self.pattern),
            'g' => self.pattern = self.hold.clone(),
            'G' => self.pattern = format!("{}\n{}", self.pattern, self.hold),
            _ => std::mem::swap(&mut self.hold, &mut self.pattern),
        }
        let most = super::super::limits::MEMORY_BYTES_MAX / 8;
        if self.hold.len() > most || self.pattern.len() > most {
            self.hold.clear();
            self.pattern.clear();
        }
    }

    fn selects(&mut self, command: &Command, index: usize, last: bool) -> bool {
        let Some(first) = &command.first else { return true };
        let Some(second) = &command.second else { return self.fits(first, last) };
        if let Some(end) = self.open[index] {
            let over = match second {
                Address::Line(_) | Address::Plus(_) => self.line >= end,
                other => self.fits(other, last),
            };
            if over {
                self.open[index] = None;
            }
            return !matches!(second, Address::Line(_)) || self.line <= end;
        }
        if !self.fits(first, last) {
            return false;
        }
        let end = match second {
            Address::Line(end) => *end,
            Address::Plus(more) => self.line + more,
            _ => u64::MAX,
        };
        if end > self.line && !(matches!(second, Address::Last) && last) {
            self.open[index] = Some(end);
        }
        true
    }

    fn fits(&self, address: &Address, last: bool) -> bool {
        match address {
            Address::Line(line) => self.line == *line,
            Address::Last => last,
            Address::Step(first, step) => {
                if *step == 0 {
                    self.line == *first
                } else {
                    self.line >= *first && (self.line - first).is_multiple_of(*step)
                }
            }
            Address::Regex(regex) => regex.is_match(&self.pattern),
            Address::Plus(_) => false,
        }
    }
}
