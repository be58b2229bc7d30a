//! Services (`pkg/apis/core/validation/validation.go` `ValidateService`,
//! `ValidateServiceUpdate`).

use crate::api::service::{Service, ServicePort};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, json, meta, named, names, one_of, quoted, required};

const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
const PORT: &str = "must be between 1 and 65535, inclusive";

/// Checks a Service.
pub(super) fn validate(errors: &mut Errors, service: &Service) {
    let spec = &service.spec;
    let external = spec.kind == "ExternalName";
    if spec.ports.is_empty() && !service.is_headless() && !external {
        errors.push(FieldError::required("spec.ports", ""));
    }
    if external {
        let name = spec.external_name.trim_end_matches('.');
        if required(errors, "spec.externalName", name) {
            named(errors, "spec.externalName", name, names::dns_subdomain(name));
        }
    }
    for (index, port) in spec.ports.iter().enumerate() {
        validate_port(errors, port, &spec.ports[..index], spec.ports.len(), index);
    }
    meta::validate_labels(errors, &spec.selector, "spec.selector");
    one_of(errors, "spec.sessionAffinity", &spec.session_affinity, &["ClientIP", "None"]);
    one_of(errors, "spec.type", &spec.kind, &TYPES);
    for (index, address) in spec.cluster_ips.iter().enumerate() {
        if address != "None" && !is_address(address) {
            let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            let field = format!("spec.clusterIPs[{index}]");
            errors.push(FieldError::invalid(field, quoted(address), detail));
        }
    }
}

/// Whether the text is an IPv4 address, or looks like an IPv6 one.
fn is_address(text: &str) -> bool {
    let is_number = |part: &str| part.parse::<u8>().is_ok();
    let v4 = text.split('.').count() == 4 && text.split('.').all(is_number);
    let is_group = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    v4 || text.contains(':') && text.bytes().all(is_group)
}

fn validate_port(
    errors: &mut Errors,
    port: &ServicePort,
    earlier: &[ServicePort],
    count: usize,
    index: usize,
) {
    let at = format!("spec.ports[{index}]");
    let name = format!("{at}.name");
    if port.name.is_empty() {
        if count > 1 {
            errors.push(FieldError::required(name, ""));
        }
    } else {
        named(errors, &name, &port.name, names::dns_label(&port.name));
        if earlier.iter().any(|earlier| earlier.name == port.name) {
            errors.push(FieldError::duplicate(name, &port.name));
        }
    }
    if !(1..=65_535).contains(&port.port) {
        errors.push(FieldError::invalid(format!("{at}.port"), port.port, PORT));
    }
    one_of(errors, format!("{at}.protocol"), &port.protocol, &PROTOCOLS);
    if let Some(number) = port.target_port.as_ref().and_then(serde_json::Value::as_i64)
        && !(1..=65_535).contains(&number)
    {
        errors.push(FieldError::invalid(format!("{at}.targetPort"), number, PORT));
    }
    let same =
        |earlier: &ServicePort| earlier.port == port.port && earlier.protocol == port.protocol;
    if earlier.iter().any(same) {
        let value = serde_json::json!({"protocol": port.protocol, "port": port.port});
        errors.push(FieldError::new(at, format!("Duplicate value: {value}")));
    }
}

/// Checks a write over a Service: an address that was given stays.
pub(super) fn validate_update(errors: &mut Errors, old: &Service, new: &Service) {
    let (before, after) = (&old.spec, &new.spec);
    let addressed = |kind: &str| kind != "ExternalName";
    let kept = addressed(&before.kind) && addressed(&after.kind) && !before.cluster_ip.is_empty();
    if kept && before.cluster_ips.first() != after.cluster_ips.first() {
        let value = json(&after.cluster_ips);
        let detail = "may not change once set";
        errors.push(FieldError::invalid("spec.clusterIPs[0]", value, detail));
    } else if kept && before.cluster_ip != after.cluster_ip {
        let value = json(&after.cluster_ips);
        let detail = "first value must match `clusterIP`";
        errors.push(FieldError::invalid("spec.clusterIPs", value, detail));
    }
    validate(errors, new);
}
