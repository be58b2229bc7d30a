//! Regular expressions of POSIX, basic and extended, with the additions of the GNU tools.
//!
//! A pattern becomes a small program; a match is searched by trying its branches, each place in
//! the program at each place in the text only once, so that no pattern takes for ever. Of the
//! matches at the first place the longest counts.

mod compile;

use super::glob;
use compile::Compiler;

/// Which of the two languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Basic,
    Extended,
    /// Every character stands for itself.
    Fixed,
}

#[derive(Clone, Debug)]
pub(super) enum Inst {
    Char(char),
    Any,
    Class(Vec<char>, bool),
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Start,
    End,
    Word(bool),
    WordStart,
    WordEnd,
    Same(usize),
    Match,
}

/// A pattern that is ready to be used.
#[derive(Clone, Debug)]
pub(crate) struct Regex {
    program: Vec<Inst>,
    ignore_case: bool,
    groups: usize,
    refers: bool,
}

/// Where a match is: byte offsets of the whole and of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    spans: Vec<Option<(usize, usize)>>,
}

impl Found {
    /// The whole match.
    pub(crate) fn range(&self) -> (usize, usize) {
        self.spans.first().copied().flatten().unwrap_or((0, 0))
    }

    /// The text of a group; of the whole, if it is 0.
    pub(crate) fn group<'t>(&self, text: &'t str, index: usize) -> &'t str {
        let span = self.spans.get(index).copied().flatten();
        span.and_then(|(from, to)| text.get(from..to)).unwrap_or("")
    }

    /// The texts of all groups.
    pub(crate) fn groups<'t>(&self, text: &'t str) -> Vec<&'t str> {
        (0..self.spans.len()).map(|index| self.group(text, index)).collect()
    }
}

const STEPS_MAX: usize = 2_000_000;

