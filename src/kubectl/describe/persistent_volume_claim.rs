//! `kubectl describe pvc` (`describePVC`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;

use super::super::age::long_time;
use super::super::tables::{Sight, short_modes};
use super::Describer;
use super::page::{Page, go_list};

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::PersistentVolumeClaim, write, events: true };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(claim) = PersistentVolumeClaim::of(object) else { return };
    let (meta, spec, status) = (&claim.metadata, &claim.spec, &claim.status);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.line(0, "StorageClass", claim.class());
    page.status(meta, &status.phase, sight);
    page.line(0, "Volume", &spec.volume_name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.line(0, "Finalizers", go_list(&meta.finalizers));
    let (mut capacity, mut modes) = (String::new(), String::new());
    if !spec.volume_name.is_empty() {
        capacity = status.capacity.get("storage").copied().unwrap_or_default().to_string();
        modes = short_modes(&status.access_modes);
    }
    page.line(0, "Capacity", capacity);
    page.line(0, "Access Modes", modes);
    if let Some(mode) = &spec.volume_mode {
        page.line(0, "VolumeMode", mode);
    }
    if let Some(source) = &spec.data_source {
        page.head(0, "DataSource");
        if let Some(group) = &source.api_group {
            page.line(2, "APIGroup", group);
        }
        page.line(2, "Kind", &source.kind);
        page.line(2, "Name", &source.name);
    }
    let users = sight.cluster.pods_using_claim(&meta.namespace, &meta.name);
    let users: Vec<String> = users.map(|pod| pod.metadata.name.clone()).collect();
    page.lines(0, "Used By", &users);
    write_conditions(claim, page);
}

fn write_conditions(claim: &PersistentVolumeClaim, page: &mut Page) {
    if claim.status.conditions.is_empty() {
        return;
    }
    page.text("Conditions:\n");
    page.text("  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n");
    page.text("  ----\t------\t-----------------\t------------------\t------\t-------\n");
    let never = || "Mon, 01 Jan 0001 00:00:00 +0000".to_owned();
    for one in &claim.status.conditions {
        page.text(format!(
            "  {} \t{} \t{} \t{} \t{} \t{}\n",
            one.kind,
            one.status,
            one.last_probe_time.map_or_else(never, long_time),
            one.last_transition_time.map_or_else(never, long_time),
            one.reason,
            one.message
        ));
    }
}
