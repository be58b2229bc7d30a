//! What a person asks that takes more than one write: lines typed on a node, with those who must
//! look when a machine has changed, and evictions.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource as _};
use crate::machine::console::{self, NodeLine, NodeOperation};
use crate::machine::shell::tools;
use crate::sim::action::{Deletion, Urgency};
use crate::sim::apiserver::status::Status;
use crate::sim::apiserver::{Accepted, eviction};
use crate::sim::controllers::ControllerId;
use crate::sim::draft::Draft;
use crate::sim::machines::node;
use crate::sim::queue::Task;
use crate::sim::runtime::{NfsClient, NodeRuntime};
use crate::sim::step::{Actor, Note};

use super::Simulation;
use super::guests::Stage;

/// How long a person waits for a line to end: half an hour.
const PATIENCE_MS: u64 = 30 * 60_000;

/// Whether the shell has all that prepares storage.
fn knows_all_tools() -> bool {
    ["sudo", "apt-get", "systemctl"].iter().all(|tool| tools::names().any(|name| name == *tool))
}

impl Simulation {
    /// An eviction is several writes, each a step of its own.
    pub(super) fn evict(&mut self, actor: &str, deletion: &Deletion) -> Result<Accepted, Status> {
        let writes = eviction::writes(&self.state.cluster, self.state.now, deletion)?;
        let mut last = Err(Status::not_found(&deletion.key));
        for write in writes {
            last = Ok(self.request(actor, write)?);
        }
        last
    }

    /// Types a line on a node. What it changes there is one step; `None` when there is no such
    /// node.
    pub fn type_on_node(&mut self, node: &str, line: &str) -> Option<NodeLine> {
        let known = Rc::clone(self.state.cluster.node_runtime(node)?);
        let mut runtime = NodeRuntime::clone(&known);
        let read = console::parse(line);
        if read.exit != 0 || knows_all_tools() {
            return self.run_on_node(node, line);
        }
        let (mut disks, mut space) = (self.state.cluster.disks().clone(), runtime.space.clone());
        let mut view = node::root_view(&mut disks, &mut space, self.state.now);
        for operation in &read.operations {
            match operation {
                NodeOperation::MakeDirectory(path) => {
                    let _ = view.make_directories(path, 0o755);
                }
                NodeOperation::InstallNfsClient if runtime.nfs == NfsClient::NoHelper => {
                    runtime.nfs = NfsClient::Installed;
                }
                NodeOperation::InstallNfsClient => {}
                NodeOperation::StopKubelet => runtime.turn_kubelet(false, self.state.now),
                NodeOperation::StartKubelet => runtime.turn_kubelet(true, self.state.now),
            }
        }
        let turned = known.kubelet_since != runtime.kubelet_since
            || known.kubelet_running != runtime.kubelet_running;
        self.state.cluster.set_node_runtime(node, Rc::new(runtime));
        self.state.cluster.set_disks(disks);
        let actor = Actor { component: "shell".into(), host: node.into() };
        let subject = ObjectKey::new(Kind::Node, "", node);
        let mut draft = Draft::new(actor, subject, None, false);
        let args = vec![("node", node.to_owned()), ("line", line.to_owned())];
        draft.notes.push(Note { code: "node-line", args });
        if turned {
            self.wake_machine(node);
        }
        self.record(draft);
        Some(read)
    }

    /// Runs a line in the node's shell to its end; time passes as long as it takes, and no longer
    /// than a person would wait.
    fn run_on_node(&mut self, node: &str, line: &str) -> Option<NodeLine> {
        let mut guest = self.enter_node(node, line, false)?;
        let deadline = self.state.now + PATIENCE_MS;
        let mut read = NodeLine::default();
        loop {
            let (outputs, stage) = self.go_on(&mut guest);
            for output in outputs {
                let text = String::from_utf8_lossy(&output.bytes);
                let kept = if output.is_error { &mut read.stderr } else { &mut read.stdout };
                kept.push_str(&text);
            }
            match stage {
                Stage::Exited(status) => {
                    read.exit = status;
                    return Some(read);
                }
                Stage::Until(time) if time <= deadline => {
                    self.run_until(time);
                }
                Stage::Until(_) | Stage::Waiting => {
                    read.exit = 130;
                    return Some(read);
                }
            }
        }
    }

    /// The kubelet of the node is stopped or started by the step that comes next: whoever deals
    /// with the machine looks. The step keeps who waits, so this goes before it.
    pub(super) fn wake_machine(&mut self, node: &str) {
        let cause = Some(self.steps.len());
        let cluster = &self.state.cluster;
        let node_key = ObjectKey::new(Kind::Node, "", node);
        let pods = cluster.pods_on_node(node).map(|pod| pod.key());
        let left = cluster.runtimes().filter(|(_, runtime)| *runtime.node == *node);
        let pods = pods.chain(left.map(|(key, _)| key.clone()));
        let keys: Vec<(ControllerId, ObjectKey)> =
            [ControllerId::NodeAgent, ControllerId::NodeLifecycle]
                .into_iter()
                .map(|id| (id, node_key.clone()))
                .chain(pods.map(|key| (ControllerId::Kubelet, key)))
                .collect();
        for (controller, key) in keys {
            let due = self.state.now + controller.get().reaction_ms;
            let (key, urgency) = (Some(key), Urgency::Foreground);
            self.state.queue.wake(due, Task { controller, key, cause, urgency });
        }
    }
}
