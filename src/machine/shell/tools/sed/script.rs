//! The language of `sed`.

use std::rc::Rc;

use super::super::super::regex::{Regex, Syntax};
use super::change::{Change, Piece};

/// Which lines.
#[derive(Clone, Debug)]
pub(super) enum Address {
    Line(u64),
    Last,
    /// `first~step`.
    Step(u64, u64),
    /// `+N`, behind a comma.
    Plus(u64),
    Regex(Rc<Regex>),
}

/// A command with its addresses.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) first: Option<Address>,
    pub(super) second: Option<Address>,
    pub(super) negated: bool,
    pub(super) verb: Verb,
}

#[derive(Clone, Debug)]
pub(super) enum Verb {
    /// `n` and `N`: whether the next line is added.
    NextLine(bool),
    Delete,
    Print,
    Number,
    Line,
    /// Whether the line is printed before, and the status.
    Quit(bool, i32),
    Append(Rc<str>),
    Insert(Rc<str>),
    Change(Rc<str>),
    Substitute(Rc<Change>),
    Translate(Rc<[char]>, Rc<[char]>),
    Hold(char),
    /// Where to, and whether only after a substitution.
    Branch(usize, bool),
    /// A group: where it is closed.
    Open(usize),
}

type Bad = (usize, String);

