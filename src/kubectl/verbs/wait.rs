//! `kubectl wait` (`pkg/cmd/wait`).

use serde_json::Value;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::apiserver::status::Status;
use crate::sim::cluster::Cluster;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::jsonpath::{self, Template};
use super::super::names::{Asked, Space, asked, keys};
use super::super::selector::Selector;
use super::super::session::{Session, WEEK_MS, Waited, shown};
use super::{FIELD_SELECTOR, FILENAME, NOTHING_NAMED, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "wait", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    FIELD_SELECTOR,
    value("for", '\0'),
    value("timeout", '\0'),
    truth("all", '\0'),
    truth("all-namespaces", 'A'),
];

const PATH_FORM: &str = "jsonpath wait format must be \
     --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";

/// What is waited for.
enum Goal {
    Condition(String, String),
    Path(Template, Option<String>),
    Deleted,
    Created,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let goal = goal(arguments.get("for").unwrap_or_default())?;
    let timeout = arguments.duration("wait", "timeout")?.unwrap_or(30_000);
    let limit = u64::try_from(timeout).unwrap_or(WEEK_MS);
    let deadline = session.now() + limit;
    let selector = Selector::of(arguments, None)?;
    let Some(wanted) = asked(&arguments.words)? else {
        return Err(Failure::message(NOTHING_NAMED));
    };
    let unnamed = matches!(wanted, Asked::Types(_));
    if unnamed && selector.is_empty() && !arguments.is_set("all") {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let everywhere = arguments.is_set("all-namespaces");
    let space = if everywhere { Space::All } else { Space::One(&session.namespace) };
    let keys = keys(session, &wanted, space, &selector);
    if keys.is_empty() {
        return Err(Failure::message("no matching resources found"));
    }
    for key in keys {
        match wait(session, &key, &goal, deadline, limit) {
            Ok(true) => session.print(format!("{} condition met", shown(&key))),
            Ok(false) => {}
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

fn goal(text: &str) -> Result<Goal, Failure> {
    match text.to_ascii_lowercase().as_str() {
        "delete" => return Ok(Goal::Deleted),
        "create" => return Ok(Goal::Created),
        _ => {}
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (kind, status) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Goal::Condition(kind.to_owned(), status.to_owned()));
    }
    if let Some(path) = text.strip_prefix("jsonpath=") {
        let Some(close) = path.rfind('}') else { return Err(Failure::message(PATH_FORM)) };
        let (path, rest) = path.split_at(close + 1);
        let template = Template::parse(&jsonpath::relaxed(path))?;
        return match rest.trim_matches('\'') {
            "" => Ok(Goal::Path(template, None)),
            "=" => {
                let text = "jsonpath wait has to have a value after equal sign, like \
                            --for=jsonpath='{.status.readyReplicas}'=3";
                Err(Failure::message(text))
            }
            rest => match rest.strip_prefix('=') {
                Some(value) => Ok(Goal::Path(template, Some(value.to_owned()))),
                None => Err(Failure::message(PATH_FORM)),
            },
        };
    }
    let shown = if text.is_empty() { "[]".to_owned() } else { format!("\"{text}\"") };
    Err(Failure::message(format!("unrecognized condition: {shown}")))
}

/// Waits for one object; `false` when there was nothing to wait for.
fn wait(
    session: &mut Session<'_>,
    key: &ObjectKey,
    goal: &Goal,
    deadline: SimTime,
    limit: u64,
) -> Result<bool, Failure> {
    let exists = session.cluster().object(key).is_some();
    match goal {
        Goal::Deleted if !exists => return Ok(false),
        Goal::Deleted | Goal::Created => {}
        _ if !exists => return Err(Failure::of(key, Status::not_found(key))),
        _ => {}
    }
    let waited = session.wait_until(deadline, |cluster| {
        let gone = cluster.object(key).is_none();
        met(cluster, key, goal) || (gone && matches!(goal, Goal::Condition(..) | Goal::Path(..)))
    });
    if waited == Waited::Done {
        if met(session.cluster(), key, goal) {
            return Ok(true);
        }
        return Err(Failure::of(key, Status::not_found(key)));
    }
    session.waits_for_ever = waited == Waited::ForEver && limit >= WEEK_MS;
    if session.waits_for_ever {
        return Err(Failure::Silent);
    }
    session.sim.run_until(deadline);
    let name = format!("{}/{}", key.kind.info().plural, key.name);
    Err(Failure::message(match (goal, limit) {
        (Goal::Created, _) => "timed out waiting for the condition".to_owned(),
        (_, 0) => format!("condition not met for {name}"),
        _ => format!("timed out waiting for the condition on {name}"),
    }))
}

fn met(cluster: &Cluster, key: &ObjectKey, goal: &Goal) -> bool {
    let object = cluster.object(key);
    match (goal, object) {
        (Goal::Deleted, object) => object.is_none(),
        (Goal::Created, object) => object.is_some(),
        (_, None) => false,
        (Goal::Condition(kind, status), Some(object)) => {
            let value = object.to_value();
            let list = value.pointer("/status/conditions").and_then(Value::as_array);
            let is = |one: &Value, key: &str, wanted: &str| {
                one.get(key).and_then(Value::as_str).is_some_and(|v| v.eq_ignore_ascii_case(wanted))
            };
            let observed = |one: &Value| {
                let seen = one.get("observedGeneration").and_then(Value::as_i64);
                seen.is_none_or(|seen| seen == 0 || seen >= object.meta().generation)
            };
            list.into_iter()
                .flatten()
                .any(|one| is(one, "type", kind) && is(one, "status", status) && observed(one))
        }
        (Goal::Path(template, wanted), Some(object)) => {
            let value = object.to_value();
            let found = template.find(&value);
            match wanted {
                Some(wanted) => found.first().is_some_and(|one| jsonpath::plain(one) == *wanted),
                None => !found.is_empty(),
            }
        }
    }
}
