//! `kubectl set selector`, `set serviceaccount` and `set subject`.

use serde_json::{Map, Value, json};

use crate::api::kind::Kind;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, value};
use super::super::super::session::Session;
use super::super::Verb;
use super::{Change, change_template, flags, member, send, targets};

pub(super) const SELECTOR_VERB: Verb =
    Verb { name: "selector", flags: flags![value("resource-version", '\0')], run: selector };

pub(super) const SERVICE_ACCOUNT: Verb =
    Verb { name: "serviceaccount", flags: flags![], run: service_account };

pub(super) const SUBJECT: Verb = Verb {
    name: "subject",
    flags: flags![value("user", '\0'), value("group", '\0'), value("serviceaccount", '\0')],
    run: subject,
};

fn selector(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let Some((expression, resources)) = arguments.words.split_last() else {
        return Err(Failure::message("one selector is required"));
    };
    if !expression.contains('=') || resources.is_empty() {
        return Err(Failure::message("one selector is required"));
    }
    let mut labels = Map::new();
    for pair in expression.split(',') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        labels.insert(key.to_owned(), value.trim_start_matches('=').into());
    }
    let words = Change { done: "selector updated", refused: "failed to patch selector: " };
    for key in targets(session, arguments, resources)? {
        let before = session.get(&key)?.to_value();
        if key.kind != Kind::Service {
            session.fail(Failure::message("setting a selector is only supported for Services"));
            continue;
        }
        let mut value = before.clone();
        value["spec"]["selector"] = Value::Object(labels.clone());
        let done = send(session, arguments, &key, &words, &before, value);
        session.note(done);
    }
    Ok(())
}

fn service_account(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let Some((account, resources)) = arguments.words.split_last() else {
        return Err(Failure::message("serviceaccount is required"));
    };
    let words =
        Change { done: "serviceaccount updated", refused: "failed to patch ServiceAccountName " };
    for key in targets(session, arguments, resources)? {
        let done = change_template(session, arguments, &key, &words, |spec| {
            spec["serviceAccountName"] = account.clone().into();
            spec["serviceAccount"] = account.clone().into();
            Ok(())
        });
        session.note(done);
    }
    Ok(())
}

fn subject(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let mut added: Vec<Value> = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in arguments.all(flag) {
            added.push(json!({"apiGroup": GROUP, "kind": kind, "name": name}));
        }
    }
    for account in arguments.all("serviceaccount") {
        let Some((namespace, name)) = account.split_once(':') else {
            return Err(Failure::message("serviceaccount must be <namespace>:<name>"));
        };
        added.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    if added.is_empty() {
        let text = "you must specify at least one value of user, group or serviceaccount";
        return Err(Failure::message(text));
    }
    let words =
        Change { done: "subjects updated", refused: "failed to patch subjects to rolebinding: " };
    for key in targets(session, arguments, &arguments.words)? {
        let before = session.get(&key)?.to_value();
        if !matches!(key.kind, Kind::RoleBinding | Kind::ClusterRoleBinding) {
            let text = "setting subjects is only supported for RoleBinding/ClusterRoleBinding";
            session.fail(Failure::message(text));
            continue;
        }
        let mut value = before.clone();
        if let Some(Value::Array(held)) = member(&mut value, "subjects", json!([])) {
            for one in &added {
                if !held.contains(one) {
                    held.push(one.clone());
                }
            }
        }
        let done = send(session, arguments, &key, &words, &before, value);
        session.note(done);
    }
    Ok(())
}
