//! What a case expects of the cluster at a moment.

use serde_json::Value;
use volume_lab::api::kind::Kind;
use volume_lab::api::object::ObjectKey;
use volume_lab::kubectl::{self, CommandLine};
use volume_lab::sim::cluster::Cluster;
use volume_lab::sim::engine::Simulation;
use volume_lab::sim::event_log::EventRecord;

use super::matchers::{is_field, is_match, is_message, key, kind, list, plain, single, text};

/// Checks an assertion; the complaint says what was wanted and what was found.
pub(crate) fn check(sim: &Simulation, assertion: &Value) -> Result<(), String> {
    let cluster = sim.cluster();
    match single(assertion) {
        Some(("event", event)) => events(cluster, event, true),
        Some(("noEvent", event)) => events(cluster, event, false),
        Some(("names", names)) => all_names(cluster, names),
        Some(("count", count)) => all_counted(cluster, count),
        Some(("endpoints", endpoints)) => all_endpoints(cluster, endpoints),
        Some(("print", print)) => row(sim, print),
        _ => object(cluster, assertion),
    }
}

fn differ(wanted: impl std::fmt::Display, found: impl std::fmt::Display) -> Result<(), String> {
    Err(format!("wanted {wanted}\n    found  {found}"))
}

fn object(cluster: &Cluster, assertion: &Value) -> Result<(), String> {
    let reference = text(assertion, "object")?;
    let found = cluster.object(&key(reference)?);
    if assertion["absent"] == true {
        return match found {
            Some(object) => differ(format!("no {reference}"), object.to_value()),
            None => Ok(()),
        };
    }
    let Some(object) = found else { return differ(reference, "no such object") };
    let value = object.to_value();
    let fields = assertion["fields"].as_object();
    for (pointer, wanted) in fields.ok_or_else(|| format!("no such assertion: {assertion}"))? {
        let found = value.pointer(pointer);
        if !is_field(wanted, found)? {
            let shown = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
            return differ(format!("{reference} {pointer} {wanted}"), shown);
        }
    }
    Ok(())
}

fn events(cluster: &Cluster, wanted: &Value, is_wanted: bool) -> Result<(), String> {
    let regarding = key(text(wanted, "on")?)?;
    let about: Vec<_> =
        cluster.events.iter().filter(|event| event.text.regarding == regarding).collect();
    let mut is_found = false;
    for event in &about {
        is_found |= is_event(wanted, event)?;
    }
    if is_found == is_wanted {
        return Ok(());
    }
    let said: Vec<String> = about.iter().map(|event| shown(event)).collect();
    let word = if is_wanted { "event" } else { "no event" };
    differ(format!("{word} {wanted}"), format!("{said:#?}"))
}

