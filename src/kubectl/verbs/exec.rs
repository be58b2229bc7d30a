//! `kubectl exec` and `kubectl attach` (`pkg/cmd/exec/exec.go`, `pkg/cmd/attach/attach.go`).

use crate::api::pod::Pod;
use crate::machine::shell::kernel::Output;
use crate::machine::shell::launch::Refusal;
use crate::sim::engine::guests::{Guest, Stage};
use crate::sim::machines::process::{Command, refusal_text};
use crate::sim::random::hex_of;
use crate::sim::runtime::Process;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, duration, truth, value};
use super::super::pending::{Pending, Poll};
use super::super::session::Session;
use super::logs::Follow;
use super::{FILENAME, Verb, pods};

pub(super) const VERB: Verb = Verb { name: "exec", flags: FLAGS, run };

pub(super) const ATTACH: Verb = Verb { name: "attach", flags: FLAGS, run: attach };

const FLAGS: &[Flag] = &[
    FILENAME,
    value("container", 'c'),
    truth("stdin", 'i'),
    truth("tty", 't'),
    truth("quiet", 'q'),
    duration("pod-running-timeout", '\0'),
];

const NO_TERMINAL: &str = "Unable to use a TTY - input is not a terminal or the right kind of file";

/// How long it takes until the command begins: API server, kubelet and runtime.
const CONNECT_MS: u64 = 340;

/// A command that runs in a container.
#[derive(Clone, Debug)]
pub(crate) struct Entered {
    guest: Guest,
    tty: bool,
}

impl Entered {
    /// Gives what was typed to the command.
    pub(crate) fn feed(&mut self, text: &str) {
        self.guest.feed(text.as_bytes());
    }

    /// Whether somebody has to type before it goes on.
    pub(crate) fn awaits_input(&self) -> bool {
        self.guest.awaits_input()
    }

    /// Says that nothing more will be typed.
    pub(crate) fn close_input(&mut self) {
        self.guest.close_input();
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&mut self) {
        self.guest.interrupt();
    }

    /// Whether it has a terminal, which takes Ctrl-C itself.
    pub(crate) fn has_terminal(&self) -> bool {
        self.tty
    }

    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Poll {
        let (outputs, stage) = session.sim.go_on(&mut self.guest);
        for output in outputs {
            add(session, &output);
        }
        match stage {
            Stage::Until(time) => Poll::Until(time),
            Stage::Waiting => Poll::Wait(None),
            Stage::Exited(0) => Poll::Done,
            Stage::Exited(code) => {
                session.complain(format!("command terminated with exit code {code}"));
                session.exit = Some(code);
                Poll::Done
            }
        }
    }
}

fn add(session: &mut Session<'_>, output: &Output) {
    let text = String::from_utf8_lossy(&output.bytes);
    if output.is_error {
        session.stderr.push_str(&text);
    } else {
        session.stdout.push_str(&text);
    }
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let words = &arguments.words;
    let command = arguments.after.clone().unwrap_or_default();
    match words.as_slice() {
        [] => return Err(Failure::message("pod, type/name or --filename must be specified")),
        [_] => {}
        [_, ..] => {
            let text = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] \
                        instead";
            return Err(Failure::usage("exec", text));
        }
    }
    if command.is_empty() {
        let text = "you must specify at least one command for the container";
        return Err(Failure::message(text));
    }
    let pod = pods::first(session, words)?;
    if pod.is_terminal() {
        let phase = &pod.status.phase;
        let text = "cannot exec into a container in a completed pod; current phase is";
        return Err(Failure::message(format!("{text} {phase}")));
    }
    let quiet = arguments.is_set("quiet");
    let name = pods::container(session, &pod, arguments.get("container"), quiet)?;
    let (has_input, wants_tty) = (arguments.is_set("stdin"), arguments.is_set("tty"));
    let tty = wants_tty && session.command.interactive;
    if wants_tty && !tty && has_input && !session.command.stdin.is_empty() {
        session.complain(NO_TERMINAL);
    }
    connect(session, &pod, &name)?;
    session.pass(CONNECT_MS);
    let command = Command { words: &command, tty, has_input, is_init: false };
    let entered = session.sim.enter_container(&pods::key(&pod), &name, command);
    let mut guest = match entered {
        None => return Err(not_found(&name)),
        Some(Err(refusal)) => return Err(refused(session, command.words, &refusal)),
        Some(Ok(guest)) => guest,
    };
    if has_input {
        guest.feed(session.command.stdin.as_bytes());
    }
    if !session.command.interactive {
        guest.close_input();
    }
    session.then(Pending::Command(Box::new(Entered { guest, tty })));
    Ok(())
}

/// Whether the container can be reached and runs.
pub(super) fn connect(session: &Session<'_>, pod: &Pod, name: &str) -> Result<(), Failure> {
    if pod.spec.node_name.is_empty() {
        let text = format!("pod {} does not have a host assigned", pod.metadata.name);
        return Err(Failure::message(format!("unable to upgrade connection: {text}")));
    }
    if let Some(failure) = pods::unreachable(session.cluster(), pod) {
        return Err(failure);
    }
    let runtime = session.cluster().runtime(&pods::key(pod));
    let known = runtime.and_then(|runtime| runtime.containers.get(name));
    let runs = known.is_some_and(|known| match known.process {
        Process::Running { ends, .. } => ends.is_none_or(|(at, _)| at > session.now()),
        _ => false,
    });
    if runs { Ok(()) } else { Err(not_found(name)) }
}

fn not_found(name: &str) -> Failure {
    Failure::message(format!("unable to upgrade connection: container not found (\"{name}\")"))
}

fn refused(session: &Session<'_>, words: &[String], refusal: &Refusal) -> Failure {
    let word = words.first().map_or("", String::as_str);
    let id = hex_of(&format!("{}{word}", session.now().0), 64);
    let why = refusal_text(refusal, word);
    Failure::message(format!(
        "Internal error occurred: Internal error occurred: error executing command in container: \
         failed to exec in container: failed to start exec \"{id}\": OCI runtime exec failed: exec \
         failed: unable to start container process: {why}"
    ))
}

fn attach(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let words = &arguments.words;
    if words.is_empty() {
        return Err(Failure::message("at least 1 argument is required for attach"));
    }
    if words.len() > 2 {
        let text = "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw";
        return Err(Failure::message(format!("{text} {}: [{}]", words.len(), words.join(" "))));
    }
    let pod = pods::first(session, words)?;
    if pod.is_terminal() {
        let phase = &pod.status.phase;
        let text = "cannot attach a container in a completed pod; current phase is";
        return Err(Failure::message(format!("{text} {phase}")));
    }
    let quiet = arguments.is_set("quiet");
    let name = pods::container(session, &pod, arguments.get("container"), quiet)?;
    if arguments.is_set("tty") {
        let text = format!("Unable to use a TTY - container {name} did not allocate one");
        session.complain(format!("error: {text}"));
    }
    connect(session, &pod, &name)?;
    session.complain("If you don't see a command prompt, try pressing enter.");
    session.then(Pending::Follow(Box::new(Follow::from_now(session, &pod, &name))));
    Ok(())
}
