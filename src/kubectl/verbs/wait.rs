//! `kubectl wait` (`pkg/cmd/wait`).

use serde_json::Value;

use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::apiserver::status::Status;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, duration, truth, value};
use super::super::input;
use super::super::jsonpath::{self, Template};
use super::super::names::{Asked, Space, asked, keys};
use super::super::pending::{Pending, Poll};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::{FIELD_SELECTOR, FILENAME, NOTHING_NAMED, OUTPUT, RECURSIVE, SELECTOR, TEMPLATE, Verb};

pub(super) const VERB: Verb = Verb { name: "wait", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    FIELD_SELECTOR,
    value("for", '\0'),
    duration("timeout", '\0'),
    truth("all", '\0'),
    truth("all-namespaces", 'A'),
    RECURSIVE,
    truth("local", '\0'),
    OUTPUT,
    TEMPLATE,
];

const PATH_FORM: &str = "jsonpath wait format must be \
     --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
enum Goal {
    Condition(String, String),
    Path(Template, Option<String>),
    Deleted,
    Created,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let goal = goal(arguments.get("for").unwrap_or_default())?;
    let timeout = arguments.duration("wait", "timeout")?.unwrap_or(30_000);
    let bound = match u64::try_from(timeout) {
        Ok(0) => Bound::Once,
        Ok(ms) => Bound::Until(session.now() + ms),
        Err(_) => Bound::None,
    };
    let keys = targets(session, arguments, &goal)?;
    if keys.is_empty() {
        return Err(Failure::message("no matching resources found"));
    }
    for key in keys {
        let (goal, state) = (goal.clone(), State::NotSeen);
        session.then(Pending::Condition(Condition { key, goal, bound, state }));
    }
    Ok(())
}

fn targets(
    session: &mut Session<'_>,
    arguments: &Arguments,
    goal: &Goal,
) -> Result<Vec<ObjectKey>, Failure> {
    if input::has_files(arguments) {
        let items = input::read(session, arguments)?;
        return Ok(items.into_iter().map(|item| item.key).collect());
    }
    let Some(wanted) = asked(&arguments.words)? else {
        return Err(Failure::message(NOTHING_NAMED));
    };
    let selector = Selector::of(arguments, wanted.first_type())?;
    let unnamed = matches!(wanted, Asked::Types(_));
    if unnamed && selector.is_empty() && !arguments.is_set("all") {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let everywhere = arguments.is_set("all-namespaces");
    let space = if everywhere { Space::All } else { Space::One(&session.namespace) };
    let _ = goal;
    Ok(keys(session, &wanted, space, &selector))
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

/// Waits until something holds for one object.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    key: ObjectKey,
    goal: Goal,
    bound: Bound,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    /// It looks once.
    Once,
    Until(SimTime),
    None,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    NotSeen,
    /// It was there, in this version.
    Seen(String),
}

impl Condition {
    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Result<Poll, Failure> {
        let object = session.cluster().object(&self.key);
        let version = object.map(|object| object.meta().resource_version.clone());
        let first = self.state == State::NotSeen;
        let is_news = match (&self.state, &version) {
            (State::Seen(old), Some(new)) => old != new,
            _ => true,
        };
        if is_news && met(object, &self.goal)? {
            // What was gone before anybody waited for it is passed over in silence.
            if !(first && self.goal == Goal::Deleted) {
                session.print(format!("{} condition met", shown(&self.key)));
            }
            return Ok(Poll::Done);
        }
        match version {
            None if self.goal != Goal::Created => {
                return Err(Failure::of(&self.key, Status::not_found(&self.key)));
            }
            None => {}
            Some(version) => self.state = State::Seen(version),
        }
        match self.bound {
            Bound::Until(deadline) => Ok(Poll::Wait(Some(deadline))),
            Bound::None => Ok(Poll::Wait(None)),
            Bound::Once => {
                let text = format!("condition not met for {}", self.name());
                Err(Failure::message(text))
            }
        }
    }

    pub(crate) fn time_is_up(&mut self, session: &mut Session<'_>) {
        session.fail(Failure::message(match self.goal {
            Goal::Created => "timed out waiting for the condition".to_owned(),
            _ => format!("timed out waiting for the condition on {}", self.name()),
        }));
    }

    fn name(&self) -> String {
        format!("{}/{}", self.key.kind.info().plural, self.key.name)
    }
}

fn met(object: Option<&Object>, goal: &Goal) -> Result<bool, Failure> {
    let Some(object) = object else { return Ok(*goal == Goal::Deleted) };
    match goal {
        Goal::Deleted => Ok(false),
        Goal::Created => Ok(true),
        Goal::Condition(kind, status) => Ok(has_condition(object, kind, status)),
        Goal::Path(template, wanted) => {
            let value = object.to_value();
            match template.find(&value).as_slice() {
                [] => Ok(false),
                [Value::Object(_) | Value::Array(_)] if wanted.is_some() => {
                    let text = "jsonpath leads to a nested object or list which is not supported";
                    Err(Failure::message(text))
                }
                [one] => Ok(wanted.as_ref().is_none_or(|wanted| jsonpath::plain(one) == *wanted)),
                _ => {
                    let text = "given jsonpath expression matches more than one value";
                    Err(Failure::message(text))
                }
            }
        }
    }
}

/// Whether the object says so of itself, and of its present specification.
fn has_condition(object: &Object, kind: &str, status: &str) -> bool {
    let value = object.to_value();
    let list = value.pointer("/status/conditions").and_then(Value::as_array);
    let is = |one: &Value, key: &str, wanted: &str| {
        one.get(key).and_then(Value::as_str).is_some_and(|v| v.eq_ignore_ascii_case(wanted))
    };
    let observed = |one: &Value| {
        let seen = one.get("observedGeneration").and_then(Value::as_i64);
        seen.is_none_or(|seen| seen == 0 || seen >= object.meta().generation)
    };
    let holds = |one: &Value| is(one, "type", kind) && is(one, "status", status) && observed(one);
    list.into_iter().flatten().any(holds)
}
