//! `kubectl rollout undo` (`polymorphichelpers/rollback.go`).

use serde_json::{Value, json};

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::api::order;
use crate::api::pod::PodTemplateSpec;
use crate::api::record::Reader;

use super::super::super::describe::describe_template;
use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::session::{Session, shown};
use super::super::apply::{DryRun, LAST_APPLIED};
use super::super::patch::write;
use super::history::{self, Revision};

/// The annotations that a Deployment keeps of its own (`annotationsToSkip`).
const OWN: [&str; 6] = [
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

pub(super) fn run(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
) -> Result<(), Failure> {
    let wanted = arguments.number("rollout undo", "to-revision")?.unwrap_or(0);
    let object = session.get(key)?;
    let revisions = history::revisions(session, &object)?;
    let target = target(&revisions, key, wanted)?;
    let dry = DryRun::of(arguments)?;
    if dry == DryRun::Client {
        let template = Reader::read::<PodTemplateSpec>(target.template.clone())
            .map_err(|error| Failure::message(error.to_string()))?;
        let text = describe_template(&template);
        session.print(format!("{} will roll back to {text}", shown(key)));
        return Ok(());
    }
    if let Object::Deployment(deployment) = &object
        && deployment.spec.paused
    {
        let text = "you cannot rollback a paused deployment; resume it first with 'kubectl \
                    rollout resume' and try again";
        return Err(Failure::message(text));
    }
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
    value["spec"]["template"] = target.plain_template();
    if value == before {
        session.print(format!(
            "{} skipped rollback (current template already matches revision {wanted})",
            shown(key)
        ));
        return Ok(());
    }
    if key.kind == Kind::Deployment {
        value["metadata"]["annotations"] = annotations(&object, target);
    }
    write(session, key, value, dry)?;
    session.print(format!("{} rolled back{}", shown(key), dry.suffix()));
    Ok(())
}

/// The revision with that number; for 0 the one before the newest.
fn target<'a>(
    revisions: &'a [Revision],
    key: &ObjectKey,
    wanted: i64,
) -> Result<&'a Revision, Failure> {
    let last = revisions.len().checked_sub(2).and_then(|index| revisions.get(index));
    let found = match wanted {
        0 => last,
        number => revisions.iter().find(|revision| revision.number == number),
    };
    found.ok_or_else(|| {
        Failure::message(match (wanted, key.kind) {
            (0, Kind::Deployment) => {
                format!("no rollout history found for deployment \"{}\"", key.name)
            }
            (0, _) => "no last revision to roll back to".to_owned(),
            (number, _) => format!("unable to find specified revision {number} in history"),
        })
    })
}

/// The Deployment's own annotations and those that it had at that revision.
fn annotations(object: &Object, target: &Revision) -> Value {
    let own = object.meta().annotations.iter().filter(|(key, _)| OWN.contains(&key.as_str()));
    let then = target.annotations.iter().filter(|(key, _)| !OWN.contains(&key.as_str()));
    let all = own.chain(then).map(|(key, value)| (key.clone(), json!(value)));
    Value::Object(order::object(all))
}
