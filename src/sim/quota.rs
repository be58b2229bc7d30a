//! What objects count for in the quotas of their namespace.
//!
//! Models `pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims}.go` `Usage`,
//! `Constraints` and `pkg/quota/v1/generic` `Matches`, `CalculateUsageStats`. Shared by the
//! admission plug-in, which refuses, and the controller, which writes the use down.
//!
//! Deviations: hugepages and devices are not counted.

use crate::api::config::ResourceQuota;
use crate::api::container::Container;
use crate::api::kind::{Kind, Object};
use crate::api::pod::{Pod, PodSpec};
use crate::api::quantity::Quantity;
use crate::api::service::Service;
use crate::api::sorted::SortedMap;

use super::cluster::Cluster;

/// Amounts by the names that quotas and limits use.
pub type Amounts = SortedMap<String, Quantity>;

const OF_CLASS: &str = ".storageclass.storage.k8s.io/";
/// Names of a Pod's use beside those of `count/…`.
const OF_PODS: [&str; 10] = [
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "pods",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
/// Resources that every container must name when a quota bounds them.
const DEMANDED: [&str; 6] =
    ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

/// What the object counts for.
pub fn usage(object: &Object) -> Amounts {
    let one = Quantity::count(1);
    let kind = object.kind();
    let mut amounts = Amounts::new();
    amounts.insert(format!("count/{}", kind.qualified_plural()), one);
    match object {
        Object::Pod(pod) if !pod.is_terminal() => add_pod(&mut amounts, pod),
        Object::PersistentVolumeClaim(claim) => {
            let mut sizes = vec![("persistentvolumeclaims", one)];
            if claim.spec.resources.requests.contains_key("storage") {
                sizes.push(("requests.storage", claim.request()));
            }
            for (name, amount) in sizes {
                amounts.insert(name.to_owned(), amount);
                if !claim.class().is_empty() {
                    amounts.insert(format!("{}{OF_CLASS}{name}", claim.class()), amount);
                }
            }
        }
        Object::Service(service) => add_service(&mut amounts, service),
        _ if matches!(
            kind,
            Kind::ConfigMap | Kind::ResourceQuota | Kind::ReplicationController | Kind::Secret
        ) =>
        {
            amounts.insert(kind.info().plural.to_owned(), one);
        }
        _ => {}
    }
    amounts
}

fn add_pod(amounts: &mut Amounts, pod: &Pod) {
    amounts.insert("pods".to_owned(), Quantity::count(1));
    amounts.extend(compute(&requests(&pod.spec), &limits(&pod.spec)));
}

/// What requests and limits are called in quotas (`podComputeUsageHelper`).
fn compute(requests: &Amounts, limits: &Amounts) -> Amounts {
    let mut amounts = Amounts::new();
    for name in ["cpu", "memory", "ephemeral-storage"] {
        if let Some(request) = requests.get(name) {
            amounts.insert(name.to_owned(), *request);
            amounts.insert(format!("requests.{name}"), *request);
        }
        if let Some(limit) = limits.get(name) {
            amounts.insert(format!("limits.{name}"), *limit);
        }
    }
    amounts
}

fn add_service(amounts: &mut Amounts, service: &Service) {
    let spec = &service.spec;
    let given = spec.ports.iter().filter(|port| port.node_port != 0).count();
    let allocates = spec.other.get("allocateLoadBalancerNodePorts") != Some(&false.into());
    let (ports, balancers) = match spec.kind.as_str() {
        "NodePort" => (spec.ports.len(), 0),
        "LoadBalancer" => (if allocates { spec.ports.len() } else { given }, 1),
        _ => (0, 0),
    };
    let ports = i64::try_from(ports).unwrap_or(i64::MAX);
    let counts =
        [("services", 1), ("services.loadbalancers", balancers), ("services.nodeports", ports)];
    amounts.extend(counts.map(|(name, count)| (name.to_owned(), Quantity::count(count))));
}

/// What the Pod requests (`resourcehelper.PodRequests`).
pub fn requests(spec: &PodSpec) -> Amounts {
    together(spec, |container| &container.resources.requests)
}

/// What the Pod may use at most (`resourcehelper.PodLimits`).
pub fn limits(spec: &PodSpec) -> Amounts {
    together(spec, |container| &container.resources.limits)
}

/// All containers together, or the greediest init container; a sidecar counts with both.
fn together(spec: &PodSpec, of: fn(&Container) -> &Amounts) -> Amounts {
    let [mut total, mut peak, mut sidecars] = [const { Amounts::new() }; 3];
    for container in &spec.init_containers {
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sidecars, of(container));
            add(&mut total, of(container));
            raise(&mut peak, &sidecars);
        } else {
            let mut with_sidecars = sidecars.clone();
            add(&mut with_sidecars, of(container));
            raise(&mut peak, &with_sidecars);
        }
    }
    for container in &spec.containers {
        add(&mut total, of(container));
    }
    raise(&mut total, &peak);
    total
}

