//! A Pod stays five minutes on a node that is lost.
//!
//! Models `plugin/pkg/admission/defaulttolerationseconds/admission.go` `Admit`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::pod::Toleration;
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::Plugin;

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: Some(mutate), check_last: None };

const TAINTS: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

fn mutate(_: &Cluster, _: &mut Sequence, object: &mut Object) {
    let Object::Pod(pod) = object else { return };
    let spec = Rc::make_mut(&mut Rc::make_mut(pod).spec);
    let given = spec.tolerations.len();
    for taint in TAINTS {
        let covers = |toleration: &Toleration| {
            (toleration.key == taint || toleration.key.is_empty())
                && matches!(toleration.effect.as_str(), "" | "NoExecute")
        };
        if !spec.tolerations[..given].iter().any(covers) {
            spec.tolerations.push(Toleration {
                key: taint.to_owned(),
                operator: "Exists".to_owned(),
                effect: "NoExecute".to_owned(),
                toleration_seconds: Some(300),
                ..Toleration::default()
            });
        }
    }
}
