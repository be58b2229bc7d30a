//! `kubectl scale` (`pkg/cmd/scale/scale.go`).

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, duration, number, truth, value};
use super::super::names::{Space, asked, keys};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::{FILENAME, KUSTOMIZE, NOTHING_NAMED, OUTPUT, RECURSIVE, SELECTOR, TEMPLATE, Verb};

pub(super) const VERB: Verb = Verb { name: "scale", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    number("replicas", '\0'),
    number("current-replicas", '\0'),
    value("resource-version", '\0'),
    duration("timeout", '\0'),
    truth("all", '\0'),
    KUSTOMIZE,
    RECURSIVE,
    OUTPUT,
    TEMPLATE,
    super::apply::DRY_RUN,
    truth("show-managed-fields", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let Some(replicas) = arguments.number("scale", "replicas")? else {
        return Err(Failure::message("required flag(s) \"replicas\" not set"));
    };
    let Ok(replicas @ 0..) = i32::try_from(replicas) else {
        let text = "The --replicas=COUNT flag is required, and COUNT must be greater than or \
                    equal to 0";
        return Err(Failure::message(text));
    };
    let current = arguments.number("scale", "current-replicas")?;
    let keys = targets(session, arguments)?;
    if keys.is_empty() {
        return Err(Failure::message("no objects passed to scale"));
    }
    for key in keys {
        match scale(session, &key, replicas, current) {
            Ok(()) => session.print(format!("{} scaled", shown(&key))),
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

fn targets(session: &mut Session<'_>, arguments: &Arguments) -> Result<Vec<ObjectKey>, Failure> {
    if !arguments.all("filename").is_empty() {
        let items = super::super::input::read(session, arguments)?;
        return Ok(items.into_iter().map(|item| item.key).collect());
    }
    let Some(wanted) = asked(&arguments.words)? else {
        return Err(Failure::message(NOTHING_NAMED));
    };
    let selector = Selector::of(arguments, wanted.first_type())?;
    let space = Space::One(&session.namespace);
    Ok(keys(session, &wanted, space, &selector))
}

fn scale(
    session: &mut Session<'_>,
    key: &ObjectKey,
    replicas: i32,
    current: Option<i64>,
) -> Result<(), Failure> {
    let mut object = session.get(key)?;
    let place = match &mut object {
        Object::StatefulSet(set) => &mut std::rc::Rc::make_mut(set).spec.replicas,
        Object::Deployment(deployment) => &mut std::rc::Rc::make_mut(deployment).spec.replicas,
        Object::ReplicaSet(set) => &mut std::rc::Rc::make_mut(set).spec.replicas,
        _ => {
            let text = "the server could not find the requested resource";
            return Err(Failure::api(Status::new(Reason::NotFound, text)));
        }
    };
    let now = i64::from(place.unwrap_or(1));
    if let Some(wanted) = current.filter(|wanted| *wanted != now) {
        let text = format!("Expected replicas to be {wanted}, was {now}");
        return Err(Failure::message(text));
    }
    *place = Some(replicas);
    debug_assert_ne!(key.kind, Kind::Pod);
    session.request(Request::Update(object)).map_err(|status| Failure::of(key, status))?;
    Ok(())
}
