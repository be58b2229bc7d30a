//! Admission: what depends on other objects, before an object is stored.
//!
//! Models `pkg/kubeapiserver/options/plugins.go`. A plug-in is a file and a line in [`ALL`],
//! which keeps upstream's order. Deleting passes only [`namespace_lifecycle::check_delete`].

mod claim_resize;
mod default_storage_class;
mod default_toleration_seconds;
mod limit_ranger;
mod namespace_lifecycle;
mod priority;
mod resource_quota;
mod service_account;
mod storage_object_in_use_protection;
mod taint_nodes_by_condition;

use crate::api::config::LimitRange;
use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::status::Status;

pub(super) use namespace_lifecycle::check_delete;

/// A write on its way to the store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Review<'a> {
    /// The cluster before the write.
    pub(super) cluster: &'a Cluster,
    /// The object before the write, `None` when it is made.
    pub(super) before: Option<&'a Object>,
    /// The object as it shall be.
    pub(super) object: &'a Object,
}

impl Review<'_> {
    /// A refusal. An object that is still without a name goes by the beginning of it.
    fn forbid(&self, why: &str) -> Status {
        Status::forbidden(&self.key(), why)
    }

    fn key(&self) -> ObjectKey {
        let meta = self.object.meta();
        let name = if meta.name.is_empty() { &meta.generate_name } else { &meta.name };
        ObjectKey::new(self.object.kind(), &meta.namespace, name)
    }
}

/// Whether a write may go on.
type Check = fn(&Review<'_>) -> Result<(), Status>;
/// Changes the object that is made.
type Mutate = fn(&Cluster, &mut Sequence, &mut Object);

/// A plug-in.
#[derive(Debug)]
pub(super) struct Plugin {
    /// Refuses before the fields are validated.
    check_first: Option<Check>,
    /// Changes an object that is made.
    mutate: Option<Mutate>,
    /// Refuses after the fields were validated.
    check_last: Option<Check>,
}

/// Every plug-in, in the order of upstream.
const ALL: &[Plugin] = &[
    namespace_lifecycle::PLUGIN,
    limit_ranger::PLUGIN,
    service_account::PLUGIN,
    taint_nodes_by_condition::PLUGIN,
    priority::PLUGIN,
    default_toleration_seconds::PLUGIN,
    default_storage_class::PLUGIN,
    storage_object_in_use_protection::PLUGIN,
    claim_resize::PLUGIN,
    resource_quota::PLUGIN,
];

/// The mutating phase of a creation.
pub(super) fn mutate(
    cluster: &Cluster,
    sequence: &mut Sequence,
    object: &mut Object,
) -> Result<(), Status> {
    for plugin in ALL {
        if let Some(check) = plugin.check_first {
            check(&Review { cluster, before: None, object })?;
        }
        if let Some(mutate) = plugin.mutate {
            mutate(cluster, sequence, object);
        }
    }
    Ok(())
}

/// The validating phase.
pub(super) fn validate(review: &Review<'_>) -> Result<(), Status> {
    ALL.iter().filter_map(|plugin| plugin.check_last).try_for_each(|check| check(review))
}

/// Whether an object could be made, as far as the mutating phase decides it.
pub(super) fn check_first(cluster: &Cluster, object: &Object) -> Result<(), Status> {
    let review = Review { cluster, before: None, object };
    ALL.iter().filter_map(|plugin| plugin.check_first).try_for_each(|check| check(&review))
}

/// Whether an object could be made, without changing it.
pub(super) fn check_create(cluster: &Cluster, object: &Object) -> Result<(), Status> {
    let filled_in = object.kind() != Kind::Pod
        || cluster.list_in::<LimitRange>(&object.meta().namespace).next().is_some();
    if filled_in {
        let mut object = object.clone();
        mutate(cluster, &mut cluster.sequence.clone(), &mut object)?;
        return validate(&Review { cluster, before: None, object: &object });
    }
    check_first(cluster, object)?;
    validate(&Review { cluster, before: None, object })
}
