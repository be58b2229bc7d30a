//! The revisions of a set's template.
//!
//! Models `pkg/controller/daemon/update.go` `constructHistory`, `cleanupHistory`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::object::Resource;
use crate::api::order;
use crate::api::workload::{ControllerRevision, DaemonSet};
use crate::sim::action::{Action, Deletion};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::{pod_control, revision};

use super::{HASH_LABEL, Sync};

/// Takes in orphaned revisions with the set's labels.
pub(super) fn adopt(cluster: &Cluster, owner: &Object, set: &DaemonSet) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(selector) = &set.spec.selector else { return actions };
    for orphan in cluster.orphans_in(&set.metadata.namespace).filter_map(ControllerRevision::of) {
        if selector.matches(&orphan.metadata.labels) && !orphan.metadata.is_deleting() {
            // [daemon_set 4-1] OBSERVATION: an orphaned revision has the labels.
            let mut orphan = ControllerRevision::clone(orphan);
            orphan.metadata.owner_references.push(owner.controller_reference());
            actions.push(Action::Update(orphan.into()));
        }
    }
    actions
}

impl<'a> Sync<'a> {
    fn revisions(&self) -> impl Iterator<Item = &'a Rc<ControllerRevision>> + use<'a> {
        let uid = &self.set.metadata.uid;
        self.view.cluster.owned_by(uid).filter_map(ControllerRevision::of)
    }

    fn is_current(&self, revision: &ControllerRevision) -> bool {
        revision.metadata.labels.get(HASH_LABEL) == Some(&self.hash)
    }

    /// Makes the revision of the present template, or makes it the newest.
    pub(super) fn keep_history(&mut self) {
        let old = self.revisions().filter(|revision| !self.is_current(revision));
        let next = old.map(|revision| revision.revision).max().unwrap_or(0) + 1;
        let current = self.revisions().find(|revision| self.is_current(revision));
        match current {
            Some(current) if current.revision >= next => {}
            Some(current) => {
                // [daemon_set 4-2] OBSERVATION: an older template came back.
                let revision =
                    ControllerRevision { revision: next, ..ControllerRevision::clone(current) };
                self.control.actions.push(Action::Update(revision.into()));
            }
            None => {
                // [daemon_set 4-3] OBSERVATION: the template is new.
                let template = &self.set.spec.template;
                let revision =
                    revision::snapshot(self.object, template, HASH_LABEL, &self.hash, next);
                self.control.actions.push(Action::Create(revision.into()));
            }
        }
    }

    /// Deletes the oldest revisions that no Pod has, beyond the limit.
    pub(super) fn forget_history(&mut self) {
        let limit = self.set.spec.revision_history_limit.unwrap_or(10);
        let limit = usize::try_from(limit).unwrap_or(0);
        let mut old: Vec<&Rc<ControllerRevision>> =
            self.revisions().filter(|revision| !self.is_current(revision)).collect();
        let surplus = old.len().saturating_sub(limit);
        if surplus == 0 {
            return;
        }
        order::sort_by_key(&mut old, |revision| revision.revision);
        let uid = &self.set.metadata.uid;
        let is_live = |revision: &ControllerRevision| {
            let hash = revision.metadata.labels.get(HASH_LABEL);
            let mut pods = pod_control::owned(self.view.cluster, uid);
            pods.any(|pod| pod.metadata.labels.get(HASH_LABEL) == hash)
        };
        let unused = old.into_iter().filter(|revision| !is_live(revision));
        // [daemon_set 4-4] OBSERVATION: more unused revisions are kept than the limit says.
        let deletions: Vec<Action> = unused
            .take(surplus)
            .map(|revision| Action::Delete(Deletion::of(&Rc::clone(revision).into())))
            .collect();
        self.control.actions.extend(deletions);
    }
}
