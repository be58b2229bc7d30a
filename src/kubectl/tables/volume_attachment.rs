//! `kubectl get volumeattachment` (`printVolumeAttachment`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::storage_class::VolumeAttachment;

use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::VolumeAttachment, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("ATTACHER"),
    shown("PV"),
    shown("NODE"),
    shown("ATTACHED"),
    shown("AGE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(attachment) = VolumeAttachment::of(object) else { return Vec::new() };
    let spec = &attachment.spec;
    vec![
        attachment.metadata.name.clone(),
        spec.attacher.clone(),
        spec.source.persistent_volume_name.clone().unwrap_or_default(),
        spec.node_name.clone(),
        attachment.status.attached.unwrap_or(false).to_string(),
        age_of(object, sight),
    ]
}
