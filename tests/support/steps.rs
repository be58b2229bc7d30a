//! Runs the steps of a case.

use serde_json::{Map, Value};
use volume_lab::api::kind::{Kind, Object};
use volume_lab::sim::action::{Deletion, Propagation};
use volume_lab::sim::apiserver::status::Status;
use volume_lab::sim::dns::{self, Data, RecordType};
use volume_lab::sim::engine::{Request, Simulation};
use volume_lab::sim::profile::Profile;

use super::assertions;
use super::matchers::{is_message, key, list, single, text};

/// What a case gave.
#[derive(Default)]
pub(crate) struct Outcome {
    /// What is wrong, each with its step.
    pub(crate) complaints: Vec<String>,
}

/// How much longer, in milliseconds, an expectation may take to come true, and in what steps.
const PATIENCE: (u64, u64) = (80_000, 16_000);

/// Runs a case on a cluster of its own.
pub(crate) fn run(case: &Value) -> Outcome {
    let mut outcome = Outcome::default();
    let mut sim = Simulation::new(Profile::named("cases").expect("the profile is there"));
    let steps = list(case, "steps").unwrap_or_default();
    if steps.is_empty() {
        outcome.complaints.push("it has no steps".to_owned());
    }
    for (index, step) in steps.iter().enumerate() {
        let (verb, body) = single(step).unwrap_or(("?", step));
        let found = all(&mut sim, verb, body);
        let named = found.into_iter().map(|what| format!("step {index} {verb}: {what}"));
        outcome.complaints.extend(named);
    }
    outcome
}

/// Does a step; every complaint it gives.
fn all(sim: &mut Simulation, verb: &str, body: &Value) -> Vec<String> {
    let done: Vec<Result<(), String>> = match (verb, body) {
        ("create", Value::Array(objects)) => {
            objects.iter().map(|object| accepted(create(sim, object)).map(drop)).collect()
        }
        ("expect", Value::Array(expected)) => {
            expected.iter().map(|assertion| soon(sim, assertion)).collect()
        }
        _ => vec![one(sim, verb, body)],
    };
    done.into_iter().filter_map(Result::err).collect()
}

fn one(sim: &mut Simulation, verb: &str, body: &Value) -> Result<(), String> {
    match verb {
        "createWarn" => warned(sim, body),
        "reject" => {
            let answer = create(sim, &body["object"]);
            refused(answer.map(drop), &body["message"], body.get("code"))
        }
        "patch" => {
            let answer = patch(sim, body, Request::Update)?;
            match body.get("error") {
                Some(message) => refused(answer, message, body.get("code")),
                None => accepted(answer),
            }
        }
        "patchStatus" => accepted(patch(sim, body, Request::UpdateStatus)?),
        "delete" => delete(sim, body),
        "run" => {
            let seconds = body["seconds"].as_u64();
            let seconds = seconds.ok_or_else(|| format!("the case has no seconds: {body}"))?;
            sim.run_until(sim.now() + seconds * 1000);
            Ok(())
        }
        "dns" => names(sim, body),
        _ => Err(format!("no step is so: {body}")),
    }
}

/// Asks the cluster's name server. `answers` is how many there are, or the list of them; `target`
/// is the name in one of them.
fn names(sim: &Simulation, body: &Value) -> Result<(), String> {
    let kind = RecordType::named(text(body, "type")?);
    let kind = kind.ok_or_else(|| format!("no record has the type of {body}"))?;
    let answer = dns::query(sim.cluster(), text(body, "query")?, kind);
    let found: Vec<String> = answer
        .answers
        .iter()
        .map(|record| match &record.data {
            Data::Address(address) => address.clone(),
            Data::Name(name) | Data::Service { target: name, .. } => name.clone(),
        })
        .collect();
    let listed = |list: &[Value]| {
        let mut wanted: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        wanted == found
    };
    let right = text(body, "rcode")? == answer.rcode.as_str()
        && match body.get("answers") {
            None => true,
            Some(Value::Array(list)) => listed(list),
            Some(count) => count.as_u64() == u64::try_from(found.len()).ok(),
        }
        && body.get("target").is_none_or(|target| {
            let target = target.as_str().unwrap_or_default().trim_end_matches('.');
            found.iter().any(|name| name == target)
        });
    let (rcode, wanted) = (answer.rcode.as_str(), body);
    if right { Ok(()) } else { Err(format!("wanted {wanted}\n    found  {rcode} {found:?}")) }
}

