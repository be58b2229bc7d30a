//! Compares the marks of decisions in the controllers with the marks that cases cover.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::case;

/// Controller and mark.
type Mark = (String, String);

/// What is wrong: a mark that nobody covers, and a case or an excuse for a mark that is not there.
pub(crate) fn complaints(sources: &Path, cases: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    let written = written(sources, &mut complaints);
    let covered = covered(cases);
    let excused = excused(&cases.join("uncovered.txt"));
    for (controller, mark) in &written {
        let at = (controller.clone(), mark.clone());
        let all = (controller.clone(), "*".to_owned());
        match (covered.get(&at), excused.contains(&at) || excused.contains(&all)) {
            (None, false) => complaints.push(format!("no case covers [{controller} {mark}]")),
            (Some(_), true) if excused.contains(&at) => {
                complaints.push(format!("uncovered.txt excuses the covered [{controller} {mark}]"));
            }
            _ => {}
        }
    }
    for ((controller, mark), folder) in &covered {
        if !written.contains(&(controller.clone(), mark.clone())) {
            complaints.push(format!("{folder} covers [{controller} {mark}], which is not there"));
        }
    }
    for (controller, mark) in &excused {
        let known = |(of, written): &Mark| of == controller && (mark == "*" || written == mark);
        if !written.iter().any(known) {
            complaints
                .push(format!("uncovered.txt names [{controller} {mark}], which is not there"));
        }
    }
    complaints
}

/// The marks in the sources: `[controller N-M] OBSERVATION:`.
fn written(sources: &Path, complaints: &mut Vec<String>) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    let mut folders = vec![sources.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("the source can be read");
            for line in text.lines().filter(|line| line.contains("] OBSERVATION:")) {
                let inside = line.trim().strip_prefix("// [").and_then(|rest| rest.split_once(']'));
                let mark = inside.and_then(|(mark, _)| mark.split_once(' '));
                let Some((controller, mark)) = mark else {
                    complaints.push(format!("{}: not a mark: {line}", path.display()));
                    continue;
                };
                if !marks.insert((controller.to_owned(), mark.to_owned())) {
                    complaints.push(format!("[{controller} {mark}] stands there twice"));
                }
            }
        }
    }
    marks
}

/// The marks that folder names claim, each with one folder.
fn covered(cases: &Path) -> BTreeMap<Mark, String> {
    let mut marks = BTreeMap::new();
    for folder in case::folders(cases) {
        let name = |path: Option<&Path>| {
            path.and_then(Path::file_name)
                .and_then(|name| name.to_str())
                .unwrap_or_default()
                .to_owned()
        };
        let (controller, case) = (name(folder.parent()), name(Some(&folder)));
        let claimed = case.split_once('_').map_or("", |(marks, _)| marks);
        for mark in claimed.split('+') {
            let mark = (controller.clone(), mark.to_owned());
            marks.insert(mark, folder.display().to_string());
        }
    }
    marks
}

/// The marks that need no case: `controller N-M reason`, or `controller * reason` for all.
fn excused(file: &Path) -> BTreeSet<Mark> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.splitn(3, ' ').collect::<Vec<_>>().as_slice() {
            [controller, mark, reason] if !reason.is_empty() => {
                ((*controller).to_owned(), (*mark).to_owned())
            }
            _ => panic!("uncovered.txt: a line needs controller, mark and reason: {line}"),
        })
        .collect()
}
