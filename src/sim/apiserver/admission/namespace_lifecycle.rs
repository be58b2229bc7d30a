//! Nothing is made in a namespace that is missing or going.
//!
//! Models `k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go` `Admit`.

use crate::api::config::Namespace;
use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::sim::apiserver::status::Status;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: Some(check), mutate: None, check_last: None };

/// Namespaces that may not be deleted.
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

fn check(review: &Review<'_>) -> Result<(), Status> {
    let kind = review.object.kind();
    if !kind.is_namespaced() {
        return Ok(());
    }
    let name = &review.object.meta().namespace;
    let Some(namespace) = review.cluster.get::<Namespace>("", name) else {
        return Err(Status::not_found(&ObjectKey::new(Kind::Namespace, "", name)));
    };
    if namespace.metadata.is_deleting() {
        let why = format!(
            "unable to create new content in namespace {name} because it is being terminated"
        );
        return Err(review.forbid(&why));
    }
    Ok(())
}

/// Whether the object may be deleted.
pub(in crate::sim::apiserver) fn check_delete(key: &ObjectKey) -> Result<(), Status> {
    if key.kind == Kind::Namespace && IMMORTAL.contains(&&*key.name) {
        return Err(Status::forbidden(key, "this namespace may not be deleted"));
    }
    Ok(())
}
