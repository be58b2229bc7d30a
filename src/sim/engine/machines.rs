//! What a person asks that takes more than one write: lines typed on a node, with those who must
//! look when a machine has changed, and evictions.

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource as _};
use crate::machine::console::NodeLine;
use crate::sim::action::{Deletion, Urgency};
use crate::sim::apiserver::status::Status;
use crate::sim::apiserver::{Accepted, eviction};
use crate::sim::controllers::ControllerId;
use crate::sim::queue::Task;

use super::Simulation;
use super::guests::Stage;

/// How long a person waits for a line to end: half an hour.
const PATIENCE_MS: u64 = 30 * 60_000;

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

    /// Types a line on a node: its shell runs it to its end as one step. Time passes as long as it
    /// takes, and no longer than a person would wait. `None` when there is no such node.
    pub fn type_on_node(&mut self, node: &str, line: &str) -> Option<NodeLine> {
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
