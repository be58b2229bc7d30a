//! Compound commands: groups, conditions and loops.

use std::rc::Rc;

use super::command::push_fork;
use super::word;
use super::{Block, Parsed, Parser, Problem, is_name, jump};
use crate::machine::shell::code::{Dialect, Fork, Op};

impl Parser<'_> {
    /// The compound command that begins with that word; `None` if none does.
    pub(super) fn compound(&mut self, word: &str) -> Parsed<Option<Block>> {
        let block = match word {
            "{" => self.group()?,
            "if" => self.condition()?,
            "while" => self.while_loop(false)?,
            "until" => self.while_loop(true)?,
            "for" => self.for_loop()?,
            "case" => self.case()?,
            "[[" if self.bash() => self.double_brackets()?,
            "function" if self.dialect != Dialect::Dash => {
                self.at += word.len();
                let name = self.function_name()?;
                return self.function(&name).map(Some);
            }
            _ => return Ok(None),
        };
        self.with_redirects(block).map(Some)
    }

    /// `( list )` or, in `bash`, `(( expression ))`.
    pub(super) fn parenthesis(&mut self) -> Parsed<Block> {
        if self.bash() && self.rest().starts_with("((") {
            let before = (self.at, self.line);
            self.at += 2;
            if let Ok(parts) = self.arithmetic_parts() {
                let mut block = vec![Op::Begin];
                word::emit(&mut block, parts);
                block.extend([Op::Join, Op::Evaluate, Op::CheckStatus]);
                return self.with_redirects(block);
            }
            (self.at, self.line) = before;
        }
        self.at += 1;
        let list = self.list(&[")"])?;
        self.at += 1;
        let mut block = Vec::new();
        push_fork(&mut block, list, Fork::Subshell);
        block.push(Op::CheckStatus);
        self.with_redirects(block)
    }

    /// The redirections behind a compound command.
    fn with_redirects(&mut self, block: Block) -> Parsed<Block> {
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            if !self.redirection(&mut redirects)? {
                break;
            }
        }
        self.blanks();
        if !self.at_end() && !super::command::is_meta_byte(self.peek()) {
            let word = self.bare_word();
            let closes =
                matches!(word, "then" | "do" | "done" | "fi" | "else" | "elif" | "esac" | "}");
            if !closes && !self.rest().starts_with(']') {
                return self.unexpected(None);
            }
        }
        if redirects.is_empty() {
            return Ok(block);
        }
        let mut all = vec![Op::Command(0)];
        all.extend(redirects);
        // A target that cannot be opened fails the whole command.
        all.push(Op::PushRedirects);
        all.push(Op::JumpIfFailed(jump(block.len() + 1)));
        all.extend(block);
        all.push(Op::PopRedirects);
        Ok(all)
    }

    fn keyword(&mut self, word: &'static str) -> Parsed<()> {
        self.lines();
        if self.bare_word() != word {
            return self.unexpected(Some(word));
        }
        self.at += word.len();
        Ok(())
    }

    fn group(&mut self) -> Parsed<Block> {
        self.at += 1;
        let list = self.list(&["}"])?;
        self.at += 1;
        Ok(list)
    }

    /// A list whose status is asked for: `set -e` does not heed it.
    fn question(&mut self, until: &'static str) -> Parsed<Block> {
        let mut block = vec![Op::Condition(1)];
        block.extend(self.list(&[until])?);
        block.push(Op::Condition(-1));
        self.at += until.len();
        Ok(block)
    }

    fn condition(&mut self) -> Parsed<Block> {
        self.at += 2;
        let mut block = Vec::new();
        let mut ends = Vec::new();
        loop {
            block.extend(self.question("then")?);
            let body = self.list(&["fi", "else", "elif"])?;
            block.push(Op::JumpIfFailed(jump(body.len() + 1)));
            block.extend(body);
            ends.push(block.len());
            block.push(Op::Jump(0));
            let word = self.bare_word();
            self.at += word.len();
            match word {
                "elif" => continue,
                "else" => {
                    block.extend(self.list(&["fi"])?);
                    self.at += 2;
                }
                _ => block.push(Op::Status(0)),
            }
            patch(&mut block, &ends);
            return Ok(block);
        }
    }

    fn while_loop(&mut self, until: bool) -> Parsed<Block> {
        self.at += 5;
        let question = self.question("do")?;
        let body = self.list(&["done"])?;
        self.at += 4;
        Ok(loop_of(question, body, until))
    }

    fn do_group(&mut self) -> Parsed<Block> {
        self.lines();
        // `bash` knows braces here, too.
        if self.bash() && self.bare_word() == "{" {
            return self.group();
        }
        self.keyword("do")?;
        let body = self.list(&["done"])?;
        self.at += 4;
        Ok(body)
    }

    fn for_loop(&mut self) -> Parsed<Block> {
        self.at += 3;
        self.blanks();
        if self.bash() && self.rest().starts_with("((") {
            return self.counting_loop();
        }
        let name = self.bare_word();
        if !is_name(name) {
            if self.bash() {
                if self.at_end() {
                    return self.error(Problem::Unexpected("newline".to_owned(), None));
                }
                return self.unexpected(None);
            }
            return self.error(Problem::ForName);
        }
        self.at += name.len();
        let line = self.line;
        let mut block = vec![Op::Command(line)];
        self.lines();
        if self.bare_word() == "in" {
            self.at += 2;
            loop {
                self.blanks();
                if self.at_end() || super::command::is_meta_byte(self.peek()) {
                    break;
                }
                let parts = self.word()?;
                self.emit_word(&mut block, parts, false);
            }
        } else {
            block.extend([
                Op::Begin,
                Op::Param(Rc::from("@"), crate::machine::shell::code::Quote::Quoted),
                Op::Fields,
            ]);
        }
        self.blanks();
        if !self.skip(";") && !self.at_end() && self.peek() != b'\n' && self.bare_word() != "do" {
            return self.unexpected(None);
        }
        let body = self.do_group()?;
        // Each, Next, body, Jump, EndLoop
        let len = body.len();
        block.push(Op::Each { end: jump(len + 2) });
        block.push(Op::Next { name: Rc::from(name), end: jump(len + 1) });
        block.extend(body);
        block.push(Op::Again(-jump(len + 2)));
        block.push(Op::EndLoop);
        Ok(block)
    }

    /// `for ((a; b; c))`.
    fn counting_loop(&mut self) -> Parsed<Block> {
        self.at += 2;
        let mut parts: Vec<Block> = Vec::new();
        for end in [";", ";", ")"] {
            let text = self.rest();
            let Some(len) = text.find(end) else {
                return self.unexpected(Some("))"));
            };
            let inner = if end == ")" { text.find("))").unwrap_or(len) } else { len };
            let mut piece = Vec::new();
            if !text[..inner].trim().is_empty() {
                let mut parser = Parser::new(&text[..inner], self.dialect);
                parser.depth = self.depth;
                piece.push(Op::Begin);
                word::emit(&mut piece, parser.until_end_quoted()?);
                piece.extend([Op::Join, Op::Evaluate]);
            }
            self.at += inner + if end == ")" { 2 } else { 1 };
            parts.push(piece);
        }
        self.blanks();
        self.skip(";");
        let body = self.do_group()?;
        let step = parts.pop().unwrap_or_default();
        let question = parts.pop().unwrap_or_default();
        let mut block = parts.pop().unwrap_or_default();
        // Loop, step, question, JumpIfFailed, body, Jump, EndLoop; the first round skips the step.
        let (s, q, b) = (step.len(), question.len(), body.len());
        block.push(Op::Loop { next: 1, end: jump(1 + s + q + 1 + b + 1) });
        block.push(Op::Jump(jump(s)));
        block.extend(step);
        if q == 0 {
            block.push(Op::Status(0));
        }
        block.extend(question);
        let extra = usize::from(q == 0);
        if let Some(Op::Loop { end, .. }) =
            block.iter_mut().rev().find(|op| matches!(op, Op::Loop { .. }))
        {
            *end += jump(extra);
        }
        block.push(Op::JumpIfFailed(jump(b + 1)));
        block.extend(body);
        block.push(Op::Again(-jump(b + 1 + q + extra + s + 1)));
        block.push(Op::EndLoop);
        Ok(block)
    }

    fn case(&mut self) -> Parsed<Block> {
        self.at += 4;
        self.blanks();
        let mut block = vec![Op::Begin];
        let parts = self.word()?;
        word::emit(&mut block, word::with_tildes(parts, false));
        block.push(Op::Join);
        self.keyword("in")?;
        let mut ends = Vec::new();
        loop {
            self.lines();
            if self.bare_word() == "esac" {
                self.at += 4;
                break;
            }
            let tests = self.patterns()?;
            let body = self.list(&["esac", ";;", ";&"])?;
            let _ = self.skip(";;") || self.skip(";&");
            push_arm(&mut block, tests, body, &mut ends);
        }
        block.extend([Op::Drop, Op::Status(0)]);
        patch(&mut block, &ends);
        Ok(block)
    }

    /// The patterns of an arm, each as operations.
    fn patterns(&mut self) -> Parsed<Vec<Block>> {
        self.skip("(");
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            if self.at_end() || super::command::is_meta_byte(self.peek()) {
                return self.unexpected(Some(")"));
            }
            let mut pattern = vec![Op::Begin];
            let parts = self.word()?;
            word::emit(&mut pattern, word::with_tildes(parts, false));
            pattern.push(Op::Pattern);
            patterns.push(pattern);
            self.blanks();
            if !self.skip("|") {
                break;
            }
        }
        if !self.skip(")") {
            return self.unexpected(Some(")"));
        }
        Ok(patterns)
    }
}

