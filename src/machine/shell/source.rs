//! Reading a script: line by line, from a text or from standard input.

use std::rc::Rc;

use super::code::Dialect;
use super::kernel::Read;
use super::parse::{self, ParseError, Problem};
use super::shell::{Frame, Origin, Shell, Source, option};
use super::task::{Step, Sys, Wait};

impl Shell {
    /// Goes on with a text, and behind it where it is now.
    pub(crate) fn enter(&mut self, text: Rc<str>, origin: Origin) {
        let source = Source {
            text,
            at: 0,
            next_line: if matches!(origin, Origin::Eval) { self.line } else { 1 },
            origin,
            code: std::mem::replace(&mut self.code, Rc::from([])),
            pc: self.pc,
            line: self.line,
            args: None,
            condition: self.condition,
            ended: false,
        };
        self.pc = 0;
        self.frames.push(Frame::Source(Box::new(source)));
    }

    /// Reads the next line of the text on top.
    pub(crate) fn next_line(&mut self, sys: &mut Sys<'_>) -> Step {
        while !matches!(self.frames.last(), None | Some(Frame::Source(_))) {
            self.pop_frame(sys);
        }
        let interactive = self.is(option::INTERACTIVE);
        let Some(Frame::Source(source)) = self.frames.last_mut() else {
            return self.leave(sys, self.status);
        };
        let stdin = source.origin == Origin::Stdin;
        if stdin && !source.ended && !source.text[source.at..].contains('\n') {
            return self.read_more(sys, false);
        }
        match parse::line(&source.text, source.at, source.next_line, self.dialect) {
            Ok(line) if line.is_open && stdin && !source.ended => self.read_more(sys, true),
            Ok(line) => {
                source.at = line.next;
                source.next_line = line.next_line;
                match line.code {
                    Some(code) => {
                        self.code = code;
                        self.pc = 0;
                        Step::Go
                    }
                    None if stdin && !source.ended => Step::Go,
                    None => self.end_of_source(sys),
                }
            }
            Err(error) if stdin && error.is_incomplete() && !source.ended => {
                self.read_more(sys, true)
            }
            Err(error) => {
                let (text, origin) = (Rc::clone(&source.text), source.origin);
                self.syntax_error(sys, &error, &text, origin);
                self.status = 2;
                if interactive {
                    self.abandon(sys);
                    return Step::Go;
                }
                if origin == Origin::Eval && self.bash() {
                    self.pop_frame(sys);
                    self.status = 1;
                    return Step::Go;
                }
                self.leave(sys, 2)
            }
        }
    }

    fn read_more(&mut self, sys: &mut Sys<'_>, continued: bool) -> Step {
        let interactive = self.is(option::INTERACTIVE);
        if interactive {
            self.prompt(sys, continued);
            self.report_jobs(sys);
        }
        let read = sys.read_line(0);
        let Some(Frame::Source(source)) = self.frames.last_mut() else { return Step::Go };
        match read {
            Ok(Read::Data(data)) => {
                let more = String::from_utf8_lossy(&data);
                if more.ends_with('\n') {
                    self.options &= !PROMPTED;
                }
                source.text = Rc::from(format!("{}{more}", &source.text[source.at..]));
                source.at = 0;
                Step::Go
            }
            Ok(Read::Wait) => {
                let id = sys.me.fd(0).unwrap_or(0);
                Step::Wait(Wait::Read(id))
            }
            Ok(Read::End) | Err(_) => {
                source.ended = true;
                Step::Go
            }
        }
    }

    /// Prints the prompt once for each line.
    fn prompt(&mut self, sys: &mut Sys<'_>, continued: bool) {
        if self.is(PROMPTED) {
            return;
        }
        self.options |= PROMPTED;
        let text = if continued {
            self.get("PS2").unwrap_or_else(|| Rc::from("> "))
        } else {
            let default = match self.dialect {
                Dialect::Busybox => "\\w \\$ ",
                Dialect::Dash => "\\$ ",
                Dialect::Bash => "\\u@\\h:\\w\\$ ",
            };
            self.get("PS1").unwrap_or_else(|| Rc::from(default))
        };
        let text = self.prompt_text(sys, &text);
        let _ = sys.write(2, text.as_bytes());
    }

