//! `kubectl describe cronjob` (`describeCronJob`).

use serde_json::{Value, json};

use crate::api::kind::{Kind, Object};
use crate::api::time::SimTime;

use super::super::age::long_time;
use super::super::jsonpath::plain;
use super::super::tables::Sight;
use super::Describer;
use super::page::{Page, truth};
use super::template::write_template;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::CronJob, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let value = object.to_value();
    page.object(object.meta());
    let spec = |field: &str| value["spec"].get(field).map(plain);
    let unset = || "<unset>".to_owned();
    page.line(0, "Schedule", spec("schedule").unwrap_or_default());
    page.line(0, "Concurrency Policy", spec("concurrencyPolicy").unwrap_or_default());
    page.line(0, "Suspend", truth(value["spec"]["suspend"] == true));
    page.line(0, "Time Zone", spec("timeZone").unwrap_or_else(unset));
    let limit = |field: &str| spec(field).unwrap_or_else(unset);
    page.line(0, "Successful Job History Limit", limit("successfulJobsHistoryLimit"));
    page.line(0, "Failed Job History Limit", limit("failedJobsHistoryLimit"));
    let late = spec("startingDeadlineSeconds").map(|text| format!("{text}s"));
    page.line(0, "Starting Deadline Seconds", late.unwrap_or_else(unset));
    write_job(&value["spec"]["jobTemplate"]["spec"], page);
    let last = value["status"]["lastScheduleTime"].as_str().and_then(SimTime::parse_rfc3339);
    page.line(0, "Last Schedule Time", last.map_or_else(unset, long_time));
    let active = value["status"]["active"].as_array().into_iter().flatten();
    let names: Vec<&str> = active.filter_map(|one| one["name"].as_str()).collect();
    let names = if names.is_empty() { "<none>".to_owned() } else { names.join(", ") };
    page.line(0, "Active Jobs", names);
}

/// Adds what the Jobs shall be (`describeJobTemplate`).
fn write_job(spec: &Value, page: &mut Page) {
    let unset = || "<unset>".to_owned();
    page.line(0, "Selector", "<unset>");
    for (name, field) in [("Parallelism", "parallelism"), ("Completions", "completions")] {
        page.line(0, name, spec.get(field).map_or_else(unset, plain));
    }
    if let Some(seconds) = spec.get("activeDeadlineSeconds") {
        page.line(0, "Active Deadline Seconds", format!("{seconds}s"));
    }
    let job = Object::decode(Kind::Job, json!({"metadata": {}, "spec": spec}));
    if let Ok(Object::Job(job)) = job {
        write_template(&job.spec.template, page);
    }
}
