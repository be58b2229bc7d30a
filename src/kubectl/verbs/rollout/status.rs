//! `kubectl rollout status` (`polymorphichelpers/rollout_status.go`).

use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::api::time::{SimTime, seconds_ms};
use crate::api::workload::{DaemonSet, Deployment, StatefulSet};

use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::session::{Session, WEEK_MS, Waited};

const REVISION: &str = "deployment.kubernetes.io/revision";

/// What is said of a roll-out, and whether it is done.
type Report = Result<(String, bool), Failure>;

pub(super) fn run(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
) -> Result<(), Failure> {
    let timeout = arguments.duration("rollout status", "timeout")?.unwrap_or(0);
    let limit = u64::try_from(timeout).ok().filter(|ms| *ms > 0);
    let deadline = session.now() + limit.unwrap_or(WEEK_MS);
    loop {
        let object = match session.get(key) {
            Ok(object) => object,
            Err(failure) if session.stdout.is_empty() => return Err(failure),
            Err(_) => return Err(Failure::message("object has been deleted")),
        };
        check_revision(&object, arguments)?;
        let (line, done) = report(&object)?;
        session.print(line);
        if done || !arguments.truth_or("watch", true) {
            return Ok(());
        }
        let version = object.meta().resource_version.clone();
        let waited = session.wait_until(deadline, |cluster| {
            cluster.object(key).is_none_or(|object| object.meta().resource_version != version)
        });
        match waited {
            Waited::Done => {}
            // Nothing moves, but the roll-out has a deadline of its own.
            Waited::ForEver if progress_deadline(&object).is_some_and(|time| time < deadline) => {
                session.waits_for_ever = false;
                let time = progress_deadline(&object).unwrap_or(deadline);
                session.sim.run_until(time.max(session.now() + 1000));
            }
            Waited::ForEver if limit.is_none() => return Ok(()),
            Waited::TimedOut | Waited::ForEver => {
                session.waits_for_ever = false;
                session.sim.run_until(deadline);
                return Err(Failure::message("timed out waiting for the condition"));
            }
        }
    }
}

/// Refuses to watch another revision than the present one.
fn check_revision(object: &Object, arguments: &Arguments) -> Result<(), Failure> {
    let wanted = arguments.number("rollout status", "revision")?.unwrap_or(0);
    let Object::Deployment(deployment) = object else { return Ok(()) };
    let running = deployment.metadata.annotations.get(REVISION);
    let running: i64 = running.and_then(|text| text.parse().ok()).unwrap_or(0);
    if wanted <= 0 || wanted == running {
        return Ok(());
    }
    let text =
        format!("desired revision ({wanted}) is different from the running revision ({running})");
    Err(Failure::message(text))
}

/// When the controller looks whether a roll-out that does not move is late; `None` when it does
/// not, or did.
fn progress_deadline(object: &Object) -> Option<SimTime> {
    let Object::Deployment(deployment) = object else { return None };
    let conditions = &deployment.status.conditions;
    let progress = conditions.iter().find(|one| one.kind == "Progressing")?;
    let moves = !matches!(
        progress.reason.as_str(),
        "ProgressDeadlineExceeded" | "NewReplicaSetAvailable" | "DeploymentPaused"
    );
    let seconds = deployment.spec.progress_deadline_seconds.filter(|_| moves)?;
    Some(progress.last_update_time? + seconds_ms(i64::from(seconds)) + 2000)
}

fn report(object: &Object) -> Report {
    match object {
        Object::Deployment(deployment) => of_deployment(deployment),
        Object::StatefulSet(set) => of_stateful_set(set),
        Object::DaemonSet(set) => of_daemon_set(set),
        other => {
            let kind = other.kind().info().name;
            let text = format!("no status viewer has been implemented for {kind}");
            Err(Failure::message(text))
        }
    }
}

