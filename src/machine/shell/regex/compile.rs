//! From a pattern to its program.

use super::Inst;

const PROGRAM_MAX: usize = 5_000;
const DEPTH_MAX: u32 = 50;

/// A pattern that is being read.
pub(super) struct Compiler {
    pub(super) chars: Vec<char>,
    pub(super) at: usize,
    pub(super) extended: bool,
    pub(super) program: Vec<Inst>,
    pub(super) groups: usize,
    pub(super) depth: u32,
    pub(super) refers: bool,
}

impl Compiler {
    /// Whether an operator comes next, which is behind a backslash in basic patterns.
    fn operator(&self, sign: char) -> bool {
        if self.extended {
            return self.chars.get(self.at) == Some(&sign);
        }
        self.chars.get(self.at) == Some(&'\\') && self.chars.get(self.at + 1) == Some(&sign)
    }

    fn skip_operator(&mut self) {
        self.at += if self.extended { 1 } else { 2 };
    }

    pub(super) fn alternatives(&mut self) -> Result<(), &'static str> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("Regular expression too big");
        }
        let start = self.program.len();
        self.sequence()?;
        let mut ends = Vec::new();
        while self.operator('|') {
            self.skip_operator();
            // What was read so far becomes one branch of a split before it.
            self.insert_split(start, self.program.len() + 2);
            ends.push(self.program.len());
            self.program.push(Inst::Jump(0));
            self.sequence_as_branch(start)?;
        }
        let end = self.program.len();
        for at in ends {
            self.program[at] = Inst::Jump(end);
        }
        self.depth -= 1;
        Ok(())
    }

    fn sequence_as_branch(&mut self, _start: usize) -> Result<(), &'static str> {
        let start = self.program.len();
        self.sequence()?;
        if self.operator('|') {
            self.skip_operator();
            self.insert_split(start, self.program.len() + 2);
            let jump = self.program.len();
            self.program.push(Inst::Jump(0));
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err("Regular expression too big");
            }
            self.sequence_as_branch(start)?;
            self.depth -= 1;
            let end = self.program.len();
            self.program[jump] = Inst::Jump(end);
        }
        Ok(())
    }

    /// Puts a split before what was read since `start`; its second branch is `other`.
    fn insert_split(&mut self, start: usize, other: usize) {
        self.shift(start, 1);
        self.program.insert(start, Inst::Split(start + 1, other));
    }

    /// Makes room: places behind `start` move.
    fn shift(&mut self, start: usize, by: usize) {
        for inst in &mut self.program[start..] {
            match inst {
                Inst::Jump(to) if *to >= start => *to += by,
                Inst::Split(a, b) => {
                    *a += if *a >= start { by } else { 0 };
                    *b += if *b >= start { by } else { 0 };
                }
                _ => {}
            }
        }
    }

    fn sequence(&mut self) -> Result<(), &'static str> {
        let begin = self.at;
        while self.at < self.chars.len() && !self.operator('|') && !self.operator(')') {
            let start = self.program.len();
            let first = self.at == begin;
            self.atom(first)?;
            while self.repeat(start, first)? {}
            if self.program.len() > PROGRAM_MAX {
                return Err("Regular expression too big");
            }
        }
        Ok(())
    }

    fn atom(&mut self, first: bool) -> Result<(), &'static str> {
        if self.operator('(') {
            self.skip_operator();
            let group = self.groups;
            self.groups += 1;
            self.program.push(Inst::Save(group * 2));
            self.alternatives()?;
            if !self.operator(')') {
                return Err("Unmatched ( or \\(");
            }
            self.skip_operator();
            self.program.push(Inst::Save(group * 2 + 1));
            return Ok(());
        }
        let c = self.chars[self.at];
        self.at += 1;
        let last = self.at == self.chars.len() || self.operator(')') || self.operator('|');
        let inst = match c {
            '.' => Inst::Any,
            '[' => return self.class(),
            '^' if self.extended || first => Inst::Start,
            '$' if self.extended || last => Inst::End,
            '*' if !self.extended && !first => Inst::Char('*'),
            '\\' => return self.escape(),
            c => Inst::Char(c),
        };
        self.program.push(inst);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), &'static str> {
        let Some(c) = self.chars.get(self.at).copied() else { return Err("Trailing backslash") };
        self.at += 1;
        let class = |text: &str, negated| Inst::Class(text.chars().collect(), negated);
        let inst = match c {
            'w' => class("[:alnum:]_", false),
            'W' => class("[:alnum:]_", true),
            's' => class("[:space:]", false),
            'S' => class("[:space:]", true),
            'b' => Inst::Word(true),
            'B' => Inst::Word(false),
            '<' => Inst::WordStart,
            '>' => Inst::WordEnd,
            'n' => Inst::Char('\n'),
            't' => Inst::Char('\t'),
            '1'..='9' => {
                let group = usize::try_from(u32::from(c) - u32::from('0')).unwrap_or(0);
                if group >= self.groups {
                    return Err("Invalid back reference");
                }
                self.refers = true;
                Inst::Same(group)
            }
            c => Inst::Char(c),
        };
        self.program.push(inst);
        Ok(())
    }

    fn class(&mut self) -> Result<(), &'static str> {
        let negated = self.chars.get(self.at) == Some(&'^');
        let start = self.at + usize::from(negated);
        let mut end = start;
        loop {
            match self.chars.get(end) {
                None => return Err("Unmatched [, [^, [:, [., or [="),
                Some(']') if end > start => break,
                Some('[') if self.chars.get(end + 1) == Some(&':') => {
                    let close = self.chars[end..].windows(2).position(|pair| pair == [':', ']']);
                    end += close.map_or(1, |close| close + 2);
                }
                Some(_) => end += 1,
            }
        }
        // A backslash is itself in brackets.
        let mut inside = Vec::new();
        for c in &self.chars[start..end] {
            if *c == '\\' {
                inside.push('\\');
            }
            inside.push(*c);
        }
        self.at = end + 1;
        self.program.push(Inst::Class(inside, negated));
        Ok(())
    }

    /// A repetition of what was read since `start`, if one comes next.
    fn repeat(&mut self, start: usize, first: bool) -> Result<bool, &'static str> {
        let (least, most) = if self.chars.get(self.at) == Some(&'*') {
            // At the beginning of a basic pattern a star is a star.
            let _ = first;
            self.at += 1;
            (0, None)
        } else if self.operator('+') {
            self.skip_operator();
            (1, None)
        } else if self.operator('?') {
            self.skip_operator();
            (0, Some(1))
        } else if self.operator('{') {
            self.skip_operator();
            self.bounds()?
        } else {
            return Ok(false);
        };
        let body: Vec<Inst> = self.program.split_off(start);
        let len = body.len();
        let copies = most.unwrap_or(least.max(1)).max(1);
        if copies * len > PROGRAM_MAX {
            return Err("Regular expression too big");
        }
        let put = |program: &mut Vec<Inst>, body: &[Inst]| {
            let to = program.len();
            program.extend(body.iter().cloned().map(|inst| match inst {
                Inst::Jump(at) => Inst::Jump(at - start + to),
                Inst::Split(a, b) => Inst::Split(a - start + to, b - start + to),
                other => other,
            }));
        };
        for _ in 0..least {
            put(&mut self.program, &body);
        }
        match most {
            None => {
                // Split(body, out); body; Jump back.
                let split = self.program.len();
                self.program.push(Inst::Split(split + 1, split + len + 2));
                put(&mut self.program, &body);
                self.program.push(Inst::Jump(split));
            }
            Some(most) => {
                let end = self.program.len() + (most.saturating_sub(least)) * (len + 1);
                for _ in least..most {
                    let split = self.program.len();
                    self.program.push(Inst::Split(split + 1, end));
                    put(&mut self.program, &body);
                }
            }
        }
        Ok(true)
    }

    fn bounds(&mut self) -> Result<(usize, Option<usize>), &'static str> {
        let rest: String = self.chars[self.at..].iter().collect();
        let close = if self.extended { "}" } else { "\\}" };
        let Some((inside, _)) = rest.split_once(close) else {
            return Err("Unmatched { or \\{");
        };
        self.at += inside.chars().count() + close.len();
        let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n <= 255);
        let bad = "Invalid content of \\{\\}";
        match inside.split_once(',') {
            None => number(inside).map(|n| (n, Some(n))).ok_or(bad),
            Some((a, "")) => number(a).map(|n| (n, None)).ok_or(bad),
            Some((a, b)) => {
                let least = if a.is_empty() { Some(0) } else { number(a) };
                match (least, number(b)) {
                    (Some(a), Some(b)) if a <= b => Ok((a, Some(b))),
                    _ => Err(bad),
                }
            }
        }
    }
}
