//! JSON to [`Node`]s, with Go's words for what is wrong with it. Several values may follow
//! each other, as Kubernetes allows.
//!
//! Models: `encoding/json` `scanner.go` and apimachinery `util/yaml` `YAMLOrJSONDecoder`.

use super::diagnostic::Finding;
use super::limits::{DEPTH_MAX, DIAGNOSTICS_MAX, NODES_MAX};
use super::node::{Entry, Kind, Node};
use super::scalar;
use super::span::Range;
use super::yaml_map::MapBuilder;

/// Whether Kubernetes takes a text for JSON: its first character is a brace.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads all values of the text. On an error, the values before it come with it.
pub(super) fn values(text: &str, nodes_left: usize) -> (Vec<Node>, Vec<Finding>) {
    let mut reader = Reader { text, at: 0, nodes_left, findings: Vec::new() };
    let mut nodes = Vec::new();
    loop {
        reader.blank();
        if reader.peek().is_none() {
            return (nodes, reader.findings);
        }
        match reader.value(0) {
            Ok(node) => nodes.push(node),
            Err(finding) => {
                reader.findings.push(finding);
                return (nodes, reader.findings);
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    nodes_left: usize,
    findings: Vec<Finding>,
}

type Read<T> = Result<T, Finding>;

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn wrong(&self, context: &str) -> Finding {
        let next = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        let range = Range::new(self.at, self.at + next.map_or(0, char::len_utf8));
        let words = match next {
            None => "unexpected EOF".to_owned(),
            Some('\'') => {
                format!(r"json: offset {}: invalid character '\'' {context}", self.at + 1)
            }
            Some(c) => format!("json: offset {}: invalid character '{c}' {context}", self.at + 1),
        };
        Finding::error("json-syntax", range).server(words)
    }

    fn value(&mut self, depth: usize) -> Read<Node> {
        self.blank();
        let start = self.at;
        let range = Range::new(start, start + 1);
        if self.nodes_left == 0 {
            let finding = Finding::error("too-many-values", range);
            return Err(finding.arg("limit", NODES_MAX.to_string()));
        }
        self.nodes_left -= 1;
        if depth >= DEPTH_MAX {
            let finding = Finding::error("nested-too-deep", range);
            return Err(finding.arg("limit", DEPTH_MAX.to_string()));
        }
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.wrong("looking for beginning of value")),
        };
        Ok(Node { range: Range::new(start, self.at), kind })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Read<Kind> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            return Ok(kind);
        }
        Err(self.wrong("looking for beginning of value"))
    }

    fn number(&mut self) -> Read<Kind> {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let digits = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let number = digits.parse::<serde_json::Number>().ok();
        let number = number.and_then(|number| match number.as_i64() {
            Some(whole) => Some(whole.into()),
            None => number.as_f64().and_then(scalar::float),
        });
        let Some(number) = number else { return Err(self.wrong("in numeric literal")) };
        self.at += digits.len();
        Ok(Kind::Number(number))
    }

    fn string(&mut self) -> Read<String> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        while let Some(&byte) = bytes.get(end) {
            match byte {
                b'"' => {
                    let raw = &self.text[self.at..=end];
                    let Ok(text) = serde_json::from_str(raw) else {
                        return Err(self.wrong("in string literal"));
                    };
                    self.at = end + 1;
                    return Ok(text);
                }
                b'\\' => end += 2,
                0..=0x1f => {
                    self.at = end;
                    return Err(self.wrong("in string literal"));
                }
                _ => end += 1,
            }
        }
        self.at = self.text.len();
        Err(self.wrong("in string literal"))
    }

    fn array(&mut self, depth: usize) -> Read<Kind> {
        self.at += 1;
        let mut items = Vec::new();
        self.blank();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Sequence(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Kind::Sequence(items));
                }
                _ => return Err(self.wrong("after array element")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Read<Kind> {
        self.at += 1;
        let mut map = MapBuilder::default();
        self.blank();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Mapping(map.finish()));
        }
        loop {
            self.blank();
            if self.peek() != Some(b'"') {
                return Err(self.wrong("looking for beginning of object key string"));
            }
            let start = self.at;
            let key = self.string()?;
            let key_range = Range::new(start, self.at);
            self.blank();
            if self.peek() != Some(b':') {
                return Err(self.wrong("after object key"));
            }
            self.at += 1;
            let node = self.value(depth + 1)?;
            let is_new = map.insert(Entry { key: key.clone(), key_range, node });
            if !is_new && self.findings.len() <= DIAGNOSTICS_MAX {
                self.findings.push(Finding::warning("key-twice", key_range).arg("key", key));
            }
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Kind::Mapping(map.finish()));
                }
                _ => return Err(self.wrong("after object key:value pair")),
            }
        }
    }
}
