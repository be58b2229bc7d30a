//! What the API server accepts with a warning (`pkg/api/*/warnings.go`).

use crate::api::kind::Object;
use crate::api::meta::ObjectMeta;
use crate::api::persistent_volume::PersistentVolumeSpec;
use crate::api::persistent_volume_claim::{BETA_STORAGE_CLASS, PersistentVolumeClaimSpec};
use crate::api::pod::PodSpec;

use super::names;

const MOUNT_OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";
/// Sources of volumes that do nothing any more, and since when.
const DEAD_SOURCES: [(&str, &str); 8] = [
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
];

/// The warnings about an object, each once.
pub(in crate::sim::apiserver) fn of(object: &Object) -> Vec<String> {
    let mut list = Vec::new();
    match object {
        Object::PersistentVolume(volume) => {
            annotations(&mut list, &volume.metadata);
            persistent_volume(&mut list, &volume.spec);
        }
        Object::PersistentVolumeClaim(claim) => {
            annotations(&mut list, &claim.metadata);
            claim_size(&mut list, &claim.spec, "spec");
        }
        Object::Pod(pod) => {
            dotted_name(&mut list, &pod.metadata);
            pod_spec(&mut list, &pod.spec, "spec");
        }
        Object::StatefulSet(set) => {
            pod_spec(&mut list, &set.spec.template.spec, "spec.template.spec");
            for (index, template) in set.spec.volume_claim_templates.iter().enumerate() {
                let path = format!("spec.volumeClaimTemplates[{index}].spec");
                claim_size(&mut list, &template.spec, &path);
            }
            if set.spec.revision_history_limit.is_some_and(|limit| limit < 0) {
                list.push(
                    "spec.revisionHistoryLimit: a negative value retains all historical \
                     revisions; a value >= 0 is recommended"
                        .to_owned(),
                );
            }
        }
        Object::Deployment(deployment) => {
            dotted_name(&mut list, &deployment.metadata);
            pod_spec(&mut list, &deployment.spec.template.spec, "spec.template.spec");
        }
        Object::ReplicaSet(set) => {
            dotted_name(&mut list, &set.metadata);
            pod_spec(&mut list, &set.spec.template.spec, "spec.template.spec");
        }
        Object::DaemonSet(set) => {
            pod_spec(&mut list, &set.spec.template.spec, "spec.template.spec");
        }
        Object::Job(job) => {
            dotted_name(&mut list, &job.metadata);
            pod_spec(&mut list, &job.spec.template.spec, "spec.template.spec");
        }
        Object::Service(service) => {
            if service.is_headless() && service.spec.session_affinity != "None" {
                let text = "spec.SessionAffinity is ignored for headless services";
                list.push(text.to_owned());
            }
            if !service.spec.external_name.is_empty() && service.spec.kind != "ExternalName" {
                let text = "spec.externalName is ignored when spec.type is not \"ExternalName\"";
                list.push(text.to_owned());
            }
        }
        Object::Endpoints(_) => list.push(
            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
                .to_owned(),
        ),
        _ => {}
    }
    list
}

fn annotations(list: &mut Vec<String>, meta: &ObjectMeta) {
    if meta.annotations.contains_key(BETA_STORAGE_CLASS) {
        list.push(format!(
            "metadata.annotations[{BETA_STORAGE_CLASS}]: deprecated since v1.8; use \
             \"storageClassName\" attribute instead"
        ));
    }
    if meta.annotations.contains_key(MOUNT_OPTIONS) {
        list.push(format!(
            "metadata.annotations[{MOUNT_OPTIONS}]: deprecated since v1.31; use \"mountOptions\" \
             attribute instead"
        ));
    }
}

fn persistent_volume(list: &mut Vec<String>, spec: &PersistentVolumeSpec) {
    if spec.persistent_volume_reclaim_policy == "Recycle" {
        list.push(
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. \
             Instead, the recommended approach is to use dynamic provisioning."
                .to_owned(),
        );
    }
    for (source, since) in DEAD_SOURCES {
        if spec.other.contains_key(source) {
            // The message spells this one as Go does.
            let printed = if source == "storageos" { "storageOS" } else { source };
            list.push(format!("spec.{printed}: {since}"));
        }
    }
    if let Some(size) = spec.capacity.get("storage").filter(|size| size.has_fraction()) {
        list.push(format!(
            "spec.capacity[storage]: fractional byte value \"{size}\" is invalid, must be an \
             integer"
        ));
    }
}

fn claim_size(list: &mut Vec<String>, spec: &PersistentVolumeClaimSpec, path: &str) {
    if let Some(size) = spec.resources.requests.get("storage").filter(|size| size.has_fraction()) {
        list.push(format!(
            "{path}.resources.requests[storage]: fractional byte value \"{size}\" is invalid, \
             must be an integer"
        ));
    }
}

fn dotted_name(list: &mut Vec<String>, meta: &ObjectMeta) {
    let complaints = names::dns_label(&meta.name);
    if !meta.name.is_empty() && !complaints.is_empty() {
        list.push(format!(
            "metadata.name: this is used in Pod names and hostnames, which can result in \
             surprising behavior; a DNS label is recommended: [{}]",
            complaints.join(" ")
        ));
    }
}

fn pod_spec(list: &mut Vec<String>, spec: &PodSpec, path: &str) {
    for (index, volume) in spec.volumes.iter().enumerate() {
        if volume.other.contains_key("gitRepo") {
            list.push(format!(
                "{path}.volumes[{index}].gitRepo: deprecated in v1.11, and disabled by default in \
                 v1.33+"
            ));
        }
        if volume.projected.as_ref().is_some_and(|projected| projected.sources.is_empty()) {
            let name = &volume.name;
            list.push(format!("volume \"{name}\" (Projected) has no sources provided"));
        }
    }
    if spec.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0) {
        list.push(format!(
            "{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and \
             will be treated as 1"
        ));
    }
    for (index, container) in spec.containers.iter().enumerate() {
        for (at, variable) in container.env.iter().enumerate() {
            if container.env[..at].iter().any(|earlier| earlier.name == variable.name) {
                list.push(format!(
                    "{path}.containers[{index}].env[{at}]: hides previous definition of \"{}\", \
                     which may be dropped when using apply",
                    variable.name
                ));
            }
        }
        for (at, port) in container.ports.iter().enumerate() {
            let same = |earlier: &crate::api::container::ContainerPort| {
                (earlier.container_port, &earlier.protocol) == (port.container_port, &port.protocol)
            };
            if let Some(first) = container.ports[..at].iter().position(same) {
                let path = format!("{path}.containers[{index}]");
                list.push(format!(
                    "{path}.ports[{at}]: duplicate port definition with {path}.ports[{first}]"
                ));
            }
        }
    }
}
