//! `kubectl delete` (`pkg/cmd/delete/delete.go`, `pkg/cmd/wait/delete.go`).

use std::collections::VecDeque;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::action::{Deletion, Propagation};
use crate::sim::apiserver::status::Status;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, Takes, duration, number, truth, value};
use super::super::input;
use super::super::names::{Asked, Space, asked, keys};
use super::super::pending::{Pending, Poll};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::{
    FIELD_SELECTOR, FILENAME, KUSTOMIZE, NOTHING_NAMED, OUTPUT, RECURSIVE, SELECTOR, Verb,
};

pub(super) const VERB: Verb = Verb { name: "delete", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    FIELD_SELECTOR,
    OUTPUT,
    DRY_RUN,
    truth("all", '\0'),
    truth("all-namespaces", 'A'),
    truth("force", '\0'),
    truth("now", '\0'),
    truth("wait", '\0'),
    truth("ignore-not-found", '\0'),
    RECURSIVE,
    number("grace-period", '\0'),
    duration("timeout", '\0'),
    Flag { long: "cascade", short: '\0', takes: Takes::Optional("background") },
    KUSTOMIZE,
    truth("interactive", 'i'),
    value("raw", '\0'),
];

const FORCED: &str = "Immediate deletion does not wait for confirmation that the running resource \
     has been terminated. The resource may continue to run on the cluster indefinitely.";

/// What is to be deleted, and the file that names it.
struct Target {
    key: ObjectKey,
    source: Option<String>,
}

struct Options {
    grace: Option<i64>,
    forced: bool,
    propagation: Propagation,
    dry: DryRun,
    names_only: bool,
    quiet_when_missing: bool,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let options = options(session, arguments)?;
    let timeout = arguments.duration("delete", "timeout")?.unwrap_or(0);
    let targets = targets(session, arguments)?;
    if options.forced {
        session.warn(FORCED);
    }
    let cluster_wide = targets.iter().any(|target| !target.key.kind.is_namespaced());
    if session.namespace_given && cluster_wide {
        session.warn("deleting cluster-scoped resources, not scoped to the provided namespace");
    }
    if targets.is_empty() && session.failures.is_empty() {
        session.print("No resources found");
        return Ok(());
    }
    let mut gone: Vec<(ObjectKey, String)> = Vec::new();
    for target in targets {
        match delete(session, &target, &options) {
            Ok(Some(uid)) => gone.push((target.key, uid)),
            Ok(None) => {}
            Err(failure) if options.quiet_when_missing && failure.is_not_found() => {}
            Err(failure) => session.fail(failure),
        }
    }
    let waits = arguments.truth_or("wait", true) && options.dry == DryRun::No;
    if waits && session.failures.is_empty() {
        let limit = u64::try_from(timeout).ok().filter(|ms| *ms > 0);
        let deadline = limit.map(|limit| session.now() + limit);
        session.then(Pending::Gone(Gone::new(gone, deadline)));
    }
    Ok(())
}

fn options(session: &mut Session<'_>, arguments: &Arguments) -> Result<Options, Failure> {
    let mut grace = arguments.number("delete", "grace-period")?.filter(|grace| *grace >= 0);
    let forced = arguments.is_set("force");
    if arguments.is_set("now") {
        if grace.is_some() {
            let text = "--now and --grace-period cannot be specified together";
            return Err(Failure::message(text));
        }
        grace = Some(1);
    }
    if forced && grace.is_some_and(|grace| grace > 0) {
        let text = "--force and --grace-period greater than 0 cannot be specified together";
        return Err(Failure::message(text));
    }
    let grace = match (forced, grace) {
        (true, _) => Some(0),
        // Without --force a grace period of 0 is raised to the least that is waited for.
        (false, Some(0)) => Some(1),
        (false, grace) => grace,
    };
    let by_set = arguments.is_set("all")
        || arguments.get("selector").is_some()
        || arguments.get("field-selector").is_some();
    let names_only = match arguments.get("output") {
        None => false,
        Some("name") => true,
        Some(other) => {
            let text = format!("unexpected -o output mode: {other}. We only support '-o name'");
            return Err(Failure::message(text));
        }
    };
    Ok(Options {
        grace,
        forced,
        propagation: propagation(session, arguments)?,
        dry: DryRun::of(arguments)?,
        names_only,
        quiet_when_missing: by_set || arguments.is_set("ignore-not-found"),
    })
}

