//! Only a claim whose class allows it may grow.
//!
//! Models `plugin/pkg/admission/storage/persistentvolume/resize/admission.go` `Validate`.

use crate::api::kind::Object;
use crate::api::storage_class::StorageClass;
use crate::sim::apiserver::status::Status;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: None, check_last: Some(check) };

fn check(review: &Review<'_>) -> Result<(), Status> {
    let (Some(Object::PersistentVolumeClaim(old)), Object::PersistentVolumeClaim(new)) =
        (review.before, review.object)
    else {
        return Ok(());
    };
    if new.request() <= old.request() {
        return Ok(());
    }
    if old.status.phase != "Bound" {
        return Err(review.forbid("Only bound persistent volume claims can be expanded"));
    }
    let class = review.cluster.get::<StorageClass>("", new.class());
    if class.is_some_and(|class| class.allow_volume_expansion == Some(true)) {
        return Ok(());
    }
    Err(review.forbid(
        "only dynamically provisioned pvc can be resized and the storageclass that provisions \
         the pvc must support resize",
    ))
}
