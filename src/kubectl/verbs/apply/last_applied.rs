//! `apply view-last-applied`, `set-last-applied` and `edit-last-applied`.

use serde_json::{Value, json};

use crate::api::object::ObjectKey;
use crate::manifest::write::to_yaml;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, truth};
use super::super::super::input;
use super::super::super::names::{Space, asked, keys};
use super::super::super::output::json_text_of_two;
use super::super::super::selector::Selector;
use super::super::super::session::{Session, shown};
use super::super::patch::write;
use super::super::{FILENAME, NOTHING_NAMED, OUTPUT, SELECTOR, Verb};
use super::{DRY_RUN, DryRun, LAST_APPLIED, with_last_applied};

pub(super) const BELOW: &[&Verb] = &[
    &Verb { name: "edit-last-applied", flags: &[FILENAME, OUTPUT], run: edit },
    &Verb {
        name: "set-last-applied",
        flags: &[FILENAME, OUTPUT, DRY_RUN, truth("create-annotation", '\0')],
        run: set,
    },
    &Verb {
        name: "view-last-applied",
        flags: &[FILENAME, OUTPUT, SELECTOR, truth("all", '\0')],
        run: view,
    },
];

fn edit(session: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    Err(Failure::not_simulated(format!("kubectl {}", session.path)))
}

fn view(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let output = arguments.get("output").unwrap_or("yaml");
    if !matches!(output, "yaml" | "json") {
        let text = format!(
            "Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json"
        );
        return Err(Failure::usage("apply view-last-applied", text));
    }
    let keys: Vec<ObjectKey> = if input::has_files(arguments) {
        input::read(session, arguments)?.into_iter().map(|item| item.key).collect()
    } else {
        let Some(wanted) = asked(&arguments.words)? else {
            return Err(Failure::message(NOTHING_NAMED));
        };
        let selector = Selector::of(arguments, wanted.first_type())?;
        keys(session, &wanted, Space::One(&session.namespace), &selector)
    };
    for key in keys {
        let object = session.get(&key)?;
        let Some(text) = object.meta().annotations.get(LAST_APPLIED) else {
            let text =
                format!("no last-applied-configuration annotation found on resource: {}", key.name);
            return Err(Failure::message(text));
        };
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let text = if output == "json" { json_text_of_two(&value) } else { to_yaml(&value) };
        session.stdout.push_str(&text);
    }
    Ok(())
}

fn set(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !input::has_files(arguments) {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let dry = DryRun::of(arguments)?;
    for item in input::read(session, arguments)? {
        let live = session.get(&item.key)?;
        let held = live.meta().annotations.get(LAST_APPLIED).is_some();
        if !held && !arguments.is_set("create-annotation") {
            return Err(Failure::message(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the \
                 annotation, run the command with --create-annotation",
                item.key.name
            )));
        }
        let mut value = live.to_value();
        let path = format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1"));
        let text = with_last_applied(&item.value).pointer(&path).cloned().unwrap_or_default();
        if value["metadata"]["annotations"].is_null() {
            value["metadata"]["annotations"] = json!({});
        }
        value["metadata"]["annotations"][LAST_APPLIED] = text;
        write(session, &item.key, value, dry)?;
        session.print(format!("{} configured{}", shown(&item.key), dry.suffix()));
    }
    Ok(())
}
