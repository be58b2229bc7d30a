//! Smallest, largest and usual sizes in a namespace.
//!
//! Models `plugin/pkg/admission/limitranger/admission.go` `PodMutateLimitFunc`,
//! `PodValidateLimitFunc`, `PersistentVolumeClaimValidateLimitFunc`.

use std::rc::Rc;

use crate::api::config::{LimitRange, LimitRangeItem};
use crate::api::container::Container;
use crate::api::kind::Object;
use crate::api::pod::Pod;
use crate::api::quantity::Quantity;
use crate::sim::apiserver::status::Status;
use crate::sim::cluster::Cluster;
use crate::sim::quota::{self, Amounts};
use crate::sim::random::Sequence;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: Some(mutate), check_last: Some(check) };

/// Says in the Pod what was filled in.
const ANNOTATION: &str = "kubernetes.io/limit-ranger";
const CLAIM: &str = "PersistentVolumeClaim";

fn mutate(cluster: &Cluster, _: &mut Sequence, object: &mut Object) {
    let Object::Pod(pod) = object else { return };
    let namespace = pod.metadata.namespace.clone();
    for range in cluster.list_in::<LimitRange>(&namespace) {
        let items = range.spec.limits.iter().filter(|item| item.kind == "Container");
        let [mut limits, mut requests] = [const { Amounts::new() }; 2];
        for item in items {
            limits.extend(item.default.clone());
            requests.extend(item.default_request.clone());
        }
        let pod = Rc::make_mut(pod);
        let spec = Rc::make_mut(&mut pod.spec);
        let mut done = Vec::new();
        for container in &mut spec.containers {
            fill(container, &limits, &requests, "container", &mut done);
        }
        for container in &mut spec.init_containers {
            fill(container, &limits, &requests, "init container", &mut done);
        }
        if !done.is_empty() {
            let text = format!("LimitRanger plugin set: {}", done.join("; "));
            pod.metadata.annotations.insert(ANNOTATION.to_owned(), text);
        }
    }
}

/// Gives a container what it does not name (`mergeContainerResources`).
fn fill(
    container: &mut Container,
    limits: &Amounts,
    requests: &Amounts,
    what: &str,
    done: &mut Vec<String>,
) {
    let resources = &mut container.resources;
    let pairs =
        [(&mut resources.requests, requests, "request"), (&mut resources.limits, limits, "limit")];
    for (own, usual, word) in pairs {
        let missing: Vec<&String> = usual.keys().filter(|name| !own.contains_key(*name)).collect();
        for name in &missing {
            own.insert((*name).clone(), usual[*name]);
        }
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
            done.push(format!("{} {word} for {what} {}", names.join(", "), container.name));
        }
    }
}

fn check(review: &Review<'_>) -> Result<(), Status> {
    if review.before.is_some_and(|before| before.meta().is_deleting()) {
        return Ok(());
    }
    for range in review.cluster.list_in::<LimitRange>(&review.object.meta().namespace) {
        let mut found: Vec<String> = Vec::new();
        for item in &range.spec.limits {
            match review.object {
                Object::PersistentVolumeClaim(claim) if item.kind == CLAIM => {
                    of_claim(&mut found, item, &claim.spec.resources.requests);
                }
                Object::Pod(pod) if review.before.is_none() => of_pod(&mut found, item, pod),
                _ => {}
            }
        }
        let mut texts: Vec<String> = Vec::new();
        texts.extend(found.into_iter().filter(|text| !text.is_empty()));
        texts.dedup();
        match texts.as_slice() {
            [] => {}
            [one] => return Err(review.forbid(one)),
            many => return Err(review.forbid(&format!("[{}]", many.join(", ")))),
        }
    }
    Ok(())
}

fn of_claim(found: &mut Vec<String>, item: &LimitRangeItem, requests: &Amounts) {
    let none = Amounts::new();
    for (name, least) in &item.min {
        found.extend(too_little(CLAIM, name, least, requests, &none));
    }
    for (name, most) in &item.max {
        let rule = format!("maximum {name} usage per {CLAIM} is {most}");
        match requests.get(name) {
            None => found.push(format!("{rule}.  No request is specified")),
            Some(request) if request > most => {
                found.push(format!("{rule}, but request is {request}"));
            }
            Some(_) => {}
        }
    }
}

fn of_pod(found: &mut Vec<String>, item: &LimitRangeItem, pod: &Pod) {
    match item.kind.as_str() {
        "Container" => {
            for container in pod.spec.containers.iter().chain(&pod.spec.init_containers) {
                let resources = &container.resources;
                bounds(found, item, &resources.requests, &resources.limits);
            }
        }
        "Pod" => bounds(found, item, &quota::requests(&pod.spec), &quota::limits(&pod.spec)),
        _ => {}
    }
}

fn bounds(found: &mut Vec<String>, item: &LimitRangeItem, requests: &Amounts, limits: &Amounts) {
    let of = &item.kind;
    for (name, least) in &item.min {
        found.extend(too_little(of, name, least, requests, limits));
    }
    for (name, most) in &item.max {
        let rule = format!("maximum {name} usage per {of} is {most}");
        let request = requests.get(name).filter(|request| *request > most);
        match (limits.get(name), request) {
            (None, _) => found.push(format!("{rule}.  No limit is specified")),
            (Some(limit), _) if limit > most => found.push(format!("{rule}, but limit is {limit}")),
            (_, Some(request)) => found.push(format!("{rule}, but request is {request}")),
            _ => {}
        }
    }
    for (name, most) in &item.max_limit_request_ratio {
        let rule = format!("{name} max limit to request ratio per {of} is {most}");
        found.extend(ratio(&rule, most, requests.get(name), limits.get(name)));
    }
}

/// Models `minConstraint`.
fn too_little(
    of: &str,
    name: &str,
    least: &Quantity,
    requests: &Amounts,
    limits: &Amounts,
) -> Option<String> {
    let rule = format!("minimum {name} usage per {of} is {least}");
    match (requests.get(name), limits.get(name)) {
        (None, _) => Some(format!("{rule}.  No request is specified")),
        (Some(request), _) if request < least => Some(format!("{rule}, but request is {request}")),
        (_, Some(limit)) if limit < least => Some(format!("{rule}, but limit is {limit}")),
        _ => None,
    }
}

/// Models `limitRequestRatioConstraint`.
fn ratio(
    rule: &str,
    most: &Quantity,
    request: Option<&Quantity>,
    limit: Option<&Quantity>,
) -> Option<String> {
    let given =
        |amount: Option<&Quantity>| amount.filter(|a| a.sign() != 0).map(Quantity::milli_value);
    let Some(request) = given(request) else {
        return Some(format!("{rule}, but no request is specified or request is 0"));
    };
    let Some(limit) = given(limit) else {
        return Some(format!("{rule}, but no limit is specified or limit is 0"));
    };
    // Six digits behind the point, as `%f` prints them.
    let millionths = (limit * 1_000_000 + request / 2) / request;
    let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
    (limit * 1000 > most.milli_value() * request)
        .then(|| format!("{rule}, but provided ratio is {whole}.{rest:06}"))
}
