//! `kubectl get` (`pkg/cmd/get/get.go`).

use crate::api::order;
mod rows;
pub(crate) mod watch;

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;

use crate::sim::endpoints;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, number, truth, value};
use super::super::names::{Asked, Space, Type, asked, list};
use super::super::output::{self, Format};
use super::super::selector::Selector;
use super::super::session::{Session, as_read};
use super::super::tables::Sight;
use super::{
    FIELD_SELECTOR, FILENAME, KUSTOMIZE, NOTHING_NAMED, OUTPUT, RECURSIVE, SELECTOR, TEMPLATE, Verb,
};

use rows::{Rows, Style, event_namespace};

pub(super) const VERB: Verb = Verb { name: "get", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    FIELD_SELECTOR,
    OUTPUT,
    truth("all-namespaces", 'A'),
    truth("watch", 'w'),
    truth("watch-only", '\0'),
    truth("output-watch-events", '\0'),
    truth("no-headers", '\0'),
    truth("show-labels", '\0'),
    truth("show-kind", '\0'),
    truth("show-managed-fields", '\0'),
    truth("ignore-not-found", '\0'),
    value("label-columns", 'L'),
    value("sort-by", '\0'),
    number("chunk-size", '\0'),
    KUSTOMIZE,
    RECURSIVE,
    TEMPLATE,
    truth("allow-missing-template-keys", '\0'),
    truth("server-print", '\0'),
    value("raw", '\0'),
    value("subresource", '\0'),
];

const NOTHING_ASKED: &str = "You must specify the type of resource to get. Use \"kubectl \
     api-resources\" for a complete list of supported resources.\n\nerror: Required resource not \
     specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource \
     (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples";

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let format = output::format(arguments, true)?;
    let watches = arguments.is_set("watch") || arguments.is_set("watch-only");
    check_flags(arguments, watches)?;
    let wanted = wanted(session, arguments, watches)?;
    if watches {
        return watch::watch(session, arguments, &wanted, format);
    }
    let mut tables = collect(session, arguments, &wanted)?;
    if let Some(path) = arguments.get("sort-by") {
        sort(&mut tables, path)?;
    }
    let Some(format) = format else {
        show_tables(session, arguments, &wanted, &tables);
        return Ok(());
    };
    let values: Vec<_> = tables.iter().flat_map(Rows::values).collect();
    let single = kinds_and_names(&wanted) == 1;
    if single && values.is_empty() {
        return Ok(());
    }
    print_values(session, &format, &tables, values, single);
    Ok(())
}

/// Flags that do not go together (`GetOptions.Validate`).
fn check_flags(arguments: &Arguments, watches: bool) -> Result<(), Failure> {
    let printer = arguments.get("output").unwrap_or_default();
    if arguments.is_set("show-labels") && !matches!(printer, "" | "wide") {
        let text = format!("--show-labels option cannot be used with {printer} printer");
        return Err(Failure::message(text));
    }
    if arguments.is_set("output-watch-events") && !watches {
        let text = "--output-watch-events option can only be used with --watch or --watch-only";
        return Err(Failure::message(text));
    }
    Ok(())
}

/// What the words or the files ask for.
fn wanted(
    session: &mut Session<'_>,
    arguments: &Arguments,
    watches: bool,
) -> Result<Asked, Failure> {
    match (asked(&arguments.words)?, arguments.all("filename")) {
        (Some(wanted), []) => Ok(wanted),
        (None, [_, ..]) => named_in_files(session, arguments),
        (Some(_), _) => Err(Failure::message(
            "when paths, URLs, or stdin is provided as input, you may not specify resource \
             arguments as well",
        )),
        (None, []) if watches => Err(Failure::message(NOTHING_NAMED)),
        (None, []) => Err(Failure::Verbatim(NOTHING_ASKED.to_owned())),
    }
}

/// The rows, one table for each type.
fn collect(
    session: &mut Session<'_>,
    arguments: &Arguments,
    wanted: &Asked,
) -> Result<Vec<Rows>, Failure> {
    let everywhere = arguments.is_set("all-namespaces");
    let selector = Selector::of(arguments, wanted.first_type())?;
    if kinds_of(wanted).contains(&Type::Kind(Kind::Endpoints)) {
        session.warn(endpoints::DEPRECATED);
    }
    match wanted {
        Asked::Types(types) => {
            let space = if everywhere { Space::All } else { Space::One(&session.namespace) };
            Ok(types.iter().map(|one| rows_of(session, *one, space, &selector)).collect())
        }
        Asked::Names(_) if !selector.is_empty() => {
            let slash = arguments.words.iter().any(|word| word.contains('/'));
            Err(Failure::message(if slash {
                "selectors and the all flag cannot be used when passing resource/name arguments"
            } else {
                "name cannot be provided when a selector is specified"
            }))
        }
        Asked::Names(_) if everywhere => {
            Err(Failure::message("a resource cannot be retrieved by name across all namespaces"))
        }
        Asked::Names(names) => Ok(named_rows(session, names, arguments.is_set("ignore-not-found"))),
    }
}

