//! What copying out of web pages, slides and chat windows does to a manifest: typographic
//! quotes, dashes and spaces, comments of other languages, tabs. Each fault comes with its
//! correction.
//!
//! Works on the text alone, because a text with such faults often is no YAML any more.
//! Deliberately not here: lost line breaks and lost indentation, which need guessing.

mod chars;
mod line;
mod quotes;

use super::diagnostic::{Edit, Finding, Mend, apply_mend};
use super::span::{Range, TextIndex};
use crate::api::order;
use line::Lines;

/// What a look at the lines of a text brings.
pub(super) struct Seen {
    /// Every fault, in order.
    pub(super) faults: Vec<Finding>,
    /// What Kubernetes reads like spaces although YAML 1.2 does not: see [`Lines::blanks`].
    pub(super) blanks: Vec<Range>,
}

/// Looks through the text.
pub(super) fn find(index: &TextIndex) -> Seen {
    let mut lines = Lines::new(index);
    if index.text().starts_with('\u{feff}') {
        lines.byte_order_mark();
    }
    for line in 0..index.line_count() {
        lines.read(line);
    }
    order::sort_by_key(&mut lines.findings, |finding| finding.range);
    order::sort(&mut lines.blanks);
    Seen { faults: lines.findings, blanks: lines.blanks }
}

/// One correction for all faults that have one.
pub(super) fn mend_of(findings: &[Finding]) -> Mend {
    let mends = findings.iter().filter_map(|finding| finding.mend.as_ref());
    let mut edits: Vec<Edit> = mends.flat_map(|mend| mend.edits.iter().cloned()).collect();
    order::sort_by_key(&mut edits, |edit| edit.range);
    Mend { edits }
}

/// How often [`mend_all`] looks again: a correction can bring the next fault to light.
const PASSES: usize = 3;

/// The text with every fault of copying corrected, and how many there were.
pub fn mend_all(text: &str) -> (String, usize) {
    let mut text = text.to_owned();
    let mut count = 0;
    for _ in 0..PASSES {
        let findings = find(&TextIndex::new(&text)).faults;
        let mended = findings.iter().filter(|finding| finding.mend.is_some()).count();
        if mended == 0 {
            break;
        }
        text = apply_mend(&text, &mend_of(&findings));
        count += mended;
    }
    (text, count)
}
