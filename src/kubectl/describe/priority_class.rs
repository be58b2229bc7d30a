//! `kubectl describe priorityclass` (`describePriorityClass`).

use crate::api::kind::{Kind, Object};

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::PriorityClass, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let value = object.to_value();
    let of = |field: &str, default: &str| {
        value.get(field).map_or_else(|| default.to_owned(), super::super::jsonpath::plain)
    };
    page.line(0, "Name", &object.meta().name);
    page.line(0, "Value", of("value", "0"));
    page.line(0, "GlobalDefault", of("globalDefault", "false"));
    page.line(0, "PreemptionPolicy", of("preemptionPolicy", ""));
    page.line(0, "Description", of("description", ""));
    page.line(0, "Annotations", super::super::tables::pairs(&object.meta().annotations));
}
