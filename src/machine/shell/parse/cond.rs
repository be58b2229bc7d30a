//! `[[ … ]]` of `bash`.

use std::rc::Rc;

use super::word::{self, Part, push};
use super::{Block, Parsed, Parser, jump};
use crate::machine::shell::code::{Op, Quote};

const BINARY: [&str; 14] =
    ["==", "=~", "!=", "=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot"];

impl Parser<'_> {
    pub(super) fn double_brackets(&mut self) -> Parsed<Block> {
        self.at += 2;
        let mut block = self.any_of()?;
        self.lines();
        if !self.skip("]]") {
            return self.unexpected(Some("]]"));
        }
        block.push(Op::CheckStatus);
        Ok(block)
    }

    fn any_of(&mut self) -> Parsed<Block> {
        let mut block = self.all_of()?;
        loop {
            self.lines();
            if !self.skip("||") {
                return Ok(block);
            }
            let next = self.all_of()?;
            block.push(Op::JumpIfOk(jump(next.len())));
            block.extend(next);
        }
    }

    fn all_of(&mut self) -> Parsed<Block> {
        let mut block = self.term()?;
        loop {
            self.lines();
            if !self.skip("&&") {
                return Ok(block);
            }
            let next = self.term()?;
            block.push(Op::JumpIfFailed(jump(next.len())));
            block.extend(next);
        }
    }

    fn term(&mut self) -> Parsed<Block> {
        self.lines();
        if self.bare_word() == "!" {
            self.at += 1;
            let mut block = self.deeper(Parser::term)?;
            block.push(Op::Not);
            return Ok(block);
        }
        if self.skip("(") {
            let block = self.deeper(Parser::any_of)?;
            self.lines();
            if !self.skip(")") {
                return self.unexpected(Some(")"));
            }
            return Ok(block);
        }
        if self.at_end() || self.bare_word() == "]]" {
            return self.unexpected(None);
        }
        let first = self.bare_word();
        let unary = first.len() == 2 && first.starts_with('-');
        let parts = self.word()?;
        self.blanks();
        let next = self.bare_word();
        let sign = BINARY.iter().find(|sign| {
            **sign == next || matches!(**sign, "<" | ">") && self.rest().starts_with(**sign)
        });
        let mut block = vec![Op::Begin];
        if unary && sign.is_none() && next != "]]" && !next.is_empty()
            || unary && self.starts_word()
        {
            let operand = self.word()?;
            word::emit(&mut block, operand);
            block.extend([Op::Join, Op::TestOne(Rc::from(first))]);
            return Ok(block);
        }
        word::emit(&mut block, parts);
        block.push(Op::Join);
        let Some(sign) = sign else {
            block.push(Op::TestOne(Rc::from("-n")));
            return Ok(block);
        };
        self.at += sign.len();
        self.blanks();
        block.push(Op::Begin);
        let operand = if *sign == "=~" { self.expression()? } else { self.word()? };
        word::emit(&mut block, operand);
        let pattern = matches!(*sign, "==" | "=" | "!=" | "=~");
        block.push(if pattern { Op::Pattern } else { Op::Join });
        block.push(Op::TestTwo(Rc::from(*sign)));
        Ok(block)
    }

    fn starts_word(&self) -> bool {
        matches!(self.peek(), b'$' | b'"' | b'\'' | b'`' | b'\\')
    }

    /// The right side of `=~`: up to a blank outside brackets.
    fn expression(&mut self) -> Parsed<Vec<Part>> {
        let mut parts = Vec::new();
        while !self.at_end() && !matches!(self.peek(), b' ' | b'\t' | b'\n') {
            let before = self.at;
            let mut piece = self.word()?;
            parts.append(&mut piece);
            if self.at == before
                && let Some(c) = self.take()
            {
                push(&mut parts, c, Quote::Bare);
            }
        }
        Ok(parts)
    }
}
