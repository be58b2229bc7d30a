//! `kubectl get` (`pkg/cmd/get/get.go`).

use crate::api::order;
use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::event_log::EventRecord;

use super::super::align::align;
use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::names::{Asked, Space, Type, asked, list};
use super::super::output::{self, Format};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::super::tables::{self, Column, EVENT_COLUMNS, Sight, event_row, pairs};
use super::{FIELD_SELECTOR, FILENAME, OUTPUT, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "get", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    FIELD_SELECTOR,
    OUTPUT,
    truth("all-namespaces", 'A'),
    truth("no-headers", '\0'),
    truth("show-labels", '\0'),
    truth("show-kind", '\0'),
    truth("show-managed-fields", '\0'),
    truth("ignore-not-found", '\0'),
    value("label-columns", 'L'),
    value("sort-by", '\0'),
    value("chunk-size", '\0'),
];

const NOTHING_ASKED: &str = "You must specify the type of resource to get. Use \"kubectl \
     api-resources\" for a complete list of supported resources.\n\nerror: Required resource not \
     specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource \
     (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples";

/// Rows of one table.
enum Rows {
    Objects(Kind, Vec<Object>),
    Events(Vec<Rc<EventRecord>>),
}

/// How tables are shown.
#[allow(clippy::struct_excessive_bools, reason = "each stands for a flag of its own")]
struct Style {
    wide: bool,
    all_namespaces: bool,
    headers: bool,
    labels: bool,
    label_columns: Vec<String>,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let format = output::format(arguments, true)?;
    let wanted = wanted(session, arguments)?;
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

/// What the words or the files ask for.
fn wanted(session: &mut Session<'_>, arguments: &Arguments) -> Result<Asked, Failure> {
    match (asked(&arguments.words)?, arguments.all("filename")) {
        (Some(wanted), []) => Ok(wanted),
        (None, [_, ..]) => named_in_files(session, arguments),
        (Some(_), _) => Err(Failure::message(
            "when paths, URLs, or stdin is provided as input, you may not specify resource \
             arguments as well",
        )),
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
    let selector = Selector::of(arguments, first_type(wanted))?;
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
    let mut label_columns = Vec::new();
    for list in arguments.all("label-columns") {
        label_columns.extend(list.split(',').map(str::to_owned));
    }
    let style = Style {
        wide: arguments.get("output") == Some("wide"),
        all_namespaces: everywhere,
        headers: !arguments.is_set("no-headers"),
        labels: arguments.is_set("show-labels"),
        label_columns,
    };
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

fn first_type(wanted: &Asked) -> Option<Type> {
    match wanted {
        Asked::Types(types) => types.first().copied(),
        Asked::Names(names) => names.first().map(|(one, _)| *one),
    }
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
        Type::Kind(kind) => Rows::Objects(kind, list(session.cluster(), kind, space, selector)),
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

/// Events about objects of the cluster live in `default`.
fn event_namespace(event: &EventRecord) -> &str {
    let namespace = &event.text.regarding.namespace;
    if namespace.is_empty() { "default" } else { namespace }
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

impl Rows {
    fn is_empty(&self) -> bool {
        match self {
            Self::Objects(_, rows) => rows.is_empty(),
            Self::Events(rows) => rows.is_empty(),
        }
    }

    fn names(&self) -> Vec<String> {
        match self {
            Self::Objects(_, rows) => rows.iter().map(|object| shown(&object.key())).collect(),
            Self::Events(rows) => rows
                .iter()
                .map(|event| format!("event/{}.{:x}", event.text.regarding.name, event.id))
                .collect(),
        }
    }

    fn values(&self) -> Vec<serde_json::Value> {
        match self {
            Self::Objects(_, rows) => rows.iter().map(Object::to_value).collect(),
            Self::Events(rows) => rows.iter().map(|event| output::event_value(event)).collect(),
        }
    }

    fn print(&self, sight: Sight<'_>, style: &Style, prefix: bool) -> String {
        let (columns, namespaced): (&[Column], bool) = match self {
            Self::Objects(kind, _) => (tables::of(*kind).columns, kind.is_namespaced()),
            Self::Events(_) => (EVENT_COLUMNS, true),
        };
        let kept: Vec<usize> =
            (0..columns.len()).filter(|index| style.wide || !columns[*index].wide).collect();
        let mut lines = Vec::new();
        if style.headers {
            let mut head: Vec<String> =
                kept.iter().map(|index| columns[*index].name.to_owned()).collect();
            let heads = style.label_columns.iter().map(|key| label_head(key));
            head.extend(heads);
            head.extend(style.labels.then(|| "LABELS".to_owned()));
            if style.all_namespaces && namespaced {
                head.insert(0, "NAMESPACE".to_owned());
            }
            lines.push(head.join("\t"));
        }
        let mut add =
            |cells: Vec<String>, namespace: &str, labels: &crate::api::meta::StringMap| {
                let mut line: Vec<String> = kept
                    .iter()
                    .map(|index| one_line(cells.get(*index).map_or("", String::as_str)))
                    .collect();
                let label = |key: &String| labels.get(key).cloned().unwrap_or_default();
                line.extend(style.label_columns.iter().map(label));
                line.extend(style.labels.then(|| pairs(labels)));
                if style.all_namespaces && namespaced {
                    line.insert(0, namespace.to_owned());
                }
                lines.push(line.join("\t"));
            };
        match self {
            Self::Objects(kind, rows) => {
                let row = tables::of(*kind).row;
                for object in rows {
                    let mut cells = row(object, sight);
                    if let (true, Some(name)) = (prefix, cells.first_mut()) {
                        *name = format!("{}/{name}", kind.qualified_singular());
                    }
                    add(cells, &object.meta().namespace, &object.meta().labels);
                }
            }
            Self::Events(rows) => {
                for event in rows {
                    let none = crate::api::meta::StringMap::new();
                    add(event_row(event, sight), event_namespace(event), &none);
                }
            }
        }
        align(&(lines.join("\n") + "\n"), 6, 3)
    }
}

fn label_head(key: &str) -> String {
    key.rsplit('/').next().unwrap_or(key).to_uppercase()
}

/// A cell ends at its first line break (`printers/tableprinter.go`).
fn one_line(cell: &str) -> String {
    match cell.split_once('\n') {
        Some((first, _)) => format!("{first}..."),
        None => cell.to_owned(),
    }
}
