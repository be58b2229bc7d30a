//! What `diff -u -N` prints of two texts.

use std::fmt::Write as _;

use crate::api::time::SimTime;

/// Lines of context around a change.
const CONTEXT: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Keep(usize, usize),
    Remove(usize),
    Add(usize),
}

/// The differences; nothing when there are none.
pub(super) fn diff(from: &str, to: &str, old: &str, new: &str, time: SimTime) -> String {
    if old == new {
        return String::new();
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let edits = edits(&a, &b);
    let stamp = time.to_string().replace('T', " ").replace('Z', ".000000000 +0000");
    let mut text = format!("diff -u -N {from} {to}\n--- {from}\t{stamp}\n+++ {to}\t{stamp}\n");
    let changed = |edit: &Edit| !matches!(edit, Edit::Keep(..));
    let mut next = 0;
    while let Some(first) = (next..edits.len()).find(|index| changed(&edits[*index])) {
        let mut last = first;
        while let Some(more) = (last + 1..edits.len().min(last + 2 * CONTEXT + 2))
            .find(|index| changed(&edits[*index]))
        {
            last = more;
        }
        let start = first.saturating_sub(CONTEXT).max(next);
        let end = (last + CONTEXT + 1).min(edits.len());
        write_hunk(&mut text, &edits, start..end, &a, &b);
        next = end;
    }
    text
}

fn write_hunk(
    text: &mut String,
    edits: &[Edit],
    range: std::ops::Range<usize>,
    a: &[&str],
    b: &[&str],
) {
    let count = |edits: &[Edit]| {
        let old = edits.iter().filter(|edit| !matches!(edit, Edit::Add(_))).count();
        let new = edits.iter().filter(|edit| !matches!(edit, Edit::Remove(_))).count();
        (old, new)
    };
    let (before_old, before_new) = count(&edits[..range.start]);
    let hunk = &edits[range];
    let (old, new) = count(hunk);
    let place = |before: usize, count: usize| match count {
        0 => format!("{before},0"),
        1 => format!("{}", before + 1),
        _ => format!("{},{count}", before + 1),
    };
    let _ = writeln!(text, "@@ -{} +{} @@", place(before_old, old), place(before_new, new));
    for edit in hunk {
        let (mark, line) = match edit {
            Edit::Keep(index, _) => (' ', a[*index]),
            Edit::Remove(index) => ('-', a[*index]),
            Edit::Add(index) => ('+', b[*index]),
        };
        let _ = writeln!(text, "{mark}{line}");
    }
}

/// The shortest way from one to the other, by the longest lines in common.
fn edits(a: &[&str], b: &[&str]) -> Vec<Edit> {
    let head = a.iter().zip(b).take_while(|(one, other)| one == other).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev());
    let tail = tail.take_while(|(one, other)| one == other).count();
    let (old, new) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let width = new.len() + 1;
    let mut common = vec![0_usize; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut all: Vec<Edit> = (0..head).map(|index| Edit::Keep(index, index)).collect();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (removed, added) = (i < old.len(), j < new.len());
        if removed && added && old[i] == new[j] {
            all.push(Edit::Keep(head + i, head + j));
            (i, j) = (i + 1, j + 1);
        } else if removed && (!added || common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            all.push(Edit::Remove(head + i));
            i += 1;
        } else {
            all.push(Edit::Add(head + j));
            j += 1;
        }
    }
    let (i, j) = (head + old.len(), head + new.len());
    all.extend((0..tail).map(|index| Edit::Keep(i + index, j + index)));
    all
}
