//! Cuts a text into its documents before anything is parsed, so that one broken document
//! does not take the others with it.
//!
//! Models: apimachinery `util/yaml` `YAMLReader.Read`: a line that starts with `---` ends a
//! document; nothing but a comment may follow on it. That is cruder than YAML, and it is what
//! Kubernetes does, even inside a block of text.

use super::diagnostic::Finding;
use super::span::{Range, TextIndex};

/// One document's place in the text.
pub(super) struct Chunk {
    /// Its bytes, without the separator.
    pub(super) range: Range,
    /// What is wrong with the separator before it.
    pub(super) separator: Option<Finding>,
}

/// The documents of a text, empty ones included.
pub(super) fn split(index: &TextIndex) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut separator = None;
    for line in 0..index.line_count() {
        let range = index.line_range(line);
        let text = &index.text()[range.bytes()];
        let Some(rest) = text.strip_prefix("---") else { continue };
        let trimmed = rest.trim();
        let broken = !trimmed.is_empty() && !trimmed.starts_with('#');
        // Kubernetes counts a separator in the very first line as a line of the document.
        if line > 0 {
            let range = Range::new(start, range.start as usize);
            chunks.push(Chunk { range, separator: separator.take() });
        }
        if line > 0 || broken {
            let next = line + 1;
            start = if next < index.line_count() {
                index.line_range(next).start as usize
            } else {
                index.text().len()
            };
        }
        if broken {
            let words = format!("invalid Yaml document separator: {trimmed}");
            let at = range.end as usize - rest.trim_start().len();
            let place = Range::new(at, at + trimmed.len());
            let finding = Finding::error("separator-followed-by-text", place);
            let finding = finding.arg("text", trimmed).server(words);
            separator = Some(finding.edit(Range::new(range.start as usize + 3, at), "\n"));
        }
    }
    chunks.push(Chunk { range: Range::new(start, index.text().len()), separator });
    chunks
}
