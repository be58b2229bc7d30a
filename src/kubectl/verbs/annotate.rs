//! `kubectl annotate` (`pkg/cmd/annotate/annotate.go`).

use crate::api::object::ObjectKey;

use super::super::failure::Failure;
use super::super::flags::Arguments;
use super::super::session::{Session, shown};
use super::Verb;
use super::apply::DryRun;
use super::label::{Changes, FLAGS, contradictions, parse, show_list, targets};
use super::patch::{with_metadata, write};

pub(super) const VERB: Verb = Verb { name: "annotate", flags: FLAGS, run };

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let (resources, changes) = parse(&arguments.words, "annotation")?;
    let keys = targets(session, arguments, &resources)?;
    if changes.is_empty() && !arguments.is_set("list") {
        return Err(Failure::message("at least one annotation update is required"));
    }
    let both: Vec<&str> = contradictions(&changes).into_iter().map(String::as_str).collect();
    if !both.is_empty() {
        let text = "can not both modify and remove the following annotation(s) in the same command";
        return Err(Failure::message(format!("{text}: {}", both.join(", "))));
    }
    let dry = DryRun::of(arguments)?;
    let several = keys.len() > 1;
    for key in keys {
        if changes.is_empty() {
            let notes = session.get(&key)?.meta().annotations.clone();
            show_list(session, &key, "annotations", &notes, several);
            continue;
        }
        let result = annotate(session, &key, &changes, arguments.is_set("overwrite"), dry);
        session.note(result);
    }
    Ok(())
}

fn annotate(
    session: &mut Session<'_>,
    key: &ObjectKey,
    changes: &Changes,
    overwrite: bool,
    dry: DryRun,
) -> Result<(), Failure> {
    let notes = session.get(key)?.meta().annotations.clone();
    let declared: Vec<String> = changes
        .iter()
        .filter(|(name, value)| value.is_some() && name != "kubernetes.io/change-cause")
        .filter_map(|(name, _)| {
            notes.get(name).map(|old| format!("'{name}' already has a value ({old})"))
        })
        .collect();
    if !declared.is_empty() && !overwrite {
        let text = "--overwrite is false but found the following declared annotation(s)";
        return Err(Failure::message(format!("{text}: {}", declared.join("; "))));
    }
    let value = with_metadata(session, key, "annotations", changes)?;
    write(session, key, value, dry)?;
    session.print(format!("{} annotated{}", shown(key), dry.suffix()));
    Ok(())
}