    fn prompt_text(&mut self, sys: &mut Sys<'_>, text: &str) -> String {
        let mut result = String::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                result.push(c);
                continue;
            }
            let home = self.get("HOME").unwrap_or_else(|| Rc::from("/root"));
            let cwd = Rc::clone(&sys.me.cwd);
            match chars.next() {
                Some('u') => result.push_str(&super::users::name_of(sys, sys.me.user.uid)),
                Some('h') => {
                    let host = sys.host.hostname();
                    result.push_str(host.split('.').next().unwrap_or(&host));
                }
                Some('w') => match cwd.strip_prefix(&*home) {
                    Some(rest) if home.len() > 1 && (rest.is_empty() || rest.starts_with('/')) => {
                        result.push('~');
                        result.push_str(rest);
                    }
                    _ => result.push_str(&cwd),
                },
                Some('W') => result.push_str(cwd.rsplit('/').next().unwrap_or("/")),
                Some('$') => result.push(if sys.me.user.uid == 0 { '#' } else { '$' }),
                Some('n') => result.push('\n'),
                Some('[' | ']') | None => {}
                Some(other) => result.push(other),
            }
        }
        result
    }

    fn end_of_source(&mut self, sys: &mut Sys<'_>) -> Step {
        let Some(Frame::Source(source)) = self.frames.last() else { return Step::Go };
        match source.origin {
            Origin::Command | Origin::Script | Origin::Stdin => {
                if self.is(option::INTERACTIVE) {
                    let word = if self.bash() { "exit\n" } else { "\n" };
                    let _ = sys.write(2, word.as_bytes());
                }
                self.leave(sys, self.status)
            }
            Origin::Eval | Origin::Dot => {
                self.pop_frame(sys);
                Step::Go
            }
            Origin::Trap(status) => {
                self.pop_frame(sys);
                self.status = status;
                Step::Go
            }
            Origin::Last(status) => Step::Done(status),
        }
    }

    fn syntax_error(&mut self, sys: &mut Sys<'_>, error: &ParseError, text: &str, origin: Origin) {
        let line = error.line;
        if !self.bash() {
            self.line = line;
            self.say(sys, &error.words(self.dialect));
            return;
        }
        let name = &self.name;
        let place = match origin {
            Origin::Command => format!("{name}: -c: line "),
            Origin::Eval => format!("{name}: eval: line "),
            _ if self.is(option::INTERACTIVE) => format!("{name}: "),
            _ => format!("{name}: line "),
        };
        let at = |line: u32| {
            if place.ends_with(": ") { place.clone() } else { format!("{place}{line}: ") }
        };
        let words = match &error.problem {
            Problem::EndOfFile(_) => {
                let last = u32::try_from(text.trim_end_matches('\n').matches('\n').count());
                format!("{}syntax error: unexpected end of file", at(last.unwrap_or(0) + 2))
            }
            Problem::Quote(quote) => {
                format!("{}unexpected EOF while looking for matching `{quote}'", at(line))
            }
            Problem::Missing(what) => {
                let end = &what[..1];
                format!("{}unexpected EOF while looking for matching `{end}'", at(line))
            }
            Problem::Backquote => {
                format!("{}unexpected EOF while looking for matching ``'", at(line))
            }
            Problem::Unexpected(token, _) => {
                let index = usize::try_from(line).unwrap_or(1).saturating_sub(1);
                let shown = text.lines().nth(index).unwrap_or("");
                let here = at(line);
                format!("{here}syntax error near unexpected token `{token}'\n{here}`{shown}'")
            }
            _ => format!("{}{}", at(line), error.words(self.dialect)),
        };
        sys.complain(&words);
    }

    /// Says something in the shell's name.
    pub(crate) fn say(&self, sys: &mut Sys<'_>, words: &str) {
        let text = match words.split_once(": ") {
            Some((name, rest)) if self.dialect == Dialect::Busybox => self.ash_words(name, rest),
            _ => format!("{}{words}", self.prefix()),
        };
        sys.complain(&text);
    }

    /// `ash` puts the line behind the name of what is part of it; its tools know no name.
    fn ash_words(&self, name: &str, rest: &str) -> String {
        let own = &self.name;
        if matches!(name, "[" | "[[" | "test" | "printf" | "echo") {
            return format!("sh: {rest}");
        }
        let is_own = super::builtins::find(name, self.dialect).is_some() && name != "kill";
        match self.origin {
            _ if !is_own || self.is(option::INTERACTIVE) => {
                format!("{}{name}: {rest}", self.prefix())
            }
            Origin::Script => format!("{own}: {name}: line {}: {rest}", self.line),
            _ => format!("{own}: {name}: line 0: {rest}"),
        }
    }

    /// How an error of this shell begins.
    pub(crate) fn prefix(&self) -> String {
        let (name, line) = (&self.name, self.line);
        match self.dialect {
            Dialect::Dash => format!("{name}: {line}: "),
            Dialect::Bash if self.is(option::INTERACTIVE) => format!("{name}: "),
            Dialect::Bash => format!("{name}: line {line}: "),
            Dialect::Busybox if self.origin == Origin::Script => format!("{name}: line {line}: "),
            Dialect::Busybox => format!("{name}: "),
        }
    }
}

/// Whether the prompt for the line that is awaited was printed.
const PROMPTED: u32 = 1 << 20;

impl Shell {
    /// The line that is read next of the text on top.
    pub(crate) fn next_line_number(&self) -> u32 {
        let sources = self.frames.iter().rev();
        let mut numbers = sources.filter_map(|frame| match frame {
            Frame::Source(source) => Some(source.next_line),
            _ => None,
        });
        numbers.next().unwrap_or(self.line)
    }

    /// The prompt is to be printed once more.
    pub(crate) fn prompt_again(&mut self) {
        self.options &= !PROMPTED;
    }

    /// Says which jobs ended, as an interactive shell does before its prompt.
    pub(crate) fn report_jobs(&mut self, sys: &mut Sys<'_>) {
        let mut lines = Vec::new();
        for (index, job) in self.jobs.iter_mut().enumerate() {
            if sys.kernel.task(job.pid).is_some() {
                continue;
            }
            let status = sys.kernel.ended.remove(&job.pid).or(job.status).unwrap_or(0);
            job.status = Some(status);
            let sign = '+';
            let number = u8::try_from(status & 0x7f).unwrap_or(0);
            let how = match (super::launch::is_signalled(status), status) {
                (true, _) => super::signal::epitaph(number).to_owned(),
                (false, 0) => "Done".to_owned(),
                (false, code) if self.dialect == Dialect::Bash => format!("Exit {code}"),
                (false, code) => format!("Done({code})"),
            };
            lines.push(format!("[{}]{sign}  {how:<22}  {}", index + 1, job.text));
        }
        for line in lines {
            sys.complain(&line);
        }
        self.jobs.retain(|job| job.status.is_none());
    }
}
