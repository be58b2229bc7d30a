//! `kubectl describe namespace` (`describeNamespace`); it has no events.

use crate::api::config::{LimitRange, Namespace, ResourceQuota};
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::super::tables::Sight;
use super::Describer;
use super::limit_range::write_item;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Namespace, write, events: false };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(namespace) = Namespace::of(object) else { return };
    let name = &namespace.metadata.name;
    page.line(0, "Name", name);
    page.labels(0, "Labels", &namespace.metadata.labels);
    page.annotations(0, &namespace.metadata.annotations);
    page.line(0, "Status", &namespace.status.phase);
    let mut quotas = sight.cluster.list_in::<ResourceQuota>(name).peekable();
    if quotas.peek().is_none() {
        page.text("\nNo resource quota.\n");
    } else {
        page.text("\nResource Quotas\n");
        quotas.for_each(|quota| write_quota(quota, page));
    }
    let mut ranges = sight.cluster.list_in::<LimitRange>(name).peekable();
    if ranges.peek().is_none() {
        return page.text("\nNo LimitRange resource.\n");
    }
    page.text("\nResource Limits\n");
    page.text(
        " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n",
    );
    page.text(
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n",
    );
    ranges.for_each(|range| {
        range.spec.limits.iter().for_each(|item| write_item(item, " ", page));
    });
}

fn write_quota(quota: &ResourceQuota, page: &mut Page) {
    page.line(2, "Name", &quota.metadata.name);
    page.text("  Resource\tUsed\tHard\n  --------\t---\t---\n");
    for (resource, hard) in &quota.status.hard {
        let used = quota.status.used.get(resource).copied().unwrap_or_default();
        page.text(format!("  {resource}\t{used}\t{hard}\n"));
    }
}