#[allow(clippy::unnecessary_wraps, reason = "it stands where errors stand, too")]
fn waiting(text: String) -> Report {
    Ok((text, false))
}

fn of_deployment(deployment: &Deployment) -> Report {
    let (meta, status) = (&deployment.metadata, &deployment.status);
    let name = &meta.name;
    if meta.generation > status.observed_generation {
        return waiting("Waiting for deployment spec update to be observed...".to_owned());
    }
    let late = |one: &&crate::api::workload::DeploymentCondition| {
        one.kind == "Progressing" && one.reason == "ProgressDeadlineExceeded"
    };
    if status.conditions.iter().any(|one| late(&one)) {
        let text = format!("deployment \"{name}\" exceeded its progress deadline");
        return Err(Failure::message(text));
    }
    let wanted = deployment.spec.replicas.unwrap_or(1);
    let (updated, total, available) =
        (status.updated_replicas, status.replicas, status.available_replicas);
    let head = format!("Waiting for deployment \"{name}\" rollout to finish:");
    if updated < wanted {
        let text = "new replicas have been updated...";
        return waiting(format!("{head} {updated} out of {wanted} {text}"));
    }
    if total > updated {
        let old = total - updated;
        return waiting(format!("{head} {old} old replicas are pending termination..."));
    }
    if available < updated {
        let text = "updated replicas are available...";
        return waiting(format!("{head} {available} of {updated} {text}"));
    }
    Ok((format!("deployment \"{name}\" successfully rolled out"), true))
}

const ONLY_ROLLING: &str = "rollout status is only available for RollingUpdate strategy type";

fn of_stateful_set(set: &StatefulSet) -> Report {
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    if spec.update_strategy.kind == "OnDelete" {
        return Err(Failure::message(ONLY_ROLLING));
    }
    if meta.generation > status.observed_generation {
        return waiting("Waiting for statefulset spec update to be observed...".to_owned());
    }
    let wanted = spec.replicas.unwrap_or(1);
    if status.ready_replicas < wanted {
        let missing = wanted - status.ready_replicas;
        return waiting(format!("Waiting for {missing} pods to be ready..."));
    }
    let updated = status.updated_replicas;
    if let Some(rolling) = &spec.update_strategy.rolling_update {
        let goal = wanted - rolling.partition.unwrap_or(0);
        if updated < goal {
            return waiting(format!(
                "Waiting for partitioned roll out to finish: {updated} out of {goal} new pods \
                 have been updated..."
            ));
        }
        let text = "new pods have been updated...";
        return Ok((format!("partitioned roll out complete: {updated} {text}"), true));
    }
    let revision = &status.update_revision;
    if status.update_revision != status.current_revision {
        return waiting(format!(
            "waiting for statefulset rolling update to complete {updated} pods at revision \
             {revision}..."
        ));
    }
    let current = status.current_replicas;
    let text = "statefulset rolling update complete";
    Ok((format!("{text} {current} pods at revision {revision}..."), true))
}

fn of_daemon_set(set: &DaemonSet) -> Report {
    let (meta, status) = (&set.metadata, &set.status);
    if set.spec.update_strategy.kind == "OnDelete" {
        return Err(Failure::message(ONLY_ROLLING));
    }
    if meta.generation > status.observed_generation {
        return waiting("Waiting for daemon set spec update to be observed...".to_owned());
    }
    let head = format!("Waiting for daemon set \"{}\" rollout to finish:", meta.name);
    let wanted = status.desired_number_scheduled.unwrap_or(0);
    let (updated, available) = (status.updated_number_scheduled, status.number_available);
    if updated < wanted {
        let text = "new pods have been updated...";
        return waiting(format!("{head} {updated} out of {wanted} {text}"));
    }
    if available < wanted {
        let text = "updated pods are available...";
        return waiting(format!("{head} {available} of {wanted} {text}"));
    }
    Ok((format!("daemon set \"{}\" successfully rolled out", meta.name), true))
}
