//! `kubectl explain` (`pkg/explain/v2/templates/plaintext.tmpl`). The schema here has no
//! descriptions; kubectl has words for that.

use std::fmt::Write as _;

use crate::manifest::schema::{Field, Type as Fields, schema};

use super::super::failure::Failure;
use super::super::flags::{Arguments, truth, value};
use super::super::names::Type;
use super::super::session::Session;
use super::{OUTPUT, Verb};

pub(super) const VERB: Verb = Verb {
    name: "explain",
    flags: &[OUTPUT, truth("recursive", '\0'), value("api-version", '\0')],
    run,
};

/// How many values of an enumeration stand beside a field.
const ENUM_MAX: usize = 4;

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let path = match arguments.words.as_slice() {
        [] => {
            return Err(Failure::message(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" \
                 for a complete list of supported resources.",
            ));
        }
        [path] => path,
        _ => return Err(Failure::message("We accept only this format: explain RESOURCE")),
    };
    match arguments.get("output").unwrap_or("plaintext") {
        "plaintext" | "plaintext-openapiv2" => {}
        other => return Err(Failure::message(format!("unrecognized format: {other}"))),
    }
    let mut parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
    let resource = if parts.is_empty() { "" } else { parts.remove(0) };
    let unknown =
        || Failure::Verbatim(format!("the server doesn't have a resource type \"{resource}\""));
    let (name, api_version) = match Type::named(resource).map_err(|_| unknown())? {
        Type::Kind(kind) => (kind.info().name, kind.info().api_version),
        Type::Event => ("Event", "v1"),
    };
    let wanted = arguments.get("api-version").unwrap_or(api_version);
    if wanted != api_version {
        let text = format!("couldn't find resource for \"{wanted}, Kind={name}\"");
        return Err(Failure::message(text));
    }
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    if !group.is_empty() {
        session.print(format!("GROUP:      {group}"));
    }
    session.print(format!("KIND:       {name}\nVERSION:    {version}\n"));
    let kind = schema().kind(name);
    let Some(mut holder) = kind.and_then(|kind| schema().type_named(&kind.type_name)) else {
        session.print("DESCRIPTION:\n    <empty>\n");
        return Ok(());
    };
    let mut field: Option<(&str, &Field)> = None;
    for part in parts {
        let found = field.map_or(Some(holder), |(_, field)| below(field));
        let next = found.and_then(|held| held.fields.get_key_value(part).map(|pair| (held, pair)));
        let Some((held, (key, value))) = next else {
            let text = format!("field \"{part}\" does not exist");
            return Err(Failure::message(text));
        };
        holder = held;
        field = Some((key, value));
    }
    show(session, field, holder, arguments.is_set("recursive"));
    Ok(())
}

/// Prints a type, or a field of one.
fn show(
    session: &mut Session<'_>,
    field: Option<(&str, &Field)>,
    holder: &Fields,
    recursive: bool,
) {
    let fields = match field {
        None => Some(holder),
        Some((name, field)) => {
            session.print(format!("FIELD: {name} <{}>", type_name(field)));
            if let Field::Enum(values) = field {
                session.print("ENUM:");
                for value in values {
                    session.print(format!("    {}", shown(value)));
                }
            }
            session.print("");
            below(field)
        }
    };
    session.print("DESCRIPTION:\n    <empty>");
    if let Some(fields) = fields {
        session.print("FIELDS:");
        let mut text = String::new();
        write_fields(fields, 1, recursive, &mut Vec::new(), &mut text);
        session.stdout.push_str(&text);
    }
    session.print("");
}

/// The fields below a field.
fn below(field: &Field) -> Option<&'static Fields> {
    match field {
        Field::Object(name) => schema().type_named(name),
        Field::List(item) | Field::Map(item) => below(item),
        _ => None,
    }
}

fn write_fields<'a>(
    fields: &'a Fields,
    level: usize,
    recursive: bool,
    above: &mut Vec<&'a Fields>,
    text: &mut String,
) {
    if above.iter().any(|one| std::ptr::eq(*one, fields)) {
        return;
    }
    above.push(fields);
    let indent = " ".repeat(level * 2);
    for (name, field) in &fields.fields {
        let required = if fields.required.contains(name) { " -required-" } else { "" };
        let _ = writeln!(text, "{indent}{name}\t<{}>{required}", type_name(field));
        if let Field::Enum(values) = field {
            let listed: Vec<String> = values.iter().take(ENUM_MAX).map(|one| shown(one)).collect();
            let more = if values.len() > ENUM_MAX { ", ...." } else { "" };
            let _ = writeln!(text, "{indent}enum: {}{more}", listed.join(", "));
        }
        if recursive {
            if let Some(held) = below(field) {
                write_fields(held, level + 1, recursive, above, text);
            }
        } else {
            let _ = write!(text, "{indent}  <no description>\n\n");
        }
    }
    above.pop();
}

fn shown(value: &str) -> String {
    if value.is_empty() { "\"\"".to_owned() } else { value.to_owned() }
}

/// `string`, `[]Container`, `map[string]string`.
fn type_name(field: &Field) -> String {
    match field {
        Field::String | Field::Enum(_) | Field::Time | Field::Bytes => "string".to_owned(),
        Field::Integer => "integer".to_owned(),
        Field::Boolean => "boolean".to_owned(),
        Field::Quantity => "Quantity".to_owned(),
        Field::IntOrString => "IntOrString".to_owned(),
        Field::Any => "Object".to_owned(),
        Field::Object(name) => name.clone(),
        Field::List(item) => format!("[]{}", type_name(item)),
        Field::Map(item) => format!("map[string]{}", type_name(item)),
    }
}
