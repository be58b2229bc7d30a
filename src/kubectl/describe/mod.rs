//! The descriptions of `kubectl describe` (`k8s.io/kubectl/pkg/describe/describe.go`). A new kind
//! is a file and a line in [`ALL`]; the others are described by their fields.

mod config_map;
mod container;
mod cron_job;
mod csi_node;
mod daemon_set;
mod deployment;
mod endpoint_slice;
mod endpoints;
mod generic;
mod job;
mod limit_range;
mod namespace;
mod node;
mod page;
mod persistent_volume;
mod persistent_volume_claim;
mod pod;
mod pod_disruption_budget;
mod priority_class;
mod probe;
mod replica_set;
mod resource_quota;
mod secret;
mod service;
mod service_account;
mod stateful_set;
mod storage_class;
mod template;
mod volume;
mod volume_attributes_class;

use crate::api::kind::{Kind, Object};
use crate::api::order;
use crate::api::pod::PodTemplateSpec;

use super::tables::{Sight, event_time};

use page::Page;

/// How a kind is described.
struct Describer {
    kind: Kind,
    write: fn(&Object, Sight<'_>, &mut Page),
    /// Whether its events follow.
    events: bool,
}

const ALL: &[&Describer] = &[
    &config_map::DESCRIBER,
    &cron_job::DESCRIBER,
    &csi_node::DESCRIBER,
    &daemon_set::DESCRIBER,
    &deployment::DESCRIBER,
    &endpoint_slice::DESCRIBER,
    &endpoints::DESCRIBER,
    &job::DESCRIBER,
    &limit_range::DESCRIBER,
    &namespace::DESCRIBER,
    &node::DESCRIBER,
    &persistent_volume::DESCRIBER,
    &persistent_volume_claim::DESCRIBER,
    &pod::DESCRIBER,
    &pod_disruption_budget::DESCRIBER,
    &priority_class::DESCRIBER,
    &replica_set::DESCRIBER,
    &resource_quota::DESCRIBER,
    &secret::DESCRIBER,
    &service::DESCRIBER,
    &service_account::DESCRIBER,
    &stateful_set::DESCRIBER,
    &storage_class::DESCRIBER,
    &volume_attributes_class::DESCRIBER,
];

/// Whether the events of an object are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Events {
    /// They are.
    Shown,
    /// They are left out, even that there are none.
    Hidden,
}

/// The description of an object.
pub(super) fn describe(object: &Object, sight: Sight<'_>, events: Events) -> String {
    let mut page = Page::default();
    let describer = ALL.iter().find(|describer| describer.kind == object.kind());
    match describer {
        Some(describer) => (describer.write)(object, sight, &mut page),
        None => generic::write(object, &mut page),
    }
    if events == Events::Shown && describer.is_none_or(|describer| describer.events) {
        write_events(object, sight, &mut page);
    }
    page.finish()
}

/// The description of a template, as `rollout history` shows it.
pub(super) fn describe_template(template: &PodTemplateSpec) -> String {
    let mut page = Page::default();
    template::write_template(template, &mut page);
    page.finish()
}

/// The last block: events in the order in which they were last seen (`DescribeEvents`).
fn write_events(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let key = object.key();
    let events = sight.cluster.events.about(&key, &object.meta().uid);
    let mut events: Vec<_> = events.collect();
    if events.is_empty() {
        return page.text("Events:\t<none>\n");
    }
    order::sort_by_key(&mut events, |event| (event.last.0 / 1000, event.id));
    page.text("Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
    page.text("  ----\t------\t----\t----\t-------\n");
    for event in events {
        let text = &event.text;
        let field = match text.field_path.as_str() {
            "" => String::new(),
            path => format!("{path}: "),
        };
        page.text(format!(
            "  {}\t{}\t{}\t{}\t{field}{}\n",
            text.kind.as_str(),
            text.reason,
            event_time(event, sight),
            text.source,
            text.message.trim()
        ));
    }
}
