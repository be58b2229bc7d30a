//! What differs from run to run of a cluster, folded to the same.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value;

use super::compare::{array, text};

/// Patterns and what takes their place.
pub(crate) struct Folding {
    /// Whether nodes are told apart.
    pub(crate) exact: bool,
    rules: Vec<(Regex, &'static str)>,
    age: Regex,
}

const RULES: &[(&str, &str)] = &[
    (r" *\(x\d+ over [\dhms]+\)", ""),
    (r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w+ \d{4} [\d:]+ [+-]\d{4}", "<time>"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>"),
    (r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.(?:\d{1,3}\b|<n>)", "<ip>"),
    ("<node ip>", "<ip>"),
    (r"\((\w* ?)[\dhms]+( ago)?\)", "(${1}<age>${2})"),
    (r#"([a-z0-9.-]+\.io/[a-z0-9-]+)_[^\s"|]+"#, "${1}_<id>"),
    (r"\bcsi-[0-9a-f]{64}\b", "csi-<hash>"),
    (r"\b[0-9a-f]{64}\b", "<id>"),
    (r"(containerd://|sha256:)(?:<id>|[0-9a-f]{8,})", "${1}<id>"),
    ("<uid of [\\w/-]+>|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
    ("(kube-api-access-)(?:<id>|[a-z0-9]{5})", "${1}<id>"),
    ("Successfully pulled image \"([^\"]+)\" in .*", "Successfully pulled image \"${1}\" in <t>"),
];

impl Folding {
    /// The patterns.
    pub(crate) fn new(exact: bool) -> Self {
        let free = (!exact).then_some((r"\bwork[12]\b", "<node>"));
        let compile =
            |(pattern, to): (&str, &'static str)| (Regex::new(pattern).expect(pattern), to);
        let rules = RULES.iter().copied().chain(free).map(compile).collect();
        let age = Regex::new(r"^(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?$").expect("a pattern");
        Self { exact, rules, age }
    }

    /// A text with all of it folded.
    pub(crate) fn fold(&self, text: &str) -> String {
        let fold = |text: String, (pattern, to): &(Regex, &str)| {
            pattern.replace_all(&text, *to).into_owned()
        };
        self.rules.iter().fold(text.to_owned(), fold)
    }

    /// What a command printed: one line a row, blanks folded; rows of tables and of the event
    /// list in any order.
    pub(crate) fn output(&self, text: &str, command: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for line in self.fold(text).lines() {
            let words: Vec<&str> = line
                .split_whitespace()
                .map(|word| if self.age.is_match(word) { "<age>" } else { word })
                .filter(|word| word.chars().any(|c| c != '-'))
                .collect();
            if !words.is_empty() {
                lines.push(words.join(" "));
            }
        }
        if command.starts_with("get ") || command.starts_with("drain ") {
            lines.sort();
        }
        if let Some(events) = lines.iter().position(|line| line == "Events:") {
            let mut rows = lines.split_off(events + 1);
            rows.sort();
            rows.dedup();
            lines.extend(rows);
        }
        lines.join("\n")
    }

    /// A value with all its texts folded.
    pub(crate) fn clean(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) => Value::Object(
                map.iter().map(|(key, value)| (self.fold(key), self.clean(value))).collect(),
            ),
            Value::Array(items) => items.iter().map(|item| self.clean(item)).collect(),
            Value::String(text) => self.fold(text).into(),
            other => other.clone(),
        }
    }
}

/// A recording in which names that the cluster makes up are told apart by their order of
/// appearance (`<rev1>`, `<pod1>`), and provisioned volumes by their claims.
pub(crate) fn canonical(recording: &Value) -> Value {
    let mut names = MadeUp::default();
    let entries = || array(recording, "steps").iter().flat_map(|step| array(step, "log"));
    for entry in entries() {
        names.look_at(entry);
    }
    for entry in entries() {
        let name = text(entry, "object").strip_prefix("PersistentVolume/").unwrap_or_default();
        let claim = entry.get("state").map_or("", |state| text(state, "claim"));
        if name.starts_with("pvc-") && !claim.is_empty() {
            let claim = claim.split(' ').next().unwrap_or(claim);
            let claim = claim.rsplit('/').next().unwrap_or(claim);
            names.add(name, format!("pvc-of-{claim}"));
        }
    }
    let mut text = recording.to_string();
    let mut pairs: Vec<(&String, &String)> = names.known.iter().collect();
    pairs.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
    for (old, new) in pairs {
        text = replace_word(&text, old, new);
    }
    serde_json::from_str(&text).expect("names stand in texts only")
}

#[derive(Default)]
struct MadeUp {
    known: BTreeMap<String, String>,
    revisions: usize,
    pods: usize,
}

const GENERATED: [&str; 3] =
    ["controller-revision-hash", "pod-template-hash", "batch.kubernetes.io/job-name"];

impl MadeUp {
    fn add(&mut self, old: &str, new: String) {
        self.known.entry(old.to_owned()).or_insert(new);
    }

    fn revision(&mut self, hash: &str) {
        if !hash.is_empty() && !self.known.contains_key(hash) {
            self.revisions += 1;
            self.add(hash, format!("<rev{}>", self.revisions));
        }
    }

    fn look_at(&mut self, entry: &Value) {
        let Some((kind, name)) = text(entry, "object").split_once('/') else { return };
        let nothing = Value::Null;
        let state = entry.get("state").unwrap_or(&nothing);
        let labels = state.get("labels").unwrap_or(&nothing);
        let hashes = [
            text(state, "currentRevision"),
            text(state, "updateRevision"),
            text(labels, "controller-revision-hash"),
            text(labels, "pod-template-hash"),
        ];
        let last = |text: &str| text.rsplit('-').next().unwrap_or_default().to_owned();
        for hash in hashes {
            self.revision(&last(hash));
        }
        let end = last(name);
        match kind {
            "ControllerRevision" | "ReplicaSet" => self.revision(&end),
            "EndpointSlice" => self.add(&end, "<slice>".to_owned()),
            "Pod" => {
                let named = labels.get("statefulset.kubernetes.io/pod-name").is_some();
                let generated = GENERATED.iter().any(|key| labels.get(*key).is_some());
                if !named && generated && is_suffix(&end) && !self.known.contains_key(&end) {
                    self.pods += 1;
                    self.add(&end, format!("<pod{}>", self.pods));
                }
            }
            _ => {}
        }
    }
}

/// Whether a name ends as generated names do.
fn is_suffix(end: &str) -> bool {
    end.len() == 5 && end.chars().all(|c| "bcdfghjklmnpqrstvwxz2456789".contains(c))
}

/// Replaces a word where no letter, digit or underscore stands beside it.
fn replace_word(text: &str, old: &str, new: &str) -> String {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(index) = rest.find(old) {
        let (before, after) = (&rest[..index], &rest[index + old.len()..]);
        let left = before.chars().next_back().or_else(|| out.chars().next_back());
        out.push_str(before);
        let whole = !inside(left) && !inside(after.chars().next());
        out.push_str(if whole { new } else { old });
        rest = after;
    }
    out.push_str(rest);
    out
}
