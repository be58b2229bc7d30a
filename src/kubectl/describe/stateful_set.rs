//! `kubectl describe sts` (`describeStatefulSet`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::workload::StatefulSet;

use super::super::age::long_time;
use super::super::tables::Sight;
use super::Describer;
use super::page::{Page, go_list};
use super::template::{write_pods_status, write_template};

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::StatefulSet, write, events: true };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(set) = StatefulSet::of(object) else { return };
    let (meta, spec) = (&set.metadata, &set.spec);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    if let Some(created) = meta.creation_timestamp {
        page.line(0, "CreationTimestamp", long_time(created));
    }
    page.selector(spec.selector.as_ref());
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    let (wanted, total) = (spec.replicas.unwrap_or(1), set.status.replicas.unwrap_or(0));
    page.line(0, "Replicas", format!("{wanted} desired | {total} total"));
    page.line(0, "Update Strategy", &spec.update_strategy.kind);
    if let Some(rolling) = &spec.update_strategy.rolling_update {
        page.line(2, "Partition", rolling.partition.unwrap_or(0));
        if let Some(most) = rolling.other.get("maxUnavailable") {
            page.line(2, "MaxUnavailable", super::super::jsonpath::plain(most));
        }
    }
    write_pods_status(object, spec.selector.as_ref(), sight, page);
    write_template(&spec.template, page);
    write_claims(&spec.volume_claim_templates, page);
}

fn write_claims(claims: &[PersistentVolumeClaim], page: &mut Page) {
    if claims.is_empty() {
        return page.line(0, "Volume Claims", "<none>");
    }
    page.head(0, "Volume Claims");
    for claim in claims {
        page.line(2, "Name", &claim.metadata.name);
        page.line(2, "StorageClass", claim.class());
        page.labels(2, "Labels", &claim.metadata.labels);
        page.annotations(2, &claim.metadata.annotations);
        let request = claim.spec.resources.requests.get("storage");
        let request = request.map_or_else(|| "<default>".to_owned(), ToString::to_string);
        page.line(2, "Capacity", request);
        page.line(2, "Access Modes", go_list(&claim.spec.access_modes));
    }
}
