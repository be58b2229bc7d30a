//! `kubectl drain` (`pkg/cmd/drain/drain.go` `RunDrain`, `pkg/drain/drain.go`).

mod filter;
mod leaving;

use std::collections::VecDeque;

use crate::api::object::ObjectKey;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::pending::{Pending, Poll};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::cordon::{mark, nodes};
use super::{SELECTOR, Verb};
use filter::Kept;
use leaving::Leaving;

pub(super) const VERB: Verb = Verb { name: "drain", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    SELECTOR,
    DRY_RUN,
    truth("force", '\0'),
    truth("ignore-daemonsets", '\0'),
    truth("delete-emptydir-data", '\0'),
    truth("disable-eviction", '\0'),
    value("grace-period", '\0'),
    value("timeout", '\0'),
    value("pod-selector", '\0'),
    value("skip-wait-for-delete-timeout", '\0'),
    value("chunk-size", '\0'),
];

/// The flags of one run.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "the flags are kubectl's")]
struct Options {
    force: bool,
    ignores_daemon_sets: bool,
    deletes_empty_dirs: bool,
    evicts: bool,
    grace: Option<i64>,
    timeout_ms: Option<u64>,
    timeout_text: String,
    pods: Selector,
    skip_after: i64,
    dry: DryRun,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let options = options(arguments)?;
    let nodes = nodes(session, arguments, "drain")?;
    for key in &nodes {
        mark(session, key, true, options.dry);
    }
    session.then(Pending::Drain(Box::new(Drain {
        options,
        nodes: nodes.into(),
        now: None,
        failed: Vec::new(),
        errors: Vec::new(),
    })));
    Ok(())
}

fn options(arguments: &Arguments) -> Result<Options, Failure> {
    let pods = arguments.get("pod-selector").unwrap_or_default();
    let pods = Selector::of_labels(pods).map_err(|_| {
        Failure::message("--pod-selector=<pod_selector> must be a valid label selector")
    })?;
    let timeout = arguments.duration("drain", "timeout")?.unwrap_or(0);
    Ok(Options {
        force: arguments.is_set("force"),
        ignores_daemon_sets: arguments.is_set("ignore-daemonsets"),
        deletes_empty_dirs: arguments.is_set("delete-emptydir-data"),
        evicts: !arguments.is_set("disable-eviction"),
        grace: arguments.number("drain", "grace-period")?.filter(|grace| *grace >= 0),
        timeout_ms: u64::try_from(timeout).ok().filter(|ms| *ms > 0),
        timeout_text: arguments.get("timeout").unwrap_or_default().to_owned(),
        pods,
        skip_after: arguments.number("drain", "skip-wait-for-delete-timeout")?.unwrap_or(0),
        dry: DryRun::of(arguments)?,
    })
}

/// Empties nodes, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Drain {
    options: Options,
    nodes: VecDeque<ObjectKey>,
    now: Option<(ObjectKey, Leaving)>,
    failed: Vec<ObjectKey>,
    errors: Vec<Failure>,
}

impl Drain {
    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Poll {
        loop {
            let Some((node, mut leaving)) = self.now.take() else {
                let Some(node) = self.nodes.pop_front() else {
                    self.finish(session);
                    return Poll::Done;
                };
                self.begin(session, node);
                continue;
            };
            if let Some(deadline) = leaving.poll(session, &self.options) {
                if session.waits_for_ever {
                    return Poll::Done;
                }
                self.now = Some((node, leaving));
                return Poll::Wait(deadline);
            }
            self.conclude(session, node, leaving.errors);
        }
    }

    /// Not the end: the time came at which something is to be done.
    pub(crate) fn time_is_up(&mut self, session: &mut Session<'_>) {
        session.pending.push_front(Pending::Drain(Box::new(self.clone())));
    }

    fn begin(&mut self, session: &mut Session<'_>, node: ObjectKey) {
        let options = &self.options;
        let kept = match filter::pods(session.cluster(), session.now(), &node.name, options) {
            Ok(kept) => kept,
            Err(errors) => {
                let failures = errors.iter().map(|one| Failure::Verbatim(one.clone())).collect();
                return self.give_up(session, node, &aggregate(&errors), failures);
            }
        };
        let Kept { pods, warnings } = kept;
        if !warnings.is_empty() {
            session.complain(format!("Warning: {}", warnings.join("; ")));
        }
        if options.dry == DryRun::Client {
            for pod in &pods {
                let (namespace, name) = (&pod.key.namespace, &pod.key.name);
                session.print(format!("evicting pod {namespace}/{name} (dry run)"));
            }
            return session.print(format!("{} drained{}", shown(&node), options.dry.suffix()));
        }
        self.now = Some((node, Leaving::begin(session.now(), pods, options)));
    }

    fn conclude(&mut self, session: &mut Session<'_>, node: ObjectKey, errors: Vec<String>) {
        if errors.is_empty() {
            let suffix = self.options.dry.suffix();
            return session.print(format!("{} drained{suffix}", shown(&node)));
        }
        let text = aggregate(&errors);
        let left = filter::pods(session.cluster(), session.now(), &node.name, &self.options);
        let left = left.map(|kept| kept.pods).unwrap_or_default();
        if !left.is_empty() {
            session.complain(format!(
                "There are pending pods in node \"{}\" when an error occurred: {text}",
                node.name
            ));
            for pod in left {
                session.complain(format!("pod/{}", pod.key.name));
            }
        }
        let failures = if self.options.evicts {
            errors.into_iter().map(Failure::Verbatim).collect()
        } else {
            errors.into_iter().map(Failure::Message).collect()
        };
        self.give_up(session, node, &text, failures);
    }

    fn give_up(
        &mut self,
        session: &mut Session<'_>,
        node: ObjectKey,
        why: &str,
        failures: Vec<Failure>,
    ) {
        session.complain(format!(
            "error: unable to drain node \"{}\" due to error: {why}, continuing command...",
            node.name
        ));
        self.failed.push(node);
        self.errors.extend(failures);
    }

    fn finish(&mut self, session: &mut Session<'_>) {
        if !self.failed.is_empty() {
            session.complain("There are pending nodes to be drained:");
        }
        for node in &self.failed {
            session.complain(format!(" {}", node.name));
        }
        session.failures.append(&mut self.errors);
    }
}

/// Several errors as one (`k8s.io/apimachinery/pkg/util/errors`).
fn aggregate(errors: &[String]) -> String {
    match errors {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}
