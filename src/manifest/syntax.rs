//! What is wrong with a text that is no YAML: the parser's errors, told as Kubernetes tells
//! them, with a code for the mistake that usually lies behind.
//!
//! Models: go-yaml v2 `scannerc.go`, `parserc.go` and `decode.go` `fail`: an error of the
//! scanner names its line, one of the parser the line before, and one in the first line none.

use saphyr_parser::ScanError;

use super::compose::Place;
use super::diagnostic::Finding;
use super::limits::DEPTH_MAX;
use super::node::{Kind, Node};
use super::span::Range;

/// Which line go-yaml names.
#[derive(Clone, Copy)]
enum Line {
    /// The scanner's: the line of the mistake.
    Here,
    /// The parser's: the line before.
    Before,
    /// The line after the mistake, where it came to light.
    After,
    /// The line behind the last one.
    End,
}

/// A part of the parser's message, our code, go-yaml's words and line.
type Row = (&'static str, &'static str, &'static str, Line);

const ROWS: &[Row] = &[
    (
        "mapping values are not",
        "yaml-two-colons",
        "mapping values are not allowed in this context",
        Line::Here,
    ),
    (
        "illegal placement of ':'",
        "yaml-two-colons",
        "mapping values are not allowed in this context",
        Line::Here,
    ),
    (
        "mapping keys are not",
        "yaml-syntax",
        "mapping keys are not allowed in this context",
        Line::Here,
    ),
    (
        "block sequence entries",
        "yaml-indentation",
        "block sequence entries are not allowed in this context",
        Line::Here,
    ),
    ("simple key expect", "yaml-colon-missing", "could not find expected ':'", Line::After),
    ("unexpected end of stream", "yaml-quote-open", "found unexpected end of stream", Line::End),
    (
        "unexpected document indicator",
        "yaml-quote-open",
        "found unexpected document indicator",
        Line::Here,
    ),
    (
        "invalid indentation in quoted",
        "yaml-quote-open",
        "found unexpected end of stream",
        Line::End,
    ),
    ("trailing content after", "yaml-syntax", "did not find expected key", Line::Before),
    ("unknown escape", "yaml-escape", "found unknown escape character", Line::Here),
    ("hexadecimal number", "yaml-escape", "did not find expected hexdecimal number", Line::Here),
    (
        "Unicode character escape",
        "yaml-escape",
        "found invalid Unicode character escape code",
        Line::Here,
    ),
    (
        "unexpected character",
        "yaml-first-character",
        "found character that cannot start any token",
        Line::Here,
    ),
    (
        "while parsing a flow mapping",
        "yaml-bracket-open",
        "did not find expected ',' or '}'",
        Line::Before,
    ),
    (
        "while parsing a flow sequence",
        "yaml-bracket-open",
        "did not find expected ',' or ']'",
        Line::Before,
    ),
    ("flow construct", "yaml-bracket-open", "did not find expected ',' or ']'", Line::Before),
    ("expected node content", "yaml-syntax", "did not find expected node content", Line::Before),
    ("comment intercepting", "yaml-indentation", "did not find expected key", Line::Here),
    ("'-' indicator", "yaml-indentation", "did not find expected '-' indicator", Line::Before),
    ("expected key", "yaml-indentation", "did not find expected key", Line::Before),
    ("invalid indentation", "yaml-indentation", "did not find expected key", Line::Before),
    ("wrongly indented", "yaml-indentation", "did not find expected key", Line::Before),
    (
        "anchor or alias",
        "yaml-first-character",
        "did not find expected alphabetic or numeric character",
        Line::Here,
    ),
    (
        "comment or line break",
        "yaml-syntax",
        "did not find expected comment or line break",
        Line::Here,
    ),
    ("document start", "yaml-indentation", "did not find expected <document start>", Line::Before),
];

/// The finding for an error of the YAML parser.
pub(super) fn explain(error: &ScanError, place: &Place<'_>) -> Finding {
    let info = error.info();
    let mark = error.marker();
    let at = place.byte_of_char(mark.index());
    let (line, range) = (mark.line(), Range::new(at, at + width(place, at)));
    if info.contains("recursion limit") {
        return Finding::error("nested-too-deep", range).arg("limit", DEPTH_MAX.to_string());
    }
    if info.contains("unknown anchor") {
        let name = anchor_name(place, at);
        let words = format!("yaml: unknown anchor '{name}' referenced");
        return Finding::error("yaml-anchor-unknown", range).arg("name", name).server(words);
    }
    if info.contains("misplaced bracket") {
        let before = place.text[..offset(place, at)].trim_end();
        let words = if before.ends_with([':', '-', ',', '[', '{']) {
            "did not find expected node content"
        } else {
            "did not find expected key"
        };
        return Finding::error("yaml-bracket-open", range).server(with_line(line - 1, words));
    }
    if let Some(finding) = tab(place, line) {
        return finding;
    }
    let row = ROWS.iter().find(|row| info.contains(row.0));
    let (code, words, rule) = row
        .map_or(("yaml-syntax", info.rsplit(", ").next().unwrap_or(info), Line::Here), |row| {
            (row.1, row.2, row.3)
        });
    let named = match rule {
        Line::Here if line > 1 => line,
        Line::Before => line - 1,
        Line::After => (line + 1).min(place.text.lines().count() + 1),
        Line::End => place.text.lines().count() + 1,
        Line::Here => 0,
    };
    let opened = Some(code).filter(|&code| code == "yaml-bracket-open");
    let opened = opened.and_then(|_| open_bracket(&place.text[..offset(place, at)]));
    let base = place.byte_of_char(0);
    let range = match opened {
        Some(bracket) => Range::new(base + bracket, base + bracket + 1),
        None if code == "yaml-colon-missing" => last_words(&place.text[..offset(place, at)])
            .map_or(range, |(start, end)| Range::new(base + start, base + end)),
        None => range,
    };
    Finding::error(code, range).server(with_line(named, words))
}

/// The last line of a text that says something, without its indentation.
fn last_words(text: &str) -> Option<(usize, usize)> {
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev() {
        let start = end - line.len();
        let trimmed = line.trim();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            let from = start + line.len() - line.trim_start().len();
            return Some((from, from + trimmed.len()));
        }
        end = start;
    }
    None
}

