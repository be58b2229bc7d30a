//! Containers in descriptions of Pods and templates (`describeContainers`).

use crate::api::order;
use crate::api::sorted::SortedMap;

use crate::api::container::{
    Container, ContainerPort, ContainerState, ContainerStatus, EnvVar, VolumeMount,
};
use crate::api::pod::Pod;
use crate::api::quantity::Quantity;

use super::super::age::long_time;
use super::page::{Page, truth};
use super::probe::write_probes;

/// Adds containers; `statuses` is `None` in a template. `depth` is 2 in a template, else 0.
pub(super) fn write_containers(
    name: &str,
    containers: &[Container],
    statuses: Option<(&[ContainerStatus], &Pod)>,
    depth: usize,
    page: &mut Page,
) {
    if containers.is_empty() {
        return page.plain(depth, &format!("{name}: <none>"));
    }
    page.head(depth, name);
    // In a template names stand one blank further right.
    let name_depth = 2 + usize::from(depth > 0);
    for container in containers {
        page.head(name_depth, &container.name);
        let status =
            statuses.and_then(|(list, _)| list.iter().find(|status| status.name == container.name));
        write_basics(container, status, page);
        write_words("Command", &container.command, page);
        write_words("Args", &container.args, page);
        if let Some(status) = status {
            write_state(status, page);
        }
        write_amounts("Limits", &container.resources.limits, page);
        write_amounts("Requests", &container.resources.requests, page);
        write_probes(container, page);
        write_env_from(container, page);
        write_env(container, statuses.map(|(_, pod)| pod), page);
        write_mounts(container, page);
    }
}

