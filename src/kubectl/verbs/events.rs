//! `kubectl events` (`pkg/cmd/events/events.go`): like `get events`, but by time.

use super::super::align::align;
use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, number, truth, value};
use super::super::names::Type;
use super::super::session::Session;
use super::super::tables::{Sight, event_time};
use super::{OUTPUT, TEMPLATE, Verb};
use crate::api::order;

pub(super) const VERB: Verb = Verb { name: "events", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    OUTPUT,
    truth("all-namespaces", 'A'),
    truth("no-headers", '\0'),
    value("for", '\0'),
    value("types", '\0'),
    TEMPLATE,
    truth("watch", 'w'),
    number("chunk-size", '\0'),
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let about = match arguments.get("for").map(|name| name.split_once('/')) {
        None => None,
        Some(Some((kind, name))) => Some((Type::named(kind)?, name.to_owned())),
        Some(None) => return Err(Failure::message("--for must be in resource/name form")),
    };
    let types: Vec<String> = arguments.all("types").iter().flat_map(|list| split(list)).collect();
    if types.iter().any(|one| !matches!(one.as_str(), "normal" | "warning")) {
        return Err(Failure::message("valid --types are Normal or Warning"));
    }
    let everywhere = arguments.is_set("all-namespaces");
    let mut events: Vec<_> = session
        .cluster()
        .events
        .iter()
        .filter(|event| {
            let key = &event.text.regarding;
            let namespace = if key.namespace.is_empty() { "default" } else { &key.namespace };
            let named = about
                .as_ref()
                .is_none_or(|(kind, name)| *kind == Type::Kind(key.kind) && *key.name == **name);
            let kind = event.text.kind.as_str().to_ascii_lowercase();
            named
                && (everywhere || namespace == session.namespace)
                && (types.is_empty() || types.contains(&kind))
        })
        .cloned()
        .collect();
    order::sort_by_key(&mut events, |event| (event.last, event.id));
    if events.is_empty() {
        let place = if everywhere {
            "No events found.".to_owned()
        } else {
            format!("No events found in {} namespace.", session.namespace)
        };
        session.complain(place);
        return Ok(());
    }
    let sight = Sight { cluster: session.cluster(), now: session.now() };
    let mut lines = Vec::new();
    let namespace = |text: &str| if everywhere { format!("{text}\t") } else { String::new() };
    if !arguments.is_set("no-headers") {
        lines.push(namespace("NAMESPACE") + "LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE");
    }
    for event in &events {
        let (text, key) = (&event.text, &event.text.regarding);
        lines.push(format!(
            "{}{}\t{}\t{}\t{}/{}\t{}",
            namespace(if key.namespace.is_empty() { "default" } else { &key.namespace }),
            event_time(event, sight),
            text.kind.as_str(),
            text.reason,
            key.kind.info().name,
            key.name,
            text.message.trim()
        ));
    }
    let table = align(&(lines.join("\n") + "\n"), 6, 3);
    session.stdout.push_str(&table);
    Ok(())
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::to_ascii_lowercase).collect()
}
