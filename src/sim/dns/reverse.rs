//! The names of addresses.

use crate::api::service::Service;
use crate::sim::cluster::Cluster;

use super::names::{domain_of, is_address, slices_of};
use super::{Answer, Data, Rcode, Record, RecordType};

/// The address that a name of the reverse zone stands for.
pub(super) fn address_of(name: &str) -> Option<String> {
    let inside = name.strip_suffix(".in-addr.arpa")?;
    let parts: Vec<&str> = inside.split('.').rev().collect();
    Some(parts.join(".")).filter(|address| is_address(address))
}

/// The name of a Service with that address, or of an endpoint with a host name.
pub(super) fn answer(cluster: &Cluster, name: &str, address: &str, kind: RecordType) -> Answer {
    let text = address.to_owned();
    let own = cluster.list::<Service>().find(|service| service.spec.cluster_ips.contains(&text));
    let found = own.map(|service| domain_of(service)).or_else(|| {
        cluster.list::<Service>().find_map(|service| {
            let mut endpoints = slices_of(cluster, service).flat_map(|slice| &slice.endpoints);
            let endpoint = endpoints.find(|endpoint| {
                endpoint.addresses.contains(&text) && endpoint.conditions.ready != Some(false)
            })?;
            let hostname = endpoint.hostname.as_deref().filter(|name| !name.is_empty())?;
            Some(format!("{hostname}.{}", domain_of(service)))
        })
    });
    let Some(found) = found else { return Answer::of(Rcode::NxDomain) };
    let mut answer = Answer::of(Rcode::NoError);
    if kind == RecordType::Ptr {
        let data = Data::Name(found);
        answer.answers.push(Record { name: name.to_owned(), kind, data });
    }
    answer
}