fn is_event(wanted: &Value, event: &EventRecord) -> Result<bool, String> {
    let said = &event.text;
    for (name, value) in wanted.as_object().into_iter().flatten() {
        let fits = match name.as_str() {
            "on" => true,
            "type" => value == said.kind.as_str(),
            "reason" => *value == said.reason,
            "from" => value == &*said.source,
            "message" => is_message(value, &said.message)?,
            "messageRegex" => is_match(&plain(value), &said.message)?,
            _ => return Err(format!("no event has `{name}`: {wanted}")),
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

fn shown(event: &EventRecord) -> String {
    let said = &event.text;
    format!("{} {}: {} [{}]", said.kind.as_str(), said.reason, said.message, said.source)
}

/// The names of a kind, sorted, in one namespace if the case says which.
fn names(cluster: &Cluster, body: &Value) -> Result<Vec<String>, String> {
    let namespace = body["namespace"].as_str();
    let inside = |key: &ObjectKey| namespace.is_none_or(|name| *key.namespace == *name);
    let keys = cluster.of_kind(kind(text(body, "kind")?)?).map(|(key, _)| key);
    let mut names: Vec<String> =
        keys.filter(|key| inside(key)).map(|key| key.name.to_string()).collect();
    names.sort();
    Ok(names)
}

fn all_names(cluster: &Cluster, body: &Value) -> Result<(), String> {
    let found = names(cluster, body)?;
    let equal = list(body, "equals")?.iter().map(plain).eq(found.iter().cloned());
    if equal { Ok(()) } else { differ(body, format!("{found:?}")) }
}

fn all_counted(cluster: &Cluster, body: &Value) -> Result<(), String> {
    let found = names(cluster, body)?;
    if body["equals"] == found.len() { Ok(()) } else { differ(body, format!("{found:?}")) }
}

/// The endpoints of all slices of a Service; only what the case lists of each is compared.
fn all_endpoints(cluster: &Cluster, body: &Value) -> Result<(), String> {
    let reference = text(body, "service")?;
    let (namespace, service) = reference.rsplit_once('/').unwrap_or(("default", reference));
    let mut found = Vec::new();
    for (key, slice) in cluster.of_kind(Kind::EndpointSlice) {
        let mut slice = slice.to_value();
        let of = slice.pointer("/metadata/labels/kubernetes.io~1service-name");
        if *key.namespace == *namespace && of.is_some_and(|name| name == service) {
            found.extend(
                slice["endpoints"].as_array_mut().map(std::mem::take).into_iter().flatten(),
            );
        }
    }
    let wanted = list(body, "equals")?;
    let mut all_fit = wanted.len() == found.len();
    for one in wanted {
        let mut fits = false;
        for endpoint in &found {
            fits |= is_endpoint(one, endpoint)?;
        }
        all_fit &= fits;
    }
    if all_fit { Ok(()) } else { differ(body, Value::from(found)) }
}

fn is_endpoint(wanted: &Value, found: &Value) -> Result<bool, String> {
    for (name, value) in wanted.as_object().into_iter().flatten() {
        let pointer = match name.as_str() {
            "pod" => "/targetRef/name".to_owned(),
            "hostname" => "/hostname".to_owned(),
            "ready" | "serving" | "terminating" => format!("/conditions/{name}"),
            _ => return Err(format!("no endpoint has `{name}`: {wanted}")),
        };
        if !is_field(value, found.pointer(&pointer))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Cells of what `kubectl get -o wide` prints of an object.
fn row(sim: &Simulation, body: &Value) -> Result<(), String> {
    let key = key(text(body, "object")?)?;
    let namespace = if key.namespace.is_empty() { "default" } else { &key.namespace };
    let plural = key.kind.info().plural;
    let arguments = ["get", plural, &key.name, "-n", namespace, "-o", "wide"];
    let line =
        CommandLine { arguments: arguments.map(str::to_owned).to_vec(), ..CommandLine::default() };
    let output = kubectl::run(&mut sim.clone(), &line);
    let table = output.stdout;
    for (header, wanted) in body["columns"].as_object().into_iter().flatten() {
        let found = cell(&table, header);
        if found.as_deref() != Some(plain(wanted).as_str()) {
            return differ(format!("{header} {wanted}"), format!("{found:?} in\n{table}"));
        }
    }
    Ok(())
}

/// The cell under a header of a table of one row; columns stand as many blanks apart as kubectl
/// puts between them.
fn cell(table: &str, header: &str) -> Option<String> {
    let mut lines = table.lines().map(|line| line.chars().collect::<Vec<char>>());
    let (head, row) = (lines.next()?, lines.next()?);
    let is_blank = |at: usize| head[at] == ' ';
    let starts: Vec<usize> = (0..head.len())
        .filter(|&at| !is_blank(at) && (at == 0 || (at > 2 && (at - 3..at).all(is_blank))))
        .collect();
    let slice = |line: &[char], index: usize| -> String {
        let end = starts.get(index + 1).copied().unwrap_or(line.len()).min(line.len());
        let start = starts[index].min(end);
        line[start..end].iter().collect::<String>().trim().to_owned()
    };
    let index = (0..starts.len()).find(|&index| slice(&head, index) == header)?;
    Some(slice(&row, index))
}
