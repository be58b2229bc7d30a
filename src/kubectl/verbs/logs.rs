//! `kubectl logs` (`pkg/cmd/logs/logs.go`, `pkg/polymorphichelpers/logsforobject.go`,
//! `pkg/kubelet/kubelet_pods.go` `validateContainerLogStatus`).

use std::fmt::Write as _;
use std::rc::Rc;

use crate::api::container::ContainerStatus;
use crate::api::object::{ObjectKey, Resource as _};
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::machines::log::{Line, Log};

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, duration, number, truth, value};
use super::super::names::{Space, Type, list};
use super::super::pending::{Pending, Poll};
use super::super::selector::Selector;
use super::super::session::Session;
use super::{SELECTOR, Verb, pods};

pub(super) const VERB: Verb = Verb { name: "logs", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    SELECTOR,
    value("container", 'c'),
    truth("previous", 'p'),
    truth("follow", 'f'),
    truth("timestamps", '\0'),
    truth("all-containers", '\0'),
    truth("all-pods", '\0'),
    truth("prefix", '\0'),
    truth("ignore-errors", '\0'),
    truth("insecure-skip-tls-verify-backend", '\0'),
    number("tail", '\0'),
    number("limit-bytes", '\0'),
    number("max-log-requests", '\0'),
    value("since-time", '\0'),
    duration("since", '\0'),
    duration("pod-running-timeout", '\0'),
];

/// How lines are shown.
#[derive(Clone, Debug, Default)]
struct Style {
    tail: Option<usize>,
    limit_bytes: Option<usize>,
    since: Option<SimTime>,
    timestamps: bool,
    prefix: bool,
    previous: bool,
}

/// One container's log.
#[derive(Clone, Debug)]
struct Source {
    key: ObjectKey,
    container: String,
}

/// Prints what containers print, until they end.
#[derive(Clone, Debug)]
pub(crate) struct Follow {
    style: Style,
    /// The containers, with how many lines of each were seen.
    sources: Vec<(Source, u64, u32)>,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let style = style(session, arguments)?;
    let selector = Selector::of(arguments, Some(Type::Kind(crate::api::kind::Kind::Pod)))?;
    let words = &arguments.words;
    match (words.len(), selector.is_empty()) {
        (0, true) => {
            let text = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or \
                        TYPE/NAME is a required argument for the logs command";
            return Err(Failure::usage("logs", text));
        }
        (1.., false) => {
            return Err(Failure::message("only a selector (-l) or a POD name is allowed"));
        }
        _ => {}
    }
    let inline = if words.len() > 1 { words.get(1) } else { None };
    let given = arguments.get("container").map(str::to_owned);
    if inline.is_some() && given.is_some() {
        return Err(Failure::message("only one of -c or an inline [CONTAINER] arg is allowed"));
    }
    let given = given.or_else(|| inline.cloned());
    let everything = arguments.is_set("all-containers");
    if let (true, Some(name)) = (everything, &given) {
        let text = "--all-containers=true should not be specified with container name";
        return Err(Failure::message(format!("{text} {name}")));
    }
    let chosen = if selector.is_empty() {
        of_object(session, words, arguments.is_set("all-pods"))?
    } else {
        of_selector(session, &selector)
    };
    let mut sources = Vec::new();
    for pod in chosen {
        for container in containers(session, &pod, given.as_deref(), everything)? {
            sources.push(Source { key: pods::key(&pod), container });
        }
    }
    print_all(session, arguments, style, sources)
}

fn print_all(
    session: &mut Session<'_>,
    arguments: &Arguments,
    style: Style,
    sources: Vec<Source>,
) -> Result<(), Failure> {
    let follows = arguments.is_set("follow");
    let most = arguments.number("logs", "max-log-requests")?.unwrap_or(5);
    let count = sources.len();
    if follows && i64::try_from(count).unwrap_or(i64::MAX) > most {
        return Err(Failure::message(format!(
            "you are attempting to follow {count} log streams, but maximum allowed concurrency is \
             {most}, use --max-log-requests to increase the limit"
        )));
    }
    let mut followed = Vec::new();
    for source in sources {
        let log = log_of(session, &source, style.previous)?;
        let lines: Vec<Line> = log.iter().flat_map(|log| log.lines().cloned()).collect();
        show(session, &style, &source, &lines);
        let seen = log.as_ref().map_or(0, |log| log.count());
        let attempt = attempt_of(session, &source);
        followed.push((source, seen, attempt));
    }
    if follows && !style.previous {
        session.then(Pending::Follow(Box::new(Follow { style, sources: followed })));
    }
    Ok(())
}

