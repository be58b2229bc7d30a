//! The revisions of a set's template.
//!
//! Models `pkg/controller/statefulset/stateful_set_control.go` `getStatefulSetRevisions`,
//! `truncateHistory`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::order;
use crate::api::pod::PodTemplateSpec;
use crate::api::workload::{ControllerRevision, StatefulSet};
use crate::sim::pod_facts::digest;
use crate::sim::action::{Action, Deletion};
use crate::sim::controllers::revision;

use super::Sync;

const HASH_LABEL: &str = "controller.kubernetes.io/hash";

/// The revisions that matter in a sync.
pub(super) struct Revisions {
    /// The name of the one that Pods have.
    pub(super) current: String,
    /// The name of the one that Pods shall have.
    pub(super) update: String,
    /// The template of the current one, when it is not the one of the set.
    pub(super) current_template: Option<PodTemplateSpec>,
    /// All names with their numbers, lowest number first.
    known: Vec<(i64, String)>,
}

impl Revisions {
    /// Finds the revision of the set's template, or makes it, and the current one.
    pub(super) fn of(
        owner: &Object,
        set: &StatefulSet,
        hash: &str,
        known: &[&Rc<ControllerRevision>],
        actions: &mut Vec<Action>,
    ) -> Self {
        let update = format!("{}-{hash}", set.metadata.name);
        let last = known.iter().map(|revision| revision.revision).max().unwrap_or(0);
        let equal = known.iter().find(|revision| revision.metadata.name == update);
        match equal {
            // [stateful_set 3-1] OBSERVATION: the template is that of the newest revision.
            Some(equal) if equal.revision == last => {}
            // [stateful_set 3-2] OBSERVATION: the template is that of an older revision, which
            // becomes the newest.
            Some(equal) => {
                let revision = ControllerRevision { revision: last + 1, ..(***equal).clone() };
                actions.push(Action::Update(revision.into()));
            }
            // [stateful_set 3-5] OBSERVATION: the set is Terminating and makes nothing new.
            None if set.metadata.is_deleting() => {}
            // [stateful_set 3-3] OBSERVATION: the template is new.
            None => {
                let template = &set.spec.template;
                let revision = revision::snapshot(owner, template, HASH_LABEL, hash, last + 1);
                actions.push(Action::Create(revision.into()));
            }
        }
        let of_status = &set.status.current_revision;
        let found = known.iter().find(|revision| revision.metadata.name == *of_status);
        let current = found.map_or(&update, |found| &found.metadata.name).clone();
        let differs = found.filter(|found| found.metadata.name != update);
        let current_template = differs.and_then(|found| revision::template_of(found));
        let mut known: Vec<(i64, String)> = known
            .iter()
            .map(|revision| (revision.revision, revision.metadata.name.clone()))
            .collect();
        order::sort(&mut known);
        Self { current, update, current_template, known }
    }
}

impl Sync<'_> {
    /// Deletes the oldest revisions that nobody uses, beyond the limit.
    pub(super) fn truncate_history(&mut self) {
        let limit = self.set.spec.revision_history_limit.unwrap_or(10);
        let Ok(limit) = usize::try_from(limit) else { return };
        if self.revisions.known.len() <= limit {
            return;
        }
        let live = |name: &str| {
            name == self.revisions.current
                || name == self.revisions.update
                || self.pods.iter().any(|member| member.facts.revision == digest(name))
        };
        let unused: Vec<&str> = self
            .revisions
            .known
            .iter()
            .map(|(_, name)| name.as_str())
            .filter(|name| !live(name))
            .collect();
        let surplus = unused.len().saturating_sub(limit);
        let namespace = &self.set.metadata.namespace;
        let deletions: Vec<Action> = unused[..surplus]
            .iter()
            .filter_map(|name| self.view.cluster.get::<ControllerRevision>(namespace, name))
            // [stateful_set 3-4] OBSERVATION: more unused revisions are kept than the limit says.
            .map(|revision| Action::Delete(Deletion::of(&Rc::clone(revision).into())))
            .collect();
        self.actions.extend(deletions);
    }
}
