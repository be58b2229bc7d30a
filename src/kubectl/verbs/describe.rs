//! `kubectl describe` (`pkg/cmd/describe/describe.go`).

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;

use super::super::describe::{Events, describe};
use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, number, truth};
use super::super::input;
use super::super::names::{Asked, Space, Type, asked, list};
use super::super::selector::Selector;
use super::super::session::Session;
use super::super::tables::Sight;
use super::{FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "describe", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    truth("all-namespaces", 'A'),
    truth("show-events", '\0'),
    number("chunk-size", '\0'),
    KUSTOMIZE,
    RECURSIVE,
];

const NOTHING_ASKED: &str = "You must specify the type of resource to describe. Use \"kubectl \
     api-resources\" for a complete list of supported resources.";

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let wanted = match asked(&arguments.words)? {
        Some(wanted) => wanted,
        None if arguments.all("filename").is_empty() => {
            return Err(Failure::message(NOTHING_ASKED));
        }
        None => {
            let items = input::read(session, arguments)?;
            let name = |item: &input::Item| (Type::Kind(item.key.kind), item.key.name.to_string());
            Asked::Names(items.iter().map(name).collect())
        }
    };
    let selector = Selector::of(arguments, wanted.first_type())?;
    let everywhere = arguments.is_set("all-namespaces");
    let (objects, missing) = match &wanted {
        Asked::Types(types) => {
            let namespace = session.namespace.clone();
            let space = if everywhere { Space::All } else { Space::One(&namespace) };
            let found =
                kinds(types).flat_map(|kind| list(session.cluster(), kind, space, &selector));
            (found.collect::<Vec<_>>(), Vec::new())
        }
        Asked::Names(names) => by_name(session, names),
    };
    if let (true, Some(found)) = (objects.is_empty(), by_prefix(session, arguments, &wanted)) {
        print(session, &found, Events::Hidden, "\n\n");
        session.stdout.push('\n');
        return Ok(());
    }
    // Two arguments of the form TYPE/NAME of which one is missing: nothing is described.
    let pair = arguments.words.len() == 2 && arguments.words.iter().all(|w| w.contains('/'));
    let whole = objects.len() == 1 && missing.is_empty();
    let nothing = objects.is_empty() && missing.is_empty();
    if missing.is_empty() || !pair {
        let events =
            if arguments.truth_or("show-events", whole) { Events::Shown } else { Events::Hidden };
        print(session, &objects, events, "\n\n");
    }
    session.failures.extend(missing);
    if nothing {
        let text = if everywhere {
            "No resources found".to_owned()
        } else {
            format!("No resources found in {} namespace.", session.namespace)
        };
        session.complain(text);
    }
    Ok(())
}

fn kinds(types: &[Type]) -> impl Iterator<Item = Kind> {
    types.iter().filter_map(|one| match one {
        Type::Kind(kind) => Some(*kind),
        Type::Event => None,
    })
}

fn by_name(session: &Session<'_>, names: &[(Type, String)]) -> (Vec<Object>, Vec<Failure>) {
    let (mut objects, mut missing) = (Vec::new(), Vec::new());
    for (one, name) in names {
        let Type::Kind(kind) = *one else { continue };
        match session.get(&ObjectKey::new(kind, &session.namespace, name)) {
            Ok(object) => objects.push(object),
            Err(failure) => missing.push(failure),
        }
    }
    (objects, missing)
}

/// `describe pod we` means every Pod whose name begins so (`DescribeMatchingResources`).
fn by_prefix(session: &Session<'_>, arguments: &Arguments, wanted: &Asked) -> Option<Vec<Object>> {
    let Asked::Names(names) = wanted else { return None };
    let [(Type::Kind(kind), prefix)] = names.as_slice() else { return None };
    if arguments.words.iter().any(|word| word.contains('/')) || arguments.words.len() != 2 {
        return None;
    }
    let space = Space::One(&session.namespace);
    let mut all = list(session.cluster(), *kind, space, &Selector::default());
    all.retain(|object| object.meta().name.starts_with(prefix.as_str()));
    (!all.is_empty()).then_some(all)
}

fn print(session: &mut Session<'_>, objects: &[Object], events: Events, between: &str) {
    let sight = Sight { cluster: session.cluster(), now: session.now() };
    let pages: Vec<String> = objects.iter().map(|object| describe(object, sight, events)).collect();
    session.stdout.push_str(&pages.join(between));
}
