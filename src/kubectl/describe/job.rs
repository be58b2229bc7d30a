//! `kubectl describe job` (`describeJob`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::Job;

use super::super::age::{human_duration, long_time};
use super::super::tables::Sight;
use super::Describer;
use super::page::Page;
use super::template::write_template;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Job, write, events: true };

/// A longer list of numbers is cut after the number that goes beyond this.
const INDEXES_MAX: usize = 50;

fn write(object: &Object, _: Sight<'_>, page: &mut Page) {
    let Some(job) = Job::of(object) else { return };
    let (meta, spec, status) = (&job.metadata, &job.spec, &job.status);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.selector(spec.selector.as_ref());
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.controller(meta);
    let mut given = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            page.line(0, name, value);
        }
    };
    let unset = || Some("<unset>".to_owned());
    given("Parallelism", spec.parallelism.map(|count| count.to_string()));
    given("Completions", spec.completions.map(|count| count.to_string()).or_else(unset));
    given("Completion Mode", spec.completion_mode.clone());
    given("Suspend", spec.suspend.map(|suspend| suspend.to_string()));
    given("Backoff Limit", spec.backoff_limit.map(|count| count.to_string()));
    let ttl = spec.ttl_seconds_after_finished;
    given("TTL Seconds After Finished", ttl.map(|seconds| seconds.to_string()));
    given("Start Time", status.start_time.map(long_time));
    given("Completed At", status.completion_time.map(long_time));
    if let (Some(start), Some(end)) = (status.start_time, status.completion_time) {
        // The times are kept in whole seconds.
        given("Duration", Some(human_duration((end.0 / 1000).saturating_sub(start.0 / 1000))));
    }
    let deadline = spec.active_deadline_seconds;
    given("Active Deadline Seconds", deadline.map(|seconds| format!("{seconds}s")));
    let ready = status.ready.map_or_else(String::new, |ready| format!(" ({ready} Ready)"));
    let counts = format!(
        "{} Active{ready} / {} Succeeded / {} Failed",
        status.active, status.succeeded, status.failed
    );
    given("Pods Statuses", Some(counts));
    if job.is_indexed() {
        given("Completed Indexes", Some(capped(&status.completed_indexes)));
    }
    write_template(&spec.template, page);
}

/// The list, cut when it is long (`capIndexesListOrNone`).
fn capped(indexes: &str) -> String {
    if indexes.is_empty() {
        return "<none>".to_owned();
    }
    let rest = indexes.get(INDEXES_MAX..).and_then(|rest| rest.find(','));
    rest.map_or_else(
        || indexes.to_owned(),
        |comma| format!("{}...", &indexes[..=INDEXES_MAX + comma]),
    )
}
