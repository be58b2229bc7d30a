//! `kubectl describe deployment` (`describeDeployment`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::order;
use crate::api::workload::{Deployment, ReplicaSet};

use super::super::age::long_time;
use super::super::jsonpath::plain;
use super::super::tables::Sight;
use super::Describer;
use super::page::Page;
use super::template::write_template;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Deployment, write, events: true };

const HASH: &str = "pod-template-hash";

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(deployment) = Deployment::of(object) else { return };
    let (meta, spec, status) = (&deployment.metadata, &deployment.spec, &deployment.status);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    if let Some(created) = meta.creation_timestamp {
        page.line(0, "CreationTimestamp", long_time(created));
    }
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.selector(spec.selector.as_ref());
    let replicas = format!(
        "{} desired | {} updated | {} total | {} available | {} unavailable",
        spec.replicas.unwrap_or(1),
        status.updated_replicas,
        status.replicas,
        status.available_replicas,
        status.unavailable_replicas
    );
    page.line(0, "Replicas", replicas);
    page.line(0, "StrategyType", &spec.strategy.kind);
    page.line(0, "MinReadySeconds", spec.min_ready_seconds);
    if let Some(rolling) = &spec.strategy.rolling_update {
        let amount = |value: &Option<_>| value.as_ref().map_or_else(String::new, plain);
        let (unavailable, surge) = (amount(&rolling.max_unavailable), amount(&rolling.max_surge));
        let text = format!("{unavailable} max unavailable, {surge} max surge");
        page.line(0, "RollingUpdateStrategy", text);
    }
    write_template(&spec.template, page);
    if !status.conditions.is_empty() {
        page.text("Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------\n");
        for one in &status.conditions {
            page.text(format!("  {} \t{}\t{}\n", one.kind, one.status, one.reason));
        }
    }
    write_sets(deployment, sight, page);
}

fn write_sets(deployment: &Deployment, sight: Sight<'_>, page: &mut Page) {
    let meta = &deployment.metadata;
    let mut sets: Vec<&ReplicaSet> =
        sight.cluster.owned_by(&meta.uid).filter_map(ReplicaSet::of).map(|set| &**set).collect();
    order::sort_by_key(&mut sets, |set| {
        (set.metadata.creation_timestamp, set.metadata.name.clone())
    });
    let (new, old): (Vec<&ReplicaSet>, Vec<&ReplicaSet>) =
        sets.into_iter().partition(|set| is_current(deployment, set));
    page.line(0, "OldReplicaSets", list(&old));
    page.line(0, "NewReplicaSet", list(&new));
}

/// Whether a set has the Deployment's template, the hash label apart
/// (`deployment_util.go` `EqualIgnoreHash`).
pub(in crate::kubectl) fn is_current(deployment: &Deployment, set: &ReplicaSet) -> bool {
    let mut template = set.spec.template.clone();
    template.metadata.labels.remove(HASH);
    let mut wanted = deployment.spec.template.clone();
    wanted.metadata.labels.remove(HASH);
    template == wanted
}

fn list(sets: &[&ReplicaSet]) -> String {
    let one = |set: &&ReplicaSet| {
        let (now, wanted) = (set.status.replicas.unwrap_or(0), set.spec.replicas.unwrap_or(0));
        format!("{} ({now}/{wanted} replicas created)", set.metadata.name)
    };
    match sets {
        [] => "<none>".to_owned(),
        sets => sets.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}
