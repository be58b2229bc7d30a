//! What a word becomes: pieces are joined, split into fields, and matched with file names.
//!
//! POSIX, "Shell Command Language" 2.6.

use std::rc::Rc;

use super::code::Quote;
use super::glob;
use super::task::Sys;

/// How a piece of a word came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Written bare: wildcards count.
    Bare,
    /// In quotes.
    Quoted,
    /// The result of an expansion outside quotes: it is split, and wildcards count.
    Expanded,
    /// Between two arguments of `$@`: a field ends.
    Break,
}

/// A word that is being built.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builder {
    pieces: Vec<(String, Kind)>,
    /// Whether `"$@"` without arguments is in it: then it may become no field at all.
    vanishes: bool,
}

/// A field: as it is, and as a pattern in which what was quoted is behind a backslash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) pattern: String,
    pub(crate) is_pattern: bool,
}

impl Field {
    fn push(&mut self, c: char, quoted: bool) {
        self.text.push(c);
        if quoted && glob::is_special(c) {
            self.pattern.push('\\');
        }
        self.is_pattern |= !quoted && matches!(c, '*' | '?' | '[');
        if !quoted && c == '\\' {
            self.pattern.push('\\');
        }
        self.pattern.push(c);
    }
}

impl Builder {
    /// Adds a piece as it is written.
    pub(crate) fn push_text(&mut self, text: &str, quote: Quote) {
        let kind = if quote == Quote::Quoted { Kind::Quoted } else { Kind::Bare };
        self.push(text, kind);
    }

    /// Adds what an expansion gave.
    pub(crate) fn push_value(&mut self, text: &str, quote: Quote) {
        let kind = if quote == Quote::Quoted { Kind::Quoted } else { Kind::Expanded };
        self.push(text, kind);
    }

    fn push(&mut self, text: &str, kind: Kind) {
        let whole: usize = self.pieces.iter().map(|(text, _)| text.len()).sum();
        if whole < super::limits::MEMORY_BYTES_MAX {
            self.pieces.push((text.to_owned(), kind));
        }
    }

    /// Adds several values as `$@` does, each a field of its own.
    pub(crate) fn push_list<'a>(
        &mut self,
        values: impl Iterator<Item = &'a Rc<str>>,
        quote: Quote,
    ) {
        let mut first = true;
        for value in values {
            if !first {
                self.pieces.push((String::new(), Kind::Break));
            }
            first = false;
            self.push_value(value, quote);
        }
        self.vanishes |= first && quote == Quote::Quoted;
    }

    /// The whole as one text.
    pub(crate) fn joined(&self) -> String {
        let texts = self.pieces.iter().map(|(text, kind)| match kind {
            Kind::Break => " ",
            _ => text.as_str(),
        });
        texts.collect()
    }

    /// The whole as one pattern.
    pub(crate) fn pattern(&self) -> String {
        let mut field = Field::default();
        for (text, kind) in &self.pieces {
            match kind {
                Kind::Break => field.push(' ', false),
                Kind::Bare | Kind::Expanded => {
                    // A backslash that an expansion brought quotes in a pattern.
                    for c in text.chars() {
                        field.text.push(c);
                        field.pattern.push(c);
                    }
                }
                Kind::Quoted => text.chars().for_each(|c| field.push(c, true)),
            }
        }
        field.pattern
    }

    /// The fields, split at these characters.
    pub(crate) fn fields(&self, separators: &str) -> Vec<Field> {
        if self.vanishes && self.pieces.iter().all(|(text, _)| text.is_empty()) {
            return Vec::new();
        }
        let mut fields = Vec::new();
        let mut current: Option<Field> = None;
        let mut after_blank = false;
        for (text, kind) in &self.pieces {
            match kind {
                Kind::Break => fields.extend(current.take()),
                Kind::Quoted => {
                    let field = current.get_or_insert_default();
                    text.chars().for_each(|c| field.push(c, true));
                }
                Kind::Bare => {
                    if !text.is_empty() {
                        let field = current.get_or_insert_default();
                        text.chars().for_each(|c| field.push(c, false));
                    }
                }
                Kind::Expanded => {
                    for c in text.chars() {
                        if !separators.contains(c) {
                            current.get_or_insert_default().push(c, false);
                            after_blank = false;
                        } else if matches!(c, ' ' | '\t' | '\n') {
                            after_blank |= current.is_some();
                            fields.extend(current.take());
                        } else {
                            // A separator that is no blank ends a field even if it is empty.
                            match current.take() {
                                Some(field) => fields.push(field),
                                None if after_blank => {}
                                None => fields.push(Field::default()),
                            }
                            after_blank = false;
                        }
                    }
                    continue;
                }
            }
            after_blank = false;
        }
        fields.extend(current);
        fields
    }
}

/// The names that the fields stand for, or their texts.
pub(crate) fn with_names(
    sys: &mut Sys<'_>,
    fields: Vec<Field>,
    globs: bool,
    arguments: &mut Vec<Rc<str>>,
) {
    for field in fields {
        let names =
            if globs && field.is_pattern { glob::names(sys, &field.pattern) } else { Vec::new() };
        if names.is_empty() {
            arguments.push(Rc::from(field.text));
        } else {
            arguments.extend(names.into_iter().map(Rc::from));
        }
    }
}
