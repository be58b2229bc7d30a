//! Texts that went through kubectl: what it read, and what it wrote.

use std::fs;

use serde_json::Value;
use volume_lab::manifest::parse;
use volume_lab::manifest::write::to_yaml;

/// What we make of a text, in the form of `kubectl.json`.
fn ours(text: &str) -> Value {
    let parsed = parse(text);
    let Some(document) = parsed.documents.first() else { return Value::Null };
    match document.server_error() {
        Some(refusal) if refusal.stops_file() => refusal.stderr("creating", "STDIN").into(),
        _ => document.full.clone(),
    }
}

/// Numbers as floats: kubectl prints large ones without an exponent.
fn loosely(value: &Value) -> Value {
    match value {
        Value::Number(number) => serde_json::json!(number.as_f64()),
        Value::Array(items) => items.iter().map(loosely).collect(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), loosely(v))).collect(),
        other => other.clone(),
    }
}

#[test]
fn texts_are_read_as_kubectl_reads_them() {
    let text = fs::read_to_string("tests/manifest/kubectl.json").expect("kubectl.json");
    let rows: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert!(rows.len() > 200);
    let mut complaints = Vec::new();
    for row in &rows {
        let text = row["text"].as_str().expect("text");
        let same = loosely(&ours(text)) == loosely(&row["kubectl"]);
        let accepted = row["differs"].as_str();
        match (same, accepted) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(_)) => complaints.push(format!("{text:?} differs no more")),
            (false, None) => {
                complaints.push(format!("{text:?}\n  ours    {}\n  kubectl {}", ours(text), row));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn values_are_written_as_kubectl_writes_them() {
    for name in ["strings", "shapes"] {
        let json = fs::read_to_string(format!("tests/manifest/written/{name}.in")).expect("in");
        let value: Value = serde_json::from_str(&json).expect("JSON");
        let yaml = fs::read_to_string(format!("tests/manifest/written/{name}.out")).expect("out");
        for (ours, theirs) in to_yaml(&value).lines().zip(yaml.lines()) {
            assert_eq!(ours, theirs, "{name}");
        }
        assert_eq!(to_yaml(&value), yaml, "{name}");
    }
}
