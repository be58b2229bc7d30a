//! Which replica set is the new one, its making, its revision and the end of old ones.
//!
//! Models `pkg/controller/deployment/sync.go` `getNewReplicaSet`, `cleanupDeployment` and
//! `util/deployment_util.go` `FindNewReplicaSet`, `SetNewReplicaSetAnnotations`.

use std::rc::Rc;

use crate::api::config::Namespace;
use crate::api::kind::Object;
use crate::api::meta::{ObjectMeta, StringMap};
use crate::api::order;
use crate::api::pod::PodTemplateSpec;
use crate::api::record::Json as _;
use crate::api::workload::{ReplicaSet, ReplicaSetSpec};
use crate::sim::action::{Action, Deletion, EventDraft};
use crate::sim::apiserver::{self, status::Reason};
use crate::sim::random;

use super::{Stop, Sync, size, sizes};

/// The label that tells the Pods of one template from those of another.
const HASH_LABEL: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";
const HISTORY: &str = "deployment.kubernetes.io/revision-history";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// A Deployment's annotations that its sets do not get.
const SKIPPED: [&str; 6] =
    [LAST_APPLIED, REVISION, HISTORY, DESIRED, MOST, "deprecated.deployment.rollback.to"];
/// The longest list of earlier revisions, in characters (`maxRevHistoryLengthInChars`).
const HISTORY_MAX: usize = 2000;
/// The longest name of an object.
const NAME_MAX: usize = 253;

/// The oldest set of that template, and the others, oldest first.
pub(super) fn split(
    template: &PodTemplateSpec,
    mut sets: Vec<Rc<ReplicaSet>>,
) -> (Option<Rc<ReplicaSet>>, Vec<Rc<ReplicaSet>>) {
    order::sort_by_key(&mut sets, by_age);
    let plain = without_hash(template);
    let new = sets.iter().position(|set| without_hash(&set.spec.template) == plain);
    (new.map(|index| sets.remove(index)), sets)
}

/// Oldest first; within a second by name.
pub(super) fn by_age(set: &Rc<ReplicaSet>) -> (u64, String) {
    let created = set.metadata.creation_timestamp.unwrap_or_default();
    (created.0 / 1000, set.metadata.name.clone())
}

fn without_hash(template: &PodTemplateSpec) -> PodTemplateSpec {
    let mut template = template.clone();
    template.metadata.labels.remove(HASH_LABEL);
    template
}

/// A number that an annotation keeps.
fn note(set: &ReplicaSet, name: &str) -> Option<i32> {
    set.metadata.annotations.get(name)?.parse().ok().filter(|number| *number >= 0)
}

/// The number of replicas that the Deployment had when the set was scaled last.
pub(super) fn desired_note(set: &ReplicaSet) -> Option<i32> {
    note(set, DESIRED)
}

/// The most Pods that the Deployment could have then.
pub(super) fn most_note(set: &ReplicaSet) -> Option<i32> {
    note(set, MOST)
}

/// Notes the size of the Deployment on a set.
pub(super) fn set_size_notes(set: &mut ReplicaSet, wanted: i32, most: i32) {
    let notes = &mut set.metadata.annotations;
    notes.insert(DESIRED.to_owned(), wanted.to_string());
    notes.insert(MOST.to_owned(), most.to_string());
}

