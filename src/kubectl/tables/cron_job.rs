//! `kubectl get cronjob` (`printCronJob`).

use crate::api::kind::{Kind, Object};
use crate::api::time::SimTime;

use super::value::{count, none, of_containers, text};
use super::{Column, Sight, Table, age_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::CronJob, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("SCHEDULE"),
    shown("TIMEZONE"),
    shown("SUSPEND"),
    shown("ACTIVE"),
    shown("LAST SCHEDULE"),
    shown("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let template = "/spec/jobTemplate/spec/template/spec/containers";
    let suspend = value.pointer("/spec/suspend").and_then(serde_json::Value::as_bool);
    let last =
        text(&value, "/status/lastScheduleTime").and_then(|time| SimTime::parse_rfc3339(&time));
    vec![
        object.meta().name.clone(),
        text(&value, "/spec/schedule").unwrap_or_default(),
        text(&value, "/spec/timeZone").unwrap_or_else(none),
        if suspend == Some(true) { "True" } else { "False" }.to_owned(),
        count(&value, "/status/active").to_string(),
        last.map_or_else(none, |last| super::super::age::age(sight.now, Some(last))),
        age_of(object, sight),
        of_containers(&value, template, "name"),
        of_containers(&value, template, "image"),
        none(),
    ]
}
