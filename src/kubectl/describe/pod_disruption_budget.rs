//! `kubectl describe pdb` (`describePodDisruptionBudget`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::policy::PodDisruptionBudget;

use super::super::jsonpath::plain;
use super::super::selector::format_selector;
use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::PodDisruptionBudget, write, events: true };

fn write(object: &Object, _: Sight<'_>, page: &mut Page) {
    let Some(budget) = PodDisruptionBudget::of(object) else { return };
    let (spec, status) = (&budget.spec, &budget.status);
    page.line(0, "Name", &budget.metadata.name);
    page.line(0, "Namespace", &budget.metadata.namespace);
    match (&spec.min_available, &spec.max_unavailable) {
        (Some(least), _) => page.line(0, "Min available", plain(least)),
        (None, Some(most)) => page.line(0, "Max unavailable", plain(most)),
        (None, None) => {}
    }
    match &spec.selector {
        Some(selector) => page.line(0, "Selector", format_selector(selector)),
        None => page.line(0, "Selector", "<unset>"),
    }
    page.head(0, "Status");
    let counts = [
        ("Allowed disruptions", status.disruptions_allowed),
        ("Current", status.current_healthy),
        ("Desired", status.desired_healthy),
        ("Total", status.expected_pods),
    ];
    for (name, count) in counts {
        page.line(4, name, count.unwrap_or(0));
    }
}
