//! `kubectl describe endpointslice` (`describeEndpointSliceV1`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::service::EndpointSlice;

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::EndpointSlice, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(slice) = EndpointSlice::of(object) else { return };
    let meta = &slice.metadata;
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.line(0, "AddressType", &slice.address_type);
    let or_unset = |text: Option<&str>| match text {
        None | Some("") => "<unset>".to_owned(),
        Some(text) => text.to_owned(),
    };
    if slice.ports.is_empty() {
        page.line(0, "Ports", "<unset>");
    } else {
        page.text("Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------\n");
        for port in &slice.ports {
            let number = port.port.map_or_else(|| "<unset>".to_owned(), |port| port.to_string());
            let protocol = or_unset(port.protocol.as_deref());
            page.text(format!("  {}\t{number}\t{protocol}\n", or_unset(port.name.as_deref())));
        }
    }
    if slice.endpoints.is_empty() {
        return page.line(0, "Endpoints", "<none>");
    }
    page.head(0, "Endpoints");
    for endpoint in &slice.endpoints {
        page.text(format!("  - Addresses:\t{}\n", endpoint.addresses.join(", ")));
        page.head(4, "Conditions");
        let ready = endpoint.conditions.ready.map(|ready| ready.to_string());
        page.line(6, "Ready", or_unset(ready.as_deref()));
        page.line(4, "Hostname", or_unset(endpoint.hostname.as_deref()));
        if let Some(target) = &endpoint.target_ref {
            page.line(4, "TargetRef", format!("{}/{}", target.kind, target.name));
        }
        page.line(4, "NodeName", or_unset(endpoint.node_name.as_deref()));
        page.line(4, "Zone", "<unset>");
    }
}
