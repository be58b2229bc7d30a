//! Lists, pipelines and simple commands.

use std::rc::Rc;

use super::word::{self, Part};
use super::{Block, Parsed, Parser, Problem, is_name, jump};
use crate::machine::shell::code::{Fork, Op, Quote, Redirect, RedirectKind};

/// Words that may not begin a command.
pub(super) const CLOSING: [&str; 8] = ["then", "do", "done", "fi", "else", "elif", "esac", "}"];

impl Parser<'_> {
    /// One line of commands; `None` at the end of the text.
    pub(super) fn whole_line(&mut self) -> Parsed<Option<Block>> {
        self.lines();
        if self.at_end() {
            return Ok(None);
        }
        let mut block = Vec::new();
        loop {
            self.blanks();
            if self.at_end() {
                return Ok(Some(block));
            }
            if self.peek() == b'\n' {
                self.newline();
                return Ok(Some(block));
            }
            self.and_or_and_separator(&mut block)?;
        }
    }

    /// Commands up to one of these words or signs, which is not taken.
    pub(super) fn list(&mut self, until: &[&'static str]) -> Parsed<Block> {
        self.deeper(|parser| {
            let mut block = Vec::new();
            loop {
                parser.lines();
                if parser.at_closing(until) {
                    if block.is_empty() && until != ["esac", ";;", ";&"] {
                        return parser.unexpected(None);
                    }
                    return Ok(block);
                }
                if parser.at_end() {
                    return parser.unexpected(until.first().copied());
                }
                parser.and_or_and_separator(&mut block)?;
            }
        })
    }

    fn at_closing(&self, until: &[&str]) -> bool {
        let word = self.bare_word();
        until.iter().any(|close| match *close {
            ")" | ";;" | ";&" => self.rest().starts_with(close),
            "`" => self.at_end(),
            _ => word == *close,
        })
    }

    fn and_or_and_separator(&mut self, block: &mut Block) -> Parsed<()> {
        let start = self.at;
        let line = self.line;
        let item = self.and_or()?;
        let text = self.text[start..self.at].trim_end();
        self.blanks();
        match (self.peek(), self.peek_at(1)) {
            (b'&', next) if next != b'&' => {
                self.at += 1;
                let how = Fork::Background(Rc::from(text));
                block.push(Op::Line(line));
                push_fork(block, item, how);
            }
            (b';', next) if !matches!(next, b';' | b'&') => {
                self.at += 1;
                block.extend(item);
            }
            _ => block.extend(item),
        }
        Ok(())
    }

    fn and_or(&mut self) -> Parsed<Block> {
        let mut block = Vec::new();
        let mut item = self.pipeline()?;
        loop {
            self.blanks();
            let and = self.rest().starts_with("&&");
            let more = and || self.rest().starts_with("||");
            if !more {
                block.extend(item);
                return Ok(block);
            }
            self.at += 2;
            self.lines();
            let next = self.pipeline()?;
            // Only the last of them counts for `set -e`.
            block.push(Op::Condition(1));
            block.extend(item);
            block.push(Op::Condition(-1));
            self.blanks();
            let last = !self.rest().starts_with("&&") && !self.rest().starts_with("||");
            let over = jump(next.len() + if last { 0 } else { 2 });
            block.push(if and { Op::JumpIfFailed(over) } else { Op::JumpIfOk(over) });
            item = next;
        }
    }

    fn pipeline(&mut self) -> Parsed<Block> {
        self.blanks();
        if self.bare_word() == "!" {
            self.at += 1;
            let mut block = vec![Op::Condition(1)];
            block.extend(self.pipeline_after_bang()?);
            block.extend([Op::Condition(-1), Op::Not]);
            return Ok(block);
        }
        self.pipeline_after_bang()
    }

    fn pipeline_after_bang(&mut self) -> Parsed<Block> {
        self.blanks();
        if self.bare_word() == "!" {
            // `! !` is deep enough to be counted.
            return self.deeper(Parser::pipeline);
        }
        if self.bare_word() == "time" && self.bash() {
            self.at += 4;
            self.blanks();
        }
        let line = self.line;
        let first = self.command()?;
        let mut stages = vec![(first, false)];
        loop {
            self.blanks();
            if self.peek() != b'|' || self.peek_at(1) == b'|' {
                break;
            }
            self.at += 1;
            if self.bash() && self.peek() == b'&' {
                self.at += 1;
                if let Some(stage) = stages.last_mut() {
                    stage.1 = true;
                }
            }
            self.lines();
            stages.push((self.command()?, false));
        }
        if stages.len() == 1 {
            return Ok(stages.pop().map(|(block, _)| block).unwrap_or_default());
        }
        let mut block = vec![Op::Line(line), Op::Pipeline];
        let last = stages.len() - 1;
        for (index, (stage, errors)) in stages.into_iter().enumerate() {
            push_fork(&mut block, stage, Fork::Stage { last: index == last, errors });
        }
        block.extend([Op::EndPipeline, Op::CheckStatus]);
        Ok(block)
    }

    /// A command of any kind.
    fn command(&mut self) -> Parsed<Block> {
        self.blanks();
        if self.at_end() {
            return self.unexpected(None);
        }
        let word = self.bare_word();
        if self.peek() == b'(' {
            return self.deeper(Parser::parenthesis);
        }
        if CLOSING.contains(&word) || matches!(self.peek(), b')' | b';' | b'&' | b'|' | b'\n') {
            return self.unexpected(None);
        }
        if let Some(block) = self.deeper(|parser| parser.compound(word))? {
            return Ok(block);
        }
        if is_function_name(word) && self.is_definition(word) {
            return self.deeper(|parser| parser.function(word));
        }
        self.simple()
    }

    /// Whether `()` follows the word.
    fn is_definition(&self, word: &str) -> bool {
        let rest = self.rest()[word.len()..].trim_start_matches([' ', '\t']);
        rest.strip_prefix('(')
            .is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(')'))
    }

    /// `name() command`.
    pub(super) fn function(&mut self, name: &str) -> Parsed<Block> {
        self.at += name.len();
        self.blanks();
        if self.skip("(") {
            self.blanks();
            if !self.skip(")") {
                return self.unexpected(Some(")"));
            }
        }
        self.lines();
        let mut body = self.command()?;
        body.push(Op::Return);
        let mut block = vec![Op::Define { name: Rc::from(name), len: body.len() }];
        block.extend(body);
        Ok(block)
    }

    /// Assignments, words and redirections.
    fn simple(&mut self) -> Parsed<Block> {
        let line = self.line;
        let mut words = vec![Op::Command(line)];
        let mut assignments = Vec::new();
        let mut redirects = Vec::new();
        let mut count = 0;
        let mut declares = false;
        loop {
            self.blanks();
            if self.redirection(&mut redirects)? {
                continue;
            }
            if self.at_end() || (is_meta_byte(self.peek()) && self.peek() != b'(') {
                break;
            }
            if self.peek() == b'(' {
                return self.unexpected(None);
            }
            if count == 0 && self.assignment(&mut assignments)? {
                continue;
            }
            let start = self.at;
            let parts = self.word()?;
            if count == 0 {
                declares = matches!(
                    &self.text[start..self.at],
                    "export" | "local" | "readonly" | "declare" | "typeset"
                );
            }
            count += 1;
            let value = declares && count > 1 && is_assignment(&self.text[start..self.at]);
            self.emit_word(&mut words, parts, value);
        }
        words.extend(redirects);
        if !assignments.is_empty() {
            words.push(Op::EndWords);
            words.extend(assignments);
        }
        words.extend([Op::Run(line), Op::CheckStatus]);
        Ok(words)
    }

    /// A word that becomes arguments, or one text when it assigns.
    pub(super) fn emit_word(&self, block: &mut Block, parts: Vec<Part>, value: bool) {
        if value {
            block.push(Op::Begin);
            word::emit(block, word::with_tildes(parts, true));
            block.push(Op::Argument);
            return;
        }
        let words = if self.bash() { super::brace::expand(parts) } else { vec![parts] };
        for parts in words {
            block.push(Op::Begin);
            word::emit(block, word::with_tildes(parts, false));
            block.push(Op::Fields);
        }
    }

    /// `name=word`, if one comes next.
    fn assignment(&mut self, block: &mut Block) -> Parsed<bool> {
        let rest = self.rest();
        let Some(equals) = rest.find('=') else { return Ok(false) };
        let append = rest[..equals].ends_with('+');
        let name = &rest[..equals - usize::from(append)];
        if !is_name(name) {
            return Ok(false);
        }
        let name: Rc<str> = Rc::from(name);
        self.at += equals + 1;
        if self.bash() && self.peek() == b'(' {
            self.at += 1;
            loop {
                self.lines();
                if self.skip(")") {
                    break;
                }
                if self.at_end() || is_meta_byte(self.peek()) {
                    return self.unexpected(Some(")"));
                }
                let parts = self.word()?;
                self.emit_word(block, parts, false);
            }
            block.push(Op::AssignList { name, append });
            return Ok(true);
        }
        let parts = self.word()?;
        block.push(Op::Begin);
        word::emit(block, word::with_tildes(parts, true));
        block.extend([Op::Join, Op::Assign { name, append }]);
        Ok(true)
    }

    /// A redirection, if one comes next.
    pub(super) fn redirection(&mut self, block: &mut Block) -> Parsed<bool> {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let both = self.bash() && rest.starts_with("&>");
        if digits > 3 || !(both || rest[digits..].starts_with(['<', '>'])) {
            return Ok(false);
        }
        let number = rest[..digits].parse::<u8>().ok();
        self.at += digits;
        let found = OPERATORS.iter().find(|(sign, _, _)| {
            let here = *sign == "<<<" && !self.bash();
            self.rest().starts_with(sign) && !here
        });
        let Some(&(sign, kind, fd)) = found else { return Ok(false) };
        self.at += sign.len();
        let redirect = Redirect { fd: number.unwrap_or(fd), kind };
        self.blanks();
        if sign == "<<" || sign == "<<-" {
            self.here_document(block, sign == "<<-")?;
        } else {
            if self.at_end() || is_meta_byte(self.peek()) {
                return self.unexpected(None);
            }
            let parts = self.word()?;
            block.push(Op::Begin);
            word::emit(block, word::with_tildes(parts, false));
            if sign == "<<<" {
                block.push(Op::Text(Rc::from("\n"), Quote::Quoted));
            }
            block.push(Op::Join);
        }
        block.push(Op::Redirect(redirect));
        Ok(true)
    }
}

