//! The grammar of the shell: text to operations, one line of commands at a time, as shells read.
//!
//! The chapters are those of POSIX, "Shell Command Language" 2.10, with what `bash` and `BusyBox`'
//! `ash` add. Not here: what a word becomes when it is expanded.

mod brace;
mod command;
mod compound;
mod cond;
mod here;
mod param;
mod word;

use std::fmt::Write;
use std::rc::Rc;

use super::code::{Code, Dialect, Op};
use super::limits::{DEPTH_MAX, SCRIPT_BYTES_MAX};

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A token where it may not stand, and what should.
    Unexpected(String, Option<&'static str>),
    /// The text ends too early, and what is missing.
    EndOfFile(Option<&'static str>),
    /// A quote without its end.
    Quote(char),
    /// `$((` or `${` without its end.
    Missing(&'static str),
    /// A backquote without its end.
    Backquote,
    /// `for` without a name.
    ForName,
    /// A function's name that is none.
    FunctionName,
    /// More commands within each other than we follow.
    TooDeep,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseError {
    /// What is wrong.
    pub(crate) problem: Problem,
    /// The line, from 1.
    pub(crate) line: u32,
}

impl ParseError {
    /// Whether more text may mend it.
    pub(crate) fn is_incomplete(&self) -> bool {
        matches!(
            self.problem,
            Problem::EndOfFile(_) | Problem::Quote(_) | Problem::Missing(_) | Problem::Backquote
        )
    }

    /// The shell's words, without the name and the line before it.
    pub(crate) fn words(&self, dialect: Dialect) -> String {
        let dash = dialect == Dialect::Dash;
        let mut text = match (&self.problem, dash) {
            (Problem::Unexpected(token, _), true) => format!("{} unexpected", named(token)),
            (Problem::Unexpected(token, _), false) => format!("unexpected {}", named(token)),
            (Problem::EndOfFile(_), true) => "end of file unexpected".to_owned(),
            (Problem::EndOfFile(_), false) => "unexpected end of file".to_owned(),
            (Problem::Quote(_), _) => "unterminated quoted string".to_owned(),
            (Problem::Missing(what), _) => format!("missing '{what}'"),
            (Problem::Backquote, _) => "EOF in backquote substitution".to_owned(),
            (Problem::ForName, _) => "bad for loop variable".to_owned(),
            (Problem::FunctionName, _) => "bad function name".to_owned(),
            (Problem::TooDeep, _) => "parser stack overflow".to_owned(),
        };
        if let Problem::Unexpected(_, Some(expected)) | Problem::EndOfFile(Some(expected)) =
            &self.problem
        {
            let written = write!(text, " (expecting \"{expected}\")");
            debug_assert!(written.is_ok(), "a String takes every text");
        }
        match dialect {
            Dialect::Dash => {
                let mut first = text[..1].to_ascii_uppercase();
                if text.contains(" unexpected") {
                    first = text[..1].to_owned();
                }
                format!("Syntax error: {first}{}", &text[1..])
            }
            _ => format!("syntax error: {text}"),
        }
    }
}

pub(crate) type Parsed<T> = Result<T, ParseError>;

/// A piece of code that can be put anywhere.
pub(super) type Block = Vec<Op>;

/// A line of commands.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// What it does; `None` at the end of the text.
    pub(crate) code: Option<Code>,
    /// Where the next line begins.
    pub(crate) next: usize,
    /// Its number.
    #[expect(clippy::struct_field_names, reason = "the number of the line that follows")]
    pub(crate) next_line: u32,
    /// Whether a here-document ended with the text, not with its delimiter.
    pub(crate) is_open: bool,
}

/// Reads the line of commands that begins there; it is longer than a line of text when a command
/// goes on.
pub(crate) fn line(text: &str, at: usize, line: u32, dialect: Dialect) -> Parsed<Line> {
    if text.len() > SCRIPT_BYTES_MAX {
        return Err(ParseError { problem: Problem::TooDeep, line });
    }
    let mut parser = Parser::new(text, dialect);
    parser.at = at;
    parser.line = line;
    let code = parser.whole_line()?;
    let (next, next_line, is_open) = (parser.at, parser.line, parser.is_open);
    Ok(Line { code: code.map(Rc::from), next, next_line, is_open })
}

/// Goes through the text.
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    depth: u32,
    dialect: Dialect,
    /// Bodies of here-documents that were read already: the end of their line, and where it goes
    /// on behind them.
    bodies: Vec<(usize, usize)>,
    /// Whether one of them ended with the text.
    is_open: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, at: 0, line: 1, depth: 0, dialect, bodies: Vec::new(), is_open: false }
    }

    fn error<T>(&self, problem: Problem) -> Parsed<T> {
        Err(ParseError { problem, line: self.line })
    }

    fn bash(&self) -> bool {
        self.dialect == Dialect::Bash
    }

    /// The next byte; 0 at the end.
    fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Takes the next character.
    fn take(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        if c == '\n' {
            self.newline();
        } else {
            self.at += c.len_utf8();
        }
        Some(c)
    }

    /// Goes over the end of a line, and over the here-documents behind it.
    fn newline(&mut self) {
        let end = self.at;
        self.at += 1;
        self.line += 1;
        while let Some(place) = self.bodies.iter().position(|(line_end, _)| *line_end == end) {
            let (_, next) = self.bodies.remove(place);
            let next = next.min(self.text.len()).max(self.at);
            self.line += count_lines(&self.text[self.at..next]);
            self.at = next;
        }
    }

    /// Takes the text if it comes next.
    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes over blanks, joined lines and a comment.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.peek_at(1) == b'\n' => {
                    self.at += 1;
                    self.newline();
                }
                b'#' => {
                    let rest = self.rest();
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// Goes over blanks and ends of lines.
    fn lines(&mut self) {
        self.blanks();
        while self.peek() == b'\n' {
            self.newline();
            self.blanks();
        }
    }

    /// One level deeper, if that is not too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_MAX {
            return self.error(Problem::TooDeep);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The bare word that comes next, if it is one without quotes and dollars; not taken.
    fn bare_word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| is_meta(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        if word.contains(['\'', '"', '\\', '$', '`']) { "" } else { word }
    }

    /// The operator or word that comes next, as an error names it.
    fn token(&self) -> String {
        const OPERATORS: [&str; 14] =
            [";;", "&&", "||", ">>", "<<", "&>", ";", "&", "|", "(", ")", "<", ">", "\n"];
        let rest = self.rest();
        match OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            Some(&"\n") => "newline".to_owned(),
            Some(operator) if !self.bash() && operator.contains(['<', '>']) => {
                "redirection".to_owned()
            }
            Some(operator) => (*operator).to_owned(),
            None => {
                let word = rest.split(is_meta).next().unwrap_or("");
                let plain = !self.bash() && !command::CLOSING.contains(&word);
                if plain { "word".to_owned() } else { word.to_owned() }
            }
        }
    }

    fn unexpected<T>(&self, expected: Option<&'static str>) -> Parsed<T> {
        if self.at_end() {
            return self.error(Problem::EndOfFile(expected));
        }
        self.error(Problem::Unexpected(self.token(), expected))
    }
}

/// A token as an error of `ash` and `dash` names it.
fn named(token: &str) -> String {
    match token {
        "newline" | "redirection" | "word" => token.to_owned(),
        _ => format!("\"{token}\""),
    }
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Whether the character ends a bare word.
fn is_meta(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')')
}

/// Whether the text is a variable's name.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// A distance between operations.
fn jump(len: usize) -> isize {
    isize::try_from(len).unwrap_or(isize::MAX)
}
