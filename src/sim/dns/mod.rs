//! The names of Services and Pods, as the cluster's name server answers them.
//!
//! Models `CoreDNS` with kubeadm's settings (zone `cluster.local`, `pods insecure`, TTL 30):
//! `plugin/kubernetes/parse.go` `parseRequest`, `kubernetes.go` `findServices`, `findPods`,
//! `reverse.go`, and `plugin/backend_lookup.go` `A`, `AAAA`, `SRV`.
//!
//! Deviations: answers come in the order of the endpoints, not shuffled; nothing is cached, so
//! a name is there as soon as its endpoint is ready; names outside the cluster are not forwarded.

mod names;
mod reverse;

use std::fmt;

use super::cluster::Cluster;
use names::{Found, Host, Target};

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
    Address(String),
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
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().filter_map(|record| match &record.data {
            Data::Address(address) => Some(address.as_str()),
            _ => None,
        })
    }
}

/// Answers a question about an absolute name; a dot at its end may be left out.
pub fn query(cluster: &Cluster, name: &str, kind: RecordType) -> Answer {
    follow(cluster, name, kind, CHAIN_MAX)
}

/// Answers the question and follows so many names that stand for others.
fn follow(cluster: &Cluster, name: &str, kind: RecordType, names: usize) -> Answer {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if let Some(address) = reverse::address_of(&name) {
        return reverse::answer(cluster, &name, &address, kind);
    }
    let Some(inside) = names::inside_zone(&name) else { return Answer::of(Rcode::ServFail) };
    match names::find(cluster, inside) {
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
            (RecordType::A | RecordType::Aaaa, Host::Address(address))
                if kind == type_of(address) =>
            {
                let data = Data::Address(address.clone());
                push(&mut answer.answers, record(kind, data));
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
                let (kind, data) = (type_of(address), Data::Address(address.clone()));
                push(&mut answer.extra, Record { name: target.name, kind, data });
            }
            _ => {}
        }
    }
    answer
}

/// Of which family an address is.
fn type_of(address: &str) -> RecordType {
    if address.contains(':') { RecordType::Aaaa } else { RecordType::A }
}

fn push(records: &mut Vec<Record>, record: Record) {
    if !records.contains(&record) {
        records.push(record);
    }
}
