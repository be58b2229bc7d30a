//! `kubectl rollout` (`pkg/cmd/rollout`): status, history, undo, restart.

mod history;
mod status;

use serde_json::{Value, json};

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::merge::apply_strategic;
use super::super::names::{Asked, Space, Type, asked, keys};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun, LAST_APPLIED};
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
            "undo" => undo,
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

fn undo(session: &mut Session<'_>, arguments: &Arguments, key: &ObjectKey) -> Result<(), Failure> {
    let wanted = arguments.number("rollout undo", "to-revision")?.unwrap_or(0);
    let object = session.get(key)?;
    if let Object::Deployment(deployment) = &object
        && deployment.spec.paused
    {
        let text = "you cannot rollback a paused deployment; resume it first with 'kubectl \
                    rollout resume' and try again";
        return Err(Failure::message(text));
    }
    let revisions = history::revisions(session, &object)?;
    let last = revisions.len().checked_sub(2).and_then(|index| revisions.get(index));
    let target = match wanted {
        0 => last,
        number => revisions.iter().find(|revision| revision.number == number),
    };
    let Some(target) = target else {
        return Err(Failure::message(match (wanted, key.kind) {
            (0, Kind::Deployment) => {
                format!("no rollout history found for deployment \"{}\"", key.name)
            }
            (0, _) => "no last revision to roll back to".to_owned(),
            (number, _) => format!("unable to find specified revision {number} in history"),
        }));
    };
    if object.meta().annotations.contains_key(LAST_APPLIED) {
        let resource = format!("{}/{}", key.kind.info().plural, key.name);
        session.warn(&format!(
            "resource {resource} was previously managed with 'kubectl apply'. Rolling back will \
             not update the {LAST_APPLIED} annotation, which may cause unexpected behavior on \
             future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous \
             configuration file instead."
        ));
    }
    let before = object.to_value();
    let mut value = before.clone();
    if let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) {
        spec.insert("template".to_owned(), target.template.clone());
    }
    if value == before {
        session.print(format!(
            "{} skipped rollback (current template already matches revision {wanted})",
            shown(key)
        ));
        return Ok(());
    }
    let dry = DryRun::of(arguments)?;
    write(session, key, value, dry)?;
    session.print(format!("{} rolled back{}", shown(key), dry.suffix()));
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
