//! `kubectl describe vac` (`describeVolumeAttributesClass`).

use crate::api::kind::{Kind, Object};

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::VolumeAttributesClass, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let value = object.to_value();
    let parameters = value["parameters"].as_object().into_iter().flatten();
    let parameters: Vec<String> = parameters
        .map(|(key, one)| format!("{key}={}", super::super::jsonpath::plain(one)))
        .collect();
    let none = |text: String| if text.is_empty() { "<none>".to_owned() } else { text };
    page.line(0, "Name", &object.meta().name);
    page.line(0, "Annotations", super::super::tables::pairs(&object.meta().annotations));
    page.line(0, "DriverName", value["driverName"].as_str().unwrap_or_default());
    page.line(0, "Parameters", none(parameters.join(",")));
}