fn show_tables(session: &mut Session<'_>, arguments: &Arguments, wanted: &Asked, tables: &[Rows]) {
    let kinds = kinds_of(wanted);
    let everywhere = arguments.is_set("all-namespaces");
    let style = Style::of(arguments);
    let prefix = kinds.len() > 1 || arguments.is_set("show-kind");
    print_tables(session, tables, &style, prefix);
    let quiet = matches!(wanted, Asked::Names(_)) || arguments.is_set("ignore-not-found");
    if quiet || !tables.iter().all(Rows::is_empty) {
        return;
    }
    let cluster_wide = kinds.iter().any(|kind| !kind.is_namespaced());
    session.complain(if everywhere || cluster_wide {
        "No resources found".to_owned()
    } else {
        format!("No resources found in {} namespace.", session.namespace)
    });
}

fn print_values(
    session: &mut Session<'_>,
    format: &Format,
    tables: &[Rows],
    values: Vec<serde_json::Value>,
    single: bool,
) {
    if matches!(format, Format::Name) {
        for name in tables.iter().flat_map(Rows::names) {
            session.print(name);
        }
        return;
    }
    let text = output::render(format, values, single);
    session.stdout.push_str(&text);
}

fn kinds_of(wanted: &Asked) -> Vec<Type> {
    let mut kinds: Vec<Type> = match wanted {
        Asked::Types(types) => types.clone(),
        Asked::Names(names) => names.iter().map(|(one, _)| *one).collect(),
    };
    kinds.dedup();
    kinds
}

fn kinds_and_names(wanted: &Asked) -> usize {
    match wanted {
        Asked::Types(_) => usize::MAX,
        Asked::Names(names) => names.len(),
    }
}

fn named_in_files(session: &mut Session<'_>, arguments: &Arguments) -> Result<Asked, Failure> {
    let items = super::super::input::read(session, arguments)?;
    let name =
        |item: &super::super::input::Item| (Type::Kind(item.key.kind), item.key.name.to_string());
    Ok(Asked::Names(items.iter().map(name).collect()))
}

fn rows_of(session: &Session<'_>, one: Type, space: Space<'_>, selector: &Selector) -> Rows {
    match one {
        Type::Kind(kind) => {
            let (cluster, now) = (session.cluster(), session.now());
            let found = list(cluster, kind, space, selector);
            Rows::Objects(kind, found.iter().map(|one| as_read(cluster, one, now)).collect())
        }
        Type::Event => {
            let events = session.cluster().events.iter().filter(|event| match space {
                Space::One(namespace) => event_namespace(event) == namespace,
                Space::All => true,
            });
            let mut events: Vec<_> =
                events.filter(|event| selector.matches_event(event)).cloned().collect();
            order::sort_by_key(&mut events, |event| (event.text.regarding.name.clone(), event.id));
            Rows::Events(events)
        }
    }
}

fn named_rows(session: &mut Session<'_>, names: &[(Type, String)], quiet: bool) -> Vec<Rows> {
    let mut tables = Vec::new();
    for (one, name) in names {
        let Type::Kind(kind) = *one else { continue };
        let key = ObjectKey::new(kind, &session.namespace, name);
        let object = match session.get(&key) {
            Ok(object) => object,
            Err(_) if quiet => continue,
            Err(failure) => {
                session.fail(failure);
                continue;
            }
        };
        match tables.last_mut() {
            Some(Rows::Objects(last, rows)) if *last == kind => rows.push(object),
            _ => tables.push(Rows::Objects(kind, vec![object])),
        }
    }
    tables
}

fn sort(tables: &mut [Rows], path: &str) -> Result<(), Failure> {
    for table in tables {
        match table {
            Rows::Objects(_, rows) => output::sort_by(rows, path)?,
            Rows::Events(events) => {
                if path.contains("lastTimestamp") {
                    order::sort_by_key(events, |event| (event.last, event.id));
                } else {
                    order::sort_by_key(events, |event| (event.first, event.id));
                }
            }
        }
    }
    Ok(())
}

fn print_tables(session: &mut Session<'_>, tables: &[Rows], style: &Style, prefix: bool) {
    let mut printed = String::new();
    for table in tables.iter().filter(|table| !table.is_empty()) {
        if !printed.is_empty() && style.headers {
            printed.push('\n');
        }
        let sight = Sight { cluster: session.cluster(), now: session.now() };
        printed.push_str(&table.print(sight, style, prefix));
    }
    session.stdout.push_str(&printed);
}
