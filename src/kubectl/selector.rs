//! `-l` and `--field-selector` (`apimachinery/pkg/labels`, `apimachinery/pkg/fields`).

use crate::api::kind::Object;
use crate::api::meta::{LabelSelector, LabelSelectorRequirement, StringMap};
use crate::api::order;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::event_log::EventRecord;

use super::failure::Failure;
use super::flags::Arguments;
use super::names::Type;

/// Conditions on labels and fields; the empty one matches everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<(String, bool, String)>,
}

#[derive(Clone, Debug)]
enum Requirement {
    Set(LabelSelectorRequirement),
    /// `key>number`.
    More(String, i64),
    /// `key<number`.
    Less(String, i64),
}

impl Selector {
    /// Reads both flags. `resource` is what the refusal names.
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
                "Unable to find \"{resource}\" that match label selector \"{label}\", field \
                 selector \"{field}\": {why}"
            );
            Failure::api(Status::new(Reason::BadRequest, message))
        };
        let labels = parse_labels(label)
            .map_err(|why| refuse(format!("unable to parse requirement: {why}")))?;
        let fields = parse_fields(field).map_err(refuse)?;
        Ok(Self { labels, fields })
    }

    /// Reads conditions on labels.
    pub(super) fn of_labels(text: &str) -> Result<Self, String> {
        Ok(Self { labels: parse_labels(text)?, fields: Vec::new() })
    }

    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether the object meets all conditions.
    pub(super) fn matches(&self, object: &Object) -> bool {
        let labels = &object.meta().labels;
        self.labels.iter().all(|requirement| requirement.matches(labels))
            && self.fields.iter().all(|(path, equal, value)| {
                (field_of(object, path).unwrap_or_default() == *value) == *equal
            })
    }

    /// Whether the event meets all conditions.
    pub(super) fn matches_event(&self, event: &EventRecord) -> bool {
        let no_labels = StringMap::new();
        self.labels.iter().all(|requirement| requirement.matches(&no_labels))
            && self
                .fields
                .iter()
                .all(|(path, equal, value)| (event_field(event, path) == *value) == *equal)
    }
}

/// `/v1`, `apps/v1`: group and version as refusals print them.
fn version_path(kind: crate::api::kind::Kind) -> String {
    let version = kind.info().api_version;
    if version.contains('/') { version.to_owned() } else { format!("/{version}") }
}

impl Requirement {
    fn matches(&self, labels: &StringMap) -> bool {
        let number = |key: &String| labels.get(key).and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Set(requirement) => requirement.matches(labels),
            Self::More(key, bound) => number(key).is_some_and(|own| own > *bound),
            Self::Less(key, bound) => number(key).is_some_and(|own| own < *bound),
        }
    }
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

/// Splits at commas that stand outside brackets.
fn conditions(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn parse_labels(text: &str) -> Result<Vec<Requirement>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    conditions(text).into_iter().map(requirement).collect()
}

fn requirement(text: &str) -> Result<Requirement, String> {
    let set = |key: &str, operator: &str, values: Vec<String>| {
        Ok(Requirement::Set(LabelSelectorRequirement {
            key: key.trim().to_owned(),
            operator: operator.to_owned(),
            values,
            ..LabelSelectorRequirement::default()
        }))
    };
    let one = |value: &str| vec![value.trim().to_owned()];
    if text.is_empty() {
        return Err("found '', expected: identifier after ','".to_owned());
    }
    if let Some(key) = text.strip_prefix('!') {
        return set(key, "DoesNotExist", Vec::new());
    }
    for (mark, operator) in [("!=", "NotIn"), ("==", "In"), ("=", "In")] {
        if let Some((key, value)) = text.split_once(mark) {
            if let Some(bracket) = value.chars().find(|c| matches!(c, '(' | ')')) {
                return Err(format!("found '{bracket}', expected: identifier"));
            }
            return set(key, operator, one(value));
        }
    }
    for (mark, more) in [('>', true), ('<', false)] {
        if let Some((key, value)) = text.split_once(mark) {
            let key = key.trim().to_owned();
            let bound = value.trim().parse().map_err(|_| {
                format!("values[0][{key}]: Invalid value: \"{}\": must be an integer", value.trim())
            })?;
            return Ok(if more {
                Requirement::More(key, bound)
            } else {
                Requirement::Less(key, bound)
            });
        }
    }
    let words = text.split_whitespace().collect::<Vec<_>>();
    match words.as_slice() {
        [key] if !key.contains(['(', ')']) => set(key, "Exists", Vec::new()),
        [_] => Err(format!("found '{text}', expected: identifier")),
        [key, rest @ ..] => {
            let rest = rest.join(" ");
            let (operator, list) = rest.split_once('(').unwrap_or((&rest, ""));
            let operator = match operator.trim() {
                "in" => "In",
                "notin" => "NotIn",
                other => {
                    return Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt"));
                }
            };
            let Some(list) = list.strip_suffix(')') else {
                return Err("found '', expected: '('".to_owned());
            };
            set(key, operator, list.split(',').map(|value| value.trim().to_owned()).collect())
        }
        [] => Err("found '', expected: identifier".to_owned()),
    }
}

fn parse_fields(text: &str) -> Result<Vec<(String, bool, String)>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let read = |part: &str| {
        for (mark, equal) in [("!=", false), ("==", true), ("=", true)] {
            if let Some((path, value)) = part.split_once(mark) {
                return Ok((path.trim().to_owned(), equal, value.trim().to_owned()));
            }
        }
        Err(format!("invalid selector: '{text}'; can't understand '{part}'"))
    };
    text.split(',').map(read).collect()
}

fn field_of(object: &Object, path: &str) -> Option<String> {
    let value = object.to_value();
    let found = path.split('.').try_fold(&value, |value, key| value.get(key))?;
    Some(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
}

fn event_field(event: &EventRecord, path: &str) -> String {
    let text = &event.text;
    match path {
        "involvedObject.kind" => text.regarding.kind.info().name.to_owned(),
        "involvedObject.name" => text.regarding.name.to_string(),
        "involvedObject.namespace" | "metadata.namespace" => text.regarding.namespace.to_string(),
        "involvedObject.uid" => text.uid.to_string(),
        "involvedObject.fieldPath" => text.field_path.clone(),
        "reason" => text.reason.clone(),
        "type" => text.kind.as_str().to_owned(),
        "source" | "reportingComponent" => text.source.to_string(),
        _ => String::new(),
    }
}
