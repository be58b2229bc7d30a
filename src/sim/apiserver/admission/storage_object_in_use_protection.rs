//! Claims and volumes carry a finalizer as long as they may be in use.
//!
//! Models `plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go` `Admit`.

use crate::api::kind::{Kind, Object};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::{pv_protection, pvc_protection};
use crate::sim::random::Sequence;

use super::Plugin;

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: Some(mutate), check_last: None };

fn mutate(_: &Cluster, _: &mut Sequence, object: &mut Object) {
    let finalizer = match object.kind() {
        Kind::PersistentVolume => pv_protection::FINALIZER,
        Kind::PersistentVolumeClaim => pvc_protection::FINALIZER,
        Kind::VolumeAttributesClass => "kubernetes.io/vac-protection",
        _ => return,
    };
    if !object.meta().has_finalizer(finalizer) {
        object.meta_mut().finalizers.push(finalizer.to_owned());
    }
}