/// The signs of redirections, the longer before the shorter.
const OPERATORS: [(&str, RedirectKind, u8); 12] = [
    ("&>>", RedirectKind::AppendBoth, 1),
    ("<<<", RedirectKind::Here, 0),
    ("<<-", RedirectKind::Here, 0),
    ("&>", RedirectKind::WriteBoth, 1),
    ("<<", RedirectKind::Here, 0),
    (">>", RedirectKind::Append, 1),
    (">&", RedirectKind::Duplicate, 1),
    ("<&", RedirectKind::Duplicate, 0),
    ("<>", RedirectKind::ReadWrite, 0),
    (">|", RedirectKind::Clobber, 1),
    (">", RedirectKind::Write, 1),
    ("<", RedirectKind::Read, 0),
];

/// Puts a child's operations into a block.
pub(super) fn push_fork(block: &mut Block, child: Block, how: Fork) {
    block.push(Op::Fork { len: child.len() + 1, how });
    block.extend(child);
    block.push(Op::Exit);
}

pub(super) fn is_meta_byte(byte: u8) -> bool {
    super::is_meta(char::from(byte))
}

fn is_function_name(word: &str) -> bool {
    !word.is_empty() && !word.contains(['=', '{', '}'])
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| is_name(name.strip_suffix('+').unwrap_or(name)))
}

impl Parser<'_> {
    /// An error when a function has no good name.
    pub(super) fn function_name(&mut self) -> Parsed<String> {
        self.blanks();
        let name = self.bare_word();
        if name.is_empty() {
            return self.error(Problem::FunctionName);
        }
        Ok(name.to_owned())
    }
}
