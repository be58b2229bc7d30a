//! YAML events to a [`Node`]: one document of the text at a time, without recursion.
//!
//! Models: go-yaml v2 `decode.go` (`mapping`, `merge`, `alias`) and `sigs.k8s.io/yaml`
//! `convertToJSONableObject` for keys. Known deviations: `saphyr-parser` reads YAML 1.2; where
//! that still shows, `tests/manifest/kubectl.json` says so under `differs`.

use std::cell::Cell;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks, StrInput, Tag as YamlTag};

use crate::api::sorted::SortedMap;

use super::diagnostic::Finding;
use super::limits::{DEPTH_MAX, DIAGNOSTICS_MAX, NODES_MAX};
use super::node::{Entry, Kind, Node};
use super::scalar::{self, NotJson, Tag};
use super::span::{Range, TextIndex};
use super::syntax;
use super::yaml_map::MapBuilder;

/// One document as it was read.
pub(super) struct Composed {
    /// The value; nothing for a document without content.
    pub(super) root: Option<Node>,
    /// What is odd but no error (a key given twice, text behind `...`).
    pub(super) findings: Vec<Finding>,
}

/// Where the document stands in the whole text.
pub(super) struct Place<'t> {
    /// The document's text.
    pub(super) text: &'t str,
    /// The whole text.
    pub(super) index: &'t TextIndex,
    /// How many characters of the whole text are before the document.
    pub(super) start: usize,
    /// How many values may still be made, in this document and those after it.
    pub(super) nodes_left: &'t Cell<usize>,
}

impl Place<'_> {
    /// The byte offset, in the whole text, of a character of the document (from 0).
    pub(super) fn byte_of_char(&self, index: usize) -> usize {
        self.index.byte_of_char(self.start + index)
    }
}

/// Reads the first YAML document of the text.
pub(super) fn compose(place: &Place<'_>) -> Result<Composed, Finding> {
    let mut builder = Builder {
        place,
        stack: Vec::new(),
        anchors: SortedMap::new(),
        root: None,
        findings: Vec::new(),
    };
    let mut parser = Parser::new_from_str(place.text);
    let mut ended = false;
    while let Some(event) = parser.next_event() {
        let (event, marks) = match event {
            Ok(event) => event,
            // Kubernetes reads no further than the end of the first document.
            Err(_) if ended => break,
            Err(error) => return Err(syntax::explain(&error, place)),
        };
        match event {
            Event::DocumentEnd => ended = true,
            Event::DocumentStart(_) if ended => {
                let range = builder.range(marks);
                builder.findings.push(Finding::warning("after-document-end", range));
                break;
            }
            Event::StreamEnd => break,
            event if !ended => {
                if let Err(finding) = builder.event(event, marks) {
                    return Err(first_error(finding, parser, place));
                }
            }
            _ => {}
        }
    }
    Ok(Composed { root: builder.root, findings: builder.findings })
}

/// go-yaml reads a whole document before it makes values of it: an error of the syntax
/// further down comes first. Where a limit is met, nothing more is read.
fn first_error(
    finding: Finding,
    mut parser: Parser<'_, StrInput<'_>>,
    place: &Place<'_>,
) -> Finding {
    if finding.arg_named("limit").is_some() {
        return finding;
    }
    while let Some(event) = parser.next_event() {
        match event {
            Err(error) => return syntax::explain(&error, place),
            Ok((Event::DocumentEnd | Event::StreamEnd, _)) => break,
            Ok(_) => {}
        }
    }
    finding
}

/// A list or a mapping that is not closed yet.
struct Frame {
    start: Range,
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { map: MapBuilder, key: Option<Key> },
}

/// A key that waits for its value.
struct Key {
    /// The key as JSON has it; nothing for the key `~`, which is refused with its value.
    text: Option<String>,
    range: Range,
    /// Whether it is the merge key `<<`.
    merge: bool,
}

struct Builder<'p, 't> {
    place: &'p Place<'t>,
    stack: Vec<Frame>,
    /// Finished values by anchor, with their number of values and their depth.
    anchors: SortedMap<usize, (Node, usize, usize)>,
    root: Option<Node>,
    findings: Vec<Finding>,
}

impl Builder<'_, '_> {
    fn range(&self, marks: Marks) -> Range {
        let byte = |index| self.place.byte_of_char(index);
        Range::new(byte(marks.start.index()), byte(marks.end.index()))
    }