/// Reads a script; an error is a place and what is wrong there.
pub(super) fn parse(text: &str, extended: bool, busybox: bool) -> Result<Vec<Command>, Bad> {
    let syntax = if extended { Syntax::Extended } else { Syntax::Basic };
    let mut reader = Reader { chars: text.chars().collect(), at: 0, syntax, busybox };
    let mut commands: Vec<Command> = Vec::new();
    let mut groups = Vec::new();
    let mut labels: Vec<(String, usize)> = Vec::new();
    let mut branches: Vec<(usize, String, bool)> = Vec::new();
    loop {
        reader.skip(|c| c.is_whitespace() || c == ';');
        if reader.peek().is_none() {
            break;
        }
        let first = reader.address()?;
        let mut second = None;
        if first.is_some() && reader.peek() == Some(',') {
            reader.at += 1;
            second = reader.address()?;
            if second.is_none() {
                return Err(reader.bad("unexpected `,'"));
            }
        }
        reader.skip(char::is_whitespace);
        let negated = reader.peek() == Some('!');
        reader.at += usize::from(negated);
        reader.skip(char::is_whitespace);
        let Some(letter) = reader.next() else { return Err(reader.bad("missing command")) };
        let verb = match letter {
            '{' => {
                groups.push(commands.len());
                Verb::Open(0)
            }
            '}' => {
                let Some(open) = groups.pop() else { return Err(reader.bad("unexpected `}'")) };
                let close = commands.len();
                commands[open].verb = Verb::Open(close);
                continue;
            }
            ':' => {
                labels.push((reader.word(), commands.len()));
                continue;
            }
            'b' | 't' => {
                branches.push((commands.len(), reader.word(), letter == 't'));
                Verb::Branch(0, letter == 't')
            }
            '#' => {
                reader.skip(|c| c != '\n');
                continue;
            }
            other => reader.verb(other)?,
        };
        commands.push(Command { first, second, negated, verb });
    }
    if !groups.is_empty() {
        return Err((0, "unmatched `{'".to_owned()));
    }
    for (at, label, needs) in branches {
        let target = labels.iter().find(|(name, _)| *name == label).map(|(_, place)| *place);
        let target = match target {
            Some(target) => target,
            None if label.is_empty() => commands.len(),
            None => return Err((0, format!("can't find label for jump to `{label}'"))),
        };
        commands[at].verb = Verb::Branch(target, needs);
    }
    Ok(commands)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    syntax: Syntax,
    busybox: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn bad(&self, why: &str) -> Bad {
        (self.at, why.to_owned())
    }

    fn number(&mut self) -> Option<u64> {
        let start = self.at;
        self.skip(|c| c.is_ascii_digit());
        self.chars[start..self.at].iter().collect::<String>().parse().ok()
    }

    fn word(&mut self) -> String {
        self.skip(|c| c == ' ');
        let start = self.at;
        self.skip(|c| !matches!(c, ';' | '\n' | '}'));
        self.chars[start..self.at].iter().collect::<String>().trim().to_owned()
    }

    fn address(&mut self) -> Result<Option<Address>, Bad> {
        let address = match self.peek() {
            Some('0'..='9') => {
                let first = self.number().unwrap_or(0);
                if self.peek() == Some('~') && self.busybox {
                    return Err(self.bad("unsupported command ~"));
                }
                if self.peek() == Some('~') {
                    self.at += 1;
                    Address::Step(first, self.number().unwrap_or(0))
                } else {
                    Address::Line(first)
                }
            }
            Some('$') => {
                self.at += 1;
                Address::Last
            }
            Some('+') => {
                self.at += 1;
                Address::Plus(self.number().unwrap_or(0))
            }
            Some('/' | '\\') => {
                if self.next() == Some('\\') {
                    self.at += 1;
                }
                let delimiter = self.chars.get(self.at - 1).copied().unwrap_or('/');
                let text = self.until(delimiter, "unterminated address regex")?;
                let ignore = self.peek() == Some('I');
                self.at += usize::from(ignore);
                Address::Regex(Rc::new(self.regex(&text, ignore)?))
            }
            _ => return Ok(None),
        };
        Ok(Some(address))
    }

    fn regex(&self, text: &str, ignore: bool) -> Result<Regex, Bad> {
        Regex::new(text, self.syntax, ignore).map_err(|why| self.bad(why))
    }

    /// The text up to the delimiter; one behind a backslash is part of it.
    fn until(&mut self, delimiter: char, why: &str) -> Result<String, Bad> {
        let mut text = String::new();
        let mut in_class = false;
        loop {
            match self.next() {
                None => return Err(self.bad(why)),
                Some(c) if c == delimiter && !in_class => return Ok(text),
                Some('\\') => match self.next() {
                    Some(c) if c == delimiter => text.push(c),
                    Some(c) => text.extend(['\\', c]),
                    None => return Err(self.bad(why)),
                },
                Some(c) => {
                    in_class = match c {
                        '[' => true,
                        ']' if !text.ends_with('[') => false,
                        _ => in_class,
                    };
                    text.push(c);
                }
            }
        }
    }

    fn verb(&mut self, letter: char) -> Result<Verb, Bad> {
        let verb = match letter {
            'd' | 'D' => Verb::Delete,
            'p' | 'P' => Verb::Print,
            '=' => Verb::Number,
            'l' => Verb::Line,
            'h' | 'H' | 'g' | 'G' | 'x' => Verb::Hold(letter),
            'n' | 'N' => Verb::NextLine(letter == 'N'),
            'q' | 'Q' => {
                self.skip(|c| c == ' ');
                let status = self.number().and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
                Verb::Quit(letter == 'q', status)
            }
            'a' | 'i' | 'c' => return self.text(letter),
            's' => return self.substitute(),
            'y' => {
                let delimiter = self.next().unwrap_or('/');
                let from = self.until(delimiter, "unterminated `y' command")?;
                let to = self.until(delimiter, "unterminated `y' command")?;
                let (from, to): (Vec<char>, Vec<char>) =
                    (from.chars().collect(), to.chars().collect());
                if from.len() != to.len() {
                    return Err(self.bad("strings for `y' command are different lengths"));
                }
                Verb::Translate(Rc::from(from), Rc::from(to))
            }
            other => return Err(self.bad(&format!("unknown command: `{other}'"))),
        };
        self.skip(|c| c == ' ');
        match self.peek() {
            None | Some(';' | '\n' | '}' | '#') => Ok(verb),
            Some(_) => {
                self.at += 1;
                Err(self.bad("extra characters after command"))
            }
        }
    }

    fn text(&mut self, letter: char) -> Result<Verb, Bad> {
        self.skip(|c| c == ' ' || c == '\t');
        if self.peek() == Some('\\') {
            self.at += 1;
            self.skip(|c| c == '\n' || c == ' ');
        }
        if self.peek().is_none() {
            return Err(self.bad("expected \\ after `a', `c' or `i'"));
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => text.extend(self.next()),
                '\n' => break,
                c => text.push(c),
            }
        }
        let text = Rc::from(text);
        Ok(match letter {
            'a' => Verb::Append(text),
            'i' => Verb::Insert(text),
            _ => Verb::Change(text),
        })
    }

    fn substitute(&mut self) -> Result<Verb, Bad> {
        let why = "unterminated `s' command";
        let Some(delimiter) = self.next() else { return Err(self.bad(why)) };
        let pattern = self.until(delimiter, why)?;
        let mut with = Vec::new();
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.bad(why)),
                Some(c) if c == delimiter => break,
                Some('&') => with.extend([Piece::Text(std::mem::take(&mut text)), Piece::Group(0)]),
                Some('\\') => match self.next() {
                    Some(digit @ '0'..='9') => {
                        let group = digit.to_digit(10).and_then(|n| usize::try_from(n).ok());
                        with.push(Piece::Text(std::mem::take(&mut text)));
                        with.push(Piece::Group(group.unwrap_or(0)));
                    }
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(case @ ('U' | 'L' | 'E' | 'u' | 'l')) => {
                        with.extend([Piece::Text(std::mem::take(&mut text)), Piece::Case(case)]);
                    }
                    Some(c) => text.push(c),
                    None => return Err(self.bad(why)),
                },
                Some(c) => text.push(c),
            }
        }
        with.push(Piece::Text(text));
        let (mut global, mut nth, mut prints, mut ignore) = (false, 1, false, false);
        loop {
            match self.peek() {
                Some('g') => global = true,
                Some('p') => prints = true,
                Some('i' | 'I') => ignore = true,
                Some('0'..='9') => {
                    nth = self.number().and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1);
                    continue;
                }
                None | Some(';' | '\n' | '}' | ' ' | '#') => break,
                Some(_) => {
                    self.at += 1;
                    return Err(self.bad("unknown option to `s'"));
                }
            }
            self.at += 1;
        }
        let regex = self.regex(&pattern, ignore)?;
        Ok(Verb::Substitute(Rc::new(Change { regex, with, global, nth, prints })))
    }
}
