//! `-o`: objects as YAML, JSON, names, by `JSONPath` or in columns of one's own
//! (`cli-runtime/pkg/genericclioptions/print_flags.go`).

use crate::api::order;
use std::cmp::Ordering;

use serde::Serialize as _;
use serde_json::{Value, json};

use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::api::quantity::Quantity;
use crate::manifest::write::to_yaml;
use crate::sim::event_log::EventRecord;

use super::align::align;
use super::failure::Failure;
use super::flags::Arguments;
use super::jsonpath::{self, Template};
use super::session::{Session, shown};

/// A way to print objects other than as a table.
#[derive(Clone, Debug)]
pub(super) enum Format {
    /// `-o yaml`.
    Yaml,
    /// `-o json`.
    Json,
    /// `-o name`.
    Name,
    /// `-o jsonpath=…`.
    Path(Template),
    /// `-o jsonpath-as-json=…`.
    PathAsJson(Template),
    /// `-o custom-columns=…`: heads and paths.
    Columns(Vec<(String, Template)>),
}

const ALLOWED: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,\
     kyaml,name,template,templatefile";

/// Formats that kubectl has and that are not simulated.
const ELSEWHERE: [&str; 7] = [
    "custom-columns-file",
    "go-template",
    "go-template-file",
    "jsonpath-file",
    "kyaml",
    "template",
    "templatefile",
];

/// The format that `-o` asks for; `None` is a table or a success line. `tables` tells whether the
/// command can print tables.
pub(super) fn format(arguments: &Arguments, tables: bool) -> Result<Option<Format>, Failure> {
    let Some(output) = arguments.get("output") else { return Ok(None) };
    let (name, template) = output.split_once('=').map_or((output, None), |(a, b)| (a, Some(b)));
    Ok(Some(match (name, template) {
        ("wide" | "", None) if tables => return Ok(None),
        ("yaml", None) => Format::Yaml,
        ("json", None) => Format::Json,
        ("name", None) => Format::Name,
        ("jsonpath", Some(template)) if !template.is_empty() => {
            Format::Path(Template::parse(template)?)
        }
        ("jsonpath-as-json", Some(template)) if !template.is_empty() => {
            Format::PathAsJson(Template::parse(template)?)
        }
        ("custom-columns", Some(list)) if tables && !list.is_empty() => {
            Format::Columns(columns(list)?)
        }
        ("jsonpath" | "jsonpath-as-json", _) => {
            return Err(Failure::message("template format specified but no template given"));
        }
        ("custom-columns", _) if tables => {
            let text = "custom-columns format specified but no custom columns given";
            return Err(Failure::message(text));
        }
        (known, _) if ELSEWHERE.contains(&known) => {
            return Err(Failure::not_simulated(format!("-o {known}")));
        }
        _ => {
            let allowed = if tables {
                format!("custom-columns,custom-columns-file,{ALLOWED},wide,yaml")
            } else {
                format!("{ALLOWED},yaml")
            };
            return Err(Failure::message(format!(
                "unable to match a printer suitable for the output format \"{name}\", allowed \
                 formats are: {allowed}"
            )));
        }
    }))
}

fn columns(list: &str) -> Result<Vec<(String, Template)>, Failure> {
    list.split(',')
        .map(|column| {
            let Some((head, path)) = column.split_once(':') else {
                return Err(Failure::message(format!(
                    "unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>"
                )));
            };
            Ok((head.to_owned(), Template::parse(&jsonpath::relaxed(path))?))
        })
        .collect()
}

/// The text of objects in a format; several are wrapped into a List unless `single`.
pub(super) fn render(format: &Format, values: Vec<Value>, single: bool) -> String {
    let whole = |mut values: Vec<Value>| match (single, values.len()) {
        (true, 1) => values.remove(0),
        _ => json!({
            "apiVersion": "v1", "items": values, "kind": "List",
            "metadata": {"resourceVersion": ""},
        }),
    };
    match format {
        Format::Yaml => to_yaml(&whole(values)),
        Format::Json => json_text(&whole(values)),
        Format::Path(template) => template.render(&whole(values)),
        Format::PathAsJson(template) => {
            let whole = whole(values);
            let found: Vec<Value> = template.find(&whole).into_iter().cloned().collect();
            json_text(&Value::Array(found))
        }
        Format::Columns(columns) => table(columns, &values),
        Format::Name => String::new(),
    }
}

