//! The claims of a set's Pods: making them, and whom they belong to.
//!
//! Models `pkg/controller/statefulset/stateful_pod_control.go` `createPersistentVolumeClaims`,
//! `PodClaimIsStale`, `UpdatePodClaimForRetentionPolicy` and `stateful_set_utils.go`
//! `updateClaimOwnerRefForSetAndPod`.

use std::rc::Rc;

use crate::api::config::ResourceQuota;
use crate::api::kind::Object;
use crate::api::meta::{ObjectMeta, OwnerReference};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::sim::action::{Action, EventDraft};
use crate::sim::apiserver::{self, Caller};

use super::Sync;
use super::identity::claim_name;

/// Who owns the claims of an ordinal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    Set,
    Pod,
}

impl Sync<'_> {
    /// Makes the claims that an ordinal lacks. The error is that of the Pod's event.
    pub(super) fn create_claims(&mut self, pod: &str, ordinal: i32) -> Result<(), String> {
        let set = self.set;
        for template in &set.spec.volume_claim_templates {
            let name = claim_name(&template.metadata.name, &set.metadata.name, ordinal);
            let namespace = &set.metadata.namespace;
            match self.view.cluster.get::<PersistentVolumeClaim>(namespace, &name) {
                Some(claim) if claim.metadata.is_deleting() => {
                    // [stateful_set 8-1] OBSERVATION: the claim is going.
                    self.failed = true;
                    return Err(format!("pvc {name} is being deleted"));
                }
                // [stateful_set 8-2] OBSERVATION: a claim of the name is there, whoever made it.
                Some(_) => {}
                None => self.create_claim(template, name, pod, ordinal)?,
            }
        }
        Ok(())
    }

    fn create_claim(
        &mut self,
        template: &PersistentVolumeClaim,
        name: String,
        pod: &str,
        ordinal: i32,
    ) -> Result<(), String> {
        let claim: Object = self.new_claim(template, name.clone(), ordinal).into();
        let set = self.name();
        if let Err(status) = self.try_create(&claim) {
            // [stateful_set 8-3] OBSERVATION: the API server refuses the claim.
            self.failed = true;
            let error = status.message;
            let text =
                format!("Create Claim {name} for Pod {pod} in StatefulSet {set} failed error: {error}");
            self.warn("FailedCreate", text);
            return Err(format!("failed to create PVC {name}: {error}"));
        }
        // [stateful_set 8-4] OBSERVATION: the claim is missing.
        self.actions.push(Action::Create(claim));
        let message = format!("Create Claim {name} Pod {pod} in StatefulSet {set} success");
        let event = EventDraft::normal(self.object, "SuccessfulCreate", message);
        self.actions.push(Action::Event(event));
        Ok(())
    }

    /// Asks the API server; where there are quotas on a copy that counts what this sync makes.
    fn try_create(&mut self, claim: &Object) -> Result<(), apiserver::status::Status> {
        let cluster = self.view.cluster;
        if cluster.list_in::<ResourceQuota>(&self.set.metadata.namespace).next().is_none() {
            return apiserver::check_create(cluster, claim);
        }
        let scratch = self.scratch.get_or_insert_with(|| self.view.cluster.clone());
        apiserver::check_create(scratch, claim)?;
        apiserver::create(scratch, self.view.now, Caller::Component, claim.clone()).map(|_| ())
    }

    fn new_claim(
        &self,
        template: &PersistentVolumeClaim,
        name: String,
        ordinal: i32,
    ) -> PersistentVolumeClaim {
        let set = self.set;
        let mut labels = template.metadata.labels.clone();
        if let Some(selector) = &set.spec.selector {
            labels.extend(selector.match_labels.clone());
        }
        let owner = match self.claim_owner(ordinal) {
            Owner::Set => vec![self.object.controller_reference()],
            Owner::Nobody | Owner::Pod => Vec::new(),
        };
        PersistentVolumeClaim {
            metadata: ObjectMeta {
                name,
                namespace: set.metadata.namespace.clone(),
                labels,
                annotations: template.metadata.annotations.clone(),
                finalizers: template.metadata.finalizers.clone(),
                owner_references: owner,
                ..ObjectMeta::default()
            },
            spec: template.spec.clone(),
            ..PersistentVolumeClaim::default()
        }
    }

    fn is_retaining(&self) -> bool {
        let policy = self.set.spec.persistent_volume_claim_retention_policy.as_ref();
        policy.is_none_or(|p| p.when_deleted != "Delete" && p.when_scaled != "Delete")
    }

    fn claim_owner(&self, ordinal: i32) -> Owner {
        let spec = &self.set.spec;
        let Some(policy) = &spec.persistent_volume_claim_retention_policy else {
            return Owner::Nobody;
        };
        let start = spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start);
        let end = start.saturating_add(spec.replicas.unwrap_or(1));
        let scaled_down = ordinal < start || ordinal >= end;
        match (policy.when_deleted == "Delete", policy.when_scaled == "Delete") {
            (_, true) if scaled_down => Owner::Pod,
            (true, _) => Owner::Set,
            (false, _) => Owner::Nobody,
        }
    }

    /// Whether a claim belongs to an earlier Pod of the ordinal and will go with it.
    pub(super) fn has_stale_claim(&self, pod: &str, ordinal: i32) -> bool {
        if self.is_retaining() {
            return false;
        }
        let (set, namespace) = (self.set, &self.set.metadata.namespace);
        set.spec.volume_claim_templates.iter().any(|template| {
            let name = claim_name(&template.metadata.name, &set.metadata.name, ordinal);
            let claim = self.view.cluster.get::<PersistentVolumeClaim>(namespace, &name);
            let owned_by_pod = |owner: &OwnerReference| owner.kind == "Pod" && owner.name == pod;
            claim.is_some_and(|claim| claim.metadata.owner_references.iter().any(owned_by_pod))
        })
    }

    /// Gives the claims of a Pod the owner that the retention policy asks for. With nothing to
    /// delete this is looked at once per generation.
    pub(super) fn fix_claim_owners(&mut self, pod: &Rc<Pod>, ordinal: i32) {
        let observed = self.set.status.observed_generation == self.set.metadata.generation;
        if self.is_retaining() && observed {
            return;
        }
        let set = self.set;
        for template in &set.spec.volume_claim_templates {
            let name = claim_name(&template.metadata.name, &set.metadata.name, ordinal);
            let claim =
                self.view.cluster.get::<PersistentVolumeClaim>(&set.metadata.namespace, &name);
            if let Some(claim) = claim {
                self.fix_claim_owner(claim, pod, ordinal);
            }
        }
    }

    fn fix_claim_owner(&mut self, claim: &Rc<PersistentVolumeClaim>, pod: &Rc<Pod>, ordinal: i32) {
        let set_reference = self.object.controller_reference();
        let pod_reference = Object::Pod(Rc::clone(pod)).controller_reference();
        let ours = |owner: &OwnerReference| {
            owner.uid == set_reference.uid || owner.uid == pod_reference.uid
        };
        let references = &claim.metadata.owner_references;
        let foreign = |owner: &OwnerReference| owner.controller == Some(true) && !ours(owner);
        if references.iter().any(foreign) {
            // [stateful_set 8-5] OBSERVATION: the claim is somebody else's.
            let message = format!(
                "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging \
                 controller, the retention policy is ignored for this claim",
                claim.metadata.name
            );
            return self.warn("ConflictingController", message);
        }
        let mut wanted: Vec<OwnerReference> =
            references.iter().filter(|owner| !ours(owner)).cloned().collect();
        match self.claim_owner(ordinal) {
            Owner::Nobody => {}
            Owner::Set => wanted.push(set_reference),
            Owner::Pod => wanted.push(pod_reference),
        }
        if wanted != *references {
            // [stateful_set 8-6] OBSERVATION: the retention policy asks for another owner.
            let mut claim = PersistentVolumeClaim::clone(claim);
            claim.metadata.owner_references = wanted;
            self.actions.push(Action::Update(claim.into()));
        }
    }
}
