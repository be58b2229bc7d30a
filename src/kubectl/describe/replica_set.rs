//! `kubectl describe replicaset` (`describeReplicaSet`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::ReplicaSet;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;
use super::template::{write_pods_status, write_template};

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::ReplicaSet, write, events: true };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(set) = ReplicaSet::of(object) else { return };
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.selector(spec.selector.as_ref());
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.controller(meta);
    let (now, wanted) = (status.replicas.unwrap_or(0), spec.replicas.unwrap_or(0));
    page.line(0, "Replicas", format!("{now} current / {wanted} desired"));
    write_pods_status(object, spec.selector.as_ref(), sight, page);
    write_template(&spec.template, page);
    if !status.conditions.is_empty() {
        page.text("Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n");
        for one in &status.conditions {
            page.text(format!("  {} \t{}\t{}\n", one.kind, one.status, one.reason));
        }
    }
}
