//! Words: quotes, and what a dollar or a backquote begins.

use std::rc::Rc;

use super::{Block, Parsed, Parser, Problem, is_meta, is_name};
use crate::machine::shell::code::{Dialect, Op, Quote};

/// A piece of a word.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Text as it is written.
    Text(String, Quote),
    /// Operations that add to the word.
    Code(Block),
}

/// Adds the operations of a word's pieces.
pub(super) fn emit(block: &mut Block, parts: Vec<Part>) {
    for part in parts {
        match part {
            Part::Text(text, quote) => block.push(Op::Text(Rc::from(text), quote)),
            Part::Code(code) => block.extend(code),
        }
    }
}

/// A tilde at the beginning (and, where a value is assigned, after each colon) is a home.
pub(super) fn with_tildes(parts: Vec<Part>, value: bool) -> Vec<Part> {
    let mut result = Vec::new();
    let mut start = true;
    let followed = parts.len();
    for (index, part) in parts.into_iter().enumerate() {
        let Part::Text(text, Quote::Bare) = part else {
            start = false;
            result.push(part);
            continue;
        };
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            let end = rest.find(['/', ':']).unwrap_or(rest.len());
            let name =
                rest[..end].strip_prefix('~').filter(|name| name.is_empty() || is_user(name));
            // Quoted letters behind it make it no name.
            let whole = end < rest.len() || index + 1 == followed;
            if let Some(name) = name.filter(|_| start && whole) {
                if !plain.is_empty() {
                    result.push(Part::Text(std::mem::take(&mut plain), Quote::Bare));
                }
                result.push(Part::Code(vec![Op::Tilde(Rc::from(name))]));
                rest = &rest[end..];
                start = false;
                continue;
            }
            start = value && c == ':';
            plain.push(c);
            rest = &rest[c.len_utf8()..];
        }
        if !plain.is_empty() {
            result.push(Part::Text(plain, Quote::Bare));
        }
    }
    result
}

fn is_user(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+".contains(&byte))
}

/// Adds a character to the pieces, to the last one if that is quoted alike.
pub(super) fn push(parts: &mut Vec<Part>, c: char, quote: Quote) {
    if let Some(Part::Text(text, last)) = parts.last_mut()
        && *last == quote
    {
        text.push(c);
        return;
    }
    parts.push(Part::Text(c.to_string(), quote));
}

/// Where a run of pieces ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// At a character that ends a bare word.
    Meta,
    /// At `}`, in a bare `${…}`.
    Brace,
    /// At `}`, in a quoted `${…}`.
    QuotedBrace,
    /// At `/` or `}`: the pattern of a replacement.
    Slash,
    /// At the double quote.
    DoubleQuote,
    /// At the end of the text.
    End,
}

