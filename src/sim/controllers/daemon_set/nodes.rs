//! On which nodes a set runs, and what its Pods tolerate.
//!
//! Models `pkg/controller/daemon/daemon_controller.go` `NodeShouldRunDaemonPod` and
//! `util/daemonset_util.go` `AddOrUpdateDaemonPodTolerations`, `CreatePodTemplate`,
//! `ReplaceDaemonSetPodNodeNameNodeAffinity`, `GetTargetNodeName`.

use std::rc::Rc;

use crate::api::meta::LabelSelectorRequirement;
use crate::api::node::{Node, NodeSelector, NodeSelectorTerm, Taint};
use crate::api::pod::{Pod, PodSpec, Toleration};
use crate::api::workload::DaemonSet;
use crate::sim::controllers::pod_control;

use super::{HASH_LABEL, Sync};

/// The annotation of a set that counts its templates, and the label of Pods with that number.
pub(super) const GENERATION_NOTE: &str = "deprecated.daemonset.template.generation";
pub(super) const GENERATION_LABEL: &str = "pod-template-generation";

const NAME_FIELD: &str = "metadata.name";
/// What every Pod of a set tolerates.
const TOLERATED: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];
/// What it tolerates besides when it uses the node's network.
const TOLERATED_ON_HOST: (&str, &str) = ("node.kubernetes.io/network-unavailable", "NoSchedule");

/// What a set wants with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// A Pod of it shall run there.
    Run,
    /// A Pod that runs there may stay.
    Stay,
    /// No Pod of it may be there.
    Leave,
}

/// What the set wants with the node.
pub(super) fn fit(set: &DaemonSet, tolerations: &[Toleration], node: &Node) -> Fit {
    let spec = &set.spec.template.spec;
    let named = spec.node_name.is_empty() || spec.node_name == node.metadata.name;
    if !named || !is_selected(spec, node) {
        return Fit::Leave;
    }
    let repels = |effects: &[&str]| {
        node.spec.taints.iter().any(|taint: &Taint| {
            effects.contains(&taint.effect.as_str())
                && !tolerations.iter().any(|toleration| toleration.tolerates(taint))
        })
    };
    if !repels(&["NoSchedule", "NoExecute"]) {
        Fit::Run
    } else if repels(&["NoExecute"]) {
        Fit::Leave
    } else {
        Fit::Stay
    }
}

fn is_selected(spec: &PodSpec, node: &Node) -> bool {
    let labels = &node.metadata.labels;
    let affinity = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        && required.is_none_or(|required| required.matches(node))
}

/// The template's tolerations and those that every set's Pods have.
pub(super) fn tolerations(spec: &PodSpec) -> Vec<Toleration> {
    let mut tolerations = spec.tolerations.clone();
    let on_host = spec.host_network.then_some(TOLERATED_ON_HOST);
    for (key, effect) in TOLERATED.into_iter().chain(on_host) {
        let toleration = Toleration {
            key: key.to_owned(),
            operator: "Exists".to_owned(),
            effect: effect.to_owned(),
            ..Toleration::default()
        };
        let same = |known: &&mut Toleration| {
            (&*known.key, &*known.effect, &*known.operator, &*known.value)
                == (key, effect, "Exists", "")
        };
        match tolerations.iter_mut().find(same) {
            Some(known) => *known = toleration,
            None => tolerations.push(toleration),
        }
    }
    tolerations
}

/// The node that the Pod is on, or the one that it asks for.
pub(super) fn target_of(pod: &Pod) -> Option<&str> {
    if !pod.spec.node_name.is_empty() {
        return Some(&pod.spec.node_name);
    }
    let affinity = pod.spec.affinity.as_ref()?.node_affinity.as_ref()?.required.as_ref()?;
    let fields = affinity.node_selector_terms.iter().flat_map(|term| &term.match_fields);
    let mut named = fields.filter(|field| field.key == NAME_FIELD && field.operator == "In");
    match named.next()?.values.as_slice() {
        [name] => Some(name),
        _ => None,
    }
}

impl Sync<'_> {
    /// A new Pod for the node; the scheduler binds it.
    pub(super) fn new_pod(&self, node: &str) -> Pod {
        let mut pod = pod_control::from_template(self.object, &self.set.spec.template);
        let labels = &mut pod.metadata.labels;
        if let Some(generation) = self.set.metadata.annotations.get(GENERATION_NOTE) {
            labels.insert(GENERATION_LABEL.to_owned(), generation.clone());
        }
        labels.insert(HASH_LABEL.to_owned(), self.hash.clone());
        let spec = Rc::make_mut(&mut pod.spec);
        spec.tolerations = tolerations(spec);
        let affinity = spec.affinity.get_or_insert_default();
        let affinity = affinity.node_affinity.get_or_insert_default();
        let only = LabelSelectorRequirement {
            key: NAME_FIELD.to_owned(),
            operator: "In".to_owned(),
            values: vec![node.to_owned()],
            ..LabelSelectorRequirement::default()
        };
        let term = NodeSelectorTerm { match_fields: vec![only], ..NodeSelectorTerm::default() };
        let selector = NodeSelector { node_selector_terms: vec![term], ..NodeSelector::default() };
        affinity.required = Some(selector);
        pod
    }
}
