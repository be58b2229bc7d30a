//! `kubectl cordon` and `uncordon` (`pkg/cmd/drain/drain.go` `RunCordonOrUncordon`).

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag};
use super::super::names::{Space, list};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::{SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "cordon", flags: FLAGS, run };

/// The flags, which `uncordon` shares.
pub(super) const FLAGS: &[Flag] = &[SELECTOR, DRY_RUN];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    mark_all(session, arguments, "cordon", true)
}

/// Closes or opens the nodes that are asked for.
pub(super) fn mark_all(
    session: &mut Session<'_>,
    arguments: &Arguments,
    verb: &str,
    unschedulable: bool,
) -> Result<(), Failure> {
    let dry = DryRun::of(arguments)?;
    for key in nodes(session, arguments, verb)? {
        mark(session, &key, unschedulable, dry);
    }
    Ok(())
}

/// The nodes that are asked for; one that is not there ends the command.
pub(super) fn nodes(
    session: &Session<'_>,
    arguments: &Arguments,
    verb: &str,
) -> Result<Vec<ObjectKey>, Failure> {
    let usage = |text: String| {
        Failure::message(format!("{text}\nSee 'kubectl {verb} -h' for help and examples"))
    };
    let selector = arguments.get("selector");
    if arguments.words.is_empty() && selector.is_none() {
        return Err(usage(format!("USAGE: {verb} NODE [flags]")));
    }
    if !arguments.words.is_empty() && selector.is_some_and(|selector| !selector.is_empty()) {
        let text = "cannot specify both a node name and a --selector option";
        return Err(usage(text.to_owned()));
    }
    if arguments.words.is_empty() {
        let selector = Selector::of(
            arguments,
            Some(super::super::names::Type::Kind(crate::api::kind::Kind::Node)),
        )?;
        let nodes = list(session.cluster(), Kind::Node, Space::All, &selector);
        return Ok(nodes.iter().map(Object::key).collect());
    }
    let mut keys = Vec::new();
    for word in &arguments.words {
        let name = match word.split_once('/') {
            None => word.as_str(),
            Some((kind, name)) if Kind::of_resource(kind) == Some(Kind::Node) => name,
            Some((kind, _)) => {
                let kind = Kind::of_resource(kind).map_or(kind, |kind| kind.info().plural);
                let text = format!("error: expected resource of type node, got \"{kind}\"");
                return Err(Failure::message(text));
            }
        };
        let key = ObjectKey::new(Kind::Node, "", name);
        session.get(&key)?;
        keys.push(key);
    }
    Ok(keys)
}

/// Closes or opens one node. A refusal is told, and is no failure of the command.
pub(super) fn mark(session: &mut Session<'_>, key: &ObjectKey, unschedulable: bool, dry: DryRun) {
    let done = if unschedulable { "cordoned" } else { "uncordoned" };
    let Ok(mut object) = session.get(key) else { return };
    let Object::Node(node) = &mut object else { return };
    if node.spec.unschedulable == unschedulable {
        return session.print(format!("{} already {done}{}", shown(key), dry.suffix()));
    }
    std::rc::Rc::make_mut(node).spec.unschedulable = unschedulable;
    let answer = match dry {
        DryRun::No => session.request(Request::Update(object)).err(),
        DryRun::Server => session.dry_request(Request::Update(object)).err(),
        DryRun::Client => None,
    };
    match answer {
        None => session.print(format!("{} {done}{}", shown(key), dry.suffix())),
        Some(status) => {
            let verb = if unschedulable { "cordon" } else { "uncordon" };
            let (name, why) = (&key.name, status.message);
            session.complain(format!("error: unable to {verb} node \"{name}\": {why}"));
        }
    }
}
