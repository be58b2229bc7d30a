//! `-l` and `--field-selector` (`apimachinery/pkg/labels`, `apimachinery/pkg/fields`).

mod fields;
mod labels;

use crate::api::kind::Object;
use crate::api::meta::{LabelSelector, StringMap};
use crate::api::order;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::event_log::EventRecord;

use super::failure::Failure;
use super::flags::Arguments;
use super::names::Type;

pub(super) use labels::is_label_value;

/// Conditions on labels and fields; the empty one matches everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    labels: Vec<labels::Requirement>,
    fields: Vec<fields::Term>,
}

impl Selector {
    /// Reads both flags. `resource` is the first type that is asked for: the API server reads
    /// the selectors when it lists that, and its refusal names it.
    pub(super) fn of(arguments: &Arguments, resource: Option<Type>) -> Result<Self, Failure> {
        let label = arguments.get("selector").unwrap_or_default();
        let field = arguments.get("field-selector").unwrap_or_default();
        let refuse = |why: String| {
            let resource = match resource {
                Some(Type::Kind(kind)) => {
                    format!("{}, Resource={}", version_path(kind), kind.info().plural)
                }
                Some(Type::Event) | None => "/v1, Resource=events".to_owned(),
            };
            let message = format!(
                "Unable to find {resource:?} that match label selector {label:?}, field \
                 selector {field:?}: {why}"
            );
            Failure::api(Status::new(Reason::BadRequest, message))
        };
        let labels = labels::parse(label).map_err(refuse)?;
        let fields = fields::parse(field, resource).map_err(refuse)?;
        Ok(Self { labels, fields })
    }

    /// Reads a label selector; the error is the reason alone.
    pub(super) fn of_labels(text: &str) -> Result<Self, String> {
        Ok(Self { labels: labels::parse(text)?, fields: Vec::new() })
    }

    /// Whether one of both flags is given.
    pub(super) fn is_given(arguments: &Arguments) -> bool {
        let given = |flag: &str| arguments.get(flag).is_some_and(|text| !text.is_empty());
        given("selector") || given("field-selector")
    }

    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether the object meets all conditions.
    pub(super) fn matches(&self, object: &Object) -> bool {
        let labels = &object.meta().labels;
        let holds = |(path, equal, value): &fields::Term| {
            (fields::of_object(object, path) == *value) == *equal
        };
        self.labels.iter().all(|one| one.matches(labels)) && self.fields.iter().all(holds)
    }

    /// Whether the event meets all conditions.
    pub(super) fn matches_event(&self, event: &EventRecord) -> bool {
        let no_labels = StringMap::new();
        let holds = |(path, equal, value): &fields::Term| {
            (fields::of_event(event, path) == *value) == *equal
        };
        self.labels.iter().all(|one| one.matches(&no_labels)) && self.fields.iter().all(holds)
    }
}

/// `/v1`, `apps/v1`: group and version as refusals print them.
fn version_path(kind: crate::api::kind::Kind) -> String {
    let version = kind.info().api_version;
    if version.contains('/') { version.to_owned() } else { format!("/{version}") }
}

/// A label selector of an object as text, `a=b,c in (d,e)` (`metav1.FormatLabelSelector`).
pub(super) fn format_selector(selector: &LabelSelector) -> String {
    let mut parts: Vec<(String, String)> = Vec::new();
    for (key, value) in &selector.match_labels {
        parts.push((key.clone(), format!("{key}={value}")));
    }
    for one in &selector.match_expressions {
        let list = one.values.join(",");
        let key = &one.key;
        let text = match one.operator.as_str() {
            "In" => format!("{key} in ({list})"),
            "NotIn" => format!("{key} notin ({list})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.clone(),
        };
        parts.push((key.clone(), text));
    }
    order::sort(&mut parts);
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    if parts.is_empty() { "<none>".to_owned() } else { parts.join(",") }
}
