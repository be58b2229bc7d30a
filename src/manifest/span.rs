//! Places in a text. The core works with byte ranges ([`Range`]); people and editors
//! get lines and columns ([`Span`]), which [`TextIndex`] works out on demand.

use std::rc::Rc;

/// A half-open range of bytes in the text that was parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Range {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Range {
    /// A range from two byte offsets. A text is never longer than [`super::limits::TEXT_MAX`],
    /// so that offsets fit; larger ones are cut off.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The same range of bytes, as indexes into the text.
    pub fn bytes(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// One place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos {
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1, in characters.
    pub column: u32,
    /// The offset in bytes, counted from 0.
    pub offset: u32,
}

/// A stretch of text from `start` up to, but not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Where it begins.
    pub start: Pos,
    /// The place after its last character.
    pub end: Pos,
}

/// How many characters lie between two remembered byte offsets.
const STRIDE: usize = 32;

/// A text with the tables that turn character counts and byte offsets into lines and columns.
#[derive(Debug, PartialEq, Eq)]
pub struct TextIndex {
    text: Rc<str>,
    /// Byte offset of every line's first character, and how many characters are before it.
    lines: Vec<(u32, u32)>,
    /// Byte offset of every 32nd character; empty for an ASCII text.
    strides: Vec<u32>,
}

impl TextIndex {
    /// Reads the text once and remembers where its lines start.
    pub fn new(text: &str) -> Self {
        let mut lines = vec![(0, 0)];
        let mut strides = Vec::new();
        let ascii = text.is_ascii();
        for (chars, (byte, c)) in text.char_indices().enumerate() {
            if !ascii && chars % STRIDE == 0 {
                strides.push(narrow(byte));
            }
            if c == '\n' {
                lines.push((narrow(byte + 1), narrow(chars + 1)));
            }
        }
        Self { text: Rc::from(text), lines, strides }
    }

    /// The text itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte offset of the character with this number (from 0); the end of the text if
    /// there is none.
    pub fn byte_of_char(&self, index: usize) -> usize {
        if self.strides.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&base) = self.strides.get(index / STRIDE) else {
            return self.text.len();
        };
        let base = base as usize;
        let mut rest = self.text[base..].char_indices();
        rest.nth(index % STRIDE).map_or(self.text.len(), |(at, _)| base + at)
    }

    /// How many characters are before this byte.
    pub fn char_of_byte(&self, byte: usize) -> usize {
        if self.strides.is_empty() {
            return byte;
        }
        let stride = self.strides.partition_point(|&at| at as usize <= byte).saturating_sub(1);
        let base = self.strides[stride] as usize;
        stride * STRIDE + self.text[base..byte].chars().count()
    }

    /// The place of a byte. Offsets behind the text, or inside a character, move to the
    /// nearest place before.
    pub fn pos(&self, byte: usize) -> Pos {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.lines.partition_point(|&(at, _)| at as usize <= byte) - 1;
        let column = narrow(self.char_of_byte(byte)) - self.lines[line].1 + 1;
        Pos { line: narrow(line + 1), column, offset: narrow(byte) }
    }

    /// Lines and columns of a byte range.
    pub fn span(&self, range: Range) -> Span {
        Span { start: self.pos(range.start as usize), end: self.pos(range.end as usize) }
    }

    /// The number (from 0) of the line that holds this byte.
    pub fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|&(at, _)| at as usize <= byte) - 1
    }

    /// The byte range of a line (numbered from 0), without its line break.
    pub fn line_range(&self, line: usize) -> Range {
        let start = self.lines.get(line).map_or(self.text.len(), |&(at, _)| at as usize);
        let end = self.lines.get(line + 1).map_or(self.text.len(), |&(at, _)| at as usize);
        let end = start + self.text[start..end].trim_end_matches(['\n', '\r']).len();
        Range::new(start, end)
    }

    /// How many lines there are; a text always has one.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }
}