impl Regex {
    /// Reads a pattern; the error is in the C library's words.
    pub(crate) fn new(
        pattern: &str,
        syntax: Syntax,
        ignore_case: bool,
    ) -> Result<Self, &'static str> {
        let mut compiler = Compiler {
            chars: pattern.chars().collect(),
            at: 0,
            extended: syntax == Syntax::Extended,
            program: vec![Inst::Save(0)],
            groups: 1,
            depth: 0,
            refers: false,
        };
        if syntax == Syntax::Fixed {
            compiler.program.extend(pattern.chars().map(Inst::Char));
        } else {
            compiler.alternatives()?;
            if compiler.at < compiler.chars.len() {
                return Err("Unmatched ) or \\)");
            }
        }
        let mut program = compiler.program;
        program.extend([Inst::Save(1), Inst::Match]);
        Ok(Self { program, ignore_case, groups: compiler.groups, refers: compiler.refers })
    }

    /// The first match that begins at that byte or behind it.
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<Found> {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let first = chars.iter().position(|(at, _)| *at >= from).unwrap_or(chars.len());
        let mut seen = Seen::new(self.program.len(), chars.len(), self.refers);
        for start in first..=chars.len() {
            if let Some(saves) = self.at(&chars, start, &mut seen) {
                let byte = |place: usize| chars.get(place).map_or(text.len(), |(at, _)| *at);
                let spans =
                    saves.chunks(2).map(|pair| Some((byte(pair[0]?), byte(pair[1]?)))).collect();
                return Some(Found { spans });
            }
            if seen.steps > STEPS_MAX {
                return None;
            }
        }
        None
    }

    /// Whether there is a match anywhere.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    fn at(
        &self,
        chars: &[(usize, char)],
        start: usize,
        seen: &mut Seen,
    ) -> Option<Vec<Option<usize>>> {
        let mut stack = vec![(0, start, vec![None; self.groups * 2])];
        let mut best: Option<Vec<Option<usize>>> = None;
        while let Some((mut pc, mut at, mut saves)) = stack.pop() {
            loop {
                if !seen.visit(pc, at) {
                    break;
                }
                let next = chars.get(at).map(|(_, c)| *c);
                let step = match &self.program[pc] {
                    Inst::Match => {
                        let longer = best.as_ref().is_none_or(|best| best[1] < saves[1]);
                        if longer {
                            best = Some(saves);
                        }
                        break;
                    }
                    Inst::Split(a, b) => {
                        stack.push((*b, at, saves.clone()));
                        pc = *a;
                        continue;
                    }
                    Inst::Jump(to) => {
                        pc = *to;
                        continue;
                    }
                    Inst::Save(slot) => {
                        saves[*slot] = Some(at);
                        Some(0)
                    }
                    Inst::Same(group) => self.same(chars, &saves, *group, at),
                    Inst::Start => (at == 0).then_some(0),
                    Inst::End => (at == chars.len()).then_some(0),
                    Inst::Word(wanted) => (is_boundary(chars, at) == *wanted).then_some(0),
                    Inst::WordStart => {
                        (is_boundary(chars, at) && next.is_some_and(is_word)).then_some(0)
                    }
                    Inst::WordEnd => {
                        (is_boundary(chars, at) && !next.is_some_and(is_word)).then_some(0)
                    }
                    Inst::Any => next.map(|_| 1),
                    Inst::Char(own) => next.filter(|c| self.equal(*own, *c)).map(|_| 1),
                    Inst::Class(inside, negated) => {
                        next.filter(|c| self.is_in(inside, *c) != *negated).map(|_| 1)
                    }
                };
                let Some(len) = step else { break };
                at += len;
                pc += 1;
            }
            if seen.steps > STEPS_MAX {
                break;
            }
        }
        best
    }

    fn equal(&self, a: char, b: char) -> bool {
        a == b || self.ignore_case && a.eq_ignore_ascii_case(&b)
    }

    fn is_in(&self, inside: &[char], c: char) -> bool {
        glob::contains(inside, c)
            || self.ignore_case
                && (glob::contains(inside, c.to_ascii_lowercase())
                    || glob::contains(inside, c.to_ascii_uppercase()))
    }

    fn same(
        &self,
        chars: &[(usize, char)],
        saves: &[Option<usize>],
        group: usize,
        at: usize,
    ) -> Option<usize> {
        let from = (*saves.get(group * 2)?)?;
        let to = (*saves.get(group * 2 + 1)?)?;
        let len = to.checked_sub(from)?;
        let here = chars.get(at..at + len)?;
        let equal = chars[from..to].iter().zip(here).all(|((_, a), (_, b))| self.equal(*a, *b));
        equal.then_some(len)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_boundary(chars: &[(usize, char)], at: usize) -> bool {
    let before = at > 0 && is_word(chars[at - 1].1);
    let after = chars.get(at).is_some_and(|(_, c)| is_word(*c));
    before != after
}

/// Which places of the program were tried at which places of the text.
struct Seen {
    bits: Vec<u64>,
    width: usize,
    steps: usize,
}

impl Seen {
    fn new(program: usize, text: usize, refers: bool) -> Self {
        let cells = program * (text + 1);
        let bits = if refers || cells > 1 << 26 { Vec::new() } else { vec![0; cells / 64 + 1] };
        Self { bits, width: text + 1, steps: 0 }
    }

    fn visit(&mut self, pc: usize, at: usize) -> bool {
        self.steps += 1;
        if self.bits.is_empty() {
            return self.steps <= STEPS_MAX;
        }
        let cell = pc * self.width + at;
        let bit = 1 << (cell % 64);
        let fresh = self.bits[cell / 64] & bit == 0;
        self.bits[cell / 64] |= bit;
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_posix() {
        let span = |pattern: &str, text: &str| {
            Regex::new(pattern, Syntax::Extended, false).unwrap().find(text, 0).map(|f| f.range())
        };
        assert_eq!(span("a|ab|abc", "xabcd"), Some((1, 4)));
        assert_eq!(span("(a*)*b", "aaab"), Some((0, 4)));
        assert_eq!(span("x{2,3}", "axxxx"), Some((1, 4)));
        assert_eq!(span("^$", ""), Some((0, 0)));
        assert_eq!(span("(ab|c)+d", "zabcabd"), Some((1, 7)));
        assert_eq!(span("[[:digit:]]+$", "a12b34"), Some((4, 6)));
        assert_eq!(span("(a|b|cd|e)x", "cdx"), Some((0, 3)));
        let basic = Regex::new(r"\(.\)\1", Syntax::Basic, false).unwrap();
        assert_eq!(basic.find("abccd", 0).map(|f| f.range()), Some((2, 4)));
        assert!(Regex::new("(((((", Syntax::Extended, false).is_err());
        assert!(Regex::new(&"(a*)*".repeat(20), Syntax::Extended, false).unwrap().is_match(""));
    }
}