fn style(session: &Session<'_>, arguments: &Arguments) -> Result<Style, Failure> {
    let tail = arguments.number("logs", "tail")?;
    if tail.is_some_and(|tail| tail < -1) {
        return Err(Failure::message("--tail must be greater than or equal to -1"));
    }
    let by_label = arguments.get("selector").is_some();
    let default = if by_label && !arguments.is_set("follow") { Some(10) } else { None };
    let tail = match tail {
        Some(-1) => None,
        Some(tail) => usize::try_from(tail).ok(),
        None => default,
    };
    let since = arguments.duration("logs", "since")?;
    let since_time = arguments.get("since-time");
    if since.is_some() && since_time.is_some() {
        return Err(Failure::message(
            "at most one of `sinceTime` or `sinceSeconds` may be specified",
        ));
    }
    let now = session.now();
    let since = since.and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0);
    let since = since.map(|ms| SimTime(now.0.saturating_sub(ms)));
    let since = since.or_else(|| since_time.and_then(SimTime::parse_rfc3339));
    let limit = arguments.number("logs", "limit-bytes")?.filter(|limit| *limit > 0);
    Ok(Style {
        tail,
        limit_bytes: limit.and_then(|limit| usize::try_from(limit).ok()),
        since,
        timestamps: arguments.is_set("timestamps"),
        prefix: arguments.is_set("prefix") || arguments.is_set("all-pods"),
        previous: arguments.is_set("previous"),
    })
}

fn of_object(
    session: &mut Session<'_>,
    words: &[String],
    all_pods: bool,
) -> Result<Vec<Rc<Pod>>, Failure> {
    let first = &words[..1];
    let name = &words[0];
    let object = match pods::named(session, first) {
        Ok(mut found) => found.remove(0),
        Err(failure) if failure.is_not_found() && !name.contains('/') => {
            let namespace = &session.namespace;
            return Err(Failure::message(format!(
                "error from server (NotFound): pods \"{name}\" not found in namespace \
                 \"{namespace}\""
            )));
        }
        Err(failure) => return Err(failure),
    };
    let mut found = pods::pods_of(session.cluster(), &object)?;
    if all_pods {
        return Ok(found);
    }
    if found.len() > 1 {
        let chosen = &found[0].metadata.name;
        session.complain(format!("Found {} pods, using pod/{chosen}", found.len()));
    }
    if found.is_empty() {
        return Err(Failure::message("timed out waiting for the condition"));
    }
    found.truncate(1);
    Ok(found)
}

fn of_selector(session: &mut Session<'_>, selector: &Selector) -> Vec<Rc<Pod>> {
    let kind = crate::api::kind::Kind::Pod;
    let space = Space::One(&session.namespace);
    let objects = list(session.cluster(), kind, space, selector);
    let found: Vec<Rc<Pod>> = objects.iter().filter_map(Pod::of).cloned().collect();
    if found.is_empty() {
        let text = format!("No resources found in {} namespace.", session.namespace);
        session.complain(text);
    }
    found
}

fn containers(
    session: &mut Session<'_>,
    pod: &Pod,
    given: Option<&str>,
    everything: bool,
) -> Result<Vec<String>, Failure> {
    if everything {
        let init = pod.spec.init_containers.iter().map(|container| container.name.clone());
        let own = pod.spec.containers.iter().map(|container| container.name.clone());
        return Ok(init.chain(own).collect());
    }
    pods::container(session, pod, given, false).map(|name| vec![name])
}

fn status_of<'a>(pod: &'a Pod, name: &str) -> Option<&'a ContainerStatus> {
    let status = &pod.status;
    let mut all = status.init_container_statuses.iter().chain(&status.container_statuses);
    all.find(|status| status.name == name)
}

