//! `kubectl describe endpoints` (`describeEndpoints`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Endpoints, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let value = object.to_value();
    page.object(object.meta());
    page.head(0, "Subsets");
    let items = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    for subset in items(&value, "subsets") {
        for (name, key) in [("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")]
        {
            let ips: Vec<String> = items(&subset, key)
                .iter()
                .filter_map(|one| one["ip"].as_str().map(str::to_owned))
                .collect();
            let text = if ips.is_empty() { "<none>".to_owned() } else { ips.join(",") };
            page.line(2, name, text);
        }
        let ports = items(&subset, "ports");
        if !ports.is_empty() {
            page.head(2, "Ports");
            page.text("    Name\tPort\tProtocol\n    ----\t----\t--------\n");
        }
        for port in ports {
            let name = port["name"].as_str().filter(|name| !name.is_empty()).unwrap_or("<unset>");
            let protocol = port["protocol"].as_str().unwrap_or("TCP");
            page.text(format!("    {name}\t{}\t{protocol}\n", port["port"]));
        }
        page.text("\n");
    }
}