/// The number of a set's revision; 0 without one.
fn revision(set: &ReplicaSet) -> i64 {
    set.metadata.annotations.get(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

impl Sync<'_> {
    /// Brings the annotations of the new set and of the Deployment up to date, if there is such
    /// a set.
    pub(super) fn sync_revision(&mut self) -> Result<(), Stop> {
        let Some(set) = self.new.clone() else { return Ok(()) };
        let mut next = ReplicaSet::clone(&set);
        self.note_revision(&mut next);
        next.spec.min_ready_seconds = self.deployment.spec.min_ready_seconds;
        if next != *set {
            // [deployment 3-1] OBSERVATION: the new set lacks its revision, an annotation of the
            // Deployment or its minReadySeconds.
            self.actions.push(Action::Update(next.into()));
            return Err(Stop::Again);
        }
        let own = set.metadata.annotations.get(REVISION).cloned().unwrap_or_default();
        let mut changed = self.set_revision(own);
        if self.has_deadline() && self.condition("Progressing").is_none() {
            // [deployment 3-2] OBSERVATION: the set was there before the Deployment.
            let text = format!("Found new replica set \"{}\"", set.metadata.name);
            self.set_condition("Progressing", "True", "FoundNewReplicaSet", text);
            changed = true;
        }
        if changed {
            self.write();
        }
        Ok(())
    }

    /// Notes a revision on the Deployment; whether it had another one.
    fn set_revision(&mut self, revision: String) -> bool {
        let notes = &mut self.deployment.metadata.annotations;
        notes.insert(REVISION.to_owned(), revision.clone()) != Some(revision)
    }

    fn next_revision(&self) -> i64 {
        self.old.iter().map(|set| revision(set)).max().unwrap_or(0) + 1
    }

    /// Copies the Deployment's annotations to the new set and makes its revision the highest.
    fn note_revision(&self, set: &mut ReplicaSet) {
        let notes = &mut set.metadata.annotations;
        for (key, value) in &self.deployment.metadata.annotations {
            if !SKIPPED.contains(&key.as_str()) {
                notes.insert(key.clone(), value.clone());
            }
        }
        let next = self.next_revision();
        let before = notes.get(REVISION).cloned();
        let number = before.as_ref().map_or(Some(0), |text| text.parse::<i64>().ok());
        if number.is_none_or(|number| number >= next) {
            return;
        }
        notes.insert(REVISION.to_owned(), next.to_string());
        if let Some(before) = before {
            // [deployment 3-3] OBSERVATION: an older template came back; its set keeps the number
            // it had.
            let history = extended(notes.get(HISTORY).map_or("", String::as_str), &before);
            notes.insert(HISTORY.to_owned(), history);
        }
    }

    /// Makes the set of the present template, scaled as far as it may be.
    pub(super) fn create_new_set(&mut self) -> Result<(), Stop> {
        if self.new.is_some() {
            return Ok(());
        }
        let hash = self.template_hash();
        let mut set = self.new_set(&hash);
        let count = self.size_of_new(0);
        set.spec.replicas = Some(count);
        self.note_revision(&mut set);
        set_size_notes(&mut set, self.wanted(), self.wanted() + self.max_surge());
        let name = set.metadata.name.clone();
        let set: Object = set.into();
        if let Err(status) = apiserver::check_create(self.view.cluster, &set) {
            return self.refused(&name, status.reason, &status.message);
        }
        // [deployment 3-4] OBSERVATION: the template has no set yet.
        self.actions.push(Action::Create(set.clone()));
        if count > 0 {
            self.report(format!("Scaled up replica set {name} from 0 to {count}"));
        }
        self.set_revision(self.next_revision().to_string());
        if self.has_deadline() {
            let text = format!("Created new replica set \"{name}\"");
            self.set_condition("Progressing", "True", "NewReplicaSetCreated", text);
        }
        self.write();
        if let Object::ReplicaSet(set) = set {
            self.new = Some(set);
        }
        Ok(())
    }

    fn refused(&mut self, name: &str, reason: Reason, error: &str) -> Result<(), Stop> {
        if reason == Reason::AlreadyExists {
            // [deployment 3-5] OBSERVATION: the name is taken by a set of another template or of
            // somebody else; another name is tried.
            let count = &mut self.deployment.status.collision_count;
            *count = Some(count.unwrap_or(0) + 1);
            self.write();
            return Err(Stop::Again);
        }
        let namespace = &self.deployment.metadata.namespace;
        let namespace = self.view.cluster.get::<Namespace>("", namespace);
        if namespace.is_none_or(|namespace| namespace.metadata.is_deleting()) {
            // [deployment 3-6] OBSERVATION: the namespace is going.
            return Err(Stop::Again);
        }
        // [deployment 3-7] OBSERVATION: the API server refuses the set.
        let text = format!("Failed to create new replica set \"{name}\": {error}");
        if self.has_deadline() {
            let before = self.deployment.status.clone();
            self.set_condition("Progressing", "False", "ReplicaSetCreateError", text.clone());
            if self.deployment.status != before {
                self.write();
            }
        }
        let event = EventDraft::warning(self.object, "ReplicaSetCreateError", text);
        self.actions.push(Action::Event(event));
        Err(Stop::Failed)
    }

    /// A text that depends on the template and on how often that was not enough (`ComputeHash`).
    fn template_hash(&self) -> String {
        let mut text = self.deployment.spec.template.to_json().to_string();
        if let Some(count) = self.deployment.status.collision_count {
            text.push_str(&count.to_string());
        }
        random::safe_encode(random::hash32(&text))
    }

    fn new_set(&self, hash: &str) -> ReplicaSet {
        let deployment = &self.deployment;
        let with_hash = |labels: &StringMap| {
            let mut labels = labels.clone();
            labels.insert(HASH_LABEL.to_owned(), hash.to_owned());
            labels
        };
        let mut template = deployment.spec.template.clone();
        template.metadata.labels = with_hash(&template.metadata.labels);
        let mut selector = deployment.spec.selector.clone().unwrap_or_default();
        selector.match_labels = with_hash(&selector.match_labels);
        let beginning: String =
            deployment.metadata.name.chars().take(NAME_MAX - 1 - hash.len()).collect();
        ReplicaSet {
            metadata: ObjectMeta {
                name: format!("{beginning}-{hash}"),
                namespace: deployment.metadata.namespace.clone(),
                labels: template.metadata.labels.clone(),
                owner_references: vec![self.object.controller_reference()],
                ..ObjectMeta::default()
            },
            spec: ReplicaSetSpec {
                replicas: Some(0),
                min_ready_seconds: deployment.spec.min_ready_seconds,
                selector: Some(selector),
                template,
                ..ReplicaSetSpec::default()
            },
            ..ReplicaSet::default()
        }
    }

    /// The number that the new set may have now (`NewRSNewReplicas`).
    pub(super) fn size_of_new(&self, present: i32) -> i32 {
        let wanted = self.wanted();
        if !self.is_rolling() {
            return wanted;
        }
        let room = wanted + self.max_surge() - sizes(self.sets());
        if room <= 0 { present } else { present + room.min(wanted - present) }
    }

    /// Deletes old sets beyond the limit, lowest revision first.
    pub(super) fn clean_up(&mut self) {
        let limit = self.deployment.spec.revision_history_limit.unwrap_or(10);
        let limit = usize::try_from(limit).unwrap_or(0);
        let alive = |set: &&Rc<ReplicaSet>| !set.metadata.is_deleting();
        let mut sets: Vec<Rc<ReplicaSet>> = self.old.iter().filter(alive).cloned().collect();
        let surplus = sets.len().saturating_sub(limit);
        order::sort_by_key(&mut sets, |set| (revision(set), by_age(set)));
        for set in sets.into_iter().take(surplus) {
            let status = &set.status;
            let is_empty = size(&set) == 0 && status.replicas.unwrap_or(0) == 0;
            if is_empty && status.observed_generation >= set.metadata.generation {
                // [deployment 3-8] OBSERVATION: more old sets are kept than the limit says.
                self.actions.push(Action::Delete(Deletion::of(&set.into())));
            }
        }
    }
}

/// The list of earlier revisions with one more; the earliest give way.
fn extended(history: &str, revision: &str) -> String {
    let mut numbers: Vec<&str> = history.split(',').filter(|number| !number.is_empty()).collect();
    numbers.push(revision);
    while numbers.join(",").len() > HISTORY_MAX {
        numbers.remove(0);
    }
    numbers.join(",")
}
