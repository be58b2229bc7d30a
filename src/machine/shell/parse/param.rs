//! `${…}`.

use std::rc::Rc;

use super::word::{Until, emit};
use super::{Block, Parsed, Parser, Problem};
use crate::machine::shell::code::{Alternative, Dialect, Edit, Op, Quote};

/// Operators with words, the longer before the shorter; `dash` knows the first four.
const EDITS: [&str; 13] = ["##", "#", "%%", "%", "//", "/#", "/%", "/", ":", "^^", "^", ",,", ","];

impl Parser<'_> {
    /// `${…}`, at its dollar.
    pub(super) fn braced(&mut self, quote: Quote) -> Parsed<Block> {
        let start = self.at;
        self.at += 2;
        if self.peek() == b'#' && self.peek_at(1) != b'}' {
            let before = self.at;
            self.at += 1;
            let name = self.parameter_name();
            if !name.is_empty() && self.skip("}") {
                return Ok(vec![Op::Length(Rc::from(name))]);
            }
            self.at = before;
        }
        let indirect = self.bash() && self.peek() == b'!' && self.peek_at(1) != b'}';
        self.at += usize::from(indirect);
        let name: Rc<str> = Rc::from(self.parameter_name());
        if name.is_empty() {
            return self.bad(start);
        }
        if indirect {
            if self.skip("}") {
                return Ok(vec![Op::Indirect(name, quote)]);
            }
            return self.bad(start);
        }
        if self.at_end() {
            return self.error(Problem::Missing("}"));
        }
        if self.skip("}") {
            return Ok(vec![Op::Param(name, quote)]);
        }
        let colon = self.peek() == b':' && b"-+=?".contains(&self.peek_at(1));
        self.at += usize::from(colon);
        let kind = self.peek();
        if b"-+=?".contains(&kind) && kind != 0 {
            self.at += 1;
            return self.alternative(name, quote, kind, colon);
        }
        let known = if self.dialect == Dialect::Dash { &EDITS[..4] } else { &EDITS[..] };
        let anchors = self.bash();
        let found = known
            .iter()
            .find(|op| self.rest().starts_with(**op) && (anchors || !matches!(**op, "/#" | "/%")));
        match found {
            Some(op) => {
                self.at += op.len();
                self.edit(name, quote, op)
            }
            None => self.bad(start),
        }
    }

    /// A name, a number or a sign; with `[index]` behind it in `bash`.
    fn parameter_name(&mut self) -> String {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let word =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let len = match rest.bytes().next() {
            Some(b'0'..=b'9') => digits,
            Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
            _ => word,
        };
        self.at += len;
        let mut name = rest[..len].to_owned();
        if self.bash()
            && word > 0
            && digits == 0
            && self.peek() == b'['
            && let Some(end) = self.rest().find(']')
        {
            name.push_str(&self.rest()[..=end]);
            self.at += end + 1;
        }
        name
    }

    fn alternative(&mut self, name: Rc<str>, quote: Quote, kind: u8, colon: bool) -> Parsed<Block> {
        let until = if quote == Quote::Quoted { Until::QuotedBrace } else { Until::Brace };
        let mut parts = Vec::new();
        self.pieces(&mut parts, until)?;
        self.at += 1;
        let mut word = Vec::new();
        let own_word = matches!(kind, b'=' | b'?');
        if own_word {
            word.push(Op::Begin);
        }
        emit(&mut word, super::word::with_tildes(parts, false));
        let len = word.len() + usize::from(own_word);
        let alternative = Rc::new(Alternative { name, quote, kind, colon, len });
        let mut block = vec![Op::Alternative(Rc::clone(&alternative))];
        block.extend(word);
        match kind {
            b'=' => block.push(Op::AssignDefault(alternative)),
            b'?' => block.push(Op::Complain(alternative)),
            _ => {}
        }
        Ok(block)
    }

    fn edit(&mut self, name: Rc<str>, quote: Quote, op: &'static str) -> Parsed<Block> {
        let mut block = Vec::new();
        let mut words = 0;
        loop {
            let mut parts = Vec::new();
            let until = match op {
                "/" | "//" | "/#" | "/%" if words == 0 => Until::Slash,
                // An offset is an expression.
                _ => Until::Brace,
            };
            self.pieces(&mut parts, until)?;
            block.push(Op::Begin);
            if op == ":" {
                Self::offsets(&mut block, parts, &mut words);
                break;
            }
            emit(&mut block, parts);
            words += 1;
            if !(until == Until::Slash && self.skip("/")) {
                break;
            }
        }
        self.at += 1;
        block.push(Op::Edit(Rc::new(Edit { name, quote, op, words })));
        Ok(block)
    }

    /// The two expressions of `${name:a:b}`, apart at the colon.
    fn offsets(block: &mut Block, parts: Vec<super::word::Part>, words: &mut usize) {
        use super::word::Part;
        *words = 1;
        for part in parts {
            match part {
                Part::Text(text, kind) if *words == 1 && text.contains(':') => {
                    let (first, second) = text.split_once(':').unwrap_or((&text, ""));
                    block.push(Op::Text(Rc::from(first), kind));
                    block.push(Op::Begin);
                    block.push(Op::Text(Rc::from(second), kind));
                    *words = 2;
                }
                Part::Text(text, kind) => block.push(Op::Text(Rc::from(text), kind)),
                Part::Code(code) => block.extend(code),
            }
        }
    }

    /// `${…}` that means nothing: the shell says so when it comes to it.
    fn bad(&mut self, start: usize) -> Parsed<Block> {
        self.at = start + 2;
        self.pieces(&mut Vec::new(), Until::Brace)?;
        self.at += 1;
        Ok(vec![Op::BadSubstitution(Rc::from(&self.text[start..self.at]))])
    }
}
