//! `kubectl apply` (`pkg/cmd/apply/apply.go`).

mod last_applied;
pub(crate) mod object;
mod prune;

use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, Takes, duration, number, truth, value};
use super::super::input::{self, Item};
use super::super::merge::without_nulls;
use super::super::names::Type;
use super::super::output::{self, Format, announce};
use super::super::pending::Pending;
use super::super::selector::Selector;
use super::super::session::{NEXT_OBJECT_MS, Session, shown};
use super::{FILENAME, KUSTOMIZE, OUTPUT, RECURSIVE, SELECTOR, TEMPLATE, VALIDATE, Verb};

use object::{Outcome, Recreated};

pub(super) const VERB: Verb = Verb { name: "apply", flags: FLAGS, run };

/// The commands below `apply`.
pub(super) const BELOW: &[&Verb] = last_applied::BELOW;

const FLAGS: &[Flag] = &[
    FILENAME,
    KUSTOMIZE,
    RECURSIVE,
    OUTPUT,
    TEMPLATE,
    SELECTOR,
    DRY_RUN,
    VALIDATE,
    truth("all", '\0'),
    truth("force", '\0'),
    truth("force-conflicts", '\0'),
    truth("openapi-patch", '\0'),
    truth("overwrite", '\0'),
    truth("prune", '\0'),
    truth("server-side", '\0'),
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
    truth("wait", '\0'),
    number("grace-period", '\0'),
    duration("timeout", '\0'),
    value("applyset", '\0'),
    value("cascade", '\0'),
    value("field-manager", '\0'),
    value("prune-allowlist", '\0'),
    value("subresource", '\0'),
];

/// `--dry-run`.
pub(super) const DRY_RUN: Flag =
    Flag { long: "dry-run", short: '\0', takes: Takes::Optional("client") };

/// The annotation that holds the last applied manifest.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Whether the command only pretends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DryRun {
    /// It acts.
    No,
    /// kubectl pretends.
    Client,
    /// The API server pretends.
    Server,
}

impl DryRun {
    /// Reads `--dry-run`.
    pub(super) fn of(arguments: &Arguments) -> Result<Self, Failure> {
        match arguments.get("dry-run") {
            None | Some("none" | "false") => Ok(Self::No),
            Some("client" | "true") => Ok(Self::Client),
            Some("server") => Ok(Self::Server),
            Some(other) => Err(Failure::message(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What success lines end with.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !input::has_files(arguments) {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    check_flags(arguments, dry)?;
    let mut items = input::read(session, arguments)?;
    if arguments.get("selector").is_some_and(|text| !text.is_empty()) {
        let first = items.first().map(|item| Type::Kind(item.key.kind));
        let selector = Selector::of(arguments, first)?;
        items.retain(|item| item.object("applying").is_ok_and(|one| selector.matches(&one)));
    }
    if items.is_empty() && session.failures.is_empty() {
        return Err(Failure::message("no objects passed to apply"));
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            session.pass(NEXT_OBJECT_MS);
        }
        let done = apply_one(session, arguments, item, dry, format.as_ref());
        session.note(done);
    }
    if arguments.is_set("prune") && session.failures.is_empty() {
        prune::prune(session, arguments, &items, dry)?;
    }
    Ok(())
}

fn apply_one(
    session: &mut Session<'_>,
    arguments: &Arguments,
    item: &Item,
    dry: DryRun,
    format: Option<&Format>,
) -> Result<(), Failure> {
    match object::apply(session, item, dry, arguments.is_set("force"))? {
        Outcome::Done(done, would_be) => {
            let line = format!("{} {done}{}", shown(&item.key), dry.suffix());
            announce(session, format, &item.key, would_be.as_ref(), line);
        }
        Outcome::Again => {
            let again = Recreated { item: item.clone(), format: format.cloned() };
            session.then(Pending::Recreated(Box::new(again)));
        }
    }
    Ok(())
}

/// Flags that do not go together (`ApplyOptions.Validate`).
fn check_flags(arguments: &Arguments, dry: DryRun) -> Result<(), Failure> {
    let set = |flag: &str| arguments.is_set(flag);
    let (server, force, prune) = (set("server-side"), set("force"), set("prune"));
    let selects = arguments.get("selector").is_some_and(|text| !text.is_empty());
    let refusals = [
        (set("force-conflicts") && !server, "--force-conflicts only works with --server-side"),
        (
            dry == DryRun::Client && server,
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server \
             instead?)",
        ),
        (force && server, "--force cannot be used with --server-side"),
        (dry == DryRun::Server && force, "--dry-run=server cannot be used with --force"),
        (set("all") && selects, "cannot set --all and --selector at the same time"),
        (arguments.get("applyset").is_some() && !prune, "--applyset requires --prune"),
        (prune && force, "--force cannot be used with --prune"),
        (
            prune && !set("all") && !selects,
            "all resources selected for prune without explicitly passing --all. To prune all \
             resources, pass the --all flag. If you did not mean to prune all resources, specify \
             a label selector",
        ),
        (
            prune && server,
            "--prune is in alpha and doesn't currently work on objects created by server-side \
             apply",
        ),
    ];
    if let Some((_, words)) = refusals.into_iter().find(|(wrong, _)| *wrong) {
        return Err(Failure::message(words));
    }
    for flag in ["server-side", "applyset", "prune-allowlist"] {
        if arguments.get(flag).is_some_and(|value| value != "false") {
            return Err(Failure::not_simulated(format!("--{flag}")));
        }
    }
    Ok(())
}

/// The manifest with itself in the annotation.
pub(super) fn with_last_applied(manifest: &Value) -> Value {
    let mut bare = without_nulls(manifest);
    if let Some(meta) = bare.get_mut("metadata").and_then(Value::as_object_mut) {
        let notes = meta.entry("annotations").or_insert_with(|| json!({}));
        if let Some(notes) = notes.as_object_mut() {
            notes.remove(LAST_APPLIED);
        }
    }
    let text = format!("{bare}\n");
    let mut annotated = manifest.clone();
    if let Some(meta) = annotated.get_mut("metadata").and_then(Value::as_object_mut) {
        let notes = meta.entry("annotations").or_insert_with(|| json!({}));
        if notes.is_null() {
            *notes = json!({});
        }
        if let Some(notes) = notes.as_object_mut() {
            notes.insert(LAST_APPLIED.to_owned(), text.into());
        }
    }
    annotated
}