fn propagation(session: &mut Session<'_>, arguments: &Arguments) -> Result<Propagation, Failure> {
    let given = arguments.get("cascade").unwrap_or("background");
    let meant = match given {
        "true" => "background",
        "false" => "orphan",
        other => other,
    };
    if meant != given {
        session.complain(format!(
            "warning: --cascade={given} is deprecated (boolean value) and can be replaced with \
             --cascade={meant}."
        ));
    }
    match meant {
        "background" => Ok(Propagation::Background),
        "foreground" => Ok(Propagation::Foreground),
        "orphan" => Ok(Propagation::Orphan),
        other => Err(Failure::message(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}

fn targets(session: &mut Session<'_>, arguments: &Arguments) -> Result<Vec<Target>, Failure> {
    if input::has_files(arguments) {
        let items = input::read(session, arguments)?;
        let target = |item: input::Item| Target { key: item.key, source: Some(item.source) };
        return Ok(items.into_iter().map(target).collect());
    }
    let (all, selects) = (arguments.is_set("all"), Selector::is_given(arguments));
    let wanted = match asked(&arguments.words)? {
        Some(wanted) => wanted,
        None if !selects && !all => return Err(Failure::message(NOTHING_NAMED)),
        None => {
            let text = "at least one resource must be specified to use a selector";
            return Err(Failure::message(text));
        }
    };
    if all && selects {
        let text = "setting 'all' parameter but found a non empty selector. ";
        return Err(Failure::message(text));
    }
    match &wanted {
        Asked::Types(_) if !selects && !all => {
            let text = "resource(s) were provided, but no name was specified";
            return Err(Failure::message(text));
        }
        Asked::Names(_) if selects || all => {
            let slash = arguments.words.iter().any(|word| word.contains('/'));
            return Err(Failure::message(if slash {
                "selectors and the all flag cannot be used when passing resource/name arguments"
            } else {
                "name cannot be provided when a selector is specified"
            }));
        }
        _ => {}
    }
    let selector = Selector::of(arguments, wanted.first_type())?;
    let namespace = session.namespace.clone();
    let everywhere = arguments.is_set("all-namespaces");
    let space = if everywhere { Space::All } else { Space::One(&namespace) };
    let keys = keys(session, &wanted, space, &selector);
    Ok(keys.into_iter().map(|key| Target { key, source: None }).collect())
}

/// Deletes one object; its uid when it is to be waited for.
fn delete(
    session: &mut Session<'_>,
    target: &Target,
    options: &Options,
) -> Result<Option<String>, Failure> {
    let from_file = |failure: Failure| match &target.source {
        Some(source) => failure.when("deleting", source),
        None => failure,
    };
    if options.dry == DryRun::Client {
        session.print(line(&target.key, options));
        return Ok(None);
    }
    let Some(object) = session.cluster().object(&target.key).cloned() else {
        let missing = Status::not_found(&target.key);
        return Err(from_file(Failure::of(&target.key, missing)));
    };
    let deletion = Deletion {
        uid: String::new(),
        grace_seconds: options.grace,
        propagation: options.propagation,
        ..Deletion::of(&object)
    };
    let failed = |status| from_file(Failure::of(&target.key, status));
    match options.dry {
        DryRun::Server => drop(session.dry_request(Request::Delete(deletion)).map_err(failed)?),
        _ => drop(session.request(Request::Delete(deletion)).map_err(failed)?),
    }
    session.print(line(&target.key, options));
    Ok(Some(object.meta().uid.clone()))
}

/// `pod "a" deleted from default namespace`.
pub(super) fn deleted_line(key: &ObjectKey, forced: bool) -> String {
    let singular = key.kind.qualified_singular();
    let force = if forced { "force " } else { "" };
    let from = match &*key.namespace {
        "" => String::new(),
        namespace => format!(" from {namespace} namespace"),
    };
    format!("{singular} \"{}\" {force}deleted{from}", key.name)
}

fn line(key: &ObjectKey, options: &Options) -> String {
    if options.names_only {
        return shown(key);
    }
    let forced = options.forced || options.grace == Some(0);
    format!("{}{}", deleted_line(key, forced), options.dry.suffix())
}

/// Waits until objects are gone, finalizers included, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Gone {
    left: VecDeque<(ObjectKey, String)>,
    deadline: Option<SimTime>,
    late: Option<&'static str>,
}

impl Gone {
    /// Waits for those with these uids.
    pub(crate) fn new(
        objects: impl IntoIterator<Item = (ObjectKey, String)>,
        deadline: Option<SimTime>,
    ) -> Self {
        Self { left: objects.into_iter().collect(), deadline, late: None }
    }

    /// With these words if they are not gone in time.
    pub(crate) fn or_fail(self, words: &'static str) -> Self {
        Self { late: Some(words), ..self }
    }

    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Poll {
        let is_there = |(key, uid): &(ObjectKey, String)| {
            session.sim.cluster().object(key).is_some_and(|object| object.meta().uid == *uid)
        };
        while self.left.front().is_some_and(|one| !is_there(one)) {
            self.left.pop_front();
        }
        if self.left.is_empty() { Poll::Done } else { Poll::Wait(self.deadline) }
    }

    pub(crate) fn time_is_up(&mut self, session: &mut Session<'_>) {
        let Some((key, _)) = self.left.front() else { return };
        if let Some(words) = self.late {
            return session.fail(Failure::message(words));
        }
        let (kind, name) = (key.kind.info().plural, &key.name);
        let text = format!("timed out waiting for the condition on {kind}/{name}");
        session.fail(Failure::message(text));
    }
}
