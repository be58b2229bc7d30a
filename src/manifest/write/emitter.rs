//! Lines, indentation and folding.

use serde_json::{Map, Value};

use super::scalar::{self, Style};

/// Beyond this column a line is folded at the next space.
const WIDTH: usize = 80;

/// A key longer than this is written with `?`.
const KEY_MAX: usize = 128;

/// What is written so far.
#[derive(Default)]
pub(super) struct Emitter {
    out: String,
    column: usize,
}

impl Emitter {
    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn root(&mut self, value: &Value) {
        match value {
            Value::Object(map) if !map.is_empty() => self.mapping(map, 0, Context::Root),
            Value::Array(items) if !items.is_empty() => self.sequence(items, 0, Context::Root),
            _ => self.leaf(value, 2),
        }
        if self.column > 0 {
            self.line(0);
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn put_char(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    /// A new line with so many spaces.
    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn mapping(&mut self, map: &Map<String, Value>, indent: usize, context: Context) {
        for (number, (key, value)) in map.iter().enumerate() {
            if number > 0 || context == Context::Value {
                self.fresh_line(indent);
            }
            let is_long = key.len() > KEY_MAX || key.contains('\n');
            if is_long {
                self.put("? ");
                self.text(key, indent + 2);
                self.fresh_line(indent);
                self.put(":");
            } else {
                match scalar::key_style(key) {
                    Style::Plain => self.put(key),
                    Style::Single => self.single(key, None),
                    _ => self.double(key, None),
                }
                self.put(":");
            }
            match value {
                Value::Object(map) if is_long && !map.is_empty() => {
                    self.put(" ");
                    self.mapping(map, indent + 2, Context::Item);
                }
                Value::Array(items) if is_long && !items.is_empty() => {
                    self.put(" ");
                    self.sequence(items, indent + 2, Context::Item);
                }
                Value::Object(map) if !map.is_empty() => {
                    self.mapping(map, indent + 2, Context::Value);
                }
                // A list stands at the column of its key.
                Value::Array(items) if !items.is_empty() => {
                    self.sequence(items, indent, Context::Value);
                }
                _ => {
                    self.put(" ");
                    self.leaf(value, indent + 2);
                }
            }
        }
    }

    fn sequence(&mut self, items: &[Value], indent: usize, context: Context) {
        for (number, item) in items.iter().enumerate() {
            if number > 0 || context == Context::Value {
                self.fresh_line(indent);
            }
            self.put("- ");
            match item {
                Value::Object(map) if !map.is_empty() => {
                    self.mapping(map, indent + 2, Context::Item);
                }
                Value::Array(items) if !items.is_empty() => {
                    self.sequence(items, indent + 2, Context::Item);
                }
                _ => self.leaf(item, indent + 2),
            }
        }
    }

    /// A line for the next entry; a block of text that ended with its own break left one.
    fn fresh_line(&mut self, indent: usize) {
        if self.out.is_empty() || (self.column == 0 && self.out.ends_with('\n')) {
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.column = indent;
        } else {
            self.line(indent);
        }
    }

    fn leaf(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(value) => self.put(if *value { "true" } else { "false" }),
            Value::Number(number) => self.put(&scalar::number(number)),
            Value::String(text) => self.text(text, indent),
            Value::Array(_) => self.put("[]"),
            Value::Object(_) => self.put("{}"),
        }
    }

    fn text(&mut self, text: &str, indent: usize) {
        match scalar::style(text) {
            Style::Plain => self.plain(text, indent),
            Style::Single => self.single(text, Some(indent)),
            Style::Double => self.double(text, Some(indent)),
            Style::Literal => self.literal(text, indent),
        }
    }

    fn plain(&mut self, text: &str, indent: usize) {
        let mut before_space = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let folds = c == ' ' && !before_space && self.column > WIDTH;
            if folds && chars.peek() != Some(&' ') {
                self.line(indent);
            } else {
                self.put_char(c);
            }
            before_space = c == ' ';
        }
    }

    fn single(&mut self, text: &str, indent: Option<usize>) {
        self.put("'");
        let mut before_space = false;
        let mut first = true;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let inside = !first && chars.peek().is_some_and(|next| *next != ' ');
            match indent {
                Some(indent) if c == ' ' && !before_space && self.column > WIDTH && inside => {
                    self.line(indent);
                }
                _ if c == '\'' => self.put("''"),
                _ => self.put_char(c),
            }
            before_space = c == ' ';
            first = false;
        }
        self.put("'");
    }

    fn double(&mut self, text: &str, indent: Option<usize>) {
        self.put("\"");
        // A text with a byte order mark is escaped whole.
        let marked = text.starts_with('\u{feff}');
        let mut before_space = false;
        let mut first = true;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let inside = !first && chars.peek().is_some();
            match indent {
                _ if marked || scalar::must_escape(c) => {
                    let escaped = scalar::escape(c);
                    self.put(&escaped);
                    before_space = false;
                }
                Some(indent) if c == ' ' && !before_space && self.column > WIDTH && inside => {
                    self.line(indent);
                    if chars.peek() == Some(&' ') {
                        self.put("\\");
                    }
                    before_space = true;
                }
                _ => {
                    self.put_char(c);
                    before_space = c == ' ';
                }
            }
            first = false;
        }
        self.put("\"");
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        let body = text.strip_suffix('\n');
        match body {
            None => self.put("-"),
            Some(body) if body.is_empty() || body.ends_with('\n') => self.put("+"),
            Some(_) => {}
        }
        for line in body.unwrap_or(text).split('\n') {
            if line.is_empty() {
                self.line(0);
            } else {
                self.line(indent);
                self.put(line);
            }
        }
        if body.is_some() {
            self.line(0);
        }
    }
}

/// What a collection stands in, which says where its first entry goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    /// Nothing: it is the whole document.
    Root,
    /// Behind a key: on a line of its own.
    Value,
    /// Behind a dash: on the same line.
    Item,
}