/// Adds amounts; a sum is written in the format of its first part that is not nothing.
pub fn add(sum: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let own = sum.entry(name.clone()).or_default();
        *own = if own.sign() == 0 { *amount } else { own.plus(amount) };
    }
}

fn raise(bound: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        let own = bound.entry(name.clone()).or_insert(*amount);
        if *amount > *own {
            *own = *amount;
        }
    }
}

/// Whether the quota counts objects like this one.
pub fn matches(quota: &ResourceQuota, object: &Object) -> bool {
    quota.spec.hard.keys().any(|name| counts(name, object.kind())) && is_in_scope(quota, object)
}

/// Whether the name stands for a use by objects of that kind.
pub fn counts(name: &str, kind: Kind) -> bool {
    if let Some(resource) = name.strip_prefix("count/") {
        return resource == kind.qualified_plural();
    }
    match kind {
        Kind::Pod => OF_PODS.contains(&name),
        Kind::Service => {
            matches!(name, "services" | "services.loadbalancers" | "services.nodeports")
        }
        Kind::PersistentVolumeClaim => {
            let name = name.split_once(OF_CLASS).map_or(name, |(_, name)| name);
            matches!(name, "persistentvolumeclaims" | "requests.storage")
        }
        Kind::ConfigMap | Kind::ResourceQuota | Kind::ReplicationController | Kind::Secret => {
            name == kind.info().plural
        }
        _ => false,
    }
}

/// Whether all scopes of the quota hold (`podMatchesScopeFunc`, `pvcMatchesScopeFunc`); only Pods
/// and claims have any.
fn is_in_scope(quota: &ResourceQuota, object: &Object) -> bool {
    let spec = &quota.spec;
    let selected = spec.scope_selector.as_ref().and_then(|s| s.get("matchExpressions")?.as_array());
    let listed = spec.scopes.iter().all(|scope| has_scope(object, scope, "Exists", &[]));
    listed
        && selected.into_iter().flatten().all(|one| {
            let text = |field: &str| one.get(field).and_then(|v| v.as_str()).unwrap_or("");
            let values = one.get("values").and_then(|v| v.as_array());
            let values: Vec<&str> =
                values.into_iter().flatten().filter_map(|value| value.as_str()).collect();
            has_scope(object, text("scopeName"), text("operator"), &values)
        })
}

fn has_scope(object: &Object, scope: &str, operator: &str, values: &[&str]) -> bool {
    let selects = |name: &str| match operator {
        "Exists" => !name.is_empty(),
        "DoesNotExist" => name.is_empty(),
        "In" => values.contains(&name),
        _ => !values.contains(&name),
    };
    match object {
        Object::Pod(pod) => {
            let ends = pod.spec.active_deadline_seconds.is_some();
            let idle = usage(object).keys().all(|name| !DEMANDED.contains(&name.as_str()));
            match scope {
                "Terminating" => ends,
                "NotTerminating" => !ends,
                "BestEffort" => idle,
                "NotBestEffort" => !idle,
                "PriorityClass" => selects(&pod.spec.priority_class_name),
                _ => false,
            }
        }
        Object::PersistentVolumeClaim(claim) if scope == "VolumeAttributesClass" => {
            selects(claim.spec.volume_attributes_class_name.as_deref().unwrap_or(""))
        }
        _ => false,
    }
}

/// What a container must name and does not, for the quota: `limits.cpu for: a,b; …`.
pub fn missing(quota: &ResourceQuota, pod: &Pod) -> Option<String> {
    let demanded = quota.spec.hard.keys().filter(|name| DEMANDED.contains(&name.as_str()));
    let lacks = |name: &String| {
        let containers = pod.spec.containers.iter().chain(&pod.spec.init_containers);
        let mut without: Vec<&str> = containers
            .filter(|c| !compute(&c.resources.requests, &c.resources.limits).contains_key(name))
            .map(|container| container.name.as_str())
            .collect();
        crate::api::order::sort(&mut without);
        (!without.is_empty()).then(|| format!("{name} for: {}", without.join(",")))
    };
    let list: Vec<String> = demanded.filter_map(lacks).collect();
    (!list.is_empty()).then(|| list.join("; "))
}

/// What the objects of the quota's namespace use of what it bounds.
pub fn used(cluster: &Cluster, quota: &ResourceQuota) -> Amounts {
    let hard = &quota.spec.hard;
    let zero = |name: &String| (name.clone(), Quantity::default());
    let mut sum: Amounts = crate::api::order::map(hard.keys().map(zero));
    let bounded = |kind: &&Kind| hard.keys().any(|name| counts(name, **kind));
    for kind in Kind::ALL.iter().filter(|kind| kind.is_namespaced()).filter(bounded) {
        for (_, object) in cluster.of_kind_in(*kind, &quota.metadata.namespace) {
            if is_in_scope(quota, object) {
                let mut amounts = usage(object);
                amounts.retain(|name, _| hard.contains_key(name));
                add(&mut sum, &amounts);
            }
        }
    }
    sum
}
