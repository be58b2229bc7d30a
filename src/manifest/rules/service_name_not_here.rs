//! *What it checks:* the Service that a `StatefulSet` names is one of the Services of the
//! same text, if the text has any.
//! *Why it matters:* Kubernetes does not check it; the Pods run, but `web-0.nginx` has no
//! address.
//! *Example:* `serviceName: ngnix` beside a Service called `nginx`.

use super::{Case, listed};
use crate::manifest::diagnostic::Finding;
use crate::manifest::schema::nearest;

pub(super) fn service_name_not_here(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.document.kind != "StatefulSet" {
        return;
    }
    let spec = case.document.node.get("spec");
    let Some(node) = spec.and_then(|spec| spec.get("serviceName")) else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    let services = case
        .all
        .iter()
        .filter(|other| other.kind == "Service" && other.namespace == case.document.namespace);
    let services: Vec<&str> = services.map(|service| service.name.as_str()).collect();
    if services.is_empty() || services.contains(&name) {
        return;
    }
    let finding = Finding::warning("service-name-not-here", node.range)
        .arg("name", name)
        .arg("services", listed(&services));
    findings.push(match nearest(name, services.iter().copied()) {
        Some(right) => finding.edit(node.range, right),
        None => finding,
    });
}
