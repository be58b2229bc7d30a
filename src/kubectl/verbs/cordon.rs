//! `kubectl cordon` and `uncordon` (`pkg/cmd/drain/drain.go` `RunCordonOrUncordon`).

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag};
use super::super::session::{Session, shown};
use super::apply::DRY_RUN;
use super::{SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "cordon", flags: FLAGS, run };

/// The flags, which `uncordon` shares.
pub(super) const FLAGS: &[Flag] = &[SELECTOR, DRY_RUN];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    mark(session, arguments, true)
}

/// Closes or opens nodes for new Pods.
pub(super) fn mark(
    session: &mut Session<'_>,
    arguments: &Arguments,
    unschedulable: bool,
) -> Result<(), Failure> {
    let done = if unschedulable { "cordoned" } else { "uncordoned" };
    if arguments.words.is_empty() {
        let verb = if unschedulable { "cordon" } else { "uncordon" };
        let text =
            format!("USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples");
        return Err(Failure::message(text));
    }
    for name in &arguments.words {
        let key = ObjectKey::new(Kind::Node, "", name.trim_start_matches("node/"));
        let mut object = match session.get(&key) {
            Ok(object) => object,
            Err(failure) => {
                session.fail(failure);
                continue;
            }
        };
        let Object::Node(node) = &mut object else { continue };
        if node.spec.unschedulable == unschedulable {
            session.print(format!("{} already {done}", shown(&key)));
            continue;
        }
        std::rc::Rc::make_mut(node).spec.unschedulable = unschedulable;
        match session.request(Request::Update(object)) {
            Ok(_) => session.print(format!("{} {done}", shown(&key))),
            Err(status) => session.fail(Failure::of(&key, status)),
        }
    }
    Ok(())
}
