//! The names of Services and Pods, as the cluster's name server answers them.
//!
//! Models `CoreDNS` with kubeadm's settings (zone `cluster.local`, `pods insecure`, TTL 30):
//! `plugin/kubernetes/parse.go` `parseRequest`, `kubernetes.go` `findServices`, `findPods`,
//! `reverse.go`, and `plugin/backend_lookup.go` `A`, `AAAA`, `SRV`.
//!
//! Deviations: answers come in the order of the endpoints, not shuffled; nothing is cached, so
//! a name is there as soon as its endpoint is ready; names outside the cluster are not forwarded.

use std::fmt;
use std::net::IpAddr;

use crate::api::config::Namespace;
use crate::api::service::{EndpointSlice, Service, ServicePort};

use super::cluster::Cluster;

/// The zone of the cluster's names.
pub const ZONE: &str = "cluster.local";
/// How long an answer may be kept, in seconds.
pub const TTL: u32 = 30;
/// So many names lead to each other at most (`maxCnameChainLength`).
const CHAIN_MAX: usize = 10;
/// A name with fewer dots is first looked for in the search path (`ndots` of a Pod).
const NDOTS: usize = 5;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// A port and the name that serves it.
    Srv,
    /// Another name.
    Cname,
    /// The name of an address.
    Ptr,
}

impl RecordType {
    /// The type of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "A" => Self::A,
            "AAAA" => Self::Aaaa,
            "SRV" => Self::Srv,
            "CNAME" => Self::Cname,
            "PTR" => Self::Ptr,
            _ => return None,
        })
    }

    /// The name of the type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Srv => "SRV",
            Self::Cname => "CNAME",
            Self::Ptr => "PTR",
        }
    }
}

/// How a question was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    /// The name is there, though perhaps not with what was asked for.
    NoError,
    /// There is no such name.
    NxDomain,
    /// The name is outside the cluster, and nobody can be asked.
    ServFail,
}

impl Rcode {
    /// The word that tools print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoError => "NOERROR",
            Self::NxDomain => "NXDOMAIN",
            Self::ServFail => "SERVFAIL",
        }
    }
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An address of either family.
    Address(IpAddr),
    /// Another name.
    Name(String),
    /// A port and the name that serves it.
    Service {
        /// The share of this one among the others.
        weight: u16,
        /// The port.
        port: u16,
        /// The name.
        target: String,
    },
}

/// One record of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name, without the dot at its end.
    pub name: String,
    /// Its type.
    pub kind: RecordType,
    /// What it stands for.
    pub data: Data,
}

impl fmt::Display for Record {
    /// As zone files have it: `web.default.svc.cluster.local. 30 IN A 10.96.0.7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {TTL} IN {} ", self.name, self.kind.as_str())?;
        match &self.data {
            Data::Address(address) => write!(f, "{address}"),
            Data::Name(name) => write!(f, "{name}."),
            Data::Service { weight, port, target } => write!(f, "0 {weight} {port} {target}."),
        }
    }
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it was taken.
    pub rcode: Rcode,
    /// What was asked for.
    pub answers: Vec<Record>,
    /// What comes with it: the addresses of the names in the answers.
    pub extra: Vec<Record>,
}

impl Answer {
    fn of(rcode: Rcode) -> Self {
        Self { rcode, answers: Vec::new(), extra: Vec::new() }
    }

    /// The addresses among the answers.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.answers.iter().filter_map(|record| match record.data {
            Data::Address(address) => Some(address),
            _ => None,
        })
    }
}

/// What a name in the zone asks for, before the type is looked at.
enum Found {
    /// There is no such name.
    Nothing,
    /// Names and what they stand for; none when the name is only a part of others.
    Targets(Vec<Target>),
}

/// One thing that a name stands for.
struct Target {
    /// The name under which it is one of several.
    name: String,
    host: Host,
    port: Option<i32>,
}

enum Host {
    Address(IpAddr),
    Name(String),
}

/// Answers a question about an absolute name; a dot at its end may be left out.
pub fn query(cluster: &Cluster, name: &str, kind: RecordType) -> Answer {
    follow(cluster, name, kind, CHAIN_MAX)
}

/// Answers the question and follows so many names that stand for others.
fn follow(cluster: &Cluster, name: &str, kind: RecordType, names: usize) -> Answer {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if let Some(address) = reversed(&name) {
        return answer_reverse(cluster, &name, address, kind);
    }
    let Some(inside) = inside_zone(&name) else { return Answer::of(Rcode::ServFail) };
    match find(cluster, inside) {
        Found::Nothing => Answer::of(Rcode::NxDomain),
        Found::Targets(targets) => answer(cluster, (&name, kind), targets, names),
    }
}

