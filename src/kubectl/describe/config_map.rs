//! `kubectl describe configmap` (`describeConfigMap`).

use crate::api::config::ConfigMap;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::ConfigMap, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(map) = ConfigMap::of(object) else { return };
    page.line(0, "Name", &map.metadata.name);
    page.line(0, "Namespace", &map.metadata.namespace);
    page.labels(0, "Labels", &map.metadata.labels);
    page.annotations(0, &map.metadata.annotations);
    page.text("\nData\n====\n");
    for (key, value) in &map.data {
        page.text(format!("{key}:\n----\n{value}\n\n"));
    }
    page.text("\nBinaryData\n====\n");
    for (key, value) in &map.binary_data {
        page.text(format!("{key}: {} bytes\n", super::secret::decoded_length(value)));
    }
    page.text("\n");
}
