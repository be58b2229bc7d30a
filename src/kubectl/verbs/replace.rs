//! `kubectl replace` (`pkg/cmd/replace/replace.go`).

use crate::sim::action::Deletion;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::input::{self, Item};
use super::super::output;
use super::super::session::{NEXT_OBJECT_MS, Session, WEEK_MS, shown};
use super::apply::{DRY_RUN, DryRun};
use super::delete::{deleted_line, wait_gone};
use super::{FILENAME, OUTPUT, Verb};

pub(super) const VERB: Verb = Verb { name: "replace", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    truth("force", '\0'),
    truth("save-config", '\0'),
    value("grace-period", '\0'),
    value("timeout", '\0'),
    value("validate", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.all("filename").is_empty() {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let force = arguments.is_set("force");
    for flag in ["grace-period", "timeout"] {
        if !force && arguments.get(flag).is_some() {
            return Err(Failure::message(format!("--{flag} must have --force specified")));
        }
    }
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    if force && dry != DryRun::No {
        return Err(Failure::message("--dry-run can not be used when --force is set"));
    }
    let items = input::read(session, arguments)?;
    if items.is_empty() && session.failures.is_empty() {
        return Err(Failure::message("no objects passed to replace"));
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            session.pass(NEXT_OBJECT_MS);
        }
        let done = if force { force_replace(session, item) } else { replace(session, item, dry) };
        match done {
            Ok(()) => {
                let line = format!("{} replaced{}", shown(&item.key), dry.suffix());
                let would_be = (dry != DryRun::No).then_some(&item.value);
                output::announce(session, format.as_ref(), &item.key, would_be, line);
            }
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

fn replace(session: &mut Session<'_>, item: &Item, dry: DryRun) -> Result<(), Failure> {
    let failed = |status| Failure::of(&item.key, status).when("replacing", &item.source);
    session.get(&item.key).map_err(|failure| failure.when("replacing", &item.source))?;
    let request = Request::Update(item.object("replacing")?);
    match dry {
        DryRun::No => session.request(request).map(drop).map_err(failed),
        DryRun::Server => session.dry_request(request).map(drop).map_err(failed),
        DryRun::Client => Ok(()),
    }
}

fn force_replace(session: &mut Session<'_>, item: &Item) -> Result<(), Failure> {
    let object = item.object("creating")?;
    if let Some(old) = session.cluster().object(&item.key).cloned() {
        let deletion = Deletion { uid: String::new(), ..Deletion::of(&old) };
        let failed = |status| Failure::of(&item.key, status).when("deleting", &item.source);
        session.request(Request::Delete(deletion)).map_err(failed)?;
        session.print(deleted_line(&item.key, false));
        let gone = [(item.key.clone(), old.meta().uid.clone())];
        let deadline = session.now() + WEEK_MS;
        wait_gone(session, &gone, deadline, false);
        if session.waits_for_ever {
            return Err(Failure::Silent);
        }
    }
    let failed = |status| Failure::of(&item.key, status).when("creating", &item.source);
    session.request(Request::Create(object)).map(drop).map_err(failed)
}
