//! Which volumes are plugged into a machine, and under which names.
//!
//! Models `k8s.io/csi-translation-lib/plugins/{gce_pd.go,aws_ebs.go}` and `pkg/volume/csi/
//! csi_attacher.go` `getAttachmentName`.

use serde_json::{Value, json};

use crate::api::order;
use crate::api::kind::{Kind, Object};
use crate::api::meta::StringMap;
use crate::api::object::ObjectKey;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::record::Json;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::{
    AwsElasticBlockStoreVolumeSource, GcePersistentDiskVolumeSource, Volume,
};
use crate::sim::cluster::Cluster;
use crate::sim::sha256::sha256_hex;

const GCE: &str = "pd.csi.storage.gke.io";
const AWS: &str = "ebs.csi.aws.com";

/// A disk as a CSI driver knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Disk {
    /// The volume's name, or the made-up one of an inline volume.
    pub name: String,
    /// The driver.
    pub driver: String,
    /// The driver's name for the disk.
    pub handle: String,
    /// Whether several nodes may hold it.
    pub is_shared: bool,
    /// For a disk without a volume object: what stands for it in the attachment.
    pub inline: Option<Value>,
}

impl Disk {
    /// The name of its attachment to a node.
    pub fn attachment_on(&self, node: &str) -> String {
        format!("csi-{}", sha256_hex(&format!("{}{}{node}", self.handle, self.driver)))
    }
}

/// The disk behind a Pod's volume, if it is one that must be attached.
pub fn attachable(cluster: &Cluster, pod: &Pod, volume: &Volume) -> Option<Disk> {
    csi_disk(cluster, pod, volume).filter(|disk| is_attach_required(cluster, &disk.driver))
}

/// The disk of a driver behind a Pod's volume, attached or not.
pub fn csi_disk(cluster: &Cluster, pod: &Pod, volume: &Volume) -> Option<Disk> {
    if let Some(source) = &volume.gce_persistent_disk {
        return Some(inline(GCE, &source.pd_name, gce_handle(source, None), source.read_only));
    }
    if let Some(source) = &volume.aws_elastic_block_store {
        return Some(inline(AWS, &source.volume_id, aws_handle(source), false));
    }
    let (_, claim) = pod.claims().find(|(of, _)| of.name == volume.name)?;
    let claim = cluster.get::<PersistentVolumeClaim>(&pod.metadata.namespace, &claim)?;
    if !claim.is_bind_completed() {
        return None;
    }
    disk_of(cluster.get::<PersistentVolume>("", &claim.spec.volume_name)?)
}

/// A driver is attached unless its object says otherwise (`CSIDriver.spec.attachRequired`).
fn is_attach_required(cluster: &Cluster, driver: &str) -> bool {
    let key = ObjectKey::new(Kind::CSIDriver, "", driver);
    let Some(Object::CSIDriver(object)) = cluster.object(&key) else { return true };
    let required = object.spec.as_ref().and_then(|spec| spec.get("attachRequired"));
    required.and_then(Value::as_bool).unwrap_or(true)
}

/// The disk behind a volume object.
pub fn disk_of(volume: &PersistentVolume) -> Option<Disk> {
    let spec = &volume.spec;
    let (driver, handle) = if let Some(source) = &spec.csi {
        (source.driver.as_str(), source.volume_handle.clone())
    } else if let Some(source) = &spec.gce_persistent_disk {
        (GCE, gce_handle(source, zone_of(&volume.metadata.labels)))
    } else {
        (AWS, aws_handle(spec.aws_elastic_block_store.as_ref()?))
    };
    let shared = |mode: &String| matches!(mode.as_str(), "ReadWriteMany" | "ReadOnlyMany");
    Some(Disk {
        name: volume.metadata.name.clone(),
        driver: driver.to_owned(),
        handle,
        is_shared: spec.access_modes.iter().any(shared),
        inline: None,
    })
}

/// The driver's name for the disk of an attachment.
pub(super) fn handle_of(cluster: &Cluster, attachment: &VolumeAttachment) -> Option<String> {
    let source = &attachment.spec.source;
    if let Some(volume) = &source.persistent_volume_name {
        return disk_of(cluster.get::<PersistentVolume>("", volume)?).map(|disk| disk.handle);
    }
    let inline = source.other.get("inlineVolumeSpec")?;
    inline.pointer("/csi/volumeHandle").and_then(Value::as_str).map(str::to_owned)
}

fn inline(driver: &str, id: &str, handle: String, read_only: bool) -> Disk {
    let mode = if read_only { "ReadOnlyMany" } else { "ReadWriteOnce" };
    let spec = json!({
        "accessModes": [mode],
        "csi": {"driver": driver, "volumeHandle": handle, "readOnly": read_only},
    });
    Disk {
        name: format!("{driver}-{id}"),
        driver: driver.to_owned(),
        handle,
        is_shared: read_only,
        inline: Some(spec),
    }
}

fn gce_handle(source: &GcePersistentDiskVolumeSource, zone: Option<&str>) -> String {
    let zone = zone.unwrap_or("UNSPECIFIED");
    format!("projects/UNSPECIFIED/zones/{zone}/disks/{}", source.pd_name)
}

/// `aws://zone/vol-1` and `vol-1` are the same disk.
fn aws_handle(source: &AwsElasticBlockStoreVolumeSource) -> String {
    source.volume_id.rsplit('/').next().unwrap_or_default().to_owned()
}

fn zone_of(labels: &StringMap) -> Option<&str> {
    ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"]
        .iter()
        .find_map(|key| labels.get(*key))
        .map(String::as_str)
}

/// The source of an attachment as JSON's fields.
pub(super) fn inline_fields(disk: &Disk) -> serde_json::Map<String, Value> {
    let spec = disk.inline.as_ref().map(|spec| ("inlineVolumeSpec".to_owned(), spec.to_json()));
    order::object(spec)
}