    fn event(&mut self, event: Event<'_>, marks: Marks) -> Result<(), Finding> {
        let range = self.range(marks);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, range)?;
                self.scalar(&text, style, anchor, tag.as_deref(), range)
            }
            Event::SequenceStart(anchor, _) => {
                self.open(range, anchor, Content::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, _) => {
                let content = Content::Mapping { map: MapBuilder::default(), key: None };
                self.open(range, anchor, content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::Alias(anchor) => {
                let Some((node, size, depth)) = self.anchors.get(&anchor) else {
                    let name = syntax::anchor_name(self.place, range.start as usize);
                    let words = format!("yaml: anchor '{name}' value contains itself");
                    let finding = Finding::error("yaml-anchor-unknown", range).arg("name", name);
                    return Err(finding.server(words));
                };
                let (node, size, depth) = (node.clone(), *size, *depth);
                self.count(size, range)?;
                self.deepen(depth, range)?;
                self.attach(node, range, false)
            }
            _ => Ok(()),
        }
    }

    fn count(&self, more: usize, range: Range) -> Result<(), Finding> {
        let left = self.place.nodes_left.get().checked_sub(more);
        self.place.nodes_left.set(left.unwrap_or(0));
        if left.is_some() {
            return Ok(());
        }
        let finding = Finding::error("too-many-values", range).arg("limit", NODES_MAX.to_string());
        Err(if more > 1 {
            finding.server("yaml: document contains excessive aliasing")
        } else {
            finding.server(format!("volume-lab: at most {NODES_MAX} values"))
        })
    }

    fn deepen(&self, more: usize, range: Range) -> Result<(), Finding> {
        if self.stack.len() + more <= DEPTH_MAX {
            return Ok(());
        }
        let finding = Finding::error("nested-too-deep", range).arg("limit", DEPTH_MAX.to_string());
        Err(finding.server(format!("yaml: exceeded max depth of {DEPTH_MAX}")))
    }

    fn open(&mut self, start: Range, anchor: usize, content: Content) -> Result<(), Finding> {
        self.count(1, start)?;
        self.deepen(1, start)?;
        self.stack.push(Frame { start, anchor, content });
        Ok(())
    }

    fn close(&mut self, end: Range) -> Result<(), Finding> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let kind = match frame.content {
            Content::Sequence(items) => Kind::Sequence(items),
            Content::Mapping { map, .. } => Kind::Mapping(map.finish()),
        };
        let range = self.trimmed(frame.start, end);
        let node = Node { range, kind };
        if frame.anchor > 0 {
            let (size, depth) = node.measure();
            self.anchors.insert(frame.anchor, (node.clone(), size, depth));
        }
        self.attach(node, range, false)
    }

    /// From the start of a collection to its end. A block collection ends where the next
    /// token starts, which can be lines below: take the end of its last value instead.
    fn trimmed(&self, start: Range, end: Range) -> Range {
        let flow = start.end > start.start;
        let stop = if flow { end.end } else { end.start };
        let base = self.place.byte_of_char(0);
        let from = start.start as usize - base;
        let to = (stop as usize).saturating_sub(base).clamp(from, self.place.text.len());
        let kept = self.place.text.get(from..to).unwrap_or_default().trim_end().len();
        Range::new(start.start as usize, start.start as usize + kept)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&YamlTag>,
        range: Range,
    ) -> Result<(), Finding> {
        let how = how(style, tag);
        let merge = how == Tag::Plain && text == "<<" && self.key_is_next();
        let kind = scalar::resolve(text, how).map_err(|NotJson(name)| {
            let words = format!("json: unsupported value: {name}");
            Finding::error("yaml-not-json", range).arg("value", text).server(words)
        })?;
        let node = Node { range, kind };
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), 1, 0));
        }
        self.attach(node, range, merge)
    }

    fn key_is_next(&self) -> bool {
        let top = self.stack.last();
        top.is_some_and(|frame| matches!(&frame.content, Content::Mapping { key: None, .. }))
    }

    /// Puts a finished value where it belongs: the root, a list's next item, a mapping's key
    /// or the value of the key that waits.
    fn attach(&mut self, node: Node, range: Range, merge: bool) -> Result<(), Finding> {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let Content::Mapping { map, key } = &mut frame.content else {
            if let Content::Sequence(items) = &mut frame.content {
                items.push(node);
            }
            return Ok(());
        };
        let Some(Key { text, range: key_range, merge: merging }) = key.take() else {
            let text = match node.kind {
                Kind::Null => None,
                _ => Some(syntax::key_text(&node)?),
            };
            if matches!(node.kind, Kind::Bool(_)) && self.findings.len() <= DIAGNOSTICS_MAX {
                let read = text.clone().unwrap_or_default();
                let finding = Finding::warning("key-not-text", range).arg("read", read);
                let (start, end) = (range.start as usize, range.end as usize);
                let finding = finding.edit(Range::new(start, start), "\"");
                self.findings.push(finding.edit(Range::new(end, end), "\""));
            }
            *key = Some(Key { text, range, merge });
            return Ok(());
        };
        if merging {
            return map.merge(node);
        }
        let Some(text) = text else { return Err(syntax::null_key(key_range, &node)) };
        let is_new = map.insert(Entry { key: text.clone(), key_range, node });
        if !is_new && self.findings.len() <= DIAGNOSTICS_MAX {
            self.findings.push(Finding::warning("key-twice", key_range).arg("key", text));
        }
        Ok(())
    }
}

/// How go-yaml reads a scalar of this style and tag.
fn how(style: ScalarStyle, tag: Option<&YamlTag>) -> Tag {
    match tag {
        None if style == ScalarStyle::Plain => Tag::Plain,
        Some(tag) if tag.is_yaml_core_schema() => match tag.suffix.as_str() {
            "int" | "float" | "bool" | "null" | "merge" => Tag::Plain,
            "binary" => Tag::Binary,
            _ => Tag::String,
        },
        _ => Tag::String,
    }
}
