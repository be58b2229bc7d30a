//! `create deployment`, `create job` and `create cronjob`.

use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, number, value};
use super::super::super::names::Type;
use super::super::super::session::Session;
use super::super::Verb;
use super::generator::{Generated, flags, generate, list, name, required, required_flags};

pub(super) const DEPLOYMENT: Verb = Verb {
    name: "deployment",
    flags: flags![value("image", '\0'), number("port", '\0'), number("replicas", 'r')],
    run: deployment,
};

pub(super) const JOB: Verb =
    Verb { name: "job", flags: flags![value("image", '\0'), value("from", '\0')], run: job };

pub(super) const CRON_JOB: Verb = Verb {
    name: "cronjob",
    flags: flags![value("image", '\0'), value("schedule", '\0'), value("restart", '\0')],
    run: cron_job,
};

fn deployment(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    required(arguments, "image")?;
    let name = name(session, arguments)?;
    let images = list(arguments, "image");
    let replicas = arguments.number("create deployment", "replicas")?.unwrap_or(1);
    let port = arguments.number("create deployment", "port")?;
    if images.len() > 1 && arguments.after.as_ref().is_some_and(|words| !words.is_empty()) {
        return Err(Failure::message("cannot specify multiple --image options and command"));
    }
    let mut containers: Vec<Value> = images
        .iter()
        .map(|image| json!({"image": image, "name": base_name(image), "resources": {}}))
        .collect();
    for container in &mut containers {
        if let Some(command) = arguments.after.as_ref().filter(|words| !words.is_empty()) {
            container["command"] = json!(command);
        }
        if let Some(port) = port.filter(|port| *port >= 0) {
            container["ports"] = json!([{"containerPort": port}]);
        }
    }
    let labels = json!({"app": name});
    let body = json!({
        "metadata": {"labels": labels},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": labels}, "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
    });
    let refusal = "failed to create deployment: ";
    let blank = json!({"status": {}});
    generate(session, arguments, Generated { kind: Kind::Deployment, name, body, blank, refusal })
}

/// The name of an image without registry, tag and digest.
fn base_name(image: &str) -> &str {
    let base = image.rsplit('/').next().unwrap_or(image);
    base.split([':', '@']).next().unwrap_or(base)
}

fn job(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    let command = arguments.after.as_ref().filter(|words| !words.is_empty());
    let body = match (arguments.get("image"), arguments.get("from")) {
        (Some(image), None) => {
            let mut container = json!({"image": image, "name": name, "resources": {}});
            if let Some(command) = command {
                container["command"] = json!(command);
            }
            let spec = json!({"containers": [container], "restartPolicy": "Never"});
            json!({"spec": {"template": {"spec": spec}}})
        }
        (None, Some(_)) if command.is_some() => {
            return Err(Failure::message("cannot specify --from and command"));
        }
        (None, Some(from)) => of_cron_job(session, from)?,
        _ => return Err(Failure::message("either --image or --from must be specified")),
    };
    let blank = json!({"spec": {"template": {"metadata": {}}}, "status": {}});
    let refusal = "failed to create job: ";
    generate(session, arguments, Generated { kind: Kind::Job, name, body, blank, refusal })
}

/// The Job that a `CronJob` would start now.
fn of_cron_job(session: &Session<'_>, from: &str) -> Result<Value, Failure> {
    let (kind, name) = from.split_once('/').unwrap_or(("cronjob", from));
    if Type::named(kind)? != Type::Kind(Kind::CronJob) {
        return Err(Failure::message("from must be an existing cronjob"));
    }
    let key = ObjectKey::new(Kind::CronJob, &session.namespace, name);
    let object = session.get(&key)?;
    let value = object.to_value();
    let template = value.pointer("/spec/jobTemplate").cloned().unwrap_or_default();
    let mut meta = json!({"annotations": {"cronjob.kubernetes.io/instantiate": "manual"}});
    if let Some(labels) = template.pointer("/metadata/labels") {
        meta["labels"] = labels.clone();
    }
    meta["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "CronJob", "name": name,
        "uid": object.meta().uid, "controller": true,
    }]);
    Ok(json!({"metadata": meta, "spec": template.get("spec").cloned().unwrap_or_default()}))
}

fn cron_job(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let missing: Vec<&str> =
        ["image", "schedule"].into_iter().filter(|long| arguments.get(long).is_none()).collect();
    let (Some(image), Some(schedule)) = (arguments.get("image"), arguments.get("schedule")) else {
        return Err(required_flags(&missing));
    };
    let name = name(session, arguments)?;
    let restart = match arguments.get("restart").unwrap_or_default() {
        "" => "OnFailure",
        given => given,
    };
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if let Some(command) = arguments.after.as_ref().filter(|words| !words.is_empty()) {
        container["command"] = json!(command);
    }
    let spec = json!({"containers": [container], "restartPolicy": restart});
    let body = json!({"spec": {
        "schedule": schedule,
        "jobTemplate": {"metadata": {"name": name}, "spec": {"template": {"spec": spec}}},
    }});
    let blank = json!({
        "spec": {"jobTemplate": {"spec": {"template": {"metadata": {}}}}}, "status": {},
    });
    let refusal = "failed to create cronjob: ";
    generate(session, arguments, Generated { kind: Kind::CronJob, name, body, blank, refusal })
}
