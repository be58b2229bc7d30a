//! `kubectl describe pod` (`describePod`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::pod::Pod;

use super::super::age::long_time;
use super::super::tables::Sight;
use super::Describer;
use super::container::write_containers;
use super::page::Page;
use super::template::write_tolerations;
use super::volume::write_volumes;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Pod, write, events: true };

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(pod) = Pod::of(object).map(|pod| &**pod) else { return };
    write_head(pod, page);
    write_status(pod, sight, page);
    let (spec, status) = (&pod.spec, &pod.status);
    if !spec.init_containers.is_empty() {
        let statuses = Some((&status.init_container_statuses[..], pod));
        write_containers("Init Containers", &spec.init_containers, statuses, 0, page);
    }
    let statuses = Some((&status.container_statuses[..], pod));
    write_containers("Containers", &spec.containers, statuses, 0, page);
    if !status.conditions.is_empty() {
        page.text("Conditions:\n  Type\tStatus\n");
        for one in &status.conditions {
            page.text(format!("  {} \t{} \n", one.kind, one.status));
        }
    }
    write_volumes(&spec.volumes, 0, page);
    page.line(0, "QoS Class", &status.qos_class);
    page.labels(0, "Node-Selectors", &spec.node_selector);
    write_tolerations(&spec.tolerations, 0, page);
}

fn write_head(pod: &Pod, page: &mut Page) {
    let (meta, spec) = (&pod.metadata, &pod.spec);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    if let Some(priority) = spec.priority {
        page.line(0, "Priority", priority);
    }
    if !spec.priority_class_name.is_empty() {
        page.line(0, "Priority Class Name", &spec.priority_class_name);
    }
    if !spec.service_account_name.is_empty() {
        page.line(0, "Service Account", &spec.service_account_name);
    }
    match spec.node_name.as_str() {
        "" => page.line(0, "Node", "<none>"),
        node => page.line(0, "Node", format!("{node}/{}", pod.status.host_ip)),
    }
    if let Some(start) = pod.status.start_time {
        page.line(0, "Start Time", long_time(start));
    }
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
}

fn write_status(pod: &Pod, sight: Sight<'_>, page: &mut Page) {
    let (meta, status) = (&pod.metadata, &pod.status);
    if meta.is_deleting() && !pod.is_terminal() {
        page.status(meta, &status.phase, sight);
        let grace = meta.deletion_grace_period_seconds.unwrap_or(0);
        page.line(0, "Termination Grace Period", format!("{grace}s"));
    } else {
        page.line(0, "Status", &status.phase);
    }
    if !status.reason.is_empty() {
        page.line(0, "Reason", &status.reason);
    }
    if !status.message.is_empty() {
        page.line(0, "Message", &status.message);
    }
    page.line(0, "IP", &status.pod_ip);
    if status.pod_ips.is_empty() {
        page.line(0, "IPs", "<none>");
    } else {
        page.head(0, "IPs");
        status.pod_ips.iter().for_each(|address| page.line(2, "IP", &address.ip));
    }
    page.controller(meta);
    if !status.nominated_node_name.is_empty() {
        page.line(0, "NominatedNodeName", &status.nominated_node_name);
    }
}
