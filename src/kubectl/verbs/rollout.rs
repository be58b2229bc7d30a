//! `kubectl rollout` (`pkg/cmd/rollout`): status, history, undo, pause, resume, restart.

mod history;
mod status;
mod undo;

use serde_json::json;

use crate::api::kind::Object;
use crate::api::object::ObjectKey;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::merge::apply_strategic;
use super::super::names::{Asked, Space, Type, asked, keys};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::patch::write;
use super::{FILENAME, OUTPUT, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "rollout", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    SELECTOR,
    truth("watch", 'w'),
    value("timeout", '\0'),
    value("revision", '\0'),
    value("to-revision", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let Some((command, words)) = arguments.words.split_first() else {
        session.print("Manage the rollout of one or many resources.");
        return Err(Failure::Silent);
    };
    let action: fn(&mut Session<'_>, &Arguments, &ObjectKey) -> Result<(), Failure> =
        match command.as_str() {
            "status" => status::run,
            "history" => history::run,
            "undo" => undo::run,
            "pause" => pause,
            "resume" => resume,
            "restart" => restart,
            other => {
                return Err(Failure::message(format!(
                    "unknown command \"{other}\"\nSee 'kubectl rollout -h' for help and examples"
                )));
            }
        };
    let Some(wanted) = asked(words)? else {
        return Err(Failure::message("required resource not specified"));
    };
    let selector = Selector::of(arguments, None::<Type>)?;
    if selector.is_empty() && command != "history" && matches!(wanted, Asked::Types(_)) {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let keys = keys(session, &wanted, Space::One(&session.namespace), &selector);
    if keys.is_empty() {
        let text = format!("No resources found in {} namespace.", session.namespace);
        session.complain(text);
    }
    for key in keys {
        let result = action(session, arguments, &key);
        session.note(result);
    }
    Ok(())
}

/// `statefulsets.apps "web"`.
fn quoted(key: &ObjectKey) -> String {
    format!("{} \"{}\"", key.kind.qualified_plural(), key.name)
}

fn pause(session: &mut Session<'_>, arguments: &Arguments, key: &ObjectKey) -> Result<(), Failure> {
    set_paused(session, arguments, key, true)
}

fn resume(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
) -> Result<(), Failure> {
    set_paused(session, arguments, key, false)
}

/// Only Deployments can be paused (`objectpauser.go`, `objectresumer.go`).
fn set_paused(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
    pause: bool,
) -> Result<(), Failure> {
    let mut object = session.get(key)?;
    let Object::Deployment(deployment) = &mut object else {
        let verb = if pause { "pausing" } else { "resuming" };
        return Err(Failure::message(format!("{} {verb} is not supported", quoted(key))));
    };
    if deployment.spec.paused == pause {
        let state = if pause { "already" } else { "not" };
        return Err(Failure::message(format!("{} is {state} paused", quoted(key))));
    }
    std::rc::Rc::make_mut(deployment).spec.paused = pause;
    let dry = DryRun::of(arguments)?;
    write(session, key, object.to_value(), dry)?;
    let verb = if pause { "paused" } else { "resumed" };
    session.print(format!("{} {verb}{}", shown(key), dry.suffix()));
    Ok(())
}

fn restart(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
) -> Result<(), Failure> {
    let object = session.get(key)?;
    match &object {
        Object::Deployment(deployment) if deployment.spec.paused => {
            let text = "can't restart paused deployment (run rollout resume first)";
            return Err(Failure::message(format!("{} {text}", quoted(key))));
        }
        Object::Deployment(_) | Object::StatefulSet(_) | Object::DaemonSet(_) => {}
        _ => return Err(Failure::message(format!("{} restarting is not supported", quoted(key)))),
    }
    let stamp = session.now().to_string();
    let note = json!({"kubectl.kubernetes.io/restartedAt": stamp});
    let patch = json!({"spec": {"template": {"metadata": {"annotations": note}}}});
    let before = object.to_value();
    let mut value = before.clone();
    apply_strategic(&mut value, &patch).map_err(Failure::message)?;
    if value == before {
        return Err(Failure::message(format!(
            "failed to create patch for {}: if restart has already been triggered within the past \
             second, please wait before attempting to trigger another",
            key.name
        )));
    }
    let dry = DryRun::of(arguments)?;
    write(session, key, value, dry)?;
    session.print(format!("{} restarted{}", shown(key), dry.suffix()));
    Ok(())
}