fn write_basics(container: &Container, status: Option<&ContainerStatus>, page: &mut Page) {
    if let Some(status) = status {
        page.line(4, "Container ID", &status.container_id);
    }
    page.line(4, "Image", &container.image);
    if let Some(status) = status {
        page.line(4, "Image ID", &status.image_id);
    }
    let ports = |number: fn(&ContainerPort) -> i32| {
        let one = |port: &ContainerPort| match port.name.as_str() {
            "" => format!("{}/{}", number(port), port.protocol),
            name => format!("{}/{} ({name})", number(port), port.protocol),
        };
        container.ports.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let mut line = |name: &str, ports: String| match ports.as_str() {
        "" => page.line(4, name, "<none>"),
        many if many.contains(',') => page.line(4, &format!("{name}s"), many),
        one => page.line(4, name, one),
    };
    line("Port", ports(|port| port.container_port));
    line("Host Port", ports(|port| port.host_port));
}

fn write_words(name: &str, words: &[String], page: &mut Page) {
    if words.is_empty() {
        return;
    }
    page.head(4, name);
    words.iter().flat_map(|word| word.split('\n')).for_each(|line| page.plain(6, line));
}

fn write_state(status: &ContainerStatus, page: &mut Page) {
    write_one_state("State", &status.state, page);
    if let Some(last) = status.last_state.as_ref().filter(|last| last.terminated.is_some()) {
        write_one_state("Last State", last, page);
    }
    page.line(4, "Ready", truth(status.ready));
    page.line(4, "Restart Count", status.restart_count);
}

fn write_one_state(name: &str, state: &ContainerState, page: &mut Page) {
    let never = || "Mon, 01 Jan 0001 00:00:00 +0000".to_owned();
    if let Some(running) = &state.running {
        page.line(4, name, "Running");
        page.line(6, "Started", running.started_at.map_or_else(never, long_time));
    } else if let Some(end) = &state.terminated {
        page.line(4, name, "Terminated");
        if !end.reason.is_empty() {
            page.line(6, "Reason", &end.reason);
        }
        if !end.message.is_empty() {
            page.line(6, "Message", &end.message);
        }
        page.line(6, "Exit Code", end.exit_code.unwrap_or(0));
        if end.signal > 0 {
            page.line(6, "Signal", end.signal);
        }
        page.line(6, "Started", end.started_at.map_or_else(never, long_time));
        page.line(6, "Finished", end.finished_at.map_or_else(never, long_time));
    } else {
        page.line(4, name, "Waiting");
        if let Some(waiting) = state.waiting.as_ref().filter(|one| !one.reason.is_empty()) {
            page.line(6, "Reason", &waiting.reason);
        }
    }
}

fn write_amounts(name: &str, amounts: &SortedMap<String, Quantity>, page: &mut Page) {
    if amounts.is_empty() {
        return;
    }
    page.head(4, name);
    for (resource, amount) in amounts {
        page.line(6, resource, amount);
    }
}

fn write_env_from(container: &Container, page: &mut Page) {
    if container.env_from.is_empty() {
        return;
    }
    page.head(4, "Environment Variables from");
    for source in &container.env_from {
        let (from, reference) = match (&source.config_map_ref, &source.secret_ref) {
            (Some(map), _) => ("ConfigMap", map),
            (None, Some(secret)) => ("Secret", secret),
            (None, None) => continue,
        };
        let prefix = match source.prefix.as_str() {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let optional = reference.optional.unwrap_or(false);
        let name = &reference.name;
        page.text(format!("      {name}\t{from}{prefix}\tOptional: {optional}\n"));
    }
}

fn write_env(container: &Container, pod: Option<&Pod>, page: &mut Page) {
    if container.env.is_empty() {
        return page.line(4, "Environment", "<none>");
    }
    page.head(4, "Environment");
    for variable in &container.env {
        let mut lines = value_of(variable, pod).into_iter();
        page.line(6, &variable.name, lines.next().unwrap_or_default());
        lines.for_each(|line| page.text(format!("      \t{line}\n")));
    }
}

fn value_of(variable: &EnvVar, pod: Option<&Pod>) -> Vec<String> {
    let Some(source) = &variable.value_from else {
        return variable.value.split('\n').map(str::to_owned).collect();
    };
    let line = if let Some(field) = &source.field_ref {
        let value = pod.map(|pod| field_value(pod, &field.field_path)).unwrap_or_default();
        format!("{value} ({}:{})", field.api_version, field.field_path)
    } else if let Some(resource) = &source.resource_field_ref {
        format!(" ({})", resource.resource)
    } else if let Some(key) = &source.secret_key_ref {
        let optional = key.optional.unwrap_or(false);
        format!("<set to the key '{}' in secret '{}'>\tOptional: {optional}", key.key, key.name)
    } else if let Some(key) = &source.config_map_key_ref {
        let optional = key.optional.unwrap_or(false);
        format!("<set to the key '{}' of config map '{}'>\tOptional: {optional}", key.key, key.name)
    } else {
        String::new()
    };
    vec![line]
}

fn field_value(pod: &Pod, path: &str) -> String {
    let meta = &pod.metadata;
    match path {
        "metadata.name" => meta.name.clone(),
        "metadata.namespace" => meta.namespace.clone(),
        "metadata.uid" => meta.uid.clone(),
        "spec.nodeName" => pod.spec.node_name.clone(),
        "spec.serviceAccountName" => pod.spec.service_account_name.clone(),
        "status.podIP" => pod.status.pod_ip.clone(),
        "status.hostIP" => pod.status.host_ip.clone(),
        _ => String::new(),
    }
}

fn write_mounts(container: &Container, page: &mut Page) {
    let mut mounts: Vec<&VolumeMount> = container.volume_mounts.iter().collect();
    order::sort_by(&mut mounts, |a, b| a.mount_path.cmp(&b.mount_path));
    if mounts.is_empty() {
        page.line(4, "Mounts", "<none>");
    } else {
        page.head(4, "Mounts");
    }
    for mount in mounts {
        let mut how = if mount.read_only { "ro" } else { "rw" }.to_owned();
        if !mount.sub_path.is_empty() {
            how = format!("{how},path=\"{}\"", mount.sub_path);
        }
        page.plain(6, &format!("{} from {} ({how})", mount.mount_path, mount.name));
    }
    if container.volume_devices.is_empty() {
        return;
    }
    page.head(4, "Devices");
    for device in &container.volume_devices {
        page.plain(6, &format!("{} from {}", device.device_path, device.name));
    }
}
