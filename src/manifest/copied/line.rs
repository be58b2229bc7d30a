//! Reads the lines of a text as far as it takes to know what is a comment, a quoted text or
//! a block of text (where nothing is touched), and what is YAML (where faults are).

use super::chars;
use super::quotes;
use crate::manifest::diagnostic::Finding;
use crate::manifest::schema::schema;
use crate::manifest::span::{Range, TextIndex};

/// The state between lines.
pub(super) struct Lines<'t> {
    index: &'t TextIndex,
    /// The indentation of the key that a block of text belongs to, while inside one.
    block: Option<usize>,
    /// The quote that a text of several lines has to end with, while inside one.
    quote: Option<char>,
    /// How many brackets are open.
    depth: usize,
    /// How many spaces one tab stands for.
    tab_width: usize,
    pub(super) findings: Vec<Finding>,
    /// What Kubernetes reads like spaces and a stricter reader does not: line breaks, tabs
    /// and comments between brackets, and a tab behind a colon.
    pub(super) blanks: Vec<Range>,
}

/// One line while it is read.
struct Cursor<'t> {
    text: &'t str,
    /// Where the line starts in the whole text.
    base: usize,
    /// The next byte to look at.
    at: usize,
    /// Whether a value or key can begin here (and a quote is a quote).
    fresh: bool,
    /// Whether what began here is a key as far as can be seen: nothing but a word before.
    word: bool,
    depth: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn range(&self, from: usize, to: usize) -> Range {
        Range::new(self.base + from, self.base + to)
    }

    fn after_blank(&self) -> bool {
        self.text[..self.at].chars().next_back().is_none_or(chars::is_blank)
    }
}

impl<'t> Lines<'t> {
    pub(super) fn new(index: &'t TextIndex) -> Self {
        let widths =
            index.text().lines().map(|line| line.len() - line.trim_start_matches(' ').len());
        let tab_width = widths.filter(|&width| width > 0).min().unwrap_or(2).clamp(1, 8);
        Self {
            index,
            block: None,
            quote: None,
            depth: 0,
            tab_width,
            findings: Vec::new(),
            blanks: Vec::new(),
        }
    }

    pub(super) fn byte_order_mark(&mut self) {
        let range = Range::new(0, '\u{feff}'.len_utf8());
        self.findings.push(Finding::notice("byte-order-mark", range).edit(range, ""));
    }

    /// Reads the next line.
    pub(super) fn read(&mut self, line: usize) {
        let range = self.index.line_range(line);
        let mut text = &self.index.text()[range.bytes()];
        let mut base = range.start as usize;
        if line == 0 && text.starts_with('\u{feff}') {
            text = &text['\u{feff}'.len_utf8()..];
            base += '\u{feff}'.len_utf8();
        }
        if text.starts_with("---") {
            (self.block, self.quote, self.depth) = (None, None, 0);
        }
        let (fresh, word, depth) = (true, true, self.depth);
        let mut cursor = Cursor { text, base, at: 0, fresh, word, depth };
        if depth > 0 && self.quote.is_none() {
            self.blanks.push(Range::new(base.saturating_sub(1), base));
        }
        if let Some(quote) = self.quote {
            let Some(end) = quotes::end_of_quote(text, 0, quote) else { return };
            self.quote = None;
            cursor.at = end;
            cursor.fresh = false;
            cursor.word = false;
        } else if self.inside_block(text) || self.separator(&cursor, line) {
            return;
        } else {
            self.indentation(&mut cursor);
        }
        self.content(&mut cursor, line);
        self.depth = cursor.depth;
    }

    fn inside_block(&mut self, text: &str) -> bool {
        let Some(parent) = self.block else { return false };
        let indent: usize = text.chars().take_while(|&c| chars::is_blank(c)).count();
        if text.trim().is_empty() || indent > parent {
            return true;
        }
        self.block = None;
        false
    }