/// The log that the kubelet gives; `None` for a Pod that no kubelet has.
fn log_of(
    session: &Session<'_>,
    source: &Source,
    previous: bool,
) -> Result<Option<Rc<Log>>, Failure> {
    let Some(pod) = session.cluster().at::<Pod>(&source.key) else { return Ok(None) };
    if pod.spec.node_name.is_empty() {
        return Ok(None);
    }
    if let Some(failure) = pods::unreachable(session.cluster(), pod) {
        return Err(failure);
    }
    let (name, pod_name) = (&source.container, &pod.metadata.name);
    let runtime = session.cluster().runtime(&source.key);
    let known = runtime.and_then(|runtime| runtime.containers.get(name));
    let status = status_of(pod, name);
    let waiting = status.and_then(|status| status.state.waiting.as_ref());
    let last = status.and_then(|status| status.last_state.as_ref());
    let last = last.and_then(|state| state.terminated.as_ref());
    if previous {
        let log = match (last, waiting) {
            (None, _) => {
                return Err(pods::bad_request(format!(
                    "previous terminated container \"{name}\" in pod \"{pod_name}\" not found"
                )));
            }
            (Some(_), Some(_)) => known.map(|known| Rc::clone(&known.log)),
            (Some(_), None) => known.and_then(|known| known.last_log.clone()),
        };
        return Ok(log.or_else(|| Some(Rc::default())));
    }
    if let (Some(waiting), None) = (waiting, last) {
        let why = match waiting.reason.as_str() {
            "ErrImagePull" => "image can't be pulled",
            "ImagePullBackOff" => "trying and failing to pull image",
            reason => reason,
        };
        let what = format!("container \"{name}\" in pod \"{pod_name}\" is waiting to start");
        return Err(pods::bad_request(if why.is_empty() {
            format!("{what} - no logs yet")
        } else {
            format!("{what}: {why}")
        }));
    }
    let Some(known) = known else {
        let text = format!("container \"{name}\" in pod \"{pod_name}\" is not available");
        return Err(pods::bad_request(text));
    };
    Ok(Some(Rc::clone(&known.log)))
}

fn attempt_of(session: &Session<'_>, source: &Source) -> u32 {
    let runtime = session.cluster().runtime(&source.key);
    runtime.and_then(|runtime| runtime.containers.get(&source.container)).map_or(0, |c| c.attempt)
}

fn show(session: &mut Session<'_>, style: &Style, source: &Source, lines: &[Line]) {
    let recent = lines.iter().filter(|line| style.since.is_none_or(|since| line.time >= since));
    let recent: Vec<&Line> = recent.collect();
    let skipped = style.tail.map_or(0, |tail| recent.len().saturating_sub(tail));
    let mut text = String::new();
    for line in &recent[skipped..] {
        if style.prefix {
            let (pod, container) = (&source.key.name, &source.container);
            let _ = write!(text, "[pod/{pod}/{container}] ");
        }
        if style.timestamps {
            let seconds = line.time.to_string();
            let millis = line.time.0 % 1000;
            let _ = write!(text, "{}.{millis:03}000000Z ", seconds.trim_end_matches('Z'));
        }
        text.push_str(&line.text);
    }
    if let Some(limit) = style.limit_bytes {
        let mut end = limit.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    session.stdout.push_str(&text);
}

impl Follow {
    /// What a container prints from now on.
    pub(super) fn from_now(session: &Session<'_>, pod: &Pod, container: &str) -> Self {
        let source = Source { key: pods::key(pod), container: container.to_owned() };
        let log = log_of(session, &source, false).ok().flatten();
        let seen = log.map_or(0, |log| log.count());
        let attempt = attempt_of(session, &source);
        Self { style: Style::default(), sources: vec![(source, seen, attempt)] }
    }

    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Poll {
        let mut open = false;
        let style = Style { tail: None, since: None, ..self.style.clone() };
        for (source, seen, attempt) in &mut self.sources {
            let runtime = session.cluster().runtime(&source.key);
            let known = runtime.and_then(|runtime| runtime.containers.get(&source.container));
            let Some(known) = known.filter(|known| known.attempt == *attempt) else { continue };
            let log = Rc::clone(&known.log);
            open |= known.is_running();
            let lines: Vec<Line> = log.after(*seen).cloned().collect();
            *seen = log.count();
            show(session, &style, source, &lines);
        }
        if open { Poll::Wait(None) } else { Poll::Done }
    }
}
