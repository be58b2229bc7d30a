//! `kubectl get endpointslice` (`printEndpointSlice`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::service::EndpointSlice;

use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::EndpointSlice, columns: COLUMNS, row };

const COLUMNS: &[Column] =
    &[shown("NAME"), shown("ADDRESSTYPE"), shown("PORTS"), shown("ENDPOINTS"), shown("AGE")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(slice) = EndpointSlice::of(object) else { return Vec::new() };
    let port = |number: Option<i32>| number.map_or_else(|| "*".to_owned(), |n| n.to_string());
    let ports = slice.ports.iter().map(|one| port(one.port)).collect();
    let addresses = slice.endpoints.iter().flat_map(|one| one.addresses.clone()).collect();
    vec![
        slice.metadata.name.clone(),
        slice.address_type.clone(),
        first_three(ports),
        first_three(addresses),
        age_of(object, sight),
    ]
}

fn first_three(list: Vec<String>) -> String {
    match list.len() {
        0 => "<unset>".to_owned(),
        1..=3 => list.join(","),
        more => format!("{} + {} more...", list[..3].join(","), more - 3),
    }
}
