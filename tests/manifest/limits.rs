//! Texts that are too large, too deep, too many or no texts.

use volume_lab::manifest::diagnostic::Diagnostic;
use volume_lab::manifest::limits::{DOCUMENTS_MAX, TEXT_MAX};
use volume_lab::manifest::{Parsed, from_bytes, parse};

/// The codes that are covered here and not by a file.
pub(crate) const CODES: &[&str] = &[
    "byte-order-mark",
    "control-character",
    "json-syntax",
    "nested-too-deep",
    "not-utf8",
    "text-too-large",
    "too-many-diagnostics",
    "too-many-documents",
    "too-many-values",
];

const OBJECT: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";

fn codes(parsed: &Parsed) -> Vec<&'static str> {
    parsed.diagnostics.iter().map(|found| found.code).collect()
}

fn at(found: &Diagnostic) -> (u32, u32) {
    (found.span.start.line, found.span.start.column)
}

#[test]
fn an_empty_text_has_no_objects_and_no_faults() {
    for text in ["", "\n", "# nothing\n", "---\n---\n", "---", " \r\n"] {
        assert_eq!(parse(text), Parsed::default(), "{text:?}");
    }
}

#[test]
fn more_than_a_mebibyte_is_not_read() {
    let mut text = OBJECT.to_owned();
    text.push_str(&"#".repeat(TEXT_MAX - text.len()));
    assert_eq!(codes(&parse(&text)), [""; 0]);
    text.push('#');
    let parsed = parse(&text);
    assert_eq!(codes(&parsed), ["text-too-large"]);
    let args = [("size", (TEXT_MAX + 1).to_string()), ("limit", TEXT_MAX.to_string())];
    assert_eq!(parsed.diagnostics[0].args, args);
    let (kept, parsed) = from_bytes(text.as_bytes());
    assert_eq!((kept, codes(&parsed)), (text, vec!["text-too-large"]));
}

#[test]
fn a_bomb_of_aliases_does_not_go_off() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in ('a'..'i').zip('b'..='i') {
        text.extend([format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 9].join(", "))]);
    }
    let parsed = parse(&format!("{text}---\n{OBJECT}"));
    assert_eq!(codes(&parsed)[0], "too-many-values");
    let words = "yaml: document contains excessive aliasing";
    assert_eq!(parsed.diagnostics[0].server.as_deref(), Some(words));
}

#[test]
fn many_small_bombs_are_one_large_one() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in ('a'..'e').zip('b'..='e') {
        bomb.extend([format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 9].join(", "))]);
    }
    // Each has 70,000 values, then a fault of the syntax or of copying.
    for fault in ["x: y: z\n", "x: “y” // z\n  - w\n", "x: [\n]\ny: z: w\n"] {
        let text = format!("{bomb}{fault}---\n").repeat(900);
        assert!(codes(&parse(&text)).contains(&"too-many-values"), "{fault}");
    }
}

#[test]
fn only_so_many_documents_are_read() {
    let parsed = parse(&format!("---\n{OBJECT}").repeat(10_000));
    assert_eq!(parsed.documents.len(), DOCUMENTS_MAX);
    assert_eq!(codes(&parsed), ["too-many-documents"]);
    let item = "- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n".repeat(10_000);
    let parsed = parse(&format!("apiVersion: v1\nkind: List\nitems:\n{item}"));
    assert_eq!(parsed.documents.len(), DOCUMENTS_MAX);
    assert_eq!(codes(&parsed), ["too-many-documents"]);
}

