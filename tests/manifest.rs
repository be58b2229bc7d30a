//! Manifests in, diagnostics and objects out. The cases are files in `tests/manifest`:
//!
//! - `<rule>/<case>.yaml` is an annotated manifest. A comment of carets under a line says what
//!   is found there (`# ^^^^ error: field-type`); `#@ 1-4 error: kind-missing` says so by
//!   columns. Behind ` | ` stand the words of the API server. `#! …` at the end is the
//!   refusal that kubectl prints for the next document that is refused. `UPDATE_EXPECT=1`
//!   writes them; read them line by line before you commit.
//! - `<case>.mended.yaml` beside it is the text with every offered correction applied
//!   (written in the same way).
//! - `kubectl.json` holds texts with what kubectl made of them (its README says how).
#![cfg(not(target_arch = "wasm32"))]

#[path = "manifest/annotated.rs"]
mod annotated;
#[path = "manifest/kubectl.rs"]
mod kubectl;
#[path = "manifest/limits.rs"]
mod limits;
#[path = "manifest/properties.rs"]
mod properties;

use std::collections::BTreeSet;
use std::fs;

use volume_lab::manifest::diagnostic::{CODES, Severity};
use volume_lab::manifest::{mend_all, parse};

#[test]
fn every_manifest_of_the_lecture_is_read_without_an_error() {
    let mut count = 0;
    for entry in fs::read_dir("tests/lecture").expect("tests/lecture") {
        let path = entry.expect("entry").path();
        let text = fs::read_to_string(&path).expect("text");
        let (mended, faults) = mend_all(&text);
        assert_eq!(faults > 0, path.ends_with("mongo-pvc-as-pasted.yaml"), "{}", path.display());
        let parsed = parse(&mended);
        let errors = parsed.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{}: {:?}", path.display(), parsed.diagnostics);
        assert!(parsed.objects().count() > 0, "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn a_field_path_leads_to_its_place() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {app.io/x: b}\n\
                spec:\n  containers:\n  - name: c\n    image: \"x\"\n";
    let parsed = parse(text);
    let document = &parsed.documents[0];
    let at = |span: volume_lab::manifest::span::Span| (span.start.line, span.start.column);
    let value = |path: &str| document.value_span(path).map(at);
    let key = |path: &str| document.key_span(path).map(at);
    assert_eq!(value("spec.containers[0].image"), Some((9, 12)));
    assert_eq!(key("spec.containers[0].image"), Some((9, 5)));
    assert_eq!(value("metadata.labels[app.io/x]"), Some((5, 22)));
    assert_eq!(value("spec.containers[1]"), None);
    assert_eq!(at(document.nearest_span("spec.containers[0].ports[0]")), (8, 5));
    assert_eq!(at(document.nearest_span("spec.nodeName")), (6, 1));
}

#[test]
fn every_code_has_its_sentence_and_its_case() {
    let keys_of = |language: &str, family: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(format!("static/locales/{language}.yaml")).expect("locale");
        let keys = text.lines().filter_map(|line| line.strip_prefix(family));
        keys.filter_map(|line| line.split_once(':').map(|pair| pair.0.to_owned())).collect()
    };
    let keys = |language: &str| keys_of(language, "diag.");
    let codes: BTreeSet<String> = CODES.iter().map(|&code| code.to_owned()).collect();
    assert_eq!(codes.len(), CODES.len(), "a code stands twice in CODES");
    assert_eq!(keys("en"), codes);
    assert_eq!(keys("ko"), codes);
    let mends = keys_of("en", "mend.");
    let without: Vec<String> =
        annotated::codes_with_mend().into_iter().filter(|code| !mends.contains(code)).collect();
    assert!(without.is_empty(), "no mend.<code> in the locales: {without:?}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return; // the cases are being written
    }
    let mut covered = annotated::codes();
    covered.extend(limits::CODES.iter().map(|&code| code.to_owned()));
    assert_eq!(covered, codes);
}
