//! Compares a replay with a recording of a real cluster: outputs, states, histories, times and
//! events, each as a check with a name and a value. What may differ from run to run (uids,
//! addresses, made-up names, ages) is folded to the same.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::{Map, Value, json};

use super::folding::{Folding, canonical};

/// A check's value; times are equal when they are close.
#[derive(Clone, Debug)]
pub(crate) enum Finding {
    /// Anything that must be equal.
    Value(Value),
    /// A step and seconds from its start.
    When(usize, f64),
}

impl PartialEq for Finding {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a == b,
            (Self::When(step, a), Self::When(other, b)) => {
                step == other && (a - b).abs() <= 1.5 + 0.15 * a.max(*b)
            }
            _ => false,
        }
    }
}

/// Checks by name.
pub(crate) type Checks = BTreeMap<String, Finding>;

/// One check that does not match.
#[derive(Debug)]
pub(crate) struct Difference {
    /// The check.
    pub(crate) name: String,
    /// What the real cluster did.
    pub(crate) want: Option<Finding>,
    /// What the simulation did.
    pub(crate) got: Option<Finding>,
}

/// The outcome for one recording.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How many checks match.
    pub(crate) matched: usize,
    /// How many there are.
    pub(crate) total: usize,
    /// Those that do not.
    pub(crate) differences: Vec<Difference>,
}

/// Compares a replay with its recording.
pub(crate) fn compare(recording: &Value, replay: &Value) -> Outcome {
    let folding = Folding::new(names_nodes(recording));
    let mut want = checks(recording, &folding);
    let mut got = checks(replay, &folding);
    for name in array(recording, "unstable") {
        want.remove(name.as_str().unwrap_or_default());
        got.remove(name.as_str().unwrap_or_default());
    }
    let names: BTreeSet<&String> = want.keys().chain(got.keys()).collect();
    let total = names.len();
    let differences: Vec<Difference> = names
        .into_iter()
        .filter(|name| want.get(*name) != got.get(*name))
        .map(|name| Difference {
            name: name.clone(),
            want: want.get(name).cloned(),
            got: got.get(name).cloned(),
        })
        .collect();
    Outcome { matched: total - differences.len(), total, differences }
}

