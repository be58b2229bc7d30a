//! What can be done with an object at a click: commands that one could as well type.

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;

use super::AppState;
use super::terminal::Machine;

/// A command that makes sense for an object at the place shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The key of its label in the catalogue.
    pub key: &'static str,
    /// Where it is typed.
    pub machine: Machine,
    /// The line.
    pub line: String,
}

impl AppState {
    /// What can be done with the object that is looked into; nothing when it is not there, or is
    /// already on its way out.
    pub(super) fn offers(&self) -> Vec<Offer> {
        let cluster = &self.state_shown().cluster;
        let selected = self.view.selected.as_ref();
        let Some(object) = selected.and_then(|key| cluster.object(key)) else { return Vec::new() };
        let key = object.key();
        let mut offers = Vec::new();
        match object {
            Object::Node(node) => {
                let runtime = cluster.node_runtime(&key.name);
                let is_stopped = runtime.is_some_and(|runtime| !runtime.kubelet_running);
                node_offers(&key, node.spec.unschedulable, is_stopped, &mut offers);
                return offers;
            }
            Object::StatefulSet(set) => scaled(&key, set.spec.replicas, &mut offers),
            Object::Deployment(one) => scaled(&key, one.spec.replicas, &mut offers),
            _ => {}
        }
        if matches!(key.kind, Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet) {
            offers.push(kubectl("ui.offer-restart", format!("rollout restart {}", named(&key))));
        }
        if object.meta().deletion_timestamp.is_none() {
            offers.push(kubectl("ui.offer-delete", format!("delete {}", named(&key))));
        }
        offers
    }
}

fn node_offers(key: &ObjectKey, is_cordoned: bool, is_stopped: bool, offers: &mut Vec<Offer>) {
    let name = &key.name;
    let on_node = |label, line: &str| Offer {
        key: label,
        machine: Machine::Node(name.clone()),
        line: line.to_owned(),
    };
    offers.push(if is_cordoned {
        kubectl("ui.offer-uncordon", format!("uncordon {name}"))
    } else {
        kubectl("ui.offer-cordon", format!("cordon {name}"))
    });
    let flags = "--ignore-daemonsets --delete-emptydir-data --force";
    offers.push(kubectl("ui.offer-drain", format!("drain {name} {flags}")));
    offers.push(if is_stopped {
        on_node("ui.offer-start-node", "sudo systemctl start kubelet")
    } else {
        on_node("ui.offer-stop-node", "sudo systemctl stop kubelet")
    });
}

fn scaled(key: &ObjectKey, replicas: Option<i32>, offers: &mut Vec<Offer>) {
    let replicas = replicas.unwrap_or(1);
    let to = |count: i32| format!("scale {} --replicas={count}", named(key));
    offers.push(kubectl("ui.offer-scale-up", to(replicas.saturating_add(1))));
    if replicas > 0 {
        offers.push(kubectl("ui.offer-scale-down", to(replicas - 1)));
    }
}

fn kubectl(key: &'static str, args: String) -> Offer {
    Offer { key, machine: Machine::Workstation, line: format!("kubectl {args}") }
}

/// `pod web-0`, with its namespace where that is not the usual one.
fn named(key: &ObjectKey) -> String {
    let kind = key.kind.info().name.to_ascii_lowercase();
    let name = &key.name;
    if matches!(&*key.namespace, "" | "default") {
        format!("{kind} {name}")
    } else {
        format!("{kind} {name} -n {}", key.namespace)
    }
}
