//! Commands that people run on machines: in containers and on nodes.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::machine::fs::view::{Credentials, DirEntry, View};
use crate::machine::shell::kernel::{Call, Output};
use crate::machine::shell::launch::Refusal;
use crate::machine::shell::run::{Launch, Process, Turn};
use crate::machine::trees::desk;
use crate::sim::action::Urgency;
use crate::sim::controllers::ControllerId;
use crate::sim::draft::Draft;
use crate::sim::machines::container::{self, Inside};
use crate::sim::machines::host::{Effect, Machine, Place};
use crate::sim::machines::node::{self, DESK, PODS};
use crate::sim::machines::process::{self, Command, Hosted};
use crate::sim::queue::Task;
use crate::sim::runtime::{NfsClient, NodeRuntime, PodRuntime};
use crate::sim::step::{Actor, Note};

use super::Simulation;

/// Steps that a command may do at one time.
const BUDGET: u32 = 50_000;

/// How long a command that is always busy takes for them.
const BUSY_MS: u64 = 20;

/// Where a person's programs are.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How much of a file `kubectl` reads at most: more than it takes.
const FILE_BYTES_MAX: usize = 4 << 20;

/// A command of a person on a machine. Cloning shares what did not change.
#[derive(Clone, Debug)]
pub struct Guest {
    place: Place,
    inside: Option<Rc<Inside>>,
    process: Process,
    /// The words, for the step that it becomes.
    line: String,
    actor: &'static str,
    /// The last number that was given to one of its processes.
    pids: u32,
}

/// How far a command came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It goes on at that time, unless it is fed before.
    Until(SimTime),
    /// It waits for input.
    Waiting,
    /// It ended.
    Exited(i32),
}

impl Guest {
    /// Gives bytes to whoever reads its standard input.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.process.feed(bytes);
    }

    /// Says that nothing more will be fed.
    pub fn close_input(&mut self) {
        self.process.close_input();
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self) {
        self.process.interrupt();
    }

    /// The next process that asks `kubectl`, if one does.
    pub fn take_call(&mut self) -> Option<Call> {
        self.process.take_call()
    }

    /// Whether a process still waits for the rest of an answer.
    pub fn is_calling(&self, pid: u32) -> bool {
        self.process.is_calling(pid)
    }

    /// Gives a part of an answer, and with the last one the status.
    pub fn answer(&mut self, pid: u32, output: Option<Output>, status: Option<i32>) {
        self.process.answer(pid, output, status);
    }

    /// Whether nothing but its first process is in the foreground.
    pub fn is_alone(&self) -> bool {
        self.process.is_alone()
    }

    /// The directory that its first process is in.
    pub fn cwd(&self) -> Option<Rc<str>> {
        self.process.cwd()
    }

    /// Whether somebody has to type before anything in the foreground goes on.
    pub fn awaits_input(&self) -> bool {
        self.process.awaits_input()
    }
}

impl Simulation {
    /// Starts a command in a container; `None` when the container is not there.
    pub fn enter_container(
        &mut self,
        pod: &ObjectKey,
        name: &str,
        command: Command<'_>,
    ) -> Option<Result<Guest, Refusal>> {
        let now = self.state.now;
        let mut disks = self.state.cluster.disks().clone();
        let inside = container::open(&self.state.cluster, &mut disks, pod, name)?;
        let mut machine = Machine::container(&self.state.cluster, disks, &inside, now);
        let started = process::spawn(&mut machine, &inside, command);
        let pids = machine.pids;
        self.state.cluster.set_disks(machine.disks);
        Some(started.map(|process| Guest {
            place: Place::Container(pod.clone(), name.into()),
            inside: Some(Rc::new(inside)),
            process,
            line: command.words.join(" "),
            actor: "kubectl",
            pids,
        }))
    }

    /// Starts a shell's line on a node as root; `None` when there is no such node.
    pub fn enter_node(&mut self, node: &str, line: &str, tty: bool) -> Option<Guest> {
        let mut machine = Machine::node(&self.state.cluster, node, self.state.now)?;
        let words = ["bash", "-c", line].map(str::to_owned).to_vec();
        let env = [("HOME", "/root"), ("USER", "root"), ("PATH", PATH)];
        let launch = Launch {
            argv: words,
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            cwd: "/root".to_owned(),
            user: Credentials::root(),
            tty,
            has_input: tty,
            pid: None,
        };
        let process = Process::spawn(&mut machine, launch).ok()?;
        let pids = machine.pids;
        Some(Guest {
            place: Place::Node(node.into()),
            inside: None,
            process,
            line: line.to_owned(),
            actor: "shell",
            pids,
        })
    }

