//! `kubectl describe quota` (`describeQuota`); it has no events.

use crate::api::config::ResourceQuota;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::ResourceQuota, write, events: false };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(quota) = ResourceQuota::of(object) else { return };
    page.line(0, "Name", &quota.metadata.name);
    page.line(0, "Namespace", &quota.metadata.namespace);
    page.text("Resource\tUsed\tHard\n--------\t----\t----\n");
    for (resource, hard) in &quota.status.hard {
        let used = quota.status.used.get(resource).copied().unwrap_or_default();
        page.text(format!("{resource}\t{used}\t{hard}\n"));
    }
}
