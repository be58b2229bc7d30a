//! One run of a command: the cluster it talks to and what it prints.

use std::collections::VecDeque;
use std::fmt::Write as _;

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::api::sorted::SortedSet;
use crate::api::time::SimTime;
use crate::sim::apiserver::status::Status;
use crate::sim::apiserver::{self, Accepted};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::node_agent;
use crate::sim::endpoints;
use crate::sim::engine::{Progress, Request, Simulation};

use super::failure::Failure;
use super::flags::Arguments;
use super::kubeconfig;
use super::line::CommandLine;
use super::pending::Pending;

/// Commands that need no server.
const LOCAL: [&str; 4] = ["config", "completion", "options", "kustomize"];

/// How long kubectl takes from its start to its first request, in milliseconds.
pub(super) const START_MS: u64 = 60;

/// How long kubectl takes from one object of a file to the next, in milliseconds.
pub(super) const NEXT_OBJECT_MS: u64 = 100;

/// A week: how long kubectl waits when no bound is given (`wait.go`).
pub(super) const WEEK_MS: u64 = 7 * 24 * 3_600_000;

/// How long a command waits that would wait for ever: a person would have interrupted it. In a
/// cluster in which something starts again and again nothing ever comes to rest.
pub(super) const PATIENCE_MS: u64 = 30 * 60_000;

/// A running command, while it is at work.
pub(super) struct Session<'a> {
    /// The cluster.
    pub sim: &'a mut Simulation,
    /// What it was started with.
    pub command: &'a CommandLine,
    /// The command's name, such as `create configmap`.
    pub path: String,
    /// The namespace in force.
    pub namespace: String,
    /// Whether that namespace was asked for.
    pub namespace_given: bool,
    /// What it printed.
    pub stdout: String,
    /// What it printed as errors and warnings.
    pub stderr: String,
    /// Errors for its end.
    pub failures: Vec<Failure>,
    /// Whether it would have waited for ever.
    pub waits_for_ever: bool,
    /// The exit status, if its errors do not decide it.
    pub exit: Option<i32>,
    /// Whether a warning makes it fail (`--warnings-as-errors`).
    pub warnings_are_errors: bool,
    /// A text that it asks to be edited.
    pub asks: Option<String>,
    /// What it waits for, one after the other.
    pub pending: VecDeque<Pending>,
    warned: SortedSet<String>,
}

/// What a command keeps from one slice of its work to the next.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) path: String,
    pub(super) namespace: String,
    pub(super) namespace_given: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) failures: Vec<Failure>,
    pub(super) waits_for_ever: bool,
    pub(super) exit: Option<i32>,
    pub(super) warnings_are_errors: bool,
    pub(super) asks: Option<String>,
    pub(super) pending: VecDeque<Pending>,
    warned: SortedSet<String>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            path: String::new(),
            namespace: "default".to_owned(),
            namespace_given: false,
            stdout: String::new(),
            stderr: String::new(),
            failures: Vec::new(),
            waits_for_ever: false,
            exit: None,
            warnings_are_errors: false,
            asks: None,
            pending: VecDeque::new(),
            warned: SortedSet::new(),
        }
    }
}

/// How waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// What was awaited came.
    Done,
    /// The time was up.
    TimedOut,
    /// Nothing moves any more, or nobody would have waited so long.
    ForEver,
}