    /// A line of dashes, one of them typographic, for `---`.
    fn separator(&mut self, cursor: &Cursor<'_>, line: usize) -> bool {
        let trimmed = cursor.text.trim();
        let dashes = !trimmed.is_empty()
            && trimmed.chars().all(|c| c == '-' || chars::is_long_dash(c))
            && trimmed.chars().any(chars::is_long_dash);
        if !dashes || (trimmed == "－" && self.next_text(line).is_none()) {
            return false;
        }
        let range = cursor.range(0, cursor.text.len());
        let start = cursor.text.len() - cursor.text.trim_start().len();
        let place = cursor.range(start, start + trimmed.len());
        let finding = Finding::error("dash-for-separator", place).arg("found", trimmed);
        self.findings.push(finding.edit(range, "---"));
        (self.block, self.depth) = (None, 0);
        true
    }

    /// The next line that says something.
    fn next_text(&self, line: usize) -> Option<&'t str> {
        (line + 1..self.index.line_count())
            .map(|next| self.index.text()[self.index.line_range(next).bytes()].trim())
            .find(|text| !text.is_empty() && !text.starts_with('#'))
    }

    fn indentation(&mut self, cursor: &mut Cursor<'_>) {
        let text = cursor.text;
        let length = text.find(|c| !chars::is_blank(c) && !chars::is_invisible(c));
        let length = length.unwrap_or(text.len());
        let mut at = 0;
        while at < length {
            let c = text[at..].chars().next().unwrap_or(' ');
            let run = text[at..length].len() - text[at..length].trim_start_matches(c).len();
            let range = cursor.range(at, at + run);
            let count = run / c.len_utf8();
            match c {
                ' ' => {}
                '\t' if cursor.depth > 0 => self.blanks.push(range),
                '\t' => {
                    let spaces = " ".repeat(self.tab_width * count);
                    self.findings
                        .push(Finding::error("tab-indentation", range).edit(range, spaces));
                }
                c => self.odd(c, range, count, if c == '\u{3000}' { 2 } else { 1 }),
            }
            at += run;
        }
        cursor.at = length;
    }

    /// Spaces that are none, and characters without width.
    fn odd(&mut self, c: char, range: Range, count: usize, width: usize) {
        if let Some(code) = chars::odd_space(c) {
            let finding = Finding::error(code, range).arg("count", count.to_string());
            self.findings.push(finding.edit(range, " ".repeat(count * width)));
        } else {
            self.findings.push(Finding::error("zero-width-character", range).edit(range, ""));
        }
    }

    fn content(&mut self, cursor: &mut Cursor<'_>, line: usize) {
        while let Some(c) = cursor.rest().chars().next() {
            let width = c.len_utf8();
            match c {
                '#' if cursor.after_blank() => {
                    if cursor.depth > 0 {
                        self.blanks.push(cursor.range(cursor.at, cursor.text.len()));
                    }
                    break;
                }
                '/' if self.slash_comment(cursor) => break,
                '\t' if cursor.depth > 0 || cursor.text[..cursor.at].ends_with(':') => {
                    self.blanks.push(cursor.range(cursor.at, cursor.at + 1));
                    cursor.at += 1;
                }
                '\t' if cursor.depth == 0 && is_dashes(&cursor.text[..cursor.at]) => {
                    let range = cursor.range(cursor.at, cursor.at + 1);
                    self.findings.push(Finding::error("tab-indentation", range).edit(range, " "));
                    cursor.at += 1;
                }
                ' ' | '\t' => cursor.at += width,
                '"' | '\'' if cursor.fresh => self.quoted(cursor, c, line),
                c if cursor.fresh && (chars::is_double_quote(c) || chars::is_single_quote(c)) => {
                    self.smart(cursor, c);
                }
                '：' if cursor.word => self.wide_colon(cursor),
                c if chars::is_long_dash(c) && self.inline_separator(cursor, line) => {}
                c if chars::odd_space(c).is_some() || chars::is_invisible(c) => {
                    let rest = cursor.rest();
                    let run = rest.len() - rest.trim_start_matches(c).len();
                    let range = cursor.range(cursor.at, cursor.at + run);
                    self.odd(c, range, run / width, 1);
                    cursor.at += run;
                }
                _ => plain(cursor, c),
            }
        }
        self.opens_block(cursor);
    }

    /// `//` where YAML writes `#`. Not in addresses (`http://`) and not in a path that
    /// starts with it.
    fn slash_comment(&mut self, cursor: &Cursor<'_>) -> bool {
        let Some(rest) = cursor.rest().strip_prefix("//") else { return false };
        let wordy = rest.chars().next().is_none_or(|c| chars::is_blank(c) || !c.is_ascii());
        let path_like = cursor.fresh && !wordy && !rest.trim_end().contains(' ');
        let closes = cursor.depth > 0 && rest.contains([']', '}']);
        let whole_line = cursor.text[..cursor.at].trim().is_empty();
        if !cursor.after_blank() || closes || (path_like && !whole_line) {
            return false;
        }
        let range = cursor.range(cursor.at, cursor.text.len());
        if names_fields(rest) {
            // As a comment the rest of the manifest would be lost: no correction is offered.
            self.findings.push(Finding::error("line-breaks-lost", range));
            return false;
        }
        let slashes = cursor.range(cursor.at, cursor.at + 2);
        self.findings.push(Finding::error("slash-comment", range).edit(slashes, "#"));
        true
    }

    fn quoted(&mut self, cursor: &mut Cursor<'_>, quote: char, line: usize) {
        let start = cursor.at;
        cursor.fresh = false;
        if let Some(end) = quotes::end_of_quote(cursor.text, start + 1, quote) {
            self.invisible_inside(cursor, start, end);
            cursor.at = end;
        } else if let Some(end) = quotes::smart_end(cursor.text, start + 1, quote) {
            self.replace_quotes(cursor, start, end, quote);
        } else if quotes::closes_below(self.index, line, quote) {
            self.quote = Some(quote);
            cursor.at = cursor.text.len();
        } else {
            cursor.at += 1;
        }
    }

    /// Inside quotes, only what cannot be meant is reported.
    fn invisible_inside(&mut self, cursor: &Cursor<'_>, start: usize, end: usize) {
        for (at, c) in cursor.text[start..end].char_indices() {
            if matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}') {
                let range = cursor.range(start + at, start + at + c.len_utf8());
                let finding = Finding::warning("zero-width-character", range);
                self.findings.push(finding.edit(range, ""));
            }
        }
    }

    fn smart(&mut self, cursor: &mut Cursor<'_>, open: char) {
        let start = cursor.at;
        let quote = if chars::is_double_quote(open) { '"' } else { '\'' };
        cursor.fresh = false;
        if let Some(end) = quotes::smart_end(cursor.text, start + open.len_utf8(), quote) {
            self.replace_quotes(cursor, start, end, quote);
            return;
        }
        let range = cursor.range(start, start + open.len_utf8());
        let finding = Finding::error("smart-quotes", range).arg("found", open);
        self.findings.push(finding.edit(range, ""));
        cursor.at += open.len_utf8();
    }

    /// Puts straight quotes at both ends of `start..end`.
    fn replace_quotes(&mut self, cursor: &mut Cursor<'_>, start: usize, end: usize, quote: char) {
        let found = &cursor.text[start..end];
        let straight = quotes::straighten(found, quote);
        let range = cursor.range(start, end);
        let finding = Finding::error("smart-quotes", range).arg("found", found);
        self.findings.push(finding.edit(range, straight));
        cursor.at = end;
    }

    fn wide_colon(&mut self, cursor: &mut Cursor<'_>) {
        let end = cursor.at + '：'.len_utf8();
        let range = cursor.range(cursor.at, end);
        let spaced = cursor.text[end..].chars().next().is_none_or(chars::is_blank);
        let colon = if spaced { ":" } else { ": " };
        self.findings.push(Finding::error("full-width-colon", range).edit(range, colon));
        cursor.at = end;
        cursor.fresh = true;
        cursor.word = false;
    }

    /// A dash between two objects that ended up on one line: `… mongo-pvc — apiVersion: v1`.
    fn inline_separator(&mut self, cursor: &mut Cursor<'_>, line: usize) -> bool {
        let dash = cursor.rest().chars().next().map_or(0, char::len_utf8);
        let after = cursor.text[cursor.at + dash..].trim();
        let next = if after.is_empty() { self.next_text(line).unwrap_or_default() } else { after };
        let begins = next.starts_with("apiVersion:") || next.starts_with("kind:");
        if !cursor.after_blank() || !begins || cursor.text[..cursor.at].trim().is_empty() {
            return false;
        }
        let end = cursor.text.len() - cursor.text[cursor.at + dash..].trim_start().len();
        let start = cursor.text[..cursor.at].trim_end().len();
        let place = cursor.range(cursor.at, cursor.at + dash);
        let line_break = if after.is_empty() { "\n---" } else { "\n---\n" };
        let found = &cursor.text[cursor.at..cursor.at + dash];
        let finding = Finding::error("dash-for-separator", place).arg("found", found);
        self.findings.push(finding.edit(cursor.range(start, end), line_break));
        cursor.at = end;
        cursor.fresh = true;
        cursor.word = true;
        true
    }

    /// Whether the line ends with `|` or `>`: a block of text follows.
    fn opens_block(&mut self, cursor: &Cursor<'_>) {
        let content = cursor.text[..cursor.at].trim_end();
        let head = content.trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
        let Some(before) = head.strip_suffix(['|', '>']) else { return };
        let opens = before.ends_with(chars::is_blank)
            && before.trim_end().ends_with([':', '-', '：'])
            || before.trim_end().rsplit(' ').next().is_some_and(|word| word.starts_with('!'));
        if opens && cursor.depth == 0 {
            self.block = Some(block_parent(cursor.text));
        }
    }
}

