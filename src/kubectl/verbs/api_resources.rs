//! `kubectl api-resources` (`pkg/cmd/apiresources/apiresources.go`).

use crate::api::kind::{Kind, Scope};
use crate::api::order;

use super::super::align::align;
use super::super::failure::Failure;
use super::super::flags::{Arguments, truth, value};
use super::super::session::Session;
use super::{OUTPUT, Verb};

pub(super) const VERB: Verb = Verb {
    name: "api-resources",
    flags: &[
        OUTPUT,
        value("api-group", '\0'),
        truth("namespaced", '\0'),
        truth("no-headers", '\0'),
        value("verbs", '\0'),
        value("categories", '\0'),
        value("sort-by", '\0'),
        truth("cached", '\0'),
    ],
    run,
};

/// One resource of the API.
struct Resource {
    plural: &'static str,
    short: String,
    api_version: &'static str,
    namespaced: bool,
    kind: &'static str,
    verbs: &'static [&'static str],
    categories: &'static [&'static str],
}

const VERBS: &[&str] =
    &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/// Events are no objects of this cluster, but its API serves them twice.
const EVENTS: [&str; 2] = ["v1", "events.k8s.io/v1"];

fn resources() -> Vec<Resource> {
    let mut all: Vec<Resource> = Kind::ALL.iter().map(|kind| resource(*kind)).collect();
    all.extend(EVENTS.map(|api_version| Resource {
        plural: "events",
        short: "ev".to_owned(),
        api_version,
        namespaced: true,
        kind: "Event",
        verbs: VERBS,
        categories: &[],
    }));
    all
}

fn resource(kind: Kind) -> Resource {
    let info = kind.info();
    let in_all = matches!(
        kind,
        Kind::Pod
            | Kind::Service
            | Kind::DaemonSet
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::Job
            | Kind::CronJob
            | Kind::ReplicationController
    );
    Resource {
        plural: info.plural,
        short: info.short.join(","),
        api_version: info.api_version,
        namespaced: info.scope == Scope::Namespaced,
        kind: info.name,
        verbs: VERBS,
        categories: if in_all { &["all"] } else { &[] },
    }
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.words.is_empty() {
        let text = format!("unexpected arguments: {}", super::go_list(&arguments.words));
        return Err(Failure::usage("api-resources", text));
    }
    let output = arguments.get("output").unwrap_or_default();
    if !matches!(output, "" | "wide" | "name") {
        return Err(Failure::message(format!("--output {output} is not available")));
    }
    let sort = arguments.get("sort-by").unwrap_or_default();
    if !matches!(sort, "" | "name" | "kind") {
        return Err(Failure::message("--sort-by accepts only name or kind"));
    }
    let mut all = resources();
    all.retain(|one| wanted(one, arguments));
    let group = |one: &Resource| one.api_version.split_once('/').map_or("", |(group, _)| group);
    match sort {
        "name" => order::sort_by_key(&mut all, |one| one.plural),
        "kind" => order::sort_by_key(&mut all, |one| one.kind),
        _ => order::sort_by_key(&mut all, |one| (group(one), one.plural)),
    }
    let mut lines = Vec::new();
    if output != "name" && !arguments.is_set("no-headers") {
        let wide = if output == "wide" { "\tVERBS\tCATEGORIES" } else { "" };
        lines.push(format!("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND{wide}"));
    }
    for one in &all {
        if output == "name" {
            let dot = if group(one).is_empty() { "" } else { "." };
            lines.push(format!("{}{dot}{}", one.plural, group(one)));
            continue;
        }
        let Resource { plural, short, api_version, namespaced, kind, .. } = one;
        let mut line = format!("{plural}\t{short}\t{api_version}\t{namespaced}\t{kind}");
        if output == "wide" {
            line = format!("{line}\t{}\t{}", one.verbs.join(","), one.categories.join(","));
        }
        lines.push(line);
    }
    if !lines.is_empty() {
        let text = align(&(lines.join("\n") + "\n"), 6, 3);
        session.stdout.push_str(&text);
    }
    Ok(())
}

fn wanted(one: &Resource, arguments: &Arguments) -> bool {
    let group = one.api_version.split_once('/').map_or("", |(group, _)| group);
    let all_of = |flag: &str, held: &[&str]| {
        arguments.get(flag).is_none_or(|list| list.split(',').all(|one| held.contains(&one)))
    };
    arguments.get("api-group").is_none_or(|wanted| wanted == group)
        && arguments
            .get("namespaced")
            .is_none_or(|_| arguments.is_set("namespaced") == one.namespaced)
        && all_of("verbs", one.verbs)
        && all_of("categories", one.categories)
}
