//! The runner of the annotated manifests.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use volume_lab::manifest::diagnostic::{Diagnostic, apply_mend};
use volume_lab::manifest::parse;

/// One expected or found diagnostic: line, first and last column, what, and words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Note {
    line: usize,
    from: usize,
    to: usize,
    what: String,
    server: Option<String>,
}

fn cases() -> Vec<PathBuf> {
    let folders = fs::read_dir("tests/manifest").expect("tests/manifest");
    let folders = folders.map(|entry| entry.expect("entry").path()).filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = folders
        .flat_map(|folder| fs::read_dir(folder).expect("folder"))
        .map(|entry| entry.expect("entry").path())
        .filter(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            path.extension().is_some_and(|end| end == "yaml") && !stem.ends_with(".mended")
        })
        .collect();
    files.sort();
    files
}

/// The codes that some case expects.
pub(crate) fn codes() -> BTreeSet<String> {
    let texts = cases().into_iter().map(|path| fs::read_to_string(path).expect("text"));
    texts
        .flat_map(|text| expected(&text))
        .filter_map(|note| note.what.split_once(": ").map(|pair| pair.1.to_owned()))
        .collect()
}

/// The codes that come with a correction in some case.
pub(crate) fn codes_with_mend() -> BTreeSet<String> {
    let texts = cases().into_iter().map(|path| fs::read_to_string(path).expect("text"));
    let found = texts.flat_map(|text| parse(&text).diagnostics);
    found.filter(|found| found.mend.is_some()).map(|found| found.code.to_owned()).collect()
}

/// What a line says about the line of the manifest above it, if it says anything.
fn note(text: &str, line: usize) -> Option<Note> {
    let comment = text.trim_start().strip_prefix('#')?;
    let (from, to, rest) = if let Some(columns) = comment.strip_prefix("@ ") {
        let (columns, rest) = columns.split_once(' ')?;
        let (from, to) = columns.split_once('-')?;
        (from.parse().ok()?, to.parse().ok()?, rest)
    } else {
        let rest = comment.trim_start().strip_prefix('^')?;
        let before = text.chars().take_while(|&c| c != '^').count();
        let length = text.chars().skip(before).take_while(|&c| c == '^').count();
        (before + 1, before + length, rest.trim_start_matches('^').trim_start())
    };
    let (what, server) = match rest.split_once(" | ") {
        Some((what, words)) => (what, Some(words.replace('⏎', "\n"))),
        None => (rest, None),
    };
    Some(Note { line, from, to, what: what.trim().to_owned(), server })
}

fn expected(text: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut last = 0;
    for (number, line) in text.split('\n').enumerate() {
        match note(line, last) {
            Some(note) => notes.push(note),
            None => last = number + 1,
        }
    }
    notes.sort();
    notes
}

/// What was found, in the same form: the part of it that lies on its first line.
fn found(text: &str, diagnostic: &Diagnostic) -> Note {
    let span = diagnostic.span;
    let line = text.split('\n').nth(span.start.line as usize - 1).unwrap_or_default();
    let end = if span.end.line == span.start.line {
        span.end.column as usize
    } else {
        line.trim_end_matches('\r').chars().count() + 1
    };
    let from = span.start.column as usize;
    Note {
        line: span.start.line as usize,
        from,
        to: from.max(end.saturating_sub(1)),
        what: format!("{}: {}", diagnostic.severity.name(), diagnostic.code),
        server: diagnostic.server.clone(),
    }
}

/// The notes of one file that differ from what is found.
fn check(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("text");
    let parsed = parse(&text);
    let wanted = expected(&text);
    let mut got: Vec<Note> = parsed.diagnostics.iter().map(|d| found(&text, d)).collect();
    // Words are compared where the case has them.
    for note in &mut got {
        let same = |other: &&Note| (other.line, &other.what) == (note.line, &note.what);
        if wanted.iter().filter(same).all(|other| other.server.is_none()) {
            note.server = None;
        }
    }
    got.sort();
    let mut out = String::new();
    for note in got.iter().filter(|note| !wanted.contains(note)) {
        let _ = writeln!(out, "{}: found    {note:?}", path.display());
    }
    for note in wanted.iter().filter(|note| !got.contains(note)) {
        let _ = writeln!(out, "{}: expected {note:?}", path.display());
    }
    let refusals: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("#! ")).collect();
    let refused: Vec<String> = parsed
        .documents
        .iter()
        .filter_map(|document| Some(document.server_error()?.stderr("creating", "STDIN")))
        .map(|words| words.replace('\n', "⏎"))
        .collect();
    if !refusals.is_empty() && refusals != refused {
        let _ = writeln!(out, "{}: refused {refused:#?}", path.display());
    }
    out
}