/// The names that a Pod's resolver asks for, in order (`ndots` and the search path).
pub fn candidates(namespace: &str, name: &str) -> Vec<String> {
    if let Some(absolute) = name.strip_suffix('.') {
        return vec![absolute.to_owned()];
    }
    let searched = [format!("{namespace}.svc.{ZONE}"), format!("svc.{ZONE}"), ZONE.to_owned()];
    let searched = searched.iter().map(|domain| format!("{name}.{domain}"));
    let own = [name.to_owned()];
    if name.matches('.').count() >= NDOTS {
        own.into_iter().chain(searched).collect()
    } else {
        searched.chain(own).collect()
    }
}

/// Looks a name up as a Pod of the namespace does: the first candidate that has such a record,
/// with its answer; else the answer to the last one.
pub fn resolve(
    cluster: &Cluster,
    namespace: &str,
    name: &str,
    kind: RecordType,
) -> (String, Answer) {
    let mut last = (name.to_owned(), Answer::of(Rcode::NxDomain));
    for candidate in candidates(namespace, name) {
        let answer = query(cluster, &candidate, kind);
        let is_found = !answer.answers.is_empty();
        last = (candidate, answer);
        if is_found {
            break;
        }
    }
    last
}

/// The part of the name before the zone; `None` outside of it.
fn inside_zone(name: &str) -> Option<&str> {
    let inside = name.strip_suffix(ZONE)?;
    if inside.is_empty() { Some(inside) } else { inside.strip_suffix('.') }
}

/// What the name within the zone stands for.
fn find(cluster: &Cluster, inside: &str) -> Found {
    let labels: Vec<&str> = inside.split('.').filter(|label| !label.is_empty()).rev().collect();
    let nothing_more = Found::Targets(Vec::new());
    let exists = |namespace: &str| cluster.get::<Namespace>("", namespace).is_some();
    match labels.as_slice() {
        ["svc" | "pod", namespace, ..] if !exists(namespace) => Found::Nothing,
        [] | ["svc" | "pod"] | ["svc" | "pod", _] => nothing_more,
        ["pod", namespace, pod] => find_pod(namespace, pod),
        ["svc", namespace, service, rest @ ..] => {
            let Some(service) = cluster.get::<Service>(namespace, service) else {
                return Found::Nothing;
            };
            let wanted = match rest {
                [] => Wanted::default(),
                [endpoint] => Wanted { endpoint: Some(endpoint), ..Wanted::default() },
                [protocol, port] => Wanted {
                    port: Some(port.trim_start_matches('_')),
                    protocol: Some(protocol.trim_start_matches('_')),
                    ..Wanted::default()
                },
                _ => return Found::Nothing,
            };
            find_service(cluster, service, &wanted)
        }
        _ => Found::Nothing,
    }
}

/// What the name says besides the Service.
#[derive(Default)]
struct Wanted<'a> {
    endpoint: Option<&'a str>,
    port: Option<&'a str>,
    protocol: Option<&'a str>,
}

impl Wanted<'_> {
    fn is_port(&self, name: &str, protocol: &str) -> bool {
        self.port.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
            && self.protocol.is_none_or(|wanted| wanted.eq_ignore_ascii_case(protocol))
    }
}

/// `10-244-1-7.default.pod.cluster.local`: whatever address the name says.
fn find_pod(namespace: &str, pod: &str) -> Found {
    let dots = pod.matches('-').count() == 3 && !pod.contains("--");
    let text = pod.replace('-', if dots { "." } else { ":" });
    let Ok(address) = text.parse::<IpAddr>() else { return Found::Nothing };
    let name = format!("{pod}.{namespace}.pod.{ZONE}");
    Found::Targets(vec![Target { name, host: Host::Address(address), port: None }])
}

fn find_service(cluster: &Cluster, service: &Service, wanted: &Wanted<'_>) -> Found {
    let domain = domain_of(service);
    let targets = if service.spec.kind == "ExternalName" {
        let plain = wanted.endpoint.is_none() && wanted.port.is_none();
        let host = Host::Name(service.spec.external_name.trim_end_matches('.').to_owned());
        let target = Target { name: domain, host, port: None };
        plain.then_some(target).into_iter().collect()
    } else if service.is_headless() || wanted.endpoint.is_some() {
        endpoints(cluster, service, wanted)
    } else {
        cluster_addresses(service, wanted)
    };
    if targets.is_empty() { Found::Nothing } else { Found::Targets(targets) }
}

fn domain_of(service: &Service) -> String {
    let meta = &service.metadata;
    format!("{}.{}.svc.{ZONE}", meta.name, meta.namespace)
}

