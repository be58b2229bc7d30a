//! The way of a text: faults of copying, documents, objects, checks, rules.

use crate::api::order;
use std::cell::Cell;
use std::rc::Rc;

use super::Parsed;
use super::check;
use super::compose::{self, Composed, Place};
use super::copied;
use super::diagnostic::{Diagnostic, Finding, Severity, apply_mend};
use super::document::Document;
use super::json;
use super::limits::{DIAGNOSTICS_MAX, DOCUMENTS_MAX, NODES_MAX};
use super::node::{Kind, Node};
use super::refusal::Refusal;
use super::rules;
use super::span::{Range, TextIndex};
use super::split;
use super::syntax;

/// Reads a text of bearable size.
pub(super) fn read(text: &str) -> Parsed {
    let index = Rc::new(TextIndex::new(text));
    let copied::Seen { faults, blanks } = copied::find(&index);
    let mut reader = Reader {
        faults,
        blanks,
        index,
        documents: Vec::new(),
        findings: Vec::new(),
        nodes_left: Cell::new(NODES_MAX),
    };
    if !(json::looks_like_json(text) && reader.json()) {
        reader.yaml();
    }
    reader.judge();
    reader.finish()
}

/// A finding with its lines and columns.
pub(super) fn place(finding: Finding, index: &TextIndex) -> Diagnostic {
    let Finding { code, severity, range, args, server, mend } = finding;
    Diagnostic { code, severity, span: index.span(range), args, server, mend }
}

struct Reader {
    index: Rc<TextIndex>,
    faults: Vec<Finding>,
    blanks: Vec<Range>,
    documents: Vec<Document>,
    findings: Vec<Finding>,
    nodes_left: Cell<usize>,
}

impl Reader {
    /// Reads JSON. False if the text turns out to be YAML that starts with a brace.
    fn json(&mut self) -> bool {
        let index = Rc::clone(&self.index);
        let (nodes, findings) = json::values(index.text(), self.nodes_left.get());
        let broken = findings.iter().find(|finding| finding.severity == Severity::Error);
        let is_json = broken.is_none_or(|finding| finding.code != "json-syntax");
        if !is_json && compose::compose(&whole(&index, &self.nodes_left)).is_ok() {
            return false;
        }
        for node in nodes {
            self.object(node);
        }
        if let Some(finding) = broken {
            let words = finding.server.clone().unwrap_or_default();
            let refusal = Refusal::Parse(words);
            self.documents.push(Document::broken(finding.range, refusal, &index));
        }
        self.findings.extend(findings);
        true
    }

    fn yaml(&mut self) {
        let index = Rc::clone(&self.index);
        for (count, chunk) in split::split(&index).into_iter().enumerate() {
            if count >= DOCUMENTS_MAX || self.documents.len() >= DOCUMENTS_MAX {
                let start = chunk.range.start as usize;
                self.too_many_documents(index.line_range(index.line_of(start)));
                return;
            }
            if let Some(finding) = chunk.separator {
                let words = finding.server.clone().unwrap_or_default();
                let refusal = Refusal::Parse(words);
                self.documents.push(Document::broken(finding.range, refusal, &index));
                self.findings.push(finding);
            }
            self.chunk(chunk.range);
        }
    }

    fn too_many_documents(&mut self, range: Range) {
        let finding = Finding::error("too-many-documents", range);
        self.findings.push(finding.arg("limit", DOCUMENTS_MAX.to_string()));
    }

    fn chunk(&mut self, range: Range) {
        let index = Rc::clone(&self.index);
        let text = &index.text()[range.bytes()];
        let composed = match control_character(text, range.start as usize) {
            Some(finding) => Err(finding),
            None => self.compose(&within(&index, range, &self.nodes_left), range),
        };
        match composed {
            Ok(composed) => {
                self.findings.extend(composed.findings);
                match composed.root {
                    // Nothing but comments.
                    None | Some(Node { kind: Kind::Null, .. }) => {}
                    Some(root) => self.object(root),
                }
            }
            Err(finding) => {
                let words = finding.server.clone().unwrap_or_else(|| finding.code.to_owned());
                let words = format!("error converting YAML to JSON: {words}");
                self.documents.push(Document::broken(range, Refusal::Parse(words), &index));
                if !self.is_due_to_faults(range) {
                    self.findings.push(finding);
                }
            }
        }
    }

    /// Reads one document; if that fails, once more with blanks for what Kubernetes takes for
    /// blanks. A tab in the indentation is an error for Kubernetes, if not for the parser.
    fn compose(&self, place: &Place<'_>, range: Range) -> Result<Composed, Finding> {
        let left = self.nodes_left.get();
        let composed = compose::compose(place).or_else(|finding| {
            let text = self.relaxed(range).filter(|_| finding.arg_named("limit").is_none());
            let Some(text) = text else { return Err(finding) };
            // Only the second reading counts.
            self.nodes_left.set(left);
            compose::compose(&Place { text: &text, ..*place }).map_err(|_| finding)
        })?;
        let mut faults = inside(&self.faults, range, |fault| fault.range).iter();
        match faults.find(|fault| fault.code == "tab-indentation") {
            None => Ok(composed),
            Some(fault) => Err(syntax::tab_at(place, fault.range)),
        }
    }