impl<'a> Session<'a> {
    /// A command that goes on with what it kept.
    pub(super) fn resume(
        sim: &'a mut Simulation,
        command: &'a CommandLine,
        kept: Kept,
    ) -> Session<'a> {
        Self {
            sim,
            command,
            path: kept.path,
            namespace: kept.namespace,
            namespace_given: kept.namespace_given,
            stdout: kept.stdout,
            stderr: kept.stderr,
            failures: kept.failures,
            waits_for_ever: kept.waits_for_ever,
            exit: kept.exit,
            warnings_are_errors: kept.warnings_are_errors,
            asks: kept.asks,
            pending: kept.pending,
            warned: kept.warned,
        }
    }

    /// What it keeps until it goes on.
    pub(super) fn suspend(self) -> Kept {
        Kept {
            path: self.path,
            namespace: self.namespace,
            namespace_given: self.namespace_given,
            stdout: self.stdout,
            stderr: self.stderr,
            failures: self.failures,
            waits_for_ever: self.waits_for_ever,
            exit: self.exit,
            warnings_are_errors: self.warnings_are_errors,
            asks: self.asks,
            pending: self.pending,
            warned: self.warned,
        }
    }

    /// Takes over the flags that every command has.
    pub(super) fn use_globals(&mut self, arguments: &Arguments) -> Result<(), Failure> {
        if let Some(path) = arguments.get("kubeconfig") {
            let text = format!("stat {path}: no such file or directory");
            return Err(Failure::message(text));
        }
        if let Some(long) = arguments.foreign() {
            return Err(Failure::not_simulated(format!("--{long}")));
        }
        let local = LOCAL.iter().any(|path| self.path == *path || self.path.starts_with("config "));
        if !local {
            let context = kubeconfig::context(self.cluster(), arguments)?;
            if !context.namespace.is_empty() {
                self.namespace = context.namespace;
            }
        }
        if let Some(namespace) = arguments.get("namespace") {
            namespace.clone_into(&mut self.namespace);
            self.namespace_given = true;
        }
        self.warnings_are_errors = arguments.is_set("warnings-as-errors");
        Ok(())
    }

    /// How many warnings the API server sent.
    pub(super) fn warnings(&self) -> usize {
        self.warned.len()
    }

    /// Waits for something when all else is done.
    pub(super) fn then(&mut self, pending: Pending) {
        self.pending.push_back(pending);
    }

    /// The cluster at this moment.
    pub(super) fn cluster(&self) -> &Cluster {
        self.sim.cluster()
    }

    /// The time at this moment.
    pub(super) fn now(&self) -> SimTime {
        self.sim.now()
    }

    /// Prints a line.
    pub(super) fn print(&mut self, line: impl AsRef<str>) {
        self.stdout.push_str(line.as_ref());
        self.stdout.push('\n');
    }

    /// Prints a line as an error.
    pub(super) fn complain(&mut self, line: impl AsRef<str>) {
        self.stderr.push_str(line.as_ref());
        self.stderr.push('\n');
    }

    /// Prints a warning, each text once.
    pub(super) fn warn(&mut self, text: &str) {
        if self.warned.insert(text.to_owned()) {
            let _ = writeln!(self.stderr, "Warning: {text}");
        }
    }

    /// Keeps an error for the end.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.failures.push(failure);
    }

    /// Keeps the error of a part that may fail.
    pub(super) fn note(&mut self, result: Result<(), Failure>) {
        if let Err(failure) = result {
            self.fail(failure);
        }
    }

    /// Asks the API server to write.
    pub(super) fn request(&mut self, request: Request) -> Result<Accepted, Status> {
        let accepted = self.sim.request("kubectl", request)?;
        for warning in &accepted.warnings {
            self.warn(warning);
        }
        Ok(accepted)
    }

    /// What the API server would answer; nothing is changed.
    pub(super) fn dry_request(&mut self, request: Request) -> Result<Accepted, Status> {
        let mut accepted = apiserver::dry_run(self.cluster(), self.now(), request)?;
        // Nothing is stored, and so there is no new version.
        let live = self.cluster().object(&accepted.object.key());
        let version = live.map(|live| live.meta().resource_version.clone()).unwrap_or_default();
        accepted.object.meta_mut().resource_version = version;
        for warning in &accepted.warnings {
            self.warn(warning);
        }
        Ok(accepted)
    }

    /// Lets the cluster run on for a while.
    pub(super) fn pass(&mut self, ms: u64) {
        self.sim.run_until(self.sim.now() + ms);
    }

    /// Lets the cluster run until something holds, at most until `deadline`.
    pub(super) fn wait_until(
        &mut self,
        deadline: SimTime,
        mut holds: impl FnMut(&Cluster) -> bool,
    ) -> Waited {
        let patience = self.sim.now() + PATIENCE_MS;
        let unbounded = deadline >= self.sim.now() + WEEK_MS;
        let end = if unbounded { patience } else { deadline };
        loop {
            if holds(self.sim.cluster()) {
                return Waited::Done;
            }
            match self.sim.settle(end, 1) {
                Progress::More => {}
                Progress::Done if self.sim.now() >= end && !unbounded => return Waited::TimedOut,
                Progress::Done | Progress::Stopped(_) => {
                    self.waits_for_ever = true;
                    return Waited::ForEver;
                }
            }
        }
    }

    /// The object of that key, or the API server's answer that it is not there.
    pub(super) fn get(&self, key: &ObjectKey) -> Result<Object, Failure> {
        let found = if key.kind == Kind::Endpoints {
            endpoints::get(self.cluster(), key)
        } else {
            let found = self.cluster().object(key);
            found.map(|object| as_read(self.cluster(), object, self.now()))
        };
        found.ok_or_else(|| {
            let missing = ObjectKey::new(Kind::Namespace, "", &key.namespace);
            let known = key.namespace.is_empty() || self.cluster().object(&missing).is_some();
            let absent = if known { key } else { &missing };
            Failure::of(key, Status::not_found(absent))
        })
    }
}

/// The object as whoever reads it now finds it: heartbeats of nodes are not written one by one.
pub(super) fn as_read(cluster: &Cluster, object: &Object, now: SimTime) -> Object {
    match object {
        Object::Node(node) => node_agent::as_posted(cluster, node, now).into(),
        other => other.clone(),
    }
}

/// `pod/a`, `statefulset.apps/web`.
pub(super) fn shown(key: &ObjectKey) -> String {
    format!("{}/{}", key.kind.qualified_singular(), key.name)
}
