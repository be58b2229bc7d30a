//! `kubectl get` (`pkg/cmd/get/get.go`).

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
struct Style {
    wide: bool,
    all_namespaces: bool,
    headers: bool,
    labels: bool,
    label_columns: Vec<String>,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let format = output::format(arguments, true)?;
    let all_namespaces = arguments.is_set("all-namespaces");
    let wanted = match (asked(&arguments.words)?, arguments.all("filename")) {
        (Some(wanted), []) => wanted,
        (None, [_, ..]) => named_in_files(session, arguments)?,
        (Some(_), _) => {
            return Err(Failure::message(
                "when paths, URLs, or stdin is provided as input, you may not specify resource \
                 arguments as well",
            ));
        }
        (None, []) => return Err(Failure::Verbatim(NOTHING_ASKED.to_owned())),
    };
    let selector = Selector::of(arguments, first_type(&wanted))?;
    let mut tables = Vec::new();
    let by_name = matches!(wanted, Asked::Names(_));
    match &wanted {
        Asked::Types(types) => {
            let namespace = session.namespace.clone();
            let space = if all_namespaces { Space::All } else { Space::One(&namespace) };
            for one in types {
                tables.push(rows_of(session, *one, space, &selector));
            }
        }
        Asked::Names(_) if !selector.is_empty() => {
            let slash = arguments.words.iter().any(|word| word.contains('/'));
            return Err(Failure::message(if slash {
                "selectors and the all flag cannot be used when passing resource/name arguments"
            } else {
                "name cannot be provided when a selector is specified"
            }));
        }
        Asked::Names(_) if all_namespaces => {
            let text = "a resource cannot be retrieved by name across all namespaces";
            return Err(Failure::message(text));
        }
        Asked::Names(names) => {
            let quiet = arguments.is_set("ignore-not-found");
            named_rows(session, names, quiet, &mut tables);
        }
    }
    if let Some(path) = arguments.get("sort-by") {
        sort(&mut tables, path)?;
    }
    let Some(format) = format else {
        let kinds = kinds_of(&wanted);
        let prefix = kinds.len() > 1 || arguments.is_set("show-kind");
        let style = Style {
            wide: arguments.get("output") == Some("wide"),
            all_namespaces,
            headers: !arguments.is_set("no-headers"),
            labels: arguments.is_set("show-labels"),
            label_columns: arguments
                .all("label-columns")
                .iter()
                .flat_map(|list| list.split(',').map(str::to_owned))
                .collect(),
        };
        let cluster_wide = kinds.iter().any(|kind| !kind.is_namespaced());
        let quiet = by_name || arguments.is_set("ignore-not-found");
        print_tables(session, &tables, &style, prefix);
        if tables.iter().all(Rows::is_empty) && !quiet {
            let text = if all_namespaces || cluster_wide {
                "No resources found".to_owned()
            } else {
                format!("No resources found in {} namespace.", session.namespace)
            };
            session.complain(text);
        }
        return Ok(());
    };
    let values: Vec<_> = tables.iter().flat_map(Rows::values).collect();
    let single = by_name && kinds_and_names(&wanted) == 1;
    if single && values.is_empty() {
        return Ok(());
    }
    print_values(session, &format, &tables, values, single)
}

fn print_values(
    session: &mut Session<'_>,
    format: &Format,
    tables: &[Rows],
    values: Vec<serde_json::Value>,
    single: bool,
) -> Result<(), Failure> {
    if matches!(format, Format::Name) {
        for table in tables {
            for name in table.names() {
                session.print(name);
            }
        }
        return Ok(());
    }
    let text = output::render(format, values, single)?;
    session.stdout.push_str(&text);
    Ok(())
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
            events.sort_by_key(|event| (event.text.regarding.name.clone(), event.id));
            Rows::Events(events)
        }
    }
}

/// Events about objects of the cluster live in `default`.
fn event_namespace(event: &EventRecord) -> &str {
    let namespace = &event.text.regarding.namespace;
    if namespace.is_empty() { "default" } else { namespace }
}

fn named_rows(
    session: &mut Session<'_>,
    names: &[(Type, String)],
    quiet: bool,
    tables: &mut Vec<Rows>,
) {
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
}

fn sort(tables: &mut [Rows], path: &str) -> Result<(), Failure> {
    for table in tables {
        match table {
            Rows::Objects(_, rows) => output::sort_by(rows, path)?,
            Rows::Events(events) => {
                if path.contains("lastTimestamp") {
                    events.sort_by_key(|event| (event.last, event.id));
                } else {
                    events.sort_by_key(|event| (event.first, event.id));
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
