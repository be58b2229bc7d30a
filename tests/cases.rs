//! The cases of Kubernetes: manifests and changes in, objects, events and refusals out. See
//! `tests/cases/SOURCE.md`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::print_stdout, reason = "the counts are the point")]

#[path = "support/assertions.rs"]
mod assertions;
#[path = "support/matchers.rs"]
mod matchers;
#[path = "support/steps.rs"]
mod steps;

use std::collections::BTreeMap;
use std::env;
use std::fs;

use serde_json::{Value, json};

use steps::Outcome;

const CASES: &str = "tests/cases/cases.yaml";
const DIFFERS: &str = "tests/cases/differs.txt";

#[test]
fn cases_go_as_in_kubernetes() {
    let other = env::var("CASES").ok();
    let only = env::var("CASE").ok();
    let cases = read(other.as_deref().unwrap_or(CASES));
    let mut accepted = if other.is_some() { BTreeMap::new() } else { differences() };
    let (mut passed, mut total, mut wrong) = (0, 0, Vec::new());
    for case in &cases {
        let id = case["id"].as_str().expect("a case has an id");
        if only.as_deref().is_some_and(|only| only != id) {
            continue;
        }
        let outcome = steps::run(case);
        total += 1;
        let reason = accepted.remove(id);
        passed += usize::from(outcome.complaints.is_empty());
        print(case, &outcome, reason.as_deref());
        match (outcome.complaints.is_empty(), reason) {
            (true, Some(_)) => wrong.push(format!("{id} passes and stands in {DIFFERS}")),
            (false, None) => wrong.push(format!("{id} fails")),
            _ => {}
        }
    }
    if only.is_none() {
        wrong.extend(accepted.keys().map(|id| format!("{DIFFERS}: there is no case {id}")));
    }
    println!("cases: {passed} of {total} pass");
    assert!(total > 0, "no case was found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn read(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).expect(path);
    let mut file: Value = serde_yaml::from_str(&text).expect(path);
    assert_eq!(file["format"], "k8s-storage-cases/1", "{path}");
    file["cases"].as_array_mut().map(std::mem::take).expect("a list of cases")
}

/// The accepted differences, each with its reason.
fn differences() -> BTreeMap<String, String> {
    let text = fs::read_to_string(DIFFERS).expect(DIFFERS);
    let pair = |line: &str| {
        let (id, reason) = line.split_once(": ").expect("a line is `id: reason`");
        (id.to_owned(), reason.to_owned())
    };
    text.lines().map(pair).collect()
}

fn print(case: &Value, outcome: &Outcome, reason: Option<&str>) {
    if outcome.complaints.is_empty() {
        return;
    }
    let word = if reason.is_some() { "differs" } else { "FAIL" };
    println!("{word} {} {}", matchers::plain(&case["id"]), matchers::plain(&case["title"]));
    if let Some(reason) = reason {
        println!("  accepted: {reason}");
    }
    for complaint in &outcome.complaints {
        println!("  {complaint}");
    }
}

#[test]
fn a_wrong_case_is_found_out() {
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1G"}}},
    });
    let field = |wanted: Value| {
        json!({"expect": [
            {"object": "pvc/default/c", "fields": {"/status/phase": wanted}}
        ]})
    };
    let event = |verb: &str, reason: &str| {
        let event = json!({"on": "pvc/default/c", "reason": reason});
        json!({"expect": [{verb: event}]})
    };
    let dns = |rcode: &str, answers: Value| {
        let query = "kubernetes.default.svc.cluster.local";
        let mut step = json!({"query": query, "type": "A", "rcode": rcode});
        if !answers.is_null() {
            step["answers"] = answers;
        }
        json!({"dns": step})
    };
    let counted = |equals: usize| json!({"expect": [{"count": {"kind": "pvc", "equals": equals}}]});
    let steps = [
        (field(json!("Pending")), 0),
        (field(json!("Bound")), 1),
        (field(json!({"oneOf": ["Bound", {"regex": "^Pend"}]})), 0),
        (field(json!({"absent": true})), 1),
        (event("event", "FailedBinding"), 0),
        (event("noEvent", "FailedBinding"), 1),
        (event("event", "Sleeping"), 1),
        (counted(1), 0),
        (counted(2), 1),
        (json!({"reject": {"object": claim, "message": {"regex": "exists$"}, "code": 409}}), 0),
        (json!({"reject": {"object": claim, "message": {"regex": "exists$"}, "code": 422}}), 1),
        (json!({"reject": {"object": claim, "message": "already exists"}}), 1),
        (json!({"create": [claim]}), 1),
        (json!({"expect": [{"objekt": "pvc/default/c"}]}), 1),
        (json!({"dance": {}}), 1),
        (json!({"dns": {"query": "a.b"}}), 1),
        (dns("NXDOMAIN", json!(null)), 1),
        (dns("NOERROR", json!(1)), 0),
        (dns("NOERROR", json!(2)), 1),
        (dns("NOERROR", json!(["10.96.0.1"])), 0),
        (dns("NOERROR", json!(["10.96.0.2"])), 1),
    ];
    for (step, complaints) in steps {
        let start = [json!({"create": [claim]}), json!({"run": {"seconds": 5}}), step.clone()];
        let outcome = steps::run(&json!({"steps": start}));
        assert_eq!(outcome.complaints.len(), complaints, "{step}: {:?}", outcome.complaints);
    }
}