    /// The document with spaces for its blanks, character by character; nothing if there are
    /// none.
    fn relaxed(&self, range: Range) -> Option<String> {
        let mut out = String::with_capacity(range.bytes().len());
        let mut done = range.start as usize;
        for blank in inside(&self.blanks, range, |blank| *blank) {
            if (blank.start as usize) < done || blank.end > range.end {
                continue;
            }
            out.push_str(&self.index.text()[done..blank.start as usize]);
            out.extend(self.index.text()[blank.bytes()].chars().map(|_| ' '));
            done = blank.end as usize;
        }
        out.push_str(&self.index.text()[done..range.end as usize]);
        (done > range.start as usize).then_some(out)
    }

    /// Whether a document that is no YAML becomes some once its faults of copying are mended:
    /// then naming those is enough.
    fn is_due_to_faults(&self, range: Range) -> bool {
        let faults = inside(&self.faults, range, |fault| fault.range);
        if faults.is_empty() {
            return false;
        }
        let mut mend = copied::mend_of(faults);
        for edit in &mut mend.edits {
            edit.range.start = edit.range.start.saturating_sub(range.start);
            edit.range.end = edit.range.end.saturating_sub(range.start);
        }
        let mended = TextIndex::new(&apply_mend(&self.index.text()[range.bytes()], &mend));
        split::split(&mended)
            .into_iter()
            .all(|chunk| compose::compose(&within(&mended, chunk.range, &self.nodes_left)).is_ok())
    }

    /// An object, or the items of a list of objects.
    fn object(&mut self, mut node: Node) {
        let is_list = node.get("kind").and_then(Node::as_str).is_some_and(|k| k.ends_with("List"));
        let has_items = matches!(node.get("items"), Some(Node { kind: Kind::Sequence(_), .. }));
        if !(is_list && has_items) {
            self.documents.push(Document::new(node, &self.index));
            return;
        }
        let Kind::Mapping(entries) = &mut node.kind else { return };
        let items = entries.iter_mut().find(|entry| entry.key == "items");
        let Some(Kind::Sequence(items)) = items.map(|entry| &mut entry.node.kind) else { return };
        for item in std::mem::take(items) {
            if self.documents.len() >= DOCUMENTS_MAX {
                self.too_many_documents(
                    self.index.line_range(self.index.line_of(item.range.start as usize)),
                );
                return;
            }
            self.documents.push(Document::new(item, &self.index));
        }
    }

    /// Checks every object, then lets the rules look at all of them.
    fn judge(&mut self) {
        for document in &mut self.documents {
            if document.refusal.is_none() {
                check::check(document, &mut self.findings);
            }
        }
        let checked = self.findings.len();
        let mut found = Vec::new();
        for document in &self.documents {
            let case = rules::Case { document, all: &self.documents };
            for rule in rules::ALL {
                rule(&case, &mut found);
            }
        }
        // A rule says it better than the schema does.
        let taken = order::set(found.iter().map(|finding| finding.range));
        let mut at = 0;
        self.findings.retain(|finding| {
            at += 1;
            let general = finding.code == "value-unknown" || finding.code == "field-missing";
            at > checked || !general || !taken.contains(&finding.range)
        });
        self.findings.append(&mut found);
    }

    fn finish(mut self) -> Parsed {
        let index = Rc::clone(&self.index);
        let line = |range: Range| index.line_of(range.start as usize);
        let faulty = order::set(self.faults.iter().map(|fault| line(fault.range)));
        // What is said about a line with a fault of copying is most often due to it.
        self.findings.retain(|finding| !faulty.contains(&line(finding.range)));
        self.findings.append(&mut self.faults);
        order::sort_by_key(&mut self.findings, |finding| (finding.range, finding.severity));
        let total = self.findings.len();
        if total > DIAGNOSTICS_MAX {
            self.findings.truncate(DIAGNOSTICS_MAX);
            let last = self.findings[DIAGNOSTICS_MAX - 1].range;
            let finding = Finding::notice("too-many-diagnostics", last);
            self.findings.push(finding.arg("total", total.to_string()));
        }
        let diagnostics = self.findings.into_iter().map(|finding| place(finding, &index));
        Parsed { documents: self.documents, diagnostics: diagnostics.collect() }
    }
}

/// The part of a sorted list that lies within a range.
fn inside<T>(list: &[T], range: Range, of: impl Fn(&T) -> Range) -> &[T] {
    let from = list.partition_point(|item| of(item).start < range.start);
    let to = list.partition_point(|item| of(item).start < range.end);
    &list[from..to.max(from)]
}

fn whole<'t>(index: &'t TextIndex, nodes_left: &'t Cell<usize>) -> Place<'t> {
    within(index, Range::new(0, index.text().len()), nodes_left)
}

fn within<'t>(index: &'t TextIndex, range: Range, nodes_left: &'t Cell<usize>) -> Place<'t> {
    let text = &index.text()[range.bytes()];
    Place { text, index, start: index.char_of_byte(range.start as usize), nodes_left }
}

/// A control character, which YAML does not allow.
///
/// Models: go-yaml v2 `readerc.go` `yaml_parser_update_buffer`.
fn control_character(text: &str, base: usize) -> Option<Finding> {
    let is_bad = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    let (at, c) = text.char_indices().find(|&(_, c)| is_bad(c))?;
    let finding = Finding::error("control-character", Range::new(base + at, base + at + 1));
    let finding = finding.arg("code", format!("U+{:04X}", u32::from(c)));
    Some(finding.server("yaml: control characters are not allowed"))
}