/// Why a request was not done: its message and, from the API server, its code.
struct Refusal {
    message: String,
    code: Option<u16>,
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self { code: Some(status.reason.code()), message: status.message }
    }
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self { message, code: None }
    }
}

fn accepted<T>(answer: Result<T, Refusal>) -> Result<T, String> {
    answer.map_err(|refusal| format!("wanted it accepted\n    found  {}", refusal.message))
}

fn refused(
    answer: Result<(), Refusal>,
    message: &Value,
    code: Option<&Value>,
) -> Result<(), String> {
    let Err(refusal) = answer else {
        return Err(format!("wanted {message}\n    found  it accepted"));
    };
    if !is_message(message, &refusal.message)? {
        return Err(format!("wanted {message}\n    found  {:?}", refusal.message));
    }
    match code {
        Some(code) if refusal.code.is_none_or(|found| *code != found) => {
            Err(format!("wanted the code {code}\n    found  {:?}", refusal.code))
        }
        _ => Ok(()),
    }
}

/// Sends an object; the warnings that come back.
fn create(sim: &mut Simulation, value: &Value) -> Result<Vec<String>, Refusal> {
    let name = text(value, "kind")?;
    let kind = Kind::named(name).ok_or_else(|| format!("no kind is called `{name}`"))?;
    let mut object = decode(kind, value.clone())?;
    if kind.is_namespaced() && object.meta().namespace.is_empty() {
        object.meta_mut().namespace = "default".into();
    }
    let accepted = sim.request("kubectl", Request::Create(object))?;
    Ok(accepted.warnings.iter().map(ToString::to_string).collect())
}

fn warned(sim: &mut Simulation, body: &Value) -> Result<(), String> {
    let wanted = text(body, "warning")?;
    let warnings = accepted(create(sim, &body["object"]))?;
    if warnings.iter().any(|warning| warning.contains(wanted)) {
        return Ok(());
    }
    Err(format!("wanted the warning {wanted:?}\n    found  {warnings:?}"))
}

/// Changes an object by a JSON merge patch. The outer error is the case's own.
fn patch(
    sim: &mut Simulation,
    body: &Value,
    request: fn(Object) -> Request,
) -> Result<Result<(), Refusal>, String> {
    let key = key(text(body, "object")?)?;
    let Some(object) = sim.cluster().object(&key) else { return Err(format!("no {key}")) };
    let mut value = object.to_value();
    merge(&mut value, &body["merge"]);
    Ok(decode(key.kind, value).and_then(|object| {
        sim.request("kubectl", request(object))?;
        Ok(())
    }))
}

fn decode(kind: Kind, value: Value) -> Result<Object, Refusal> {
    Object::decode(kind, value).map_err(|error| Refusal::from(error.to_string()))
}

/// A JSON merge patch (RFC 7386).
fn merge(target: &mut Value, patch: &Value) {
    let Some(changes) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(fields) = target.as_object_mut() else { return };
    for (name, change) in changes {
        if change.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

fn delete(sim: &mut Simulation, body: &Value) -> Result<(), String> {
    let propagation = match body["propagationPolicy"].as_str() {
        Some("Orphan") => Propagation::Orphan,
        Some("Foreground") => Propagation::Foreground,
        Some("Background") | None => Propagation::Background,
        Some(other) => return Err(format!("no propagation policy is called `{other}`")),
    };
    let deletion = Deletion {
        key: key(text(body, "object")?)?,
        uid: String::new(),
        grace_seconds: body["gracePeriodSeconds"].as_i64(),
        propagation,
    };
    let answer = sim.request("kubectl", Request::Delete(deletion));
    accepted(answer.map(drop).map_err(Refusal::from))
}

/// Checks an assertion now and, when it does not hold, a little later in a copy.
fn soon(sim: &Simulation, assertion: &Value) -> Result<(), String> {
    let first = assertions::check(sim, assertion);
    if first.is_ok() {
        return first;
    }
    let (longest, step) = PATIENCE;
    let mut later = sim.clone();
    let end = sim.now() + longest;
    while later.now() < end {
        later.run_until(later.now() + step);
        if assertions::check(&later, assertion).is_ok() {
            return Ok(());
        }
    }
    first
}
