//! Spreading constraints and affinity between Pods, read from their definitions.
//!
//! Models `pkg/scheduler/framework/plugins/podtopologyspread/common.go`
//! `filterTopologySpreadConstraints` and `pkg/scheduler/framework/types.go` `AffinityTerm`.

use serde_json::Value;

use crate::api::config::Namespace;
use crate::api::meta::{LabelSelector, StringMap};
use crate::api::pod::Pod;
use crate::api::record::Reader;
use crate::sim::cluster::Cluster;

/// A `topologySpreadConstraint`.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    /// The label whose values are the domains.
    pub(super) key: String,
    /// How uneven the domains may be.
    pub(super) max_skew: i128,
    /// How many domains there must be.
    pub(super) min_domains: i128,
    /// The Pods that count.
    pub(super) selector: LabelSelector,
    /// The uid of the set whose Pods count, which is quicker to answer than the selector.
    pub(super) owner: Option<String>,
    /// Whether nodes that the Pod does not select count.
    pub(super) ignores_affinity: bool,
    /// Whether nodes count whose taints the Pod does not tolerate.
    pub(super) ignores_taints: bool,
}

/// Which constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// Those that keep a Pod from a node.
    Hard,
    /// Those that only count in the choice.
    Soft,
}

/// The Pod's own constraints of that strength.
pub(super) fn constraints(pod: &Pod, strength: Strength) -> Vec<Constraint> {
    let list = pod.spec.other.get("topologySpreadConstraints").and_then(Value::as_array);
    let list = list.map_or(&[][..], Vec::as_slice);
    let wanted = if strength == Strength::Hard { "DoNotSchedule" } else { "ScheduleAnyway" };
    let is_wanted = |of: &&Value| {
        of.get("whenUnsatisfiable").and_then(Value::as_str).unwrap_or("DoNotSchedule") == wanted
    };
    list.iter().filter(is_wanted).map(|of| constraint(pod, of)).collect()
}

fn constraint(pod: &Pod, of: &Value) -> Constraint {
    let number = |key: &str| of.get(key).and_then(Value::as_i64).map_or(1, i128::from);
    let policy = |key: &str| of.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut selector = selector(of.get("labelSelector")).unwrap_or_else(nothing);
    for key in strings(of, "matchLabelKeys") {
        if let Some(value) = pod.metadata.labels.get(&key) {
            selector.match_labels.insert(key, value.clone());
        }
    }
    Constraint {
        key: text(of, "topologyKey"),
        max_skew: number("maxSkew"),
        min_domains: number("minDomains"),
        selector,
        owner: None,
        ignores_affinity: policy("nodeAffinityPolicy").as_deref() == Some("Ignore"),
        ignores_taints: policy("nodeTaintsPolicy").as_deref() != Some("Honor"),
    }
}

/// Which Pods a Pod wants near it or far from it, and within what.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// The label whose values are the domains.
    pub(super) key: String,
    /// How much it counts in the choice.
    pub(super) weight: i128,
    selector: Option<LabelSelector>,
    namespaces: Vec<String>,
    namespace_selector: Option<LabelSelector>,
}

/// Near or far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// `podAffinity`.
    Near,
    /// `podAntiAffinity`.
    Far,
}

/// The Pod's terms of that side; the hard ones must be met.
pub(super) fn terms(pod: &Pod, side: Side, strength: Strength) -> Vec<Term> {
    let Some(affinity) = &pod.spec.affinity else { return Vec::new() };
    let given = match side {
        Side::Near => &affinity.pod_affinity,
        Side::Far => &affinity.pod_anti_affinity,
    };
    let key = match strength {
        Strength::Hard => "requiredDuringSchedulingIgnoredDuringExecution",
        Strength::Soft => "preferredDuringSchedulingIgnoredDuringExecution",
    };
    let list = given.as_ref().and_then(|given| given.get(key)).and_then(Value::as_array);
    list.into_iter().flatten().map(|of| term(pod, of)).collect()
}

