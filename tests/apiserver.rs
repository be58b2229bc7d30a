//! What the API server answers: `tests/apiserver/<case>/manifest.yaml` is written object by
//! object on the cluster `lab`, `answers.txt` holds the answers. An object that exists is written
//! over. `UPDATE_EXPECT=1` writes the answers.
#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use serde::Deserialize;
use serde_json::Value;
use volume_lab::api::kind::{Kind, Object};
use volume_lab::sim::engine::{Request, Simulation};
use volume_lab::sim::profile::Profile;

#[test]
fn every_answer_is_the_one_that_is_written_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apiserver");
    let folders = fs::read_dir(&root).expect("the folder of cases");
    let mut cases: Vec<PathBuf> = folders.map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let text = fs::read_to_string(case.join("manifest.yaml")).expect("a manifest");
        expect_file![case.join("answers.txt")].assert_eq(&answers(&text));
    }
}

fn answers(text: &str) -> String {
    let mut simulation = Simulation::new(Profile::lab());
    let mut answers = String::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let object = object(Value::deserialize(document).expect("YAML"));
        let (kind, name) = (object.kind().info().name, object.meta().name.clone());
        let known = simulation.cluster().object(&object.key()).is_some();
        let request = if known { Request::Update(object) } else { Request::Create(object) };
        let verb = if known { "configured" } else { "created" };
        let answer = match simulation.request("kubectl", request) {
            Ok(accepted) => {
                let warned = |all, text: &String| format!("{all}\n  warning: {text}");
                accepted.warnings.iter().fold(verb.to_owned(), warned)
            }
            Err(status) if status.errors.is_empty() => {
                format!("{}\n  {}", status.reason.as_str(), status.message)
            }
            Err(status) => {
                let listed = |all, error: &_| format!("{all}\n  {error}");
                let reason = status.reason.as_str().to_owned();
                status.errors.iter().fold(reason, listed).trim_end().to_owned()
            }
        };
        writeln!(answers, "{kind} {name}: {answer}").expect("a String takes all");
    }
    answers
}

fn object(mut value: Value) -> Object {
    let kind = value["kind"].as_str().and_then(Kind::named).expect("a kind");
    if kind.is_namespaced() && value["metadata"]["namespace"].is_null() {
        value["metadata"]["namespace"] = "default".into();
    }
    Object::decode(kind, value).expect("an object")
}
