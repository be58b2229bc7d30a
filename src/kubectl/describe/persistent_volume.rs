//! `kubectl describe pv` (`describePersistentVolume`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::persistent_volume::PersistentVolume;

use super::super::tables::{Sight, short_modes};
use super::Describer;
use super::page::{Page, go_list};
use super::volume::write_source_of_volume;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::PersistentVolume, write, events: true };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(volume) = PersistentVolume::of(object) else { return };
    let (meta, spec, status) = (&volume.metadata, &volume.spec, &volume.status);
    page.line(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.line(0, "Finalizers", go_list(&meta.finalizers));
    page.line(0, "StorageClass", &spec.storage_class_name);
    page.status(meta, &status.phase, sight);
    let claim = spec.claim_ref.as_ref();
    let claim = claim.map(|claim| format!("{}/{}", claim.namespace, claim.name));
    page.line(0, "Claim", claim.unwrap_or_default());
    page.line(0, "Reclaim Policy", &spec.persistent_volume_reclaim_policy);
    page.line(0, "Access Modes", short_modes(&spec.access_modes));
    if let Some(mode) = &spec.volume_mode {
        page.line(0, "VolumeMode", mode);
    }
    page.line(0, "Capacity", volume.capacity());
    write_node_affinity(volume, page);
    page.line(0, "Message", &status.message);
    page.head(0, "Source");
    write_source_of_volume(spec, page);
}

fn write_node_affinity(volume: &PersistentVolume, page: &mut Page) {
    let affinity = volume.spec.node_affinity.as_ref();
    let Some(required) = affinity.and_then(|affinity| affinity.required.as_ref()) else {
        return page.line(0, "Node Affinity", "<none>");
    };
    page.line(0, "Node Affinity", "");
    if required.node_selector_terms.is_empty() {
        return page.line(2, "Required Terms", "<none>");
    }
    page.line(2, "Required Terms", "");
    for (index, term) in required.node_selector_terms.iter().enumerate() {
        let expressions: Vec<String> = term
            .match_expressions
            .iter()
            .map(|one| match one.values.as_slice() {
                [] => format!("{} {}", one.key, one.operator.to_ascii_lowercase()),
                values => {
                    let operator = one.operator.to_ascii_lowercase();
                    format!("{} {operator} [{}]", one.key, values.join(", "))
                }
            })
            .collect();
        page.lines(4, &format!("Term {index}"), &expressions);
    }
}
