//! A node that somebody makes keeps Pods away until it is known to be ready.
//!
//! Models `plugin/pkg/admission/nodetaint/admission.go` `Admit`. Deviations: the nodes of a
//! profile are made ready and do not pass here.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::node::{Node, Taint};
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::Plugin;

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: Some(mutate), check_last: None };

const NOT_READY: &str = "node.kubernetes.io/not-ready";

fn mutate(_: &Cluster, _: &mut Sequence, object: &mut Object) {
    let Object::Node(node) = object else { return };
    let set = |taint: &Taint| taint.key == NOT_READY && taint.effect == "NoSchedule";
    if !node.is_ready() && !node.spec.taints.iter().any(set) {
        let node: &mut Node = Rc::make_mut(node);
        node.spec.taints.push(Taint {
            key: NOT_READY.to_owned(),
            effect: "NoSchedule".to_owned(),
            ..Taint::default()
        });
    }
}