/// The column of the key, or of the last dash, that a block of text belongs to.
fn block_parent(text: &str) -> usize {
    let blanks = |from: usize| text[from..].chars().take_while(|&c| chars::is_blank(c)).count();
    let mut column = blanks(0);
    while text.get(column..).is_some_and(|rest| rest.starts_with("- ")) {
        let next = column + 1 + blanks(column + 1);
        if text[next..].starts_with(['|', '>']) {
            break;
        }
        column = next;
    }
    column
}

/// Whether nothing but the dashes of list items stands here.
fn is_dashes(text: &str) -> bool {
    text.chars().all(|c| c == '-' || chars::is_blank(c))
}

/// Steps over a character of no interest, keeping track of where values begin.
fn plain(cursor: &mut Cursor<'_>, c: char) {
    let next = cursor.text[cursor.at + c.len_utf8()..].chars().next();
    let spaced = next.is_none_or(chars::is_blank);
    let began = cursor.fresh;
    cursor.fresh = match c {
        '-' | '?' if spaced && began => true,
        ':' if spaced || cursor.depth > 0 && !began => true,
        '[' | '{' if began || cursor.depth > 0 => {
            cursor.depth += 1;
            true
        }
        ',' if cursor.depth > 0 => true,
        ']' | '}' => {
            cursor.depth = cursor.depth.saturating_sub(1);
            false
        }
        _ => false,
    };
    let starts_key = cursor.fresh && c != ':';
    let name = c.is_ascii_alphanumeric() || "-_./".contains(c);
    cursor.word = starts_key || cursor.word && name && !(began && spaced && c == ':');
    cursor.at += c.len_utf8();
}

/// Whether a text has a word that looks like a key and is a field of the API: then lines follow
/// that have lost their breaks.
fn names_fields(text: &str) -> bool {
    text.split_whitespace()
        .any(|word| word.strip_suffix(':').is_some_and(|key| schema().has_field(key)))
}