/// The addresses of a Service with addresses of its own, ready endpoints or not.
fn cluster_addresses(service: &Service, wanted: &Wanted<'_>) -> Vec<Target> {
    let ports = service.spec.ports.iter();
    let ports = ports.filter(|port: &&ServicePort| wanted.is_port(&port.name, &port.protocol));
    let addresses = || service.spec.cluster_ips.iter().filter_map(|ip| ip.parse().ok());
    let target = |port: &ServicePort, address: IpAddr| Target {
        name: domain_of(service),
        host: Host::Address(address),
        port: Some(port.port),
    };
    ports.flat_map(|port| addresses().map(move |address| target(port, address))).collect()
}

/// The ready endpoints of a Service, each for every port that is wanted.
fn endpoints(cluster: &Cluster, service: &Service, wanted: &Wanted<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    for slice in slices_of(cluster, service) {
        // Without ports there are addresses all the same, but no services.
        let mut ports: Vec<Option<i32>> = slice
            .ports
            .iter()
            .filter(|port| {
                let name = port.name.as_deref().unwrap_or_default();
                wanted.is_port(name, port.protocol.as_deref().unwrap_or_default())
            })
            .map(|port| port.port)
            .collect();
        if slice.ports.is_empty() && wanted.port.is_none() {
            ports.push(None);
        }
        for endpoint in slice.endpoints.iter().filter(|one| one.conditions.ready != Some(false)) {
            for address in endpoint.addresses.iter().filter_map(|ip| ip.parse::<IpAddr>().ok()) {
                let label = label_of(endpoint.hostname.as_deref(), address);
                if wanted.endpoint.is_some_and(|one| !one.eq_ignore_ascii_case(&label)) {
                    continue;
                }
                targets.extend(ports.iter().map(|port| Target {
                    name: format!("{label}.{}", domain_of(service)),
                    host: Host::Address(address),
                    port: *port,
                }));
            }
        }
    }
    targets
}

fn slices_of<'a>(
    cluster: &'a Cluster,
    service: &'a Service,
) -> impl Iterator<Item = &'a EndpointSlice> {
    let meta = &service.metadata;
    cluster.list_in::<EndpointSlice>(&meta.namespace).map(|slice| &**slice).filter(move |slice| {
        slice.metadata.labels.get("kubernetes.io/service-name") == Some(&meta.name)
    })
}

/// The name of an endpoint: its host name, or its address with dashes.
fn label_of(hostname: Option<&str>, address: IpAddr) -> String {
    match hostname.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => address.to_string().replace(['.', ':'], "-"),
    }
}

/// The records of the asked type.
fn answer(
    cluster: &Cluster,
    (name, kind): (&str, RecordType),
    targets: Vec<Target>,
    names: usize,
) -> Answer {
    let mut answer = Answer::of(Rcode::NoError);
    let weight = u16::try_from(100 / targets.len().max(1)).unwrap_or(0).max(1);
    for target in targets {
        let record = |kind, data| Record { name: name.to_owned(), kind, data };
        match (kind, &target.host) {
            (RecordType::A | RecordType::Aaaa, Host::Address(address)) => {
                if (kind == RecordType::A) == address.is_ipv4() {
                    push(&mut answer.answers, record(kind, Data::Address(*address)));
                }
            }
            // A name that stands for itself stands for nothing.
            (_, Host::Name(other)) if *other == *name => {}
            (RecordType::A | RecordType::Aaaa | RecordType::Cname, Host::Name(other)) => {
                let data = Data::Name(other.clone());
                push(&mut answer.answers, record(RecordType::Cname, data));
                if kind != RecordType::Cname && names > 0 {
                    for record in follow(cluster, other, kind, names - 1).answers {
                        push(&mut answer.answers, record);
                    }
                }
            }
            (RecordType::Srv, Host::Address(address)) => {
                let Some(port) = target.port.and_then(|port| u16::try_from(port).ok()) else {
                    continue;
                };
                let data = Data::Service { weight, port, target: target.name.clone() };
                push(&mut answer.answers, record(kind, data));
                let kind = if address.is_ipv4() { RecordType::A } else { RecordType::Aaaa };
                let data = Data::Address(*address);
                push(&mut answer.extra, Record { name: target.name, kind, data });
            }
            _ => {}
        }
    }
    answer
}

fn push(records: &mut Vec<Record>, record: Record) {
    if !records.contains(&record) {
        records.push(record);
    }
}

/// The address that a name of the reverse zone stands for.
fn reversed(name: &str) -> Option<IpAddr> {
    let inside = name.strip_suffix(".in-addr.arpa")?;
    let parts: Vec<&str> = inside.split('.').rev().collect();
    parts.join(".").parse().ok().filter(|_| parts.len() == 4)
}

/// The name of a Service with that address, or of an endpoint with a host name.
fn answer_reverse(cluster: &Cluster, name: &str, address: IpAddr, kind: RecordType) -> Answer {
    let text = address.to_string();
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
