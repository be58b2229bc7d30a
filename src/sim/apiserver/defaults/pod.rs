//! Defaults of Pods and Pod templates (`pkg/apis/core/v1/defaults.go`).

use crate::api::container::{Container, Lifecycle, Probe};
use crate::api::pod::{PodSecurityContext, PodSpec};

use super::volume::{set_field_version, set_volume_defaults};
use super::{set_number, set_text};

/// Models `SetDefaults_Pod`: what a Pod gets beyond a template.
pub(super) fn set_pod_defaults(spec: &mut PodSpec) {
    set_spec_defaults(spec);
    spec.enable_service_links.get_or_insert(true);
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        let resources = &mut container.resources;
        for (name, limit) in &resources.limits {
            resources.requests.entry(name.clone()).or_insert(*limit);
        }
    }
}

/// Models `SetDefaults_PodSpec`.
pub(super) fn set_spec_defaults(spec: &mut PodSpec) {
    set_text(&mut spec.dns_policy, "ClusterFirst");
    set_text(&mut spec.restart_policy, "Always");
    set_text(&mut spec.scheduler_name, "default-scheduler");
    spec.termination_grace_period_seconds.get_or_insert(30);
    if spec.security_context.is_none() {
        spec.security_context = Some(PodSecurityContext::default());
    }
    // The older name of the same field.
    if spec.service_account_name.is_empty() {
        spec.service_account_name = spec.service_account.clone();
    } else if spec.service_account != spec.service_account_name {
        spec.service_account = spec.service_account_name.clone();
    }
    spec.volumes.iter_mut().for_each(set_volume_defaults);
    let host_network = spec.host_network;
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        set_container_defaults(container);
        for port in container.ports.iter_mut().filter(|_| host_network) {
            set_number(&mut port.host_port, port.container_port);
        }
    }
}

fn set_container_defaults(container: &mut Container) {
    if container.image_pull_policy.is_empty() {
        container.image_pull_policy = pull_policy(&container.image).to_owned();
    }
    set_text(&mut container.termination_message_path, "/dev/termination-log");
    set_text(&mut container.termination_message_policy, "File");
    for port in &mut container.ports {
        set_text(&mut port.protocol, "TCP");
    }
    for variable in &mut container.env {
        if let Some(source) = &mut variable.value_from
            && let Some(field) = &mut source.field_ref
        {
            set_field_version(field);
        }
    }
    let probes = [
        &mut container.liveness_probe,
        &mut container.readiness_probe,
        &mut container.startup_probe,
    ];
    probes.into_iter().flatten().for_each(set_probe_defaults);
    if let Some(lifecycle) = &mut container.lifecycle {
        set_lifecycle_defaults(lifecycle);
    }
}

/// `Always` for the tag `latest`, also when it is not written; a digest needs no pull.
fn pull_policy(image: &str) -> &'static str {
    let last = image.rsplit('/').next().unwrap_or(image);
    let tag = last.split_once(':').map_or("latest", |(_, tag)| tag);
    if tag == "latest" && !image.contains('@') { "Always" } else { "IfNotPresent" }
}

fn set_probe_defaults(probe: &mut Probe) {
    set_number(&mut probe.timeout_seconds, 1);
    set_number(&mut probe.period_seconds, 10);
    set_number(&mut probe.success_threshold, 1);
    set_number(&mut probe.failure_threshold, 3);
    if let Some(http) = &mut probe.http_get {
        set_text(&mut http.path, "/");
        set_text(&mut http.scheme, "HTTP");
    }
}

fn set_lifecycle_defaults(lifecycle: &mut Lifecycle) {
    let handlers = [&mut lifecycle.post_start, &mut lifecycle.pre_stop];
    for http in handlers.into_iter().flatten().filter_map(|handler| handler.http_get.as_mut()) {
        set_text(&mut http.path, "/");
        set_text(&mut http.scheme, "HTTP");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_decides_whether_an_image_is_always_pulled() {
        let cases = [
            ("busybox", "Always"),
            ("busybox:latest", "Always"),
            ("busybox:1.36", "IfNotPresent"),
            ("localhost:5000/app", "Always"),
            ("localhost:5000/app:2", "IfNotPresent"),
            ("app@sha256:0", "IfNotPresent"),
        ];
        for (image, policy) in cases {
            assert_eq!(pull_policy(image), policy, "{image}");
        }
    }
}