/// The last bracket of a text that is not closed. Brackets in quotes are not looked into;
/// after an error there is no telling what is quoted.
fn open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '[' | '{' => open.push(at),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// The name of the alias at a place.
pub(super) fn anchor_name<'t>(place: &Place<'t>, at: usize) -> &'t str {
    let name = place.text[offset(place, at)..].trim_start_matches('*');
    name.split([' ', '\n', '\r', ',', ']', '}']).next().unwrap_or_default()
}

fn with_line(line: usize, words: &str) -> String {
    match line {
        0 => format!("yaml: {words}"),
        line => format!("yaml: line {line}: {words}"),
    }
}

fn offset(place: &Place<'_>, at: usize) -> usize {
    let at = at.saturating_sub(place.byte_of_char(0)).min(place.text.len());
    if place.text.is_char_boundary(at) { at } else { 0 }
}

/// An error is shown on one character, or on none at the end of a line.
fn width(place: &Place<'_>, at: usize) -> usize {
    let next = place.text[offset(place, at)..].chars().next();
    next.filter(|c| !c.is_control()).map_or(0, char::len_utf8)
}

/// A tab in the indentation of the line in question, or of the next one.
fn tab(place: &Place<'_>, line: usize) -> Option<Finding> {
    let indent = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let start = line_start(place.text, line.saturating_sub(1));
    let mut at = start;
    for text in place.text[start..].split_inclusive('\n').take(2) {
        if let Some(tab) = text[..indent(text)].find('\t') {
            let tab = place.byte_of_char(0) + at + tab;
            return Some(tab_at(place, Range::new(tab, tab + 1)));
        }
        at += text.len();
    }
    None
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line).map(str::len).sum()
}

/// The finding for a tab in the indentation.
pub(super) fn tab_at(place: &Place<'_>, range: Range) -> Finding {
    let before = &place.text[..offset(place, range.start as usize)];
    let number = before.matches('\n').count();
    let plain = before.lines().rev().find(|text| !text.trim().is_empty());
    let dash = before.rsplit('\n').next().is_some_and(|line| line.contains('-'));
    let words = if plain.is_some_and(ends_plain) && !dash {
        "found a tab character that violates indentation"
    } else {
        "found character that cannot start any token"
    };
    let named = if number == 0 { 0 } else { number + 1 };
    Finding::error("tab-indentation", range).server(with_line(named, words))
}

/// Whether a plain scalar stands at the end of the line, and could go on in the next.
fn ends_plain(line: &str) -> bool {
    !line.trim_start().starts_with('#')
        && !line.contains(" #")
        && !line.trim_end().ends_with([':', '"', '\'', ']', '}', '[', '{', ',', '-', '|', '>'])
}

/// The key that a value makes, as JSON has it.
///
/// Models: `sigs.k8s.io/yaml` `convertToJSONableObject`.
pub(super) fn key_text(node: &Node) -> Result<String, Finding> {
    let words = match &node.kind {
        Kind::String(text) => return Ok(text.clone()),
        Kind::Bool(value) => return Ok(value.to_string()),
        Kind::Number(number) => return Ok(number.to_string()),
        // The value is named too: see `null_key`.
        Kind::Null => String::new(),
        _ => format!("yaml: invalid map key: {}", go_syntax(node)),
    };
    Err(Finding::error("yaml-key-not-text", node.range).server(words))
}

/// The error of a mapping whose key is nothing.
pub(super) fn null_key(range: Range, value: &Node) -> Finding {
    let value = if value.kind == Kind::Null { "<nil>".to_owned() } else { go_syntax(value) };
    let words = format!("unsupported map key of type: %!s(<nil>), key: <nil>, value: {value}");
    Finding::error("yaml-key-not-text", range).server(words)
}

/// A value as Go's `%#v` prints it.
fn go_syntax(node: &Node) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match &node.kind {
        Kind::Null => "interface {}(nil)".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => format!("{text:?}"),
        Kind::Sequence(items) => {
            format!("[]interface {{}}{{{}}}", list(items.iter().map(go_syntax).collect()))
        }
        Kind::Mapping(entries) => {
            let pairs = entries.iter().map(|e| format!("{:?}:{}", e.key, go_syntax(&e.node)));
            format!("map[interface {{}}]interface {{}}{{{}}}", list(pairs.collect()))
        }
    }
}