fn term(pod: &Pod, of: &Value) -> Term {
    let weight = of.get("weight").and_then(Value::as_i64).map_or(1, i128::from);
    let of = of.get("podAffinityTerm").unwrap_or(of);
    let mut chosen = selector(of.get("labelSelector"));
    if let Some(chosen) = &mut chosen {
        for key in strings(of, "matchLabelKeys") {
            if let Some(value) = pod.metadata.labels.get(&key) {
                chosen.match_labels.insert(key, value.clone());
            }
        }
    }
    let mut namespaces = strings(of, "namespaces");
    let namespace_selector = selector(of.get("namespaceSelector"));
    if namespaces.is_empty() && namespace_selector.is_none() {
        namespaces.push(pod.metadata.namespace.clone());
    }
    Term { key: text(of, "topologyKey"), weight, selector: chosen, namespaces, namespace_selector }
}

impl Term {
    /// Whether the Pod is one of those that are meant; without a selector none is.
    pub(super) fn matches(&self, cluster: &Cluster, pod: &Pod) -> bool {
        let namespace = &pod.metadata.namespace;
        let by_label = |selector: &LabelSelector| {
            let found = cluster.get::<Namespace>("", namespace);
            found.is_some_and(|found| selector.matches(&found.metadata.labels))
        };
        let meant = self.namespaces.contains(namespace)
            || self.namespace_selector.as_ref().is_some_and(by_label);
        meant
            && self.selector.as_ref().is_some_and(|chosen| chosen.matches(&pod.metadata.labels))
    }
}

/// Whether it may help the Pod that another one came to a node, got other labels there, or went:
/// `before` and `after` are what it was and is on a node (the queueing hints of the two plug-ins).
pub(super) fn peers_help(
    cluster: &Cluster,
    pod: &Pod,
    before: Option<&Pod>,
    after: Option<&Pod>,
) -> bool {
    let spread = constraints(pod, Strength::Hard).iter().any(|constraint| {
        let counts = |other: &Pod| {
            other.metadata.namespace == pod.metadata.namespace
                && constraint.selector.matches(&other.metadata.labels)
        };
        before.is_some_and(counts) != after.is_some_and(counts)
    });
    let friend = terms(pod, Side::Near, Strength::Hard).iter().any(|term| {
        let meant = |other: &Pod| term.matches(cluster, other);
        after.is_some_and(meant) && !before.is_some_and(meant)
    });
    let foe = terms(pod, Side::Far, Strength::Hard).iter().any(|term| {
        let meant = |other: &Pod| term.matches(cluster, other);
        before.is_some_and(meant) && !after.is_some_and(meant)
    });
    let shy = before.filter(|_| after.is_none()).is_some_and(|before| {
        let terms = terms(before, Side::Far, Strength::Hard);
        terms.iter().any(|term| term.matches(cluster, pod))
    });
    spread || friend || foe || shy
}

/// Whether the Pod says anything about other Pods.
pub(super) fn has_pod_affinity(pod: &Pod) -> bool {
    let affinity = pod.spec.affinity.as_ref();
    affinity.is_some_and(|a| a.pod_affinity.is_some() || a.pod_anti_affinity.is_some())
}

fn selector(value: Option<&Value>) -> Option<LabelSelector> {
    Reader::read(value?.clone()).ok()
}

/// A selector that no Pod meets.
fn nothing() -> LabelSelector {
    let impossible = crate::api::meta::LabelSelectorRequirement {
        operator: "Never".to_owned(),
        ..Default::default()
    };
    LabelSelector { match_expressions: vec![impossible], ..LabelSelector::default() }
}

fn text(of: &Value, key: &str) -> String {
    of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn strings(of: &Value, key: &str) -> Vec<String> {
    let list = of.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The value of a node's label.
pub(super) fn domain<'a>(labels: &'a StringMap, key: &str) -> Option<&'a str> {
    labels.get(key).map(String::as_str)
}