    /// Starts a shell on a machine for somebody at a terminal: as root on a node, as themselves at
    /// their own machine. `None` when there is no such machine.
    pub fn open_shell(&mut self, name: &str) -> Option<Guest> {
        let mut machine = Machine::node(&self.state.cluster, name, self.state.now)?;
        let (user, home, who) = if name == DESK {
            (Credentials::user(desk::UID, desk::UID, &[]), desk::HOME, desk::USER)
        } else {
            (Credentials::root(), "/root", "root")
        };
        let env = [("HOME", home), ("USER", who), ("PATH", PATH)];
        let launch = Launch {
            argv: vec!["bash".to_owned()],
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            cwd: home.to_owned(),
            user,
            tty: true,
            has_input: true,
            pid: None,
        };
        let process = Process::spawn(&mut machine, launch).ok()?;
        let pids = machine.pids;
        let place = Place::Node(name.into());
        Some(Guest { place, inside: None, process, line: String::new(), actor: "shell", pids })
    }

    /// A line that was typed on a machine is a step of the run.
    pub fn note_line(&mut self, machine: &str, line: &str) {
        let actor = Actor { component: "shell".into(), host: machine.into() };
        let subject = ObjectKey::new(Kind::Node, "", machine);
        let args = vec![("node", machine.to_owned()), ("line", line.to_owned())];
        let mut draft = Draft::new(actor, subject, None, false);
        let code = if machine == DESK { "desk-line" } else { "node-line" };
        draft.notes.push(Note { code, args });
        self.record(draft);
    }

    /// The text of a file on a machine, or of all files in a directory, by path; those that
    /// cannot be read are left out.
    pub fn files_on(&self, machine: &str, cwd: &str, path: &str) -> Vec<(String, String)> {
        let cluster = &self.state.cluster;
        let Some(mut space) = node::space(cluster, machine) else { return Vec::new() };
        let mut disks = cluster.disks().clone();
        let mut view = node::root_view(&mut disks, &mut space, self.state.now);
        view.cwd = cwd.into();
        let entries = view.read_directory(path).unwrap_or_default();
        let inside = entries.iter().map(|entry| {
            let directory = path.trim_end_matches('/');
            format!("{directory}/{}", entry.name)
        });
        let paths: Vec<String> = std::iter::once(path.to_owned()).chain(inside).collect();
        let text = |path: String| {
            let bytes = view.read(&path).ok()?.to_vec(FILE_BYTES_MAX);
            Some((path, String::from_utf8(bytes).ok()?))
        };
        paths.into_iter().filter_map(text).collect()
    }

    /// The names in a directory of a machine, those of directories with a slash at their end.
    pub fn names_on(&self, machine: &str, cwd: &str, directory: &str) -> Vec<String> {
        let cluster = &self.state.cluster;
        let Some(mut space) = node::space(cluster, machine) else { return Vec::new() };
        let mut disks = cluster.disks().clone();
        let mut view = node::root_view(&mut disks, &mut space, self.state.now);
        view.cwd = cwd.into();
        let entries = view.read_directory(directory).unwrap_or_default();
        let name = |entry: &DirEntry| {
            let path = format!("{}/{}", directory.trim_end_matches('/'), entry.name);
            let slash = if view.is_directory(&path) { "/" } else { "" };
            format!("{}{slash}", entry.name)
        };
        entries.iter().map(name).collect()
    }

    /// Lets a command go on now: what it printed, and how far it came. Its end is a step.
    pub fn go_on(&mut self, guest: &mut Guest) -> (Vec<Output>, Stage) {
        let now = self.state.now;
        let cluster = &self.state.cluster;
        let machine = match (&guest.place, &guest.inside) {
            (_, Some(inside)) => {
                Some(Machine::container(cluster, cluster.disks().clone(), inside, now))
            }
            (Place::Node(node), None) => Machine::node(cluster, node, now),
            (Place::Container(..), None) => None,
        };
        let Some(mut machine) = machine else { return (Vec::new(), Stage::Exited(137)) };
        machine.pids = guest.pids;
        let (outputs, turn) = process::turn(&mut guest.process, &mut machine, BUDGET);
        guest.pids = machine.pids;
        let (disks, effects) = (machine.disks, machine.effects);
        self.state.cluster.set_disks(disks);
        self.take_effect(&guest.place, effects);
        let stage = match turn {
            Turn::Busy => Stage::Until(now + BUSY_MS),
            Turn::Blocked(at) => Stage::Until(at),
            Turn::Waiting => Stage::Waiting,
            Turn::Exited(status) => Stage::Exited(status),
        };
        if let Stage::Exited(_) = stage
            && !guest.line.is_empty()
        {
            self.note_command(guest);
        }
        (outputs, stage)
    }

