//! Templates that a workload had, kept as `ControllerRevision`s.
//!
//! Models `pkg/controller/history/controller_history.go` and, for daemon sets,
//! `pkg/controller/daemon/update.go` `snapshot`. It is no controller itself.

use serde_json::{Value, json};

use crate::api::kind::Object;
use crate::api::meta::ObjectMeta;
use crate::api::pod::PodTemplateSpec;
use crate::api::record::{Json, Reader};
use crate::api::workload::ControllerRevision;
use crate::sim::random;

/// A text that depends on the whole template.
pub(super) fn template_hash(template: &PodTemplateSpec) -> String {
    random::safe_encode(random::hash32(&template.to_json().to_string()))
}

/// A new revision of the owner's template, with its hash under that label.
pub(super) fn snapshot(
    owner: &Object,
    template: &PodTemplateSpec,
    label: &str,
    hash: &str,
    revision: i64,
) -> ControllerRevision {
    let meta = owner.meta();
    let mut labels = template.metadata.labels.clone();
    labels.insert(label.to_owned(), hash.to_owned());
    let mut template = template.to_json();
    if let Value::Object(map) = &mut template {
        map.insert("$patch".to_owned(), "replace".into());
    }
    ControllerRevision {
        metadata: ObjectMeta {
            name: format!("{}-{hash}", meta.name),
            namespace: meta.namespace.clone(),
            labels,
            annotations: meta.annotations.clone(),
            owner_references: vec![owner.controller_reference()],
            ..ObjectMeta::default()
        },
        data: json!({"spec": {"template": template}}),
        revision,
        ..ControllerRevision::default()
    }
}

/// The template that a revision keeps (`ApplyRevision`).
pub(super) fn template_of(revision: &ControllerRevision) -> Option<PodTemplateSpec> {
    let mut template = revision.data.get("spec")?.get("template")?.clone();
    if let Value::Object(map) = &mut template {
        map.remove("$patch");
    }
    Reader::read::<PodTemplateSpec>(template).ok()
}
