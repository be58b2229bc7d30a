//! Smallest and largest claims of a namespace.
//!
//! Models `plugin/pkg/admission/limitranger/admission.go` `PersistentVolumeClaimValidateLimitFunc`.
//! Deviations: limits of containers and Pods are kept and not enforced.

use crate::api::config::LimitRange;
use crate::api::kind::Object;
use crate::sim::apiserver::status::Status;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: None, check_last: Some(check) };

const CLAIM: &str = "PersistentVolumeClaim";

fn check(review: &Review<'_>) -> Result<(), Status> {
    let Object::PersistentVolumeClaim(claim) = review.object else { return Ok(()) };
    let request = claim.request();
    let ranges = review.cluster.list_in::<LimitRange>(&claim.metadata.namespace);
    for item in ranges.flat_map(|range| &range.spec.limits).filter(|item| item.kind == CLAIM) {
        if let Some(min) = item.min.get("storage").filter(|min| request < **min) {
            return Err(review.forbid(&format!(
                "minimum storage usage per {CLAIM} is {min}, but request is {request}"
            )));
        }
        if let Some(max) = item.max.get("storage").filter(|max| request > **max) {
            return Err(review.forbid(&format!(
                "maximum storage usage per {CLAIM} is {max}, but request is {request}"
            )));
        }
    }
    Ok(())
}
