//! Probes in descriptions of containers (`DescribeProbe`).

use crate::api::container::{Container, Probe};

use super::super::jsonpath::plain;
use super::page::{Page, go_list};

/// Adds the probes of a container.
pub(super) fn write_probes(container: &Container, page: &mut Page) {
    let probes = [
        ("Liveness", &container.liveness_probe),
        ("Readiness", &container.readiness_probe),
        ("Startup", &container.startup_probe),
    ];
    for (name, probe) in probes {
        if let Some(probe) = probe {
            page.line(4, name, text(probe));
        }
    }
}

fn text(probe: &Probe) -> String {
    let often = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        probe.initial_delay_seconds,
        probe.timeout_seconds,
        probe.period_seconds,
        probe.success_threshold,
        probe.failure_threshold
    );
    if let Some(exec) = &probe.exec {
        return format!("exec {} {often}", go_list(&exec.command));
    }
    if let Some(http) = &probe.http_get {
        let (scheme, port) = (http.scheme.to_ascii_lowercase(), plain(&http.port));
        return format!("http-get {scheme}://{}:{port}{} {often}", http.host, http.path);
    }
    match &probe.tcp_socket {
        Some(tcp) => format!("tcp-socket {}:{} {often}", tcp.host, plain(&tcp.port)),
        None => format!("unknown {often}"),
    }
}
