//! `kubectl get endpoints` (`printEndpoints`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};

use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::Endpoints, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("ENDPOINTS"), shown("AGE")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    vec![object.meta().name.clone(), endpoints(&value), age_of(object, sight)]
}

/// The first three ready addresses with their ports; blank when there are only others
/// (`formatEndpoints`).
fn endpoints(value: &Value) -> String {
    const MOST: usize = 3;
    let Some(subsets) = value["subsets"].as_array().filter(|list| !list.is_empty()) else {
        return "<none>".to_owned();
    };
    let items = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let mut all = Vec::new();
    for subset in subsets {
        let addresses: Vec<String> = items(subset, "addresses")
            .iter()
            .filter_map(|one| one["ip"].as_str().map(str::to_owned))
            .collect();
        let ports = items(subset, "ports");
        if ports.is_empty() {
            all.extend(addresses);
            continue;
        }
        for port in ports {
            all.extend(addresses.iter().map(|ip| format!("{ip}:{}", port["port"])));
        }
    }
    let shown = all.iter().take(MOST).cloned().collect::<Vec<_>>().join(",");
    match all.len().checked_sub(MOST).filter(|more| *more > 0) {
        Some(more) => format!("{shown} + {more} more..."),
        None => shown,
    }
}