/// Adds an arm: a match goes on with the body, none with what follows the arm.
fn push_arm(block: &mut Block, tests: Vec<Block>, body: Block, ends: &mut Vec<usize>) {
    let mut taken = vec![Op::Drop];
    if body.is_empty() {
        taken.push(Op::Status(0));
    }
    taken.extend(body);
    let count = tests.len();
    let mut behind: usize = tests.iter().skip(1).map(|test| test.len() + 2).sum();
    behind = behind.saturating_sub(1);
    for (index, test) in tests.into_iter().enumerate() {
        if index > 0 {
            behind -= test.len() + if index + 1 < count { 2 } else { 1 };
        }
        block.extend(test);
        if index + 1 < count {
            block.push(Op::Case(1));
            block.push(Op::Jump(jump(behind)));
        } else {
            block.push(Op::Case(jump(taken.len() + 1)));
        }
    }
    block.extend(taken);
    ends.push(block.len());
    block.push(Op::Jump(0));
}

/// Lets the jumps at those places lead to the end of the block.
fn patch(block: &mut Block, places: &[usize]) {
    let len = block.len();
    for place in places {
        block[*place] = Op::Jump(jump(len - place - 1));
    }
}

/// `while`: Loop, question, jump out, body, back.
fn loop_of(question: Block, body: Block, until: bool) -> Block {
    let (q, b) = (question.len(), body.len());
    let mut block = vec![Op::Loop { next: 0, end: jump(q + 1 + b + 1) }];
    block.extend(question);
    let out = jump(b + 1);
    block.push(if until { Op::JumpIfOk(out) } else { Op::JumpIfFailed(out) });
    block.extend(body);
    block.push(Op::Again(-jump(q + 1 + b + 1)));
    block.push(Op::EndLoop);
    block
}
