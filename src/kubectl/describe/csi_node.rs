//! `kubectl describe csinode` (`describeCSINode`).

use crate::api::kind::{Kind, Object};

use super::super::age::long_time;
use super::super::tables::Sight;
use super::Describer;
use super::page::{Page, go_list};

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::CSINode, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let (meta, value) = (object.meta(), object.to_value());
    page.line(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.line(0, "CreationTimestamp", meta.creation_timestamp.map(long_time).unwrap_or_default());
    page.head(0, "Spec");
    let drivers = value.pointer("/spec/drivers").and_then(serde_json::Value::as_array);
    let Some(drivers) = drivers.filter(|list| !list.is_empty()) else { return };
    page.head(2, "Drivers");
    for driver in drivers {
        page.head(4, driver["name"].as_str().unwrap_or_default());
        page.line(6, "Node ID", driver["nodeID"].as_str().unwrap_or_default());
        if let Some(count) = driver.pointer("/allocatable/count") {
            page.head(6, "Allocatables");
            page.line(8, "Count", count);
        }
        if let Some(keys) = driver["topologyKeys"].as_array() {
            let keys = keys.iter().filter_map(|key| key.as_str().map(str::to_owned));
            page.line(6, "Topology Keys", go_list(&keys.collect::<Vec<_>>()));
        }
    }
}
