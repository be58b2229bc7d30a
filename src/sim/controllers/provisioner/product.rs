//! The volume that a provisioner makes for a claim.
//!
//! Models `sig-storage-lib-external-provisioner/controller/controller.go`
//! `provisionClaimOperation`, and the `Provision` of each:
//! `kubernetes-csi/external-provisioner/pkg/controller/controller.go`,
//! `rancher/local-path-provisioner/provisioner.go`, `minikube/pkg/storage/storage_provisioner.go`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::meta::{LabelSelectorRequirement, ObjectMeta, StringMap};
use crate::api::node::{Node, NodeSelector, NodeSelectorTerm};
use crate::api::persistent_volume::{
    CsiPersistentVolumeSource, PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity,
};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::storage_class::StorageClass;
use crate::api::volume::{GcePersistentDiskVolumeSource, HostPathVolumeSource};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::pv_binder::provision::SELECTED_NODE;
use crate::sim::controllers::pv_binder::volume::PROVISIONED_BY;
use crate::sim::controllers::pv_protection;
use crate::sim::profile::{Backing, ProvisionerProfile};

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// The volume, or why it cannot be made.
pub(super) fn volume(
    cluster: &Cluster,
    provisioner: &ProvisionerProfile,
    class: &StorageClass,
    claim: &PersistentVolumeClaim,
) -> Result<PersistentVolume, String> {
    let name = format!("pvc-{}", claim.metadata.uid);
    if claim.volume_mode() == "Block" && provisioner.backing != Backing::CloudDisk {
        return Err(format!("{} does not support block volume provisioning", provisioner.name));
    }
    let policy = class.reclaim_policy.clone().unwrap_or_else(|| "Delete".to_owned());
    let claim_ref = Object::from(claim.clone()).reference();
    let mut volume = PersistentVolume {
        metadata: ObjectMeta {
            name: name.clone(),
            annotations: [(PROVISIONED_BY.to_owned(), class.provisioner.clone())].into(),
            finalizers: vec![pv_protection::FINALIZER.to_owned()],
            ..ObjectMeta::default()
        },
        spec: PersistentVolumeSpec {
            capacity: [("storage".to_owned(), claim.request())].into(),
            access_modes: claim.spec.access_modes.clone(),
            claim_ref: Some(claim_ref),
            persistent_volume_reclaim_policy: policy,
            storage_class_name: claim.class().to_owned(),
            mount_options: class.mount_options.clone(),
            volume_mode: Some(claim.volume_mode().to_owned()),
            ..PersistentVolumeSpec::default()
        },
        ..PersistentVolume::default()
    };
    "Pending".clone_into(&mut volume.status.phase);
    let meta = &claim.metadata;
    match provisioner.backing {
        Backing::SharedHostPath(root) => {
            let path = format!("{root}/{}/{}", meta.namespace, meta.name);
            volume.spec.host_path = Some(host_path(path, Some("")));
        }
        Backing::NodeHostPath(root) => {
            let node = node_of_local_path(cluster, claim)?;
            let path = format!("{root}/{name}_{}_{}", meta.namespace, meta.name);
            volume.spec.host_path = Some(host_path(path, Some("DirectoryOrCreate")));
            volume.spec.node_affinity = Some(only_on(HOSTNAME, label(node, HOSTNAME)));
        }
        Backing::PlainHostPath(root) => {
            volume.spec.host_path = Some(host_path(format!("{root}/{name}"), Some("")));
            if class.is_delayed()
                && let Some(node) = selected_node(cluster, claim)
            {
                volume.spec.node_affinity = Some(only_on(HOSTNAME, label(node, HOSTNAME)));
            }
        }
        Backing::CloudDisk => make_cloud_disk(cluster, &mut volume, provisioner, class, claim),
    }
    Ok(volume)
}

fn host_path(path: String, kind: Option<&str>) -> HostPathVolumeSource {
    HostPathVolumeSource {
        path,
        kind: kind.map(str::to_owned),
        ..HostPathVolumeSource::default()
    }
}

fn selected_node<'a>(cluster: &'a Cluster, claim: &PersistentVolumeClaim) -> Option<&'a Rc<Node>> {
    cluster.get::<Node>("", claim.metadata.annotations.get(SELECTED_NODE)?)
}

/// The node, if the claim is one that `local-path-provisioner` serves.
fn node_of_local_path<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
) -> Result<&'a Rc<Node>, String> {
    if claim.spec.selector.is_some() {
        return Err("claim Selector is not supported".to_owned());
    }
    let single = |mode: &String| matches!(mode.as_str(), "ReadWriteOnce" | "ReadWriteOncePod");
    if !claim.spec.access_modes.iter().all(single) {
        let why = "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes";
        return Err(why.to_owned());
    }
    selected_node(cluster, claim)
        .ok_or_else(|| "configuration error, no node was specified".to_owned())
}

/// A node's label; a node that lacks its host name's label is known by its name.
fn label(node: &Node, key: &str) -> String {
    node.metadata.labels.get(key).unwrap_or(&node.metadata.name).clone()
}

fn only_on(key: &str, value: String) -> VolumeNodeAffinity {
    let condition = LabelSelectorRequirement {
        key: key.to_owned(),
        operator: "In".to_owned(),
        values: vec![value],
        ..LabelSelectorRequirement::default()
    };
    let term = NodeSelectorTerm { match_expressions: vec![condition], ..Default::default() };
    let required = NodeSelector { node_selector_terms: vec![term], ..NodeSelector::default() };
    VolumeNodeAffinity { required: Some(required), ..VolumeNodeAffinity::default() }
}

/// A disk of the cloud, in the zone of the chosen node or else in the first zone there is. For a
/// class with the in-tree name the driver's volume is translated back to the in-tree source.
fn make_cloud_disk(
    cluster: &Cluster,
    volume: &mut PersistentVolume,
    provisioner: &ProvisionerProfile,
    class: &StorageClass,
    claim: &PersistentVolumeClaim,
) {
    let name = volume.metadata.name.clone();
    let zone_of = |node: &Rc<Node>| node.metadata.labels.get(ZONE).cloned();
    let zone = selected_node(cluster, claim)
        .and_then(zone_of)
        .or_else(|| cluster.list::<Node>().find_map(zone_of));
    let fs_type = ["csi.storage.k8s.io/fstype", "fstype"]
        .iter()
        .find_map(|key| class.parameters.get(*key))
        .map_or("ext4", String::as_str)
        .to_owned();
    if volume.spec.persistent_volume_reclaim_policy == "Delete" {
        volume.metadata.finalizers.insert(0, super::FINALIZER.to_owned());
    }
    for key in ["secret-name", "secret-namespace"] {
        let key = format!("volume.kubernetes.io/provisioner-deletion-{key}");
        volume.metadata.annotations.insert(key, String::new());
    }
    if class.provisioner == provisioner.name {
        let place = zone.as_deref().unwrap_or("UNSPECIFIED");
        volume.spec.csi = Some(CsiPersistentVolumeSource {
            driver: provisioner.name.to_owned(),
            volume_handle: format!("projects/volume-lab/zones/{place}/disks/{name}"),
            fs_type,
            volume_attributes: StringMap::new(),
            ..CsiPersistentVolumeSource::default()
        });
    } else {
        volume.spec.gce_persistent_disk = Some(GcePersistentDiskVolumeSource {
            pd_name: name,
            fs_type,
            ..GcePersistentDiskVolumeSource::default()
        });
    }
    volume.spec.node_affinity = zone.map(|zone| only_on(ZONE, zone));
}
