//! `kubectl replace` (`pkg/cmd/replace/replace.go`).

use std::collections::VecDeque;

use serde_json::Value;

use crate::sim::action::Deletion;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, duration, number, truth, value};
use super::super::input::{self, Item, decode};
use super::super::output::{self, Format};
use super::super::pending::{Pending, Poll};
use super::super::session::{NEXT_OBJECT_MS, Session, shown};
use super::apply::{DRY_RUN, DryRun, with_last_applied};
use super::delete::{Gone, deleted_line};
use super::{FILENAME, KUSTOMIZE, OUTPUT, RECURSIVE, TEMPLATE, VALIDATE, Verb};

pub(super) const VERB: Verb = Verb { name: "replace", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    truth("force", '\0'),
    truth("save-config", '\0'),
    number("grace-period", '\0'),
    duration("timeout", '\0'),
    VALIDATE,
    KUSTOMIZE,
    RECURSIVE,
    TEMPLATE,
    truth("wait", '\0'),
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
    value("cascade", '\0'),
    value("field-manager", '\0'),
    value("raw", '\0'),
    value("subresource", '\0'),
];

/// How long `--force` waits for the old objects to go.
const FORCE_PATIENCE_MS: u64 = 5 * 60_000;

const LATE: &str = "context deadline exceeded";

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !input::has_files(arguments) {
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
    if force {
        return force_replace(session, arguments, items, format);
    }
    let save_config = arguments.is_set("save-config");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            session.pass(NEXT_OBJECT_MS);
        }
        match replace(session, item, dry, save_config) {
            Ok(would_be) => {
                let line = format!("{} replaced{}", shown(&item.key), dry.suffix());
                output::announce(session, format.as_ref(), &item.key, would_be.as_ref(), line);
            }
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

/// Replaces one object; what it would be, if that is only asked.
fn replace(
    session: &mut Session<'_>,
    item: &Item,
    dry: DryRun,
    save_config: bool,
) -> Result<Option<Value>, Failure> {
    let annotated = save_config.then(|| item.with_value(with_last_applied(&item.value)));
    let item = annotated.as_ref().unwrap_or(item);
    if dry == DryRun::Client {
        return Ok(Some(item.value.clone()));
    }
    let failed = |status| Failure::of(&item.key, status).when("replacing", &item.source);
    // Without a version kubectl takes the present one, and so it has to be there.
    let live = session.cluster().object(&item.key).is_some();
    if !live {
        return Err(failed(Status::not_found(&item.key)));
    }
    let request = Request::Update(item.object("replacing")?);
    match dry {
        DryRun::Server => {
            let done = session.dry_request(request).map_err(failed)?;
            Ok(Some(done.object.to_value()))
        }
        _ => session.request(request).map(|_| None).map_err(failed),
    }
}

/// Deletes all objects, waits until they are gone and makes them again (`forceReplace`).
fn force_replace(
    session: &mut Session<'_>,
    arguments: &Arguments,
    items: Vec<Item>,
    format: Option<Format>,
) -> Result<(), Failure> {
    // A period of 0 becomes the least that is waited for.
    let grace = arguments.number("replace", "grace-period")?.filter(|grace| *grace >= 0);
    let grace_seconds = grace.map(|grace| grace.max(1));
    let timeout = arguments.duration("replace", "timeout")?.unwrap_or(0);
    let mut gone = Vec::new();
    for item in &items {
        let Some(old) = session.cluster().object(&item.key).cloned() else { continue };
        let deletion = Deletion { uid: String::new(), grace_seconds, ..Deletion::of(&old) };
        let failed = |status| Failure::of(&item.key, status).when("deleting", &item.source);
        session.request(Request::Delete(deletion)).map_err(failed)?;
        let names_only = matches!(format, Some(Format::Name));
        session.print(if names_only { shown(&item.key) } else { deleted_line(&item.key, false) });
        gone.push((item.key.clone(), old.meta().uid.clone()));
    }
    let limit = u64::try_from(timeout).ok().filter(|ms| *ms > 0).unwrap_or(FORCE_PATIENCE_MS);
    let deadline = session.now() + limit;
    session.then(Pending::Gone(Gone::new(gone, Some(deadline)).or_fail(LATE)));
    let save_config = arguments.is_set("save-config");
    let items = items.into_iter().collect();
    session.then(Pending::Again(Again { items, format, save_config }));
    Ok(())
}

/// Makes objects again that are gone, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Again {
    items: VecDeque<Item>,
    format: Option<Format>,
    save_config: bool,
}

impl Again {
    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Poll {
        if !session.failures.is_empty() {
            return Poll::Done;
        }
        while let Some(item) = self.items.pop_front() {
            let value = if self.save_config { with_last_applied(&item.value) } else { item.value };
            let made = decode(item.key.kind, value)
                .map_err(|words| Failure::of(&item.key, Status::new(Reason::BadRequest, words)));
            let made = made.and_then(|object| {
                let failed = |status| Failure::of(&item.key, status);
                session.request(Request::Create(object)).map_err(failed)
            });
            match made {
                Ok(_) => {
                    let line = format!("{} replaced", shown(&item.key));
                    output::announce(session, self.format.as_ref(), &item.key, None, line);
                }
                Err(failure) => session.fail(failure),
            }
        }
        Poll::Done
    }
}
