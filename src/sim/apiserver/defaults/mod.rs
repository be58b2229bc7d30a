//! What the API server fills in before anything else looks at an object.
//!
//! Models `pkg/apis/*/v1/defaults.go`. Not here: what depends on other objects; that is admission.

mod config;
mod pod;
mod service;
mod storage;
mod volume;
mod workload;

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::pod::Pod;

/// Fills in the defaults of the object's kind. Doing it twice changes nothing more.
pub fn apply(object: &mut Object) {
    match object {
        Object::Pod(pod) => {
            let pod: &mut Pod = Rc::make_mut(pod);
            let spec = Rc::make_mut(&mut pod.spec);
            pod::set_pod_defaults(spec);
        }
        Object::PersistentVolume(volume) => storage::set_volume_defaults(Rc::make_mut(volume)),
        Object::PersistentVolumeClaim(claim) => {
            let claim = Rc::make_mut(claim);
            storage::set_claim_spec_defaults(&mut claim.spec);
            storage::set_claim_phase(claim);
        }
        Object::StorageClass(class) => storage::set_class_defaults(Rc::make_mut(class)),
        Object::StatefulSet(set) => workload::set_stateful_set_defaults(Rc::make_mut(set)),
        Object::Deployment(deployment) => {
            workload::set_deployment_defaults(Rc::make_mut(deployment));
        }
        Object::ReplicaSet(set) => workload::set_replica_set_defaults(Rc::make_mut(set)),
        Object::DaemonSet(set) => workload::set_daemon_set_defaults(Rc::make_mut(set)),
        Object::Job(job) => workload::set_job_defaults(Rc::make_mut(job)),
        Object::Service(service) => service::set_service_defaults(Rc::make_mut(service)),
        Object::Secret(secret) => storage::set_secret_defaults(Rc::make_mut(secret)),
        Object::LimitRange(range) => {
            Rc::make_mut(range).spec.limits.iter_mut().for_each(config::set_limit_defaults);
        }
        Object::PriorityClass(class) => {
            set_some(&mut Rc::make_mut(class).preemption_policy, "PreemptLowerPriority");
        }
        Object::Namespace(namespace) => {
            let meta = &mut Rc::make_mut(namespace).metadata;
            let name = meta.name.clone();
            meta.labels.insert("kubernetes.io/metadata.name".to_owned(), name);
        }
        _ => {}
    }
}

/// Sets a text that is empty.
fn set_text(text: &mut String, default: &str) {
    if text.is_empty() {
        default.clone_into(text);
    }
}

/// Sets a text that is absent.
fn set_some(text: &mut Option<String>, default: &str) {
    if text.is_none() {
        *text = Some(default.to_owned());
    }
}

/// Sets a number that is 0.
fn set_number(number: &mut i32, default: i32) {
    if *number == 0 {
        *number = default;
    }
}