#[test]
fn deep_nesting_is_refused_and_the_next_document_read() {
    let flow = format!("a: {}{}\n", "[".repeat(1000), "]".repeat(1000));
    let dashes = format!("a:\n  {}x\n", "- ".repeat(1000));
    let block: String = (0..1000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let json = format!("{{\"a\": {}{}}}", "[".repeat(1000), "]".repeat(1000));
    for text in [flow, dashes, block] {
        let parsed = parse(&format!("{text}---\n{OBJECT}"));
        assert_eq!(codes(&parsed), ["nested-too-deep"]);
        assert_eq!(parsed.objects().count(), 1);
    }
    assert_eq!(codes(&parse(&json)), ["nested-too-deep"]);
    let mut text = "x: &a0 [1]\n".to_owned();
    for n in 0..200 {
        text.extend([format!("k{n}: &a{} [*a{n}]\n", n + 1)]);
    }
    assert_eq!(codes(&parse(&text)), ["nested-too-deep"]);
}

#[test]
fn only_so_many_values_and_messages_come_of_a_text() {
    let parsed = parse(&format!("a: [{}]\n", "1,".repeat(200_000)));
    assert_eq!(codes(&parsed), ["too-many-values"]);
    let fields: String = (0..2000).map(|n| "zzz".to_owned() + &n.to_string() + ": 1\n").collect();
    let parsed = parse(&format!("{OBJECT}{fields}"));
    assert_eq!(parsed.diagnostics.len(), 501);
    assert_eq!(codes(&parsed)[500], "too-many-diagnostics");
}

#[test]
fn json_is_read_with_the_words_of_go() {
    let object = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}"#;
    assert_eq!(codes(&parse(&format!("{object}\n{object}"))), [""; 0]);
    let broken = "{\"apiVersion\": \"v1\" \"kind\": \"Namespace\"}";
    let parsed = parse(&format!("{object}\n{broken}"));
    assert_eq!((codes(&parsed), at(&parsed.diagnostics[0])), (vec!["json-syntax"], (2, 21)));
    assert_eq!(parsed.objects().count(), 1);
    let words = parsed.documents[1].server_error().map(|refusal| refusal.stderr("creating", "f"));
    let wanted = "error: error parsing f: json: offset 90: invalid character '\"' after object \
                  key:value pair";
    assert_eq!(words.as_deref(), Some(wanted));
    let words = "unexpected EOF";
    assert_eq!(parse("{\"a\": [1").diagnostics[0].server.as_deref(), Some(words));
    // What is YAML with braces is read as such.
    let yaml = "{apiVersion: v1, kind: Namespace, metadata: {name: a,}}\n";
    assert_eq!(parse(yaml).objects().count(), 1);
    let tabs = object.replace(", ", ",\n\t");
    assert_eq!(codes(&parse(&tabs)), [""; 0]);
}

#[test]
fn bytes_that_are_no_text_are_reported_where_they_are() {
    let (text, parsed) = from_bytes(b"apiVersion: v1\nkind: Name\xffspace\n");
    assert_eq!(text, "apiVersion: v1\nkind: Name\u{fffd}space\n");
    assert_eq!((parsed.diagnostics[0].code, at(&parsed.diagnostics[0])), ("not-utf8", (2, 11)));
    assert_eq!(parsed.diagnostics[0].args, [("offset", "25".to_owned())]);
    let parsed = parse("apiVersion: v1\nkind: Name\0space\n");
    assert_eq!(
        (parsed.diagnostics[0].code, at(&parsed.diagnostics[0])),
        ("control-character", (2, 11))
    );
    let words = "yaml: control characters are not allowed";
    assert_eq!(parsed.diagnostics[0].server.as_deref(), Some(words));
}

#[test]
fn what_windows_writes_is_read() {
    let lines = OBJECT.replace('\n', "\r\n");
    assert_eq!(codes(&parse(&lines)), [""; 0]);
    assert_eq!(parse(&lines).documents[0].value, parse(OBJECT).documents[0].value);
    let marked = parse(&format!("\u{feff}{lines}"));
    assert_eq!(codes(&marked), ["byte-order-mark"]);
    assert_eq!(marked.objects().count(), 1);
    let wide = "\u{feff}".chars().chain(OBJECT.chars());
    let little: Vec<u8> = wide.flat_map(|c| (c as u16).to_le_bytes()).collect();
    assert_eq!(from_bytes(&little).0, OBJECT);
}