/// The text without what is said about it.
fn plain(text: &str) -> String {
    let is_plain = |line: &&str| note(line, 0).is_none() && !line.starts_with("#! ");
    text.split('\n').filter(is_plain).collect::<Vec<_>>().join("\n")
}

/// Writes what is found into the file.
fn annotate(path: &Path) {
    let text = plain(&fs::read_to_string(path).expect("text"));
    let mut refusals: Vec<String> = parse(&text)
        .documents
        .iter()
        .filter_map(|document| document.server_error())
        .map(|refusal| format!("#! {}\n", refusal.stderr("creating", "STDIN").replace('\n', "⏎")))
        .collect();
    // What was recorded stays.
    if path.starts_with("tests/manifest/recorded") {
        let old = fs::read_to_string(path).expect("text");
        let lines = old.lines().filter(|line| line.starts_with("#! "));
        refusals = lines.map(|line| format!("{line}\n")).collect();
    }
    let whole = format!("{}{}", with_notes(&text, &[]), refusals.concat());
    // The comments move the lines that some words count: those words are left out.
    let seen: Vec<Option<String>> =
        parse(&whole).diagnostics.into_iter().map(|found| found.server).collect();
    let mut text = with_notes(&text, &seen);
    let words = |text: &str| -> Vec<String> {
        let documents = parse(text).documents;
        let refused = documents.iter().filter_map(|document| document.server_error());
        refused.map(|refusal| refusal.stderr("creating", "STDIN")).collect()
    };
    if words(&text) == words(&plain(&text)) {
        text.push_str(&refusals.concat());
    }
    fs::write(path, text).expect("write");
}

/// The text with comments below its lines. Words that are not among the given ones, if any
/// are, are left out.
fn with_notes(text: &str, seen: &[Option<String>]) -> String {
    let parsed = parse(text);
    let mut lines: Vec<String> = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        lines.push(line.to_owned());
        let notes = parsed.diagnostics.iter().map(|diagnostic| found(text, diagnostic));
        for note in notes.filter(|note| note.line == number + 1) {
            let known = seen.is_empty() || seen.contains(&note.server);
            let words = note
                .server
                .filter(|_| known)
                .map(|words| format!(" | {}", words.replace('\n', "⏎")));
            let rest = format!("{}{}", note.what, words.unwrap_or_default());
            lines.push(match note.from {
                1 => format!("#@ {}-{} {rest}", note.from, note.to),
                from => {
                    let carets = "^".repeat(note.to + 1 - from);
                    format!("#{}{carets} {rest}", " ".repeat(from - 2))
                }
            });
        }
    }
    lines.join("\n")
}

#[test]
fn every_annotated_manifest_says_what_is_found_and_how_to_mend_it() {
    let cases = cases();
    assert!(cases.len() > 20, "the cases were not found");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        for path in &cases {
            annotate(path);
        }
    }
    let complaints: String = cases.iter().map(|path| check(path)).collect();
    let complaints = complaints + &check_corrections(&cases);
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// The text with one correction after another applied.
fn mended(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..100 {
        let diagnostics = parse(&text).diagnostics;
        let Some(mend) = diagnostics.iter().find_map(|found| found.mend.as_ref()) else { break };
        text = apply_mend(&text, mend);
    }
    text
}

/// Where a correction leads to something else than the text beside.
fn check_corrections(cases: &[PathBuf]) -> String {
    let mut complaints = String::new();
    for path in cases {
        let text = fs::read_to_string(path).expect("text");
        let plain = plain(&text);
        let mended = mended(&plain);
        let beside = path.with_extension("mended.yaml");
        if mended == plain {
            if beside.exists() {
                let _ = writeln!(complaints, "{} is not needed", beside.display());
            }
        } else if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&beside, mended).expect("write");
        } else if fs::read_to_string(&beside).unwrap_or_default() != mended {
            let _ = writeln!(complaints, "{}:\n{mended}", beside.display());
        }
    }
    complaints
}