/// A scenario that names nodes is compared node by node; else the scheduler is free.
fn names_nodes(recording: &Value) -> bool {
    let node = Regex::new("work[12]").expect("a pattern");
    let asks = |step: &Value| {
        ["apply", "kubectl", "node"].iter().any(|key| node.is_match(text(step, key)))
    };
    array(recording, "steps").iter().any(asks)
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn checks(recording: &Value, folding: &Folding) -> Checks {
    let recording = canonical(recording);
    let mut seen = Seen::default();
    for (index, step) in array(&recording, "steps").iter().enumerate() {
        let exit = step.get("exit").cloned().unwrap_or_default();
        seen.put(format!("output {index} exit"), exit);
        let printed = format!("{}\n{}", text(step, "stdout"), text(step, "stderr"));
        let printed = folding.output(&printed, text(step, "kubectl"));
        seen.put(format!("output {index} text"), printed.into());
        for entry in array(step, "log") {
            seen.entry(index, entry, folding);
        }
        for (name, state) in &seen.objects {
            let mut state = state.clone();
            if !folding.exact {
                state.remove("node");
            }
            let state = folding.clean(&Value::Object(state));
            let check = format!("state {index} {name}");
            seen.checks.insert(check, Finding::Value(state));
        }
    }
    seen.finish()
}

/// What was read of a log so far.
#[derive(Default)]
struct Seen {
    checks: Checks,
    objects: BTreeMap<String, Map<String, Value>>,
    history: BTreeMap<String, Vec<String>>,
    events: BTreeSet<String>,
    order: Vec<(&'static str, String)>,
}

impl Seen {
    fn put(&mut self, name: String, value: Value) {
        self.checks.insert(name, Finding::Value(value));
    }

    fn entry(&mut self, step: usize, entry: &Value, folding: &Folding) {
        let at = entry.get("t").and_then(Value::as_f64).unwrap_or(0.0);
        if entry.get("object").is_some() {
            let name = folding.fold(text(entry, "object"));
            let state = entry.get("state").and_then(Value::as_object).cloned().unwrap_or_default();
            self.object(step, at, name, entry.get("new").is_some(), state);
        } else if entry.get("gone").is_some() {
            let name = folding.fold(text(entry, "gone"));
            let Some(history) = self.history.get_mut(&name) else { return };
            self.objects.remove(&name);
            history.push("gone".to_owned());
            let check = format!("timing {name} {} gone", history.len());
            self.checks.insert(check, Finding::When(step, at));
            if name.starts_with("Pod/") {
                self.order.push(("gone", name));
            }
        } else if !text(entry, "message").contains("the object has been modified") {
            let name = folding.fold(text(entry, "event"));
            let (kind, reason) = (text(entry, "type"), text(entry, "reason"));
            let message = folding.fold(text(entry, "message"));
            let (message, from) = (message.trim(), folding.fold(text(entry, "from")));
            self.events.insert(format!("events {name} {kind} | {reason} | {message} | {from}"));
        }
    }

    fn object(
        &mut self,
        step: usize,
        at: f64,
        name: String,
        is_new: bool,
        state: Map<String, Value>,
    ) {
        let is_pod = name.starts_with("Pod/");
        if is_new && is_pod {
            self.order.push(("create", name.clone()));
        }
        let before = self.objects.get(&name).cloned().unwrap_or_default();
        let deleting = |state: &Map<String, Value>| {
            state.get("deleting").and_then(Value::as_bool) == Some(true)
        };
        let phase = state.get("phase").and_then(Value::as_str).unwrap_or_default();
        let phase = if deleting(&state) { format!("deleting {phase}") } else { phase.to_owned() };
        let history = self.history.entry(name.clone()).or_default();
        if history.last() != Some(&phase) {
            history.push(phase.clone());
            if !phase.trim().is_empty() {
                let check = format!("timing {name} {} {phase}", history.len());
                self.checks.insert(check, Finding::When(step, at));
            }
        }
        let ready = |state: &Map<String, Value>| {
            let condition = state.get("conditions").and_then(|all| all.get("Ready"));
            condition.and_then(Value::as_str).is_some_and(|text| text.starts_with("True"))
        };
        if is_pod && ready(&state) && !ready(&before) {
            self.order.push(("ready", name.clone()));
        }
        if is_pod && deleting(&state) && !deleting(&before) {
            self.order.push(("delete", name.clone()));
        }
        self.objects.insert(name, state);
    }

    fn finish(mut self) -> Checks {
        for (name, history) in &self.history {
            let check = format!("history {name}");
            self.checks.insert(check, Finding::Value(json!(history)));
        }
        for check in &self.events {
            self.checks.insert(check.clone(), Finding::Value(true.into()));
        }
        for (set, order) in self.orders() {
            self.checks.insert(format!("history order of {set}"), Finding::Value(json!(order)));
        }
        self.checks
    }

    /// The order in which the Pods of each set came, became Ready and went. What happens in one
    /// breath has no order: runs of the same verb are sorted.
    fn orders(&self) -> BTreeMap<String, Vec<String>> {
        let member = Regex::new(r"^Pod/(.+)-(\d+)$").expect("a pattern");
        let mut sets: BTreeMap<String, Vec<Vec<(&str, String)>>> = BTreeMap::new();
        for (verb, name) in &self.order {
            let Some(parts) = member.captures(name) else { continue };
            let runs = sets.entry(parts[1].to_owned()).or_default();
            let item = (*verb, parts[2].to_owned());
            match runs.last_mut() {
                Some(run) if run[0].0 == *verb => run.push(item),
                _ => runs.push(vec![item]),
            }
        }
        let flat = |runs: Vec<Vec<(&str, String)>>| {
            let mut list = Vec::new();
            for mut run in runs {
                run.sort();
                list.extend(run.into_iter().map(|(verb, number)| format!("{verb} {number}")));
            }
            list
        };
        sets.into_iter().map(|(set, runs)| (set, flat(runs))).collect()
    }
}
