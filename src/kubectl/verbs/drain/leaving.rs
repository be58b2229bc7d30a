//! Pods on their way out of a node (`pkg/drain/drain.go` `evictPods`, `deletePods`,
//! `waitForDelete`).

use crate::api::kind::Object;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Deletion, Propagation};
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::engine::Request;

use super::super::super::session::Session;
use super::super::apply::DryRun;
use super::Options;
use super::filter::{Target, is_long_gone};

/// Between two requests, which go out at almost the same time.
const APART_MS: u64 = 30;
/// After a refusal an eviction is asked for again.
const RETRY_MS: u64 = 5_000;
/// How often kubectl looks whether a Pod is gone.
const LOOK_MS: u64 = 1_000;
/// After so many refusals between which nothing changed a person would give up.
const PATIENCE: u32 = 3;

/// How far a Pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It is asked to go at that time.
    Asked(SimTime),
    /// It is going; kubectl looks at that time and every second after it.
    Going(SimTime),
    /// Nothing more is to be done about it.
    Done,
}

/// The Pods of one node.
#[derive(Clone, Debug)]
pub(super) struct Leaving {
    pods: Vec<(Target, Part)>,
    deadline: Option<SimTime>,
    /// What went wrong.
    pub(super) errors: Vec<String>,
    refused_at: u64,
    refusals: u32,
}

impl Leaving {
    /// Nobody was asked to go yet. kubectl asks for all at once; the last one's request is the
    /// first to go out.
    pub(super) fn begin(now: SimTime, mut pods: Vec<Target>, options: &Options) -> Self {
        if options.evicts {
            let last = pods.pop();
            pods.splice(0..0, last);
        }
        let times = (0_u64..).map(|index| now + index * APART_MS);
        let pods = pods.into_iter().zip(times.map(Part::Asked)).collect();
        let deadline = options.timeout_ms.map(|ms| now + ms);
        Self { pods, deadline, errors: Vec::new(), refused_at: 0, refusals: 0 }
    }

    #[expect(clippy::option_option, reason = "all is done, or it is waited, perhaps for ever")]
    /// Does what is due. Until when it is to be waited, if it is to be: `None` when all is done.
    pub(super) fn poll(
        &mut self,
        session: &mut Session<'_>,
        options: &Options,
    ) -> Option<Option<SimTime>> {
        let now = session.now();
        for index in 0..self.pods.len() {
            let (target, part) = self.pods[index].clone();
            self.pods[index].1 = match part {
                Part::Asked(at) if at <= now => self.ask(session, &target, options),
                Part::Going(at) => self.look(session, &target, at, options),
                part => part,
            };
        }
        if self.pods.iter().all(|(_, part)| *part == Part::Done) {
            return None;
        }
        let deadline = self.deadline;
        let next = self.pods.iter().filter_map(|(target, part)| match part {
            Part::Asked(at) => Some((*at).max(now)),
            Part::Going(at) if is_gone(session, target, options) => Some(*at),
            Part::Going(_) => deadline,
            Part::Done => None,
        });
        Some(next.min())
    }

    fn ask(&mut self, session: &mut Session<'_>, target: &Target, options: &Options) -> Part {
        let (namespace, name) = (&*target.key.namespace, &*target.key.name);
        let now = session.now();
        if options.evicts {
            let dry = options.dry.suffix();
            session.print(format!("evicting pod {namespace}/{name}{dry}"));
            if self.deadline.is_some_and(|deadline| deadline <= now) {
                let timeout = &options.timeout_text;
                self.errors.push(format!(
                    "error when evicting pods/\"{name}\" -n \"{namespace}\": global timeout \
                     reached: {timeout}"
                ));
                return Part::Done;
            }
        }
        match request(session, target, options) {
            Ok(()) if options.dry == DryRun::Server => Part::Done,
            Ok(()) => self.look(session, target, now, options),
            Err(status) if status.reason == Reason::NotFound => Part::Done,
            Err(status) if options.evicts && status.reason == Reason::TooManyRequests => {
                session.complain(format!(
                    "error when evicting pods/\"{name}\" -n \"{namespace}\" (will retry after \
                     5s): {}",
                    status.message
                ));
                self.count_refusal(session);
                Part::Asked(now + RETRY_MS)
            }
            Err(status) if options.evicts => {
                let why = status.message;
                self.errors
                    .push(format!("error when evicting pods/\"{name}\" -n \"{namespace}\": {why}"));
                Part::Done
            }
            Err(status) => {
                self.errors.push(status.message);
                Part::Done
            }
        }
    }

    /// Without a time limit kubectl would ask for ever.
    fn count_refusal(&mut self, session: &mut Session<'_>) {
        let version = session.cluster().resource_version;
        self.refusals = if self.refused_at == version { self.refusals + 1 } else { 0 };
        self.refused_at = version;
        let all = u32::try_from(self.pods.len()).unwrap_or(u32::MAX);
        if self.deadline.is_none() && self.refusals >= PATIENCE.saturating_mul(all) {
            session.waits_for_ever = true;
        }
    }

    fn look(
        &mut self,
        session: &mut Session<'_>,
        target: &Target,
        at: SimTime,
        options: &Options,
    ) -> Part {
        let now = session.now();
        let at = at + now.since(at).div_ceil(LOOK_MS) * LOOK_MS;
        let late = self.deadline.is_some_and(|deadline| deadline <= now);
        let (namespace, name) = (&*target.key.namespace, &*target.key.name);
        match found(session, target) {
            _ if at > now && !late => Part::Going(at),
            None => {
                let done = if options.evicts { "evicted" } else { "deleted" };
                session.print(format!("pod/{name} {done}"));
                Part::Done
            }
            Some(pod) if is_long_gone(&pod, now, options.skip_after) => {
                session.print(format!(
                    "pod \"{name}\" has DeletionTimestamp older than {} seconds, skipping",
                    options.skip_after
                ));
                Part::Done
            }
            Some(_) if late && options.evicts => {
                self.errors.push(format!(
                    "error when waiting for pod \"{name}\" in namespace \"{namespace}\" to \
                     terminate: context deadline exceeded"
                ));
                Part::Done
            }
            Some(_) if late => {
                let text = "context deadline exceeded".to_owned();
                if !self.errors.contains(&text) {
                    self.errors.push(text);
                }
                Part::Done
            }
            Some(_) => Part::Going(at + LOOK_MS),
        }
    }
}

fn request(session: &mut Session<'_>, target: &Target, options: &Options) -> Result<(), Status> {
    let deletion = Deletion {
        key: target.key.clone(),
        uid: String::new(),
        grace_seconds: options.grace,
        propagation: Propagation::Background,
    };
    let request = if options.evicts { Request::Evict(deletion) } else { Request::Delete(deletion) };
    match options.dry {
        DryRun::Server => session.dry_request(request).map(drop),
        _ => session.request(request).map(drop),
    }
}

fn found(session: &Session<'_>, target: &Target) -> Option<std::rc::Rc<Pod>> {
    match session.cluster().object(&target.key) {
        Some(Object::Pod(pod)) if pod.metadata.uid == target.uid => Some(pod.clone()),
        _ => None,
    }
}

/// Whether the next look at the Pod is the last one.
fn is_gone(session: &Session<'_>, target: &Target, options: &Options) -> bool {
    found(session, target).is_none_or(|pod| is_long_gone(&pod, session.now(), options.skip_after))
}
