//! The template of a workload's Pods (`DescribePodTemplate`).

use crate::api::kind::Object;
use crate::api::meta::LabelSelector;
use crate::api::order;
use crate::api::pod::{PodTemplateSpec, Toleration};

use super::super::tables::{Sight, selected_pods};
use super::container::write_containers;
use super::page::Page;
use super::volume::write_volumes;

/// Adds a template.
pub(super) fn write_template(template: &PodTemplateSpec, page: &mut Page) {
    let (meta, spec) = (&template.metadata, &template.spec);
    page.head(0, "Pod Template");
    page.labels(2, "Labels", &meta.labels);
    if !meta.annotations.is_empty() {
        page.annotations(2, &meta.annotations);
    }
    if !spec.service_account_name.is_empty() {
        page.line(2, "Service Account", &spec.service_account_name);
    }
    if !spec.init_containers.is_empty() {
        write_containers("Init Containers", &spec.init_containers, None, 2, page);
    }
    write_containers("Containers", &spec.containers, None, 2, page);
    write_volumes(&spec.volumes, 2, page);
    page.labels(2, "Node-Selectors", &spec.node_selector);
    write_tolerations(&spec.tolerations, 2, page);
}

/// Adds tolerations, by key (`printPodTolerationsMultiline`).
pub(super) fn write_tolerations(tolerations: &[Toleration], depth: usize, page: &mut Page) {
    let mut sorted: Vec<&Toleration> = tolerations.iter().collect();
    order::sort_by(&mut sorted, |a, b| a.key.cmp(&b.key));
    let lines: Vec<String> = sorted.into_iter().map(toleration).collect();
    page.lines(depth, "Tolerations", &lines);
}

fn toleration(one: &Toleration) -> String {
    let mut text = one.key.clone();
    if !one.value.is_empty() {
        text = format!("{text}={}", one.value);
    }
    if !one.effect.is_empty() {
        text = format!("{text}:{}", one.effect);
    }
    if one.operator == "Exists" && one.value.is_empty() {
        let blank = if text.is_empty() { "" } else { " " };
        text = format!("{text}{blank}op=Exists");
    }
    if let Some(seconds) = one.toleration_seconds {
        text = format!("{text} for {seconds}s");
    }
    text
}

/// Adds how many Pods of a workload are in which phase (`getPodStatusForController`).
pub(super) fn write_pods_status(
    object: &Object,
    selector: Option<&LabelSelector>,
    sight: Sight<'_>,
    page: &mut Page,
) {
    let uid = &object.meta().uid;
    let pods = selected_pods(sight, &object.meta().namespace, selector);
    let own = |phase: &str| {
        let mine = pods.iter().filter(|pod| {
            pod.metadata.controller().is_some_and(|owner| owner.uid == *uid)
                && pod.status.phase == phase
        });
        mine.count()
    };
    let text = format!(
        "{} Running / {} Waiting / {} Succeeded / {} Failed",
        own("Running"),
        own("Pending"),
        own("Succeeded"),
        own("Failed")
    );
    page.line(0, "Pods Status", text);
}
