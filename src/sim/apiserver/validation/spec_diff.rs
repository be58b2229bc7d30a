//! The difference that an immutability error shows.
//!
//! Models `k8s.io/apimachinery/pkg/util/diff/diff.go` `Diff`: both values are written as JSON in
//! the API server's internal form, whose fields are Go's, and compared line by line with three
//! lines of context.

mod internal;

use serde_json::Value;

use crate::api::persistent_volume::PersistentVolumeSpec;
use crate::api::persistent_volume_claim::PersistentVolumeClaimSpec;
use crate::api::pod::PodSpec;
use crate::api::record::Json;

use internal::Shape;

/// Lines around a difference.
const CONTEXT: usize = 3;

/// The difference of two claims.
pub(super) fn claim_spec(a: &PersistentVolumeClaimSpec, b: &PersistentVolumeClaimSpec) -> String {
    diff(&a.to_json(), &b.to_json(), &internal::CLAIM_SPEC)
}

/// The difference of two volumes' sources, empty when there is none.
pub(super) fn volume_source(a: &PersistentVolumeSpec, b: &PersistentVolumeSpec) -> String {
    diff(&a.to_json(), &b.to_json(), &internal::VOLUME_SOURCE)
}

/// The difference of two Pods.
pub(super) fn pod_spec(a: &PodSpec, b: &PodSpec) -> String {
    diff(&a.to_json(), &b.to_json(), &internal::POD_SPEC)
}

fn diff(a: &Value, b: &Value, shape: &Shape) -> String {
    unified(&internal::lines(a, shape), &internal::lines(b, shape))
}

/// One line of the result: kept, taken away or added.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    Taken,
    Added,
}

/// A unified difference without file names; empty when the texts are equal.
fn unified(a: &[String], b: &[String]) -> String {
    let marked = mark(a, b);
    let changed: Vec<usize> =
        marked.iter().enumerate().filter(|(_, (m, _))| *m != Mark::Kept).map(|(i, _)| i).collect();
    let mut text = String::new();
    let mut rest = changed.as_slice();
    while let Some(first) = rest.first() {
        let near = |pair: &[usize]| pair[1] - pair[0] <= 2 * CONTEXT + 1;
        let count = 1 + rest.windows(2).take_while(|pair| near(pair)).count();
        let start = first.saturating_sub(CONTEXT);
        let end = (rest[count - 1] + CONTEXT + 1).min(marked.len());
        text += &hunk(&marked, start, end);
        rest = &rest[count..];
    }
    text
}

fn hunk(marked: &[(Mark, &str)], start: usize, end: usize) -> String {
    let count = |range: &[(Mark, &str)], skipped: Mark| {
        range.iter().filter(|(mark, _)| *mark != skipped).count()
    };
    let (before, inside) = (&marked[..start], &marked[start..end]);
    let range = |skipped: Mark| {
        let (from, length) = (count(before, skipped) + 1, count(inside, skipped));
        match length {
            0 => format!("{},0", from - 1),
            1 => from.to_string(),
            _ => format!("{from},{length}"),
        }
    };
    let mut text = format!("@@ -{} +{} @@\n", range(Mark::Added), range(Mark::Taken));
    for (mark, line) in inside {
        let sign = match mark {
            Mark::Kept => ' ',
            Mark::Taken => '-',
            Mark::Added => '+',
        };
        text.push(sign);
        text += line;
        text.push('\n');
    }
    text
}

/// Marks the lines by a longest common subsequence.
fn mark<'a>(old: &'a [String], new: &'a [String]) -> Vec<(Mark, &'a str)> {
    let head = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let ends = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = ends.take_while(|(one, other)| one == other).count();
    let kept = |lines: &'a [String]| lines.iter().map(|line| (Mark::Kept, line.as_str()));
    let mut marked: Vec<(Mark, &str)> = kept(&old[..head]).collect();
    mark_middle(&mut marked, &old[head..old.len() - tail], &new[head..new.len() - tail]);
    marked.extend(kept(&old[old.len() - tail..]));
    marked
}

fn mark_middle<'a>(marked: &mut Vec<(Mark, &'a str)>, old: &'a [String], new: &'a [String]) {
    // The length of the common subsequence from each pair of places on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for to in (0..new.len()).rev() {
            common[at][to] = if old[at] == new[to] {
                common[at + 1][to + 1] + 1
            } else {
                common[at + 1][to].max(common[at][to + 1])
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    while at < old.len() || to < new.len() {
        let (has_old, has_new) = (at < old.len(), to < new.len());
        if has_old && has_new && old[at] == new[to] {
            marked.push((Mark::Kept, &old[at]));
            (at, to) = (at + 1, to + 1);
        } else if has_old && (!has_new || common[at + 1][to] >= common[at][to + 1]) {
            marked.push((Mark::Taken, &old[at]));
            at += 1;
        } else {
            marked.push((Mark::Added, &new[to]));
            to += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_compared_in_the_words_of_the_api_server() {
        let claim = |mode: &str, size: &str| {
            let value = serde_json::json!({
                "accessModes": [mode], "resources": {"requests": {"storage": size}},
                "storageClassName": "ext", "volumeMode": "Filesystem"
            });
            crate::api::record::Reader::read::<PersistentVolumeClaimSpec>(value).expect("a claim")
        };
        let text = claim_spec(&claim("ReadWriteMany", "1Gi"), &claim("ReadWriteOnce", "1Gi"));
        let expected = "@@ -1,6 +1,6 @@\n {\n  \"AccessModes\": [\n-  \"ReadWriteMany\"\n\
                        +  \"ReadWriteOnce\"\n  ],\n  \"Selector\": null,\n  \"Resources\": {\n";
        assert_eq!(text, expected);
        let text = claim_spec(&claim("ReadWriteMany", "1Gi"), &claim("ReadWriteMany", "5Gi"));
        let expected = "@@ -6,7 +6,7 @@\n  \"Resources\": {\n   \"Limits\": null,\n   \
                        \"Requests\": {\n-   \"storage\": \"1Gi\"\n+   \"storage\": \"5Gi\"\n   \
                        }\n  },\n  \"VolumeName\": \"\",\n";
        assert_eq!(text, expected);
    }
}
