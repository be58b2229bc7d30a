//! `kubectl create` (`pkg/cmd/create`): objects of files here, objects that kubectl puts
//! together in a file for each family.

mod binding;
mod data;
pub(super) mod generator;
mod policy;
mod service;
mod source;
mod workload;

use serde_json::Value;

use crate::api::object::ObjectKey;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::input::{self, Item};
use super::super::output;
use super::super::session::{NEXT_OBJECT_MS, Session, shown};
use super::apply::{DRY_RUN, DryRun, with_last_applied};
use super::{FILENAME, OUTPUT, Verb};

pub(super) const VERB: Verb = Verb { name: "create", flags: FLAGS, run };

/// The commands below `create`.
pub(super) const BELOW: &[&Verb] = &[
    &policy::NAMESPACE,
    &data::CONFIG_MAP,
    &data::SECRET,
    &workload::DEPLOYMENT,
    &workload::JOB,
    &workload::CRON_JOB,
    &service::SERVICE,
    &policy::QUOTA,
    &policy::SERVICE_ACCOUNT,
    &policy::PRIORITY_CLASS,
    &policy::BUDGET,
    &binding::ROLE,
    &binding::CLUSTER_ROLE,
    &binding::ROLE_BINDING,
    &binding::CLUSTER_ROLE_BINDING,
];

/// The commands below `create secret`.
pub(super) const BELOW_SECRET: &[&Verb] = data::BELOW_SECRET;

/// The commands below `create service`.
pub(super) const BELOW_SERVICE: &[&Verb] = service::BELOW;

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    super::SELECTOR,
    super::TEMPLATE,
    super::VALIDATE,
    super::KUSTOMIZE,
    super::RECURSIVE,
    truth("save-config", '\0'),
    truth("edit", '\0'),
    truth("windows-line-endings", '\0'),
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
    value("field-manager", '\0'),
    value("raw", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !input::has_files(arguments) {
        if arguments.words.is_empty() {
            return Err(Failure::message("must specify one of -f and -k"));
        }
        let text = format!("Unexpected args: [{}]", arguments.words.join(" "));
        return Err(Failure::usage("create", text));
    }
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    if arguments.is_set("edit") {
        return Err(Failure::not_simulated("--edit"));
    }
    let items = input::read(session, arguments)?;
    if items.is_empty() && session.failures.is_empty() {
        return Err(Failure::message("no objects passed to create"));
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            session.pass(NEXT_OBJECT_MS);
        }
        match create(session, item, dry, arguments.is_set("save-config")) {
            Ok((key, would_be)) => {
                let line = format!("{} created{}", shown(&key), dry.suffix());
                output::announce(session, format.as_ref(), &key, would_be.as_ref(), line);
            }
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

/// Makes one object; its key, and what it would be if that is only asked.
fn create(
    session: &mut Session<'_>,
    item: &Item,
    dry: DryRun,
    save_config: bool,
) -> Result<(ObjectKey, Option<Value>), Failure> {
    let annotated = save_config.then(|| item.with_value(with_last_applied(&item.value)));
    let item = annotated.as_ref().unwrap_or(item);
    if dry == DryRun::Client {
        return Ok((item.key.clone(), Some(item.value.clone())));
    }
    let object = item.object("creating")?;
    let failed = |status| Failure::of(&item.key, status).when("creating", &item.source);
    let request = Request::Create(object);
    if dry == DryRun::Server {
        let done = session.dry_request(request).map_err(failed)?;
        return Ok((done.object.key(), Some(done.object.to_value())));
    }
    session.request(request).map(|done| (done.object.key(), None)).map_err(failed)
}
