//! `kubectl describe limitrange` (`describeLimitRange`); it has no events.

use crate::api::config::{LimitRange, LimitRangeItem};
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::order;
use crate::api::quantity::Quantity;
use crate::api::sorted::SortedMap;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::LimitRange, write, events: false };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(range) = LimitRange::of(object) else { return };
    page.line(0, "Name", &range.metadata.name);
    page.line(0, "Namespace", &range.metadata.namespace);
    page.text("Type\tResource\tMin\tMax\tDefault Request\tDefault Limit");
    page.text("\tMax Limit/Request Ratio\n");
    page.text("----\t--------\t---\t---\t---------------\t-------------");
    page.text("\t-----------------------\n");
    range.spec.limits.iter().for_each(|item| write_item(item, "", page));
}

/// Adds a row for every resource that has a bound.
pub(super) fn write_item(item: &LimitRangeItem, indent: &str, page: &mut Page) {
    let bounds =
        [&item.min, &item.max, &item.default_request, &item.default, &item.max_limit_request_ratio];
    let keys = order::set(bounds.iter().flat_map(|map| map.keys()));
    for key in keys {
        let bound = |map: &&SortedMap<String, Quantity>| {
            map.get(key).map_or_else(|| "-".to_owned(), ToString::to_string)
        };
        let cells: Vec<String> = bounds.iter().map(bound).collect();
        page.text(format!("{indent}{}\t{key}\t{}\n", item.kind, cells.join("\t")));
    }
}
