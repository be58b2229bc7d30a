//! `kubectl describe pdb` (`describePodDisruptionBudgetV1`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};

use super::super::jsonpath::plain;
use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::PodDisruptionBudget, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let (meta, value) = (object.meta(), object.to_value());
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    let bound = |field: &str| value["spec"].get(field).map(plain);
    match (bound("minAvailable"), bound("maxUnavailable")) {
        (Some(least), _) => page.line(0, "Min available", least),
        (None, Some(most)) => page.line(0, "Max unavailable", most),
        (None, None) => {}
    }
    page.line(0, "Selector", selector(&value["spec"]["selector"]));
    page.head(0, "Status");
    for (name, field) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        page.line(4, name, value["status"].get(field).map_or_else(|| "0".to_owned(), plain));
    }
}

fn selector(value: &Value) -> String {
    let Some(labels) = value["matchLabels"].as_object() else {
        return if value.is_null() { "<unset>" } else { "<none>" }.to_owned();
    };
    let pairs: Vec<String> =
        labels.iter().map(|(key, one)| format!("{key}={}", plain(one))).collect();
    pairs.join(",")
}
