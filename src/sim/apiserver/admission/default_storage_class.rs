//! A claim without a class gets the default one.
//!
//! Models `plugin/pkg/admission/storage/storageclass/setdefault/admission.go` `Admit`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::sim::cluster::Cluster;
use crate::sim::controllers::pv_binder::claim::default_class;
use crate::sim::random::Sequence;

use super::Plugin;

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: Some(mutate), check_last: None };

fn mutate(cluster: &Cluster, _: &mut Sequence, object: &mut Object) {
    let Object::PersistentVolumeClaim(claim) = object else { return };
    if !claim.has_class()
        && let Some(default) = default_class(cluster)
    {
        Rc::make_mut(claim).spec.storage_class_name = Some(default.metadata.name.clone());
    }
}