fn table(columns: &[(String, Template)], values: &[Value]) -> String {
    let heads: Vec<&str> = columns.iter().map(|(head, _)| head.as_str()).collect();
    let mut lines = vec![heads.join("\t")];
    for value in values {
        let cells: Vec<String> = columns
            .iter()
            .map(|(_, template)| {
                let found: Vec<String> =
                    template.find(value).into_iter().map(jsonpath::plain).collect();
                if found.is_empty() { "<none>".to_owned() } else { found.join(",") }
            })
            .collect();
        lines.push(cells.join("\t"));
    }
    align(&(lines.join("\n") + "\n"), 6, 3)
}

/// Tells what was done with an object: `line`, or with `-o` the object as it stands now, else as
/// it would be (`PrintFlags.ToPrinter`).
pub(super) fn announce(
    session: &mut Session<'_>,
    format: Option<&Format>,
    key: &ObjectKey,
    would_be: Option<&Value>,
    line: String,
) {
    match format {
        None => session.print(line),
        Some(Format::Name) => session.print(shown(key)),
        Some(format) => {
            let now = session.cluster().object(key).map(Object::to_value);
            let values = would_be.cloned().or(now).into_iter().collect();
            let text = render(format, values, true);
            session.stdout.push_str(&text);
        }
    }
}

/// JSON as kubectl prints it: four blanks a level, keys in alphabetical order.
pub(super) fn json_text(value: &Value) -> String {
    indented(value, b"    ")
}

/// JSON as some commands print it: two blanks a level.
pub(super) fn json_text_of_two(value: &Value) -> String {
    indented(value, b"  ")
}

fn indented(value: &Value, indent: &[u8]) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(indent);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    if value.serialize(&mut serializer).is_err() {
        return String::new();
    }
    String::from_utf8_lossy(&bytes).into_owned() + "\n"
}

/// Puts objects in the order of a field (`pkg/cmd/get/sorter.go`); those without it come first.
pub(super) fn sort_by(objects: &mut [Object], path: &str) -> Result<(), Failure> {
    let template = Template::parse(&jsonpath::relaxed(path))?;
    let field = |object: &Object| template.find(&object.to_value()).first().map(|v| (*v).clone());
    let mut keyed: Vec<(Option<Value>, Object)> =
        objects.iter().map(|object| (field(object), object.clone())).collect();
    if !keyed.is_empty() && keyed.iter().all(|(field, _)| field.is_none()) {
        let path = jsonpath::relaxed(path);
        let text = format!("couldn't find any field with path \"{path}\" in the list of objects");
        return Err(Failure::message(text));
    }
    order::sort_by(&mut keyed, |(a, _), (b, _)| order(a.as_ref(), b.as_ref()));
    for (place, (_, object)) in objects.iter_mut().zip(keyed) {
        *place = object;
    }
    Ok(())
}

fn order(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else { return a.is_some().cmp(&b.is_some()) };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
        (Value::String(a), Value::String(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.cmp(b),
        },
        _ => a.to_string().cmp(&b.to_string()),
    }
}

/// An event as the object that the API server shows.
pub(super) fn event_value(event: &EventRecord) -> Value {
    let text = &event.text;
    let regarding = &text.regarding;
    let info = regarding.kind.info();
    let namespace = match &*regarding.namespace {
        "" => "default",
        namespace => namespace,
    };
    json!({
        "apiVersion": "v1", "kind": "Event",
        "count": event.count,
        "firstTimestamp": event.first.to_string(),
        "lastTimestamp": event.last.to_string(),
        "involvedObject": {
            "apiVersion": info.api_version, "kind": info.name,
            "name": &*regarding.name, "namespace": &*regarding.namespace, "uid": &*text.uid,
            "fieldPath": text.field_path,
        },
        "message": text.message,
        "metadata": {"name": format!("{}.{:x}", regarding.name, event.id), "namespace": namespace},
        "reason": text.reason,
        "source": {"component": &*text.source, "host": &*text.host},
        "type": text.kind.as_str(),
    })
}
