//! Kinds without a description of their own: their fields, with names split into words
//! (`genericDescriber`, `printUnstructuredContent`).

use serde_json::Value;

use crate::api::kind::Object;

use super::page::Page;

/// Fields of the metadata that stand at the top or nowhere.
const META: [&str; 8] = [
    "name",
    "namespace",
    "labels",
    "annotations",
    "managedFields",
    "selfLink",
    "generateName",
    "deletionGracePeriodSeconds",
];

/// Words that are written in capitals.
const CAPITALS: [(&str, &str); 4] =
    [("Api ", "API "), ("Uid", "UID"), ("Url", "URL"), ("Ip", "IP")];

/// Adds all of an object.
pub(super) fn write(object: &Object, page: &mut Page) {
    let meta = object.meta();
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    if let Value::Object(map) = object.to_value() {
        for (key, mut value) in map {
            if let ("metadata", Value::Object(meta)) = (key.as_str(), &mut value) {
                meta.retain(|key, _| !META.contains(&key.as_str()));
            }
            write_field(0, &key, &value, page);
        }
    }
}

fn write_field(depth: usize, key: &str, value: &Value, page: &mut Page) {
    let name = words(key);
    match value {
        Value::Object(map) => {
            page.head(depth, &name);
            for (key, value) in map {
                write_field(depth + 2, key, value, page);
            }
        }
        Value::Array(items) => {
            page.head(depth, &name);
            for item in items {
                match item {
                    Value::Object(map) => {
                        for (key, value) in map {
                            write_field(depth + 2, key, value, page);
                        }
                    }
                    other => page.plain(depth + 2, &super::super::jsonpath::plain(other)),
                }
            }
        }
        other => page.line(depth, &name, super::super::jsonpath::plain(other)),
    }
}

/// `attachRequired` as `Attach Required` (`smartLabelFor`).
fn words(key: &str) -> String {
    if key.contains(['.', '/', '-']) {
        return key.to_owned();
    }
    let mut text = String::new();
    let mut lower_before = false;
    for c in key.chars() {
        if c.is_ascii_uppercase() && lower_before {
            text.push(' ');
        }
        if text.is_empty() || text.ends_with(' ') {
            text.push(c.to_ascii_uppercase());
        } else {
            text.push(c);
        }
        lower_before = !c.is_ascii_uppercase();
    }
    for (plain, capitals) in CAPITALS {
        if text == plain || (plain.ends_with(' ') && text.starts_with(plain)) {
            text = text.replacen(plain, capitals, 1);
        }
    }
    text
}