    /// Looks at a container's files, or changes them, as its own processes would.
    pub fn look_inside<T>(
        &mut self,
        pod: &ObjectKey,
        name: &str,
        with: impl FnOnce(&mut View<'_>) -> T,
    ) -> Option<T> {
        let mut disks = self.state.cluster.disks().clone();
        let mut inside = container::open(&self.state.cluster, &mut disks, pod, name)?;
        let answer = with(&mut inside.view(&mut disks, self.state.now));
        self.state.cluster.set_disks(disks);
        Some(answer)
    }

    /// A command's end is a step of the run.
    fn note_command(&mut self, guest: &Guest) {
        let (actor, subject, note) = match &guest.place {
            Place::Node(node) => {
                let actor = Actor { component: guest.actor.into(), host: Rc::clone(node) };
                let args = vec![("node", node.to_string()), ("line", guest.line.clone())];
                (actor, ObjectKey::new(Kind::Node, "", node), Note { code: "node-line", args })
            }
            Place::Container(pod, name) => {
                let actor = Actor { component: guest.actor.into(), host: "".into() };
                let args = vec![
                    ("pod", pod.name.to_string()),
                    ("container", name.to_string()),
                    ("line", guest.line.clone()),
                ];
                (actor, pod.clone(), Note { code: "container-line", args })
            }
        };
        let mut draft = Draft::new(actor, subject, None, false);
        draft.notes.push(note);
        self.record(draft);
    }

    fn take_effect(&mut self, place: &Place, effects: Vec<Effect>) {
        for effect in effects {
            match (effect, place) {
                (Effect::Signal(pid, signal), Place::Container(pod, name)) => {
                    self.signal_in_container(pod, name, pid, signal);
                }
                (Effect::Signal(..), Place::Node(_)) | (_, Place::Container(..)) => {}
                (effect, Place::Node(node)) => self.change_node(node, effect),
            }
        }
    }

    fn signal_in_container(&mut self, pod: &ObjectKey, name: &str, pid: u32, signal: u8) {
        let Some(known) = self.state.cluster.runtime(pod) else { return };
        let mut runtime = PodRuntime::clone(known);
        let Some(container) = runtime.containers.get_mut(name) else { return };
        let now = self.state.now;
        if let Some(hosted) = &container.hosted {
            let mut hosted = Hosted::clone(hosted);
            hosted.signal_pid(pid, signal, now);
            container.hosted = Some(Rc::new(hosted));
            self.state.cluster.set_runtime(pod, Some(Rc::new(runtime)));
            self.wake_pod(ControllerId::ContainerRuntime, pod, 1);
            return;
        }
        // A server of its image: it hears what its plan hears.
        let crate::sim::runtime::Process::Running { started_at, ends: None } = container.process
        else {
            return;
        };
        let age_ms = now.since(started_at);
        let heard = container.plan.as_ref().and_then(|plan| plan.on_term(age_ms));
        let heard = heard.filter(|_| matches!(signal, 2 | 3 | 15 | 28));
        let Some((age_ms, code)) = heard else { return };
        let ends = Some((started_at + age_ms, code));
        container.process = crate::sim::runtime::Process::Running { started_at, ends };
        self.state.cluster.set_runtime(pod, Some(Rc::new(runtime)));
        self.wake_pod(ControllerId::Kubelet, pod, 1_000);
    }

    fn wake_pod(&mut self, controller: ControllerId, pod: &ObjectKey, after_ms: u64) {
        let (key, urgency) = (Some(pod.clone()), Urgency::Foreground);
        let task = Task { controller, key, cause: None, urgency };
        self.state.queue.wake(self.state.now + after_ms, task);
    }

    fn change_node(&mut self, node: &str, effect: Effect) {
        let Some(known) = self.state.cluster.node_runtime(node) else { return };
        let mut runtime = NodeRuntime::clone(known);
        let turned = match effect {
            Effect::InstallNfsClient => {
                if runtime.nfs == NfsClient::NoHelper {
                    runtime.nfs = NfsClient::Installed;
                }
                false
            }
            Effect::TurnKubelet(running) => {
                runtime.turn_kubelet(running, self.state.now);
                true
            }
            Effect::Mounted(space) => {
                // What the kubelet mounts is put together from what it knows.
                runtime.space = space.without(PODS);
                false
            }
            Effect::Signal(..) => false,
        };
        self.state.cluster.set_node_runtime(node, Rc::new(runtime));
        if turned {
            self.wake_machine(node);
        }
    }
}
