//! `create role`, `clusterrole`, `rolebinding` and `clusterrolebinding`. The objects are kept;
//! nobody is refused anything here.

use serde_json::{Value, json};

use crate::api::kind::Kind;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, value};
use super::super::super::names::Type;
use super::super::super::session::Session;
use super::super::Verb;
use super::generator::{Generated, flags, generate, list, name, required};

pub(super) const ROLE: Verb = Verb {
    name: "role",
    flags: flags![value("verb", '\0'), value("resource", '\0'), value("resource-name", '\0')],
    run: |session, arguments| role(session, arguments, Kind::Role),
};

pub(super) const CLUSTER_ROLE: Verb = Verb {
    name: "clusterrole",
    flags: flags![
        value("verb", '\0'),
        value("resource", '\0'),
        value("resource-name", '\0'),
        value("non-resource-url", '\0'),
        value("aggregation-rule", '\0'),
    ],
    run: |session, arguments| role(session, arguments, Kind::ClusterRole),
};

pub(super) const ROLE_BINDING: Verb = Verb {
    name: "rolebinding",
    flags: flags![
        value("clusterrole", '\0'),
        value("role", '\0'),
        value("user", '\0'),
        value("group", '\0'),
        value("serviceaccount", '\0'),
    ],
    run: |session, arguments| binding(session, arguments, Kind::RoleBinding),
};

pub(super) const CLUSTER_ROLE_BINDING: Verb = Verb {
    name: "clusterrolebinding",
    flags: flags![
        value("clusterrole", '\0'),
        value("user", '\0'),
        value("group", '\0'),
        value("serviceaccount", '\0'),
    ],
    run: |session, arguments| binding(session, arguments, Kind::ClusterRoleBinding),
};

const GROUP: &str = "rbac.authorization.k8s.io";

fn role(session: &mut Session<'_>, arguments: &Arguments, kind: Kind) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    if arguments.get("aggregation-rule").is_some() {
        return Err(Failure::not_simulated("--aggregation-rule"));
    }
    let (verbs, resources) = (list(arguments, "verb"), list(arguments, "resource"));
    if verbs.is_empty() {
        return Err(Failure::message("at least one verb must be specified"));
    }
    let urls = list(arguments, "non-resource-url");
    if resources.is_empty() && urls.is_empty() {
        return Err(Failure::message(if kind == Kind::Role {
            "at least one resource must be specified"
        } else {
            "one of resource or nonResourceURL must be specified"
        }));
    }
    // One rule for each API group, in the order of their first resource.
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for resource in &resources {
        let (name, sub) = resource.split_once('/').map_or((resource.as_str(), ""), |pair| pair);
        let Type::Kind(found) = Type::named(name)? else { continue };
        let mut plural = found.info().plural.to_owned();
        if !sub.is_empty() {
            plural = format!("{plural}/{sub}");
        }
        match groups.iter_mut().find(|(group, _)| group == found.group()) {
            Some((_, plurals)) => plurals.push(plural),
            None => groups.push((found.group().to_owned(), vec![plural])),
        }
    }
    let names = arguments.all("resource-name");
    let mut rules: Vec<Value> = Vec::new();
    for (group, plurals) in groups {
        let mut rule = json!({"apiGroups": [group], "resources": plurals, "verbs": verbs});
        if !names.is_empty() {
            rule["resourceNames"] = json!(names);
        }
        rules.push(rule);
    }
    if !urls.is_empty() {
        rules.push(json!({"nonResourceURLs": urls, "verbs": verbs}));
    }
    let (body, blank) = (json!({"rules": rules}), json!({}));
    generate(session, arguments, Generated { kind, name, body, blank, refusal: "" })
}

fn binding(session: &mut Session<'_>, arguments: &Arguments, kind: Kind) -> Result<(), Failure> {
    if kind == Kind::ClusterRoleBinding {
        required(arguments, "clusterrole")?;
    }
    let name = name(session, arguments)?;
    let reference = match (arguments.get("clusterrole"), arguments.get("role")) {
        (Some(role), None) => json!({"apiGroup": GROUP, "kind": "ClusterRole", "name": role}),
        (None, Some(role)) => json!({"apiGroup": GROUP, "kind": "Role", "name": role}),
        _ => {
            let text = "exactly one of clusterrole or role must be specified";
            return Err(Failure::message(text));
        }
    };
    let mut subjects: Vec<Value> = Vec::new();
    for (flag, subject) in [("user", "User"), ("group", "Group")] {
        for one in arguments.all(flag) {
            subjects.push(json!({"apiGroup": GROUP, "kind": subject, "name": one}));
        }
    }
    for account in arguments.all("serviceaccount") {
        let parts: Vec<&str> = account.split(':').collect();
        let [namespace, name] = parts.as_slice() else {
            return Err(Failure::message("serviceaccount must be <namespace>:<name>"));
        };
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    let mut body = json!({"roleRef": reference});
    if !subjects.is_empty() {
        body["subjects"] = subjects.into();
    }
    let refusal = if kind == Kind::RoleBinding {
        "failed to create rolebinding: "
    } else {
        "failed to create clusterrolebinding: "
    };
    generate(session, arguments, Generated { kind, name, body, blank: json!({}), refusal })
}
