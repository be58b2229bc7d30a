//! `kubectl describe daemonset` (`describeDaemonSet`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::DaemonSet;

use super::super::tables::{Sight, pairs};
use super::Describer;
use super::page::Page;
use super::template::{write_pods_status, write_template};

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::DaemonSet, write, events: true };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(set) = DaemonSet::of(object) else { return };
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.selector(spec.selector.as_ref());
    page.line(0, "Node-Selector", pairs(&spec.template.spec.node_selector));
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    let counts = [
        ("Desired Number of Nodes Scheduled", status.desired_number_scheduled.unwrap_or(0)),
        ("Current Number of Nodes Scheduled", status.current_number_scheduled.unwrap_or(0)),
        ("Number of Nodes Scheduled with Up-to-date Pods", status.updated_number_scheduled),
        ("Number of Nodes Scheduled with Available Pods", status.number_available),
        ("Number of Nodes Misscheduled", status.number_misscheduled.unwrap_or(0)),
    ];
    for (name, count) in counts {
        page.plain(0, &format!("{name}: {count}"));
    }
    write_pods_status(object, spec.selector.as_ref(), sight, page);
    write_template(&spec.template, page);
}