impl Parser<'_> {
    /// A word up to the character that ends it.
    pub(super) fn word(&mut self) -> Parsed<Vec<Part>> {
        let mut parts = Vec::new();
        self.pieces(&mut parts, Until::Meta)?;
        Ok(parts)
    }

    /// The whole text as in double quotes.
    pub(super) fn until_end_quoted(&mut self) -> Parsed<Vec<Part>> {
        let mut parts = Vec::new();
        self.pieces(&mut parts, Until::End)?;
        Ok(parts)
    }

    /// Pieces up to the end of that kind, which is not taken.
    pub(super) fn pieces(&mut self, parts: &mut Vec<Part>, until: Until) -> Parsed<()> {
        let quoted = matches!(until, Until::DoubleQuote | Until::QuotedBrace | Until::End);
        let quote = if quoted { Quote::Quoted } else { Quote::Bare };
        while let Some(c) = self.rest().chars().next() {
            let ends = match until {
                Until::Meta => is_meta(c),
                Until::Brace | Until::QuotedBrace => c == '}',
                Until::Slash => c == '}' || c == '/',
                Until::DoubleQuote => c == '"',
                Until::End => false,
            };
            if ends {
                return Ok(());
            }
            match c {
                '\\' => self.backslash(parts, until),
                '\'' if !quoted => self.single_quotes(parts)?,
                '"' if until != Until::End => self.double_quotes(parts)?,
                '$' => self.dollar(parts, quote)?,
                '`' => self.backquote(parts, quote)?,
                _ => {
                    self.take();
                    push(parts, c, quote);
                }
            }
        }
        match until {
            Until::Meta | Until::End => Ok(()),
            Until::DoubleQuote => self.error(Problem::Quote('"')),
            _ => self.error(Problem::Missing("}")),
        }
    }

    fn backslash(&mut self, parts: &mut Vec<Part>, until: Until) {
        self.at += 1;
        let Some(c) = self.rest().chars().next() else {
            push(parts, '\\', Quote::Quoted);
            return;
        };
        let special = match until {
            Until::Meta | Until::Brace | Until::Slash => true,
            Until::DoubleQuote => "$`\"\\\n".contains(c),
            Until::QuotedBrace => "$`\"\\\n}".contains(c),
            Until::End => "$`\\\n".contains(c),
        };
        if !special {
            push(parts, '\\', Quote::Quoted);
            return;
        }
        self.take();
        if c != '\n' {
            push(parts, c, Quote::Quoted);
        }
    }

    fn single_quotes(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        self.at += 1;
        parts.push(Part::Text(String::new(), Quote::Quoted));
        let line = self.line;
        loop {
            match self.rest().chars().next() {
                None => return self.at_line(line, self.error(Problem::Quote('\''))),
                Some('\'') => break,
                Some(c) => {
                    self.take();
                    push(parts, c, Quote::Quoted);
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    fn double_quotes(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        self.at += 1;
        // Nothing in quotes is a word, too.
        parts.push(Part::Text(String::new(), Quote::Quoted));
        let line = self.line;
        let read = self.deeper(|parser| parser.pieces(parts, Until::DoubleQuote));
        self.at_line(line, read)?;
        self.at += 1;
        Ok(())
    }

    /// `bash` names the line where a quote begins, the others the one where it should have ended.
    fn at_line(&self, line: u32, read: Parsed<()>) -> Parsed<()> {
        read.map_err(|mut error| {
            if self.bash() && matches!(error.problem, Problem::Quote(_)) {
                error.line = line;
            }
            error
        })
    }

    fn dollar(&mut self, parts: &mut Vec<Part>, quote: Quote) -> Parsed<()> {
        let next = self.peek_at(1);
        match next {
            b'(' if self.peek_at(2) == b'(' => {
                let before = (self.at, self.line);
                self.at += 3;
                match self.deeper(Parser::arithmetic_parts) {
                    Ok(inner) => {
                        let mut block = vec![Op::Begin];
                        emit(&mut block, inner);
                        block.push(Op::Arithmetic(quote));
                        parts.push(Part::Code(block));
                    }
                    Err(error) => {
                        (self.at, self.line) = before;
                        self.command_substitution(parts, quote).map_err(|_| error)?;
                    }
                }
                Ok(())
            }
            b'(' => self.command_substitution(parts, quote),
            b'{' => {
                let block = self.deeper(|parser| parser.braced(quote))?;
                parts.push(Part::Code(block));
                Ok(())
            }
            b'\'' if quote == Quote::Bare && self.dialect != Dialect::Dash => {
                self.at += 2;
                self.escaped_quotes(parts)
            }
            b'"' if quote == Quote::Bare && self.bash() => {
                self.at += 1;
                self.double_quotes(parts)
            }
            _ => {
                self.at += 1;
                self.parameter(parts, quote);
                Ok(())
            }
        }
    }

    /// `$name`, `$1`, `$@`; a dollar before anything else is a dollar.
    fn parameter(&mut self, parts: &mut Vec<Part>, quote: Quote) {
        let rest = self.rest();
        let len = match rest.bytes().next() {
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' | b'0'..=b'9') => 1,
            _ => rest
                .bytes()
                .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                .count(),
        };
        let name = &rest[..len];
        if len == 0 {
            push(parts, '$', Quote::Quoted);
            return;
        }
        debug_assert!(len == 1 || is_name(name), "only a name is longer");
        self.at += len;
        parts.push(Part::Code(vec![Op::Param(Rc::from(name), quote)]));
    }

    fn command_substitution(&mut self, parts: &mut Vec<Part>, quote: Quote) -> Parsed<()> {
        self.at += 2;
        let code = self.deeper(|parser| {
            parser.lines();
            if parser.peek() == b')' { Ok(Vec::new()) } else { parser.list(&[")"]) }
        })?;
        self.at += 1;
        parts.push(Part::Code(substitution(code, quote)));
        Ok(())
    }

    fn backquote(&mut self, parts: &mut Vec<Part>, quote: Quote) -> Parsed<()> {
        self.at += 1;
        let line = self.line;
        let mut inner = String::new();
        loop {
            match self.take() {
                None => return self.error(Problem::Backquote),
                Some('`') => break,
                Some('\\') => match self.rest().chars().next() {
                    Some(c @ ('`' | '\\' | '$')) => {
                        self.take();
                        inner.push(c);
                    }
                    Some('"') if quote == Quote::Quoted => {
                        self.take();
                        inner.push('"');
                    }
                    _ => inner.push('\\'),
                },
                Some(c) => inner.push(c),
            }
        }
        let code = self.deeper(|outer| {
            let mut parser = Parser::new(&inner, outer.dialect);
            parser.depth = outer.depth;
            parser.line = line;
            parser.lines();
            if parser.at_end() {
                return Ok(Vec::new());
            }
            parser.list(&["`"])
        })?;
        parts.push(Part::Code(substitution(code, quote)));
        Ok(())
    }

    /// `$'…'`.
    fn escaped_quotes(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        let mut text = String::new();
        loop {
            match self.take() {
                None => return self.error(Problem::Quote('\'')),
                Some('\'') => break,
                Some('\\') => {
                    let (c, len) = super::super::escapes::one(self.rest(), true);
                    self.at += len;
                    text.extend(c);
                }
                Some(c) => text.push(c),
            }
        }
        parts.push(Part::Text(text, Quote::Quoted));
        Ok(())
    }

    /// An expression up to its `))`.
    pub(super) fn arithmetic_parts(&mut self) -> Parsed<Vec<Part>> {
        let mut parts = Vec::new();
        let mut open = 0;
        loop {
            let Some(c) = self.rest().chars().next() else {
                return self.error(Problem::Missing("))"));
            };
            match c {
                ')' if open == 0 && self.peek_at(1) == b')' => break,
                ')' if open == 0 => return self.error(Problem::Missing("))")),
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
            match c {
                '$' => self.dollar(&mut parts, Quote::Quoted)?,
                '`' => self.backquote(&mut parts, Quote::Quoted)?,
                '\\' => self.backslash(&mut parts, Until::DoubleQuote),
                '"' => self.at += 1,
                c => {
                    self.take();
                    push(&mut parts, c, Quote::Quoted);
                }
            }
        }
        self.at += 2;
        Ok(parts)
    }
}

/// The operations of a command substitution.
fn substitution(mut code: Block, quote: Quote) -> Block {
    code.push(Op::Exit);
    let mut block = vec![Op::Substitute { len: code.len(), quote }];
    block.extend(code);
    block
}
