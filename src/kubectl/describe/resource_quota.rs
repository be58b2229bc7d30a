//! `kubectl describe quota` (`describeQuota`); it has no events.

use crate::api::config::ResourceQuota;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::order;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::ResourceQuota, write, events: false };

/// What scopes choose (`helpTextForResourceQuotaScope`).
const SCOPES: [(&str, &str); 4] = [
    (
        "Terminating",
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a \
         node before being actively terminated by the system.",
    ),
    (
        "NotTerminating",
        "Matches all pods that do not have an active deadline. These pods usually include long \
         running pods whose container command is not expected to terminate.",
    ),
    (
        "BestEffort",
        "Matches all pods that do not have resource requirements set. These pods have a best \
         effort quality of service.",
    ),
    (
        "NotBestEffort",
        "Matches all pods that have at least one resource requirement set. These pods have a \
         burstable or guaranteed quality of service.",
    ),
];

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(quota) = ResourceQuota::of(object) else { return };
    page.line(0, "Name", &quota.metadata.name);
    page.line(0, "Namespace", &quota.metadata.namespace);
    let mut scopes = quota.spec.scopes.clone();
    order::sort(&mut scopes);
    if !scopes.is_empty() {
        page.line(0, "Scopes", scopes.join(", "));
        for scope in &scopes {
            let known = SCOPES.iter().find(|(name, _)| name == scope);
            if let Some((_, help)) = known {
                page.text(format!(" * {help}\n"));
            }
        }
    }
    page.text("Resource\tUsed\tHard\n--------\t----\t----\n");
    for (resource, hard) in &quota.status.hard {
        let used = quota.status.used.get(resource).copied().unwrap_or_default();
        page.text(format!("{resource}\t{used}\t{hard}\n"));
    }
}
