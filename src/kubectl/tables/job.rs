//! `kubectl get job` (`printJob`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::time::SimTime;
use crate::api::workload::Job;

use super::super::age::human_duration;
use super::{Column, Sight, Table, age_of, images_of, names_of, selector_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::Job, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("STATUS"),
    shown("COMPLETIONS"),
    shown("DURATION"),
    shown("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(job) = Job::of(object) else { return Vec::new() };
    let containers = &job.spec.template.spec.containers;
    let succeeded = job.status.succeeded;
    let completions = match (job.spec.completions, job.spec.parallelism.unwrap_or(0)) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, parallel) if parallel > 1 => format!("{succeeded}/1 of {parallel}"),
        (None, _) => format!("{succeeded}/1"),
    };
    let duration = job.status.start_time.map_or_else(String::new, |start| {
        // Times are kept in whole seconds.
        let end = job.status.completion_time.map(|end| SimTime(end.0 / 1000 * 1000));
        let start = SimTime(start.0 / 1000 * 1000);
        human_duration(end.unwrap_or(sight.now).since(start) / 1000)
    });
    vec![
        job.metadata.name.clone(),
        status(job).to_owned(),
        completions,
        duration,
        age_of(object, sight),
        names_of(containers),
        images_of(containers),
        selector_of(job.spec.selector.as_ref()),
    ]
}

fn status(job: &Job) -> &'static str {
    let holds = |kind: &str| {
        job.status.conditions.iter().any(|one| one.kind == kind && one.status == "True")
    };
    match () {
        () if holds("Complete") => "Complete",
        () if holds("Failed") => "Failed",
        () if job.metadata.is_deleting() => "Terminating",
        () if holds("Suspended") => "Suspended",
        () if holds("FailureTarget") => "FailureTarget",
        () if holds("SuccessCriteriaMet") => "SuccessCriteriaMet",
        () => "Running",
    }
}
