//! A claim without a class gets the default one.
//!
//! Models `plugin/pkg/admission/storage/storageclass/setdefault/admission.go` `Admit` and
//! `pkg/volume/util/storageclass.go` `GetDefaultClass`.

use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::storage_class::StorageClass;
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::Plugin;

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: Some(mutate), check_last: None };

fn mutate(cluster: &Cluster, _: &mut Sequence, object: &mut Object) {
    let Object::PersistentVolumeClaim(claim) = object else { return };
    if claim.has_class() {
        return;
    }
    // Among several defaults the newest wins; times count in whole seconds.
    let seconds = |class: &StorageClass| class.metadata.creation_timestamp.map(|at| at.0 / 1000);
    let order = |class: &&Rc<StorageClass>| (Reverse(seconds(class)), class.metadata.name.clone());
    let default =
        cluster.list::<StorageClass>().filter(|class| class.is_default()).min_by_key(order);
    if let Some(default) = default {
        Rc::make_mut(claim).spec.storage_class_name = Some(default.metadata.name.clone());
    }
}
