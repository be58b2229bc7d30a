//! What the cluster's name server answers: `tests/dns/<case>/manifest.yaml` is made on the cluster
//! `lab`, `script.txt` asks, and `answers.txt` holds the answers. `UPDATE_EXPECT=1` writes them.
//!
//! A line of a script is `SECONDS TYPE NAME` for an absolute name, or `SECONDS NAMESPACE TYPE
//! NAME` for the name as a Pod of the namespace looks it up.
#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use serde::Deserialize;
use serde_json::Value;
use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::time::SimTime;
use volume_lab::sim::dns::{self, Answer, RecordType};
use volume_lab::sim::engine::{Request, Simulation};
use volume_lab::sim::profile::Profile;

#[test]
fn names_are_answered_as_written_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dns");
    let folders = fs::read_dir(&root).expect("the folder of cases");
    let mut cases: Vec<PathBuf> = folders.map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let read = |name: &str| fs::read_to_string(case.join(name)).expect(name);
        let answers = answers(&read("manifest.yaml"), &read("script.txt"));
        expect_file![case.join("answers.txt")].assert_eq(&answers);
    }
}

fn answers(manifest: &str, script: &str) -> String {
    let mut sim = Simulation::new(Profile::lab());
    for document in serde_yaml::Deserializer::from_str(manifest) {
        let value = Value::deserialize(document).expect("YAML");
        let kind = value["kind"].as_str().and_then(Kind::named).expect("a kind");
        let mut object = Object::decode(kind, value).expect("an object");
        if kind.is_namespaced() && object.meta().namespace.is_empty() {
            "default".clone_into(&mut object.meta_mut().namespace);
        }
        sim.request("kubectl", Request::Create(object)).expect("the object is made");
    }
    let mut text = String::new();
    for line in script.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let seconds: u64 = words[0].parse().expect("a line begins with seconds");
        sim.run_until(SimTime(seconds * 1000));
        let cluster = sim.cluster();
        let kind = |word: &str| RecordType::named(word).expect("a type of record");
        writeln!(text, "{line}").expect("a String takes all");
        match words.as_slice() {
            [_, word, name] => write(&mut text, &dns::query(cluster, name, kind(word))),
            [_, namespace, word, name] => {
                let (found, answer) = dns::resolve(cluster, namespace, name, kind(word));
                writeln!(text, "  as {found}").expect("a String takes all");
                write(&mut text, &answer);
            }
            _ => panic!("no such line: {line}"),
        }
    }
    text
}

fn write(text: &mut String, answer: &Answer) {
    let rcode = answer.rcode.as_str();
    writeln!(text, "  {rcode}").expect("a String takes all");
    for record in &answer.answers {
        writeln!(text, "  {record}").expect("a String takes all");
    }
    for record in &answer.extra {
        writeln!(text, "  and {record}").expect("a String takes all");
    }
}
