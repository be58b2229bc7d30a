//! Every Pod runs as a service account and finds its token.
//!
//! Models `plugin/pkg/admission/serviceaccount/admission.go` `Admit`, `mountServiceAccountToken`,
//! `TokenVolumeSource`.

use std::rc::Rc;

use crate::api::config::ServiceAccount;
use crate::api::container::VolumeMount;
use crate::api::kind::Object;
use crate::api::pod::{Pod, PodSpec};
use crate::api::volume::{
    ConfigMapVolumeSource, DownwardApiVolumeFile, DownwardApiVolumeSource, KeyToPath,
    ObjectFieldSelector, ProjectedVolumeSource, ServiceAccountTokenProjection, Volume,
    VolumeProjection,
};
use crate::sim::apiserver::status::Status;
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: Some(check), mutate: Some(mutate), check_last: None };

/// Where containers find the token.
const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const DEFAULT_ACCOUNT: &str = "default";
const MIRROR: &str = "kubernetes.io/config.mirror";

fn check(review: &Review<'_>) -> Result<(), Status> {
    let Object::Pod(pod) = review.object else { return Ok(()) };
    if pod.metadata.annotations.contains_key(MIRROR) {
        return Ok(());
    }
    let (namespace, name) = (&pod.metadata.namespace, account_of(&pod.spec));
    if review.cluster.get::<ServiceAccount>(namespace, name).is_some() {
        return Ok(());
    }
    let why = format!(
        "error looking up service account {namespace}/{name}: serviceaccount \"{name}\" not found"
    );
    Err(review.forbid(&why))
}

fn mutate(cluster: &Cluster, sequence: &mut Sequence, object: &mut Object) {
    let Object::Pod(pod) = object else { return };
    if pod.metadata.annotations.contains_key(MIRROR) {
        return;
    }
    let pod: &mut Pod = Rc::make_mut(pod);
    let name = &pod.metadata.name;
    let spec = Rc::make_mut(&mut pod.spec);
    if spec.service_account_name.is_empty() {
        DEFAULT_ACCOUNT.clone_into(&mut spec.service_account_name);
        DEFAULT_ACCOUNT.clone_into(&mut spec.service_account);
    }
    let account = cluster.get::<ServiceAccount>(&pod.metadata.namespace, account_of(spec));
    let of_account = account.and_then(|account| account.other.get("automountServiceAccountToken"));
    let of_account = of_account.and_then(serde_json::Value::as_bool);
    if spec.automount_service_account_token.or(of_account).unwrap_or(true) {
        mount_token(spec, name, sequence);
    }
}

fn account_of(spec: &PodSpec) -> &str {
    match spec.service_account_name.as_str() {
        "" => DEFAULT_ACCOUNT,
        name => name,
    }
}

fn mount_token(spec: &mut PodSpec, pod: &str, sequence: &mut Sequence) {
    let mut suffix = sequence.suffix(5);
    if pod.ends_with(&suffix) {
        // A controller has taken it for the Pod's name.
        suffix = suffix.chars().rev().collect();
    }
    let name = format!("kube-api-access-{suffix}");
    let mut mounted = false;
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        if container.volume_mounts.iter().all(|mount| mount.mount_path != MOUNT_PATH) {
            mounted = true;
            container.volume_mounts.push(VolumeMount {
                name: name.clone(),
                read_only: true,
                mount_path: MOUNT_PATH.to_owned(),
                ..VolumeMount::default()
            });
        }
    }
    if mounted {
        spec.volumes.push(token_volume(name));
    }
}

fn token_volume(name: String) -> Volume {
    let token = ServiceAccountTokenProjection {
        expiration_seconds: Some(3607),
        path: "token".to_owned(),
        ..ServiceAccountTokenProjection::default()
    };
    let item = |text: &str| KeyToPath {
        key: text.to_owned(),
        path: text.to_owned(),
        ..KeyToPath::default()
    };
    let certificate = ConfigMapVolumeSource {
        name: "kube-root-ca.crt".to_owned(),
        items: vec![item("ca.crt")],
        ..ConfigMapVolumeSource::default()
    };
    let field = ObjectFieldSelector {
        api_version: "v1".to_owned(),
        field_path: "metadata.namespace".to_owned(),
        ..ObjectFieldSelector::default()
    };
    let namespace = DownwardApiVolumeFile {
        path: "namespace".to_owned(),
        field_ref: Some(field),
        ..DownwardApiVolumeFile::default()
    };
    let downward =
        DownwardApiVolumeSource { items: vec![namespace], ..DownwardApiVolumeSource::default() };
    let sources = vec![
        VolumeProjection { service_account_token: Some(token), ..VolumeProjection::default() },
        VolumeProjection { config_map: Some(certificate), ..VolumeProjection::default() },
        VolumeProjection { downward_api: Some(downward), ..VolumeProjection::default() },
    ];
    let projected =
        ProjectedVolumeSource { sources, default_mode: Some(0o644), ..Default::default() };
    Volume { name, projected: Some(projected), ..Volume::default() }
}
