//! Writes down how much of a quota is used.
//!
//! Models `pkg/controller/resourcequota/resource_quota_controller.go` `syncResourceQuota` and
//! `replenishQuota`. Upstream's admission writes the use of what is made; here this controller
//! does, a moment later.

use crate::api::config::ResourceQuota;
use crate::api::kind::Kind;
use crate::api::object::Resource as _;
use crate::sim::action::Action;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::quota;

use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "resourcequota-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let key = &change.key;
    if key.kind == Kind::ResourceQuota && !change.is_removal() {
        wakes.add(key.clone());
    }
    if !key.kind.is_namespaced() {
        return;
    }
    let mut quotas = cluster.list_in::<ResourceQuota>(&key.namespace).peekable();
    if quotas.peek().is_none() {
        return;
    }
    let sides = [&change.before, &change.after].map(|side| side.as_ref().map(quota::usage));
    if sides[0] == sides[1] {
        return;
    }
    for quota in quotas {
        if quota.spec.hard.keys().any(|name| quota::counts(name, key.kind)) {
            wakes.add(quota.key());
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(quota) = view.cluster.at::<ResourceQuota>(view.key) else {
        // [resource_quota 1-1] OBSERVATION: the quota is gone.
        return Vec::new();
    };
    let used = quota::used(view.cluster, quota);
    if quota.status.hard == quota.spec.hard && quota.status.used == used {
        // [resource_quota 1-2] OBSERVATION: the quota says what is used.
        return Vec::new();
    }
    // [resource_quota 1-3] OBSERVATION: the quota is new or changed, or its use did.
    let mut next = ResourceQuota::clone(quota);
    next.status.hard.clone_from(&quota.spec.hard);
    next.status.used = used;
    vec![Action::Update(next.into())]
}
