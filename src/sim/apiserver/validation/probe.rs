//! Probes and hooks of a container (`pkg/apis/core/validation/validation.go` `validateProbe`,
//! `validateHandler`, `validateLifecycle`).

use serde_json::Value;

use crate::api::container::{
    Container, ExecAction, HttpGetAction, Lifecycle, LifecycleHandler, Probe, SleepAction,
};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, names, non_negative, one_of, quoted, required};

const PORT: &str = "must be between 1 and 65535, inclusive";
const ONE_HANDLER: &str = "may not specify more than 1 handler type";
const ONLY_SIDECARS: &str = "may not be set for init containers without restartPolicy=Always";

/// What is asked or done, whichever it is.
struct Handlers<'a> {
    exec: Option<&'a ExecAction>,
    http_get: Option<&'a HttpGetAction>,
    tcp_port: Option<&'a Value>,
    grpc: Option<&'a Value>,
    sleep: Option<&'a SleepAction>,
}

/// Checks hooks and probes; ordinary init containers have neither. `grace` is the Pod's time to
/// end.
pub(super) fn validate_all(
    errors: &mut Errors,
    container: &Container,
    is_init: bool,
    grace: i64,
    at: &str,
) {
    let plain_init = is_init && container.restart_policy.as_deref() != Some("Always");
    if let Some(lifecycle) = &container.lifecycle {
        let at = format!("{at}.lifecycle");
        if plain_init {
            errors.push(FieldError::forbidden(at, ONLY_SIDECARS));
        } else {
            validate_lifecycle(errors, lifecycle, grace, &at);
        }
    }
    let probes = [
        ("livenessProbe", &container.liveness_probe),
        ("readinessProbe", &container.readiness_probe),
        ("startupProbe", &container.startup_probe),
    ];
    for (field, probe) in probes {
        let Some(probe) = probe else { continue };
        let at = format!("{at}.{field}");
        if plain_init {
            errors.push(FieldError::forbidden(at, ONLY_SIDECARS));
        } else {
            validate_probe(errors, probe, field == "readinessProbe", grace, &at);
        }
    }
}

fn validate_lifecycle(errors: &mut Errors, lifecycle: &Lifecycle, grace: i64, at: &str) {
    let hooks = [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)];
    for (field, hook) in hooks {
        if let Some(LifecycleHandler { exec, http_get, sleep, other }) = hook {
            let handlers = Handlers {
                exec: exec.as_ref(),
                http_get: http_get.as_ref(),
                tcp_port: other.get("tcpSocket").map(|tcp| tcp.get("port").unwrap_or(&Value::Null)),
                grpc: None,
                sleep: sleep.as_ref(),
            };
            validate_handlers(errors, &handlers, grace, &format!("{at}.{field}"));
        }
    }
}

fn validate_probe(errors: &mut Errors, probe: &Probe, is_readiness: bool, grace: i64, at: &str) {
    let handlers = Handlers {
        exec: probe.exec.as_ref(),
        http_get: probe.http_get.as_ref(),
        tcp_port: probe.tcp_socket.as_ref().map(|tcp| &tcp.port),
        grpc: probe.other.get("grpc"),
        sleep: None,
    };
    validate_handlers(errors, &handlers, grace, at);
    let numbers = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (field, number) in numbers {
        non_negative(errors, format!("{at}.{field}"), number);
    }
    let own_grace = format!("{at}.terminationGracePeriodSeconds");
    if let Some(seconds) = probe.termination_grace_period_seconds {
        if seconds <= 0 {
            errors.push(FieldError::invalid(&own_grace, seconds, "must be greater than 0"));
        }
        if is_readiness {
            let detail = "must not be set for readinessProbes";
            errors.push(FieldError::invalid(&own_grace, seconds, detail));
        }
    }
    if !is_readiness && probe.success_threshold != 1 {
        let at = format!("{at}.successThreshold");
        errors.push(FieldError::invalid(at, probe.success_threshold, "must be 1"));
    }
}

fn validate_handlers(errors: &mut Errors, handlers: &Handlers<'_>, grace: i64, at: &str) {
    let mut count = 0;
    let mut is_first = |errors: &mut Errors, field: &str| {
        count += 1;
        if count > 1 {
            errors.push(FieldError::forbidden(format!("{at}.{field}"), ONE_HANDLER));
        }
        count == 1
    };
    if let Some(exec) = handlers.exec
        && is_first(errors, "exec")
        && exec.command.is_empty()
    {
        errors.push(FieldError::required(format!("{at}.exec.command"), ""));
    }
    if let Some(http) = handlers.http_get
        && is_first(errors, "httpGet")
    {
        required(errors, format!("{at}.httpGet.path"), &http.path);
        port(errors, &http.port, &format!("{at}.httpGet.port"));
        one_of(errors, format!("{at}.httpGet.scheme"), &http.scheme, &["HTTP", "HTTPS"]);
    }
    if let Some(number) = handlers.tcp_port
        && is_first(errors, "tcpSocket")
    {
        port(errors, number, &format!("{at}.tcpSocket.port"));
    }
    if let Some(grpc) = handlers.grpc
        && is_first(errors, "grpc")
    {
        port(errors, grpc.get("port").unwrap_or(&Value::Null), &format!("{at}.grpc.port"));
    }
    if let Some(sleep) = handlers.sleep
        && is_first(errors, "sleep")
        && !(0..=grace).contains(&sleep.seconds)
    {
        let detail =
            format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.push(FieldError::invalid(format!("{at}.sleep"), sleep.seconds, &detail));
    }
    if count == 0 {
        errors.push(FieldError::required(at, "must specify a handler type"));
    }
}

/// Models `ValidatePortNumOrName`.
fn port(errors: &mut Errors, port: &Value, field: &str) {
    if let Some(name) = port.as_str() {
        for why in names::port_name(name) {
            errors.push(FieldError::invalid(field, quoted(name), &why));
        }
        return;
    }
    let number = port.as_i64().unwrap_or(0);
    if !(1..=65_535).contains(&number) {
        errors.push(FieldError::invalid(field, number, PORT));
    }
}
