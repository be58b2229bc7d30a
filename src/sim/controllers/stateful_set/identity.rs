//! Which Pod is which, and the Pod of an ordinal.
//!
//! Models `pkg/controller/statefulset/stateful_set_utils.go` `newStatefulSetPod`,
//! `initIdentity`, `updateStorage`, `identityMatches`, `storageMatches`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::meta::ObjectMeta;
use crate::api::pod::{Pod, PodTemplateSpec};
use crate::api::volume::{PersistentVolumeClaimVolumeSource, Volume};
use crate::api::workload::StatefulSet;
use crate::sim::pod_facts::{INDEX_LABEL, NAME_LABEL, PodFacts, REVISION_LABEL};

/// The number in the name of a Pod of the set; `None` for a stranger.
pub(super) fn ordinal_of(set: &str, pod: &Pod, facts: &PodFacts) -> Option<i32> {
    let (number, length) = facts.ordinal?;
    (length == set.len() && pod.metadata.name.starts_with(set)).then_some(number)
}

/// The claim of a template for a Pod.
pub(super) fn claim_name(template: &str, set: &str, ordinal: i32) -> String {
    format!("{template}-{set}-{ordinal}")
}

/// A new Pod of that ordinal.
pub(super) fn new_pod(
    owner: &Object,
    set: &StatefulSet,
    template: &PodTemplateSpec,
    revision: &str,
    ordinal: i32,
) -> Pod {
    let set_name = &set.metadata.name;
    let mut metadata = ObjectMeta {
        name: format!("{set_name}-{ordinal}"),
        generate_name: format!("{set_name}-"),
        namespace: set.metadata.namespace.clone(),
        labels: template.metadata.labels.clone(),
        annotations: template.metadata.annotations.clone(),
        finalizers: template.metadata.finalizers.clone(),
        owner_references: vec![owner.controller_reference()],
        ..ObjectMeta::default()
    };
    metadata.labels.insert(REVISION_LABEL.to_owned(), revision.to_owned());
    let mut pod = Pod { metadata, spec: Rc::clone(&template.spec), ..Pod::default() };
    let spec = Rc::make_mut(&mut pod.spec);
    spec.hostname = pod.metadata.name.clone();
    spec.subdomain = set.spec.service_name.clone();
    set_identity(&mut pod, ordinal);
    set_storage(&mut pod, set, ordinal);
    pod
}

/// The labels by which a Pod of a set is known.
pub(super) fn set_identity(pod: &mut Pod, ordinal: i32) {
    let name = pod.metadata.name.clone();
    let labels = &mut pod.metadata.labels;
    labels.insert(NAME_LABEL.to_owned(), name);
    labels.insert(INDEX_LABEL.to_owned(), ordinal.to_string());
}

/// The claims come first; a volume of the template with the name of a claim gives way.
fn set_storage(pod: &mut Pod, set: &StatefulSet, ordinal: i32) {
    let templates = &set.spec.volume_claim_templates;
    if templates.is_empty() {
        return;
    }
    let mut volumes: Vec<Volume> = templates
        .iter()
        .map(|template| Volume {
            name: template.metadata.name.clone(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource {
                claim_name: claim_name(&template.metadata.name, &set.metadata.name, ordinal),
                ..PersistentVolumeClaimVolumeSource::default()
            }),
            ..Volume::default()
        })
        .collect();
    let spec = Rc::make_mut(&mut pod.spec);
    let replaced =
        |volume: &Volume| templates.iter().any(|template| template.metadata.name == volume.name);
    volumes.extend(spec.volumes.drain(..).filter(|volume| !replaced(volume)));
    spec.volumes = volumes;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinal_is_read_from_the_name() {
        let read = |name: &str| {
            let mut pod = Pod::default();
            name.clone_into(&mut pod.metadata.name);
            ordinal_of("web", &pod, &PodFacts::of(&pod))
        };
        assert_eq!(read("web-12"), Some(12));
        assert_eq!(read("web-a-1"), None);
        assert_eq!(read("web-"), None);
        assert_eq!(read("we-1"), None);
    }
}
