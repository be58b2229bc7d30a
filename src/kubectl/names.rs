//! Which objects the words of a command mean (`cli-runtime/pkg/resource/builder.go`).

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::cluster::Cluster;
use crate::sim::endpoints;

use super::failure::Failure;
use super::selector::Selector;
use super::session::Session;

/// A type that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// A kind of object.
    Kind(Kind),
    /// Events, which the simulation keeps apart from its objects.
    Event,
}

/// What the words of a command ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything of some types.
    Types(Vec<Type>),
    /// Objects by name.
    Names(Vec<(Type, String)>),
}

/// The category `all`, in its order (`pkg/registry/core/rest`).
const ALL: [Kind; 9] = [
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Service,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::CronJob,
    Kind::Job,
];

const NOT_BOTH: &str = "there is no need to specify a resource type as a separate argument when \
     passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead \
     of 'kubectl get resource resource/<resource_name>'";

impl Type {
    /// The type that a word means.
    pub(super) fn named(word: &str) -> Result<Self, Failure> {
        let lower = word.to_ascii_lowercase();
        if matches!(lower.as_str(), "events" | "event" | "ev" | "events.events.k8s.io") {
            return Ok(Self::Event);
        }
        // `deployments.v1.apps` names the version between resource and group.
        let parts: Vec<&str> = lower.splitn(3, '.').collect();
        let kind = Kind::of_resource(&lower).or_else(|| match parts.as_slice() {
            [name, version, group] if version.starts_with('v') => {
                Kind::of_resource(&format!("{name}.{group}"))
            }
            [name, version] if version.starts_with('v') => {
                Kind::of_resource(name).filter(|kind| kind.group().is_empty())
            }
            _ => None,
        });
        kind.map(Self::Kind).ok_or_else(|| {
            Failure::message(format!("the server doesn't have a resource type \"{word}\""))
        })
    }

    /// Whether its objects live in a namespace.
    pub(super) fn is_namespaced(self) -> bool {
        match self {
            Self::Kind(kind) => kind.is_namespaced(),
            Self::Event => true,
        }
    }
}

impl Asked {
    /// The first type that is asked for.
    pub(super) fn first_type(&self) -> Option<Type> {
        match self {
            Self::Types(types) => types.first().copied(),
            Self::Names(names) => names.first().map(|(one, _)| *one),
        }
    }
}

fn types_of(word: &str) -> Result<Vec<Type>, Failure> {
    let mut types = Vec::new();
    for name in word.split(',').filter(|name| !name.is_empty()) {
        let found = match name {
            "all" => ALL.map(Type::Kind).to_vec(),
            name => vec![Type::named(name)?],
        };
        for one in found {
            if !types.contains(&one) {
                types.push(one);
            }
        }
    }
    Ok(types)
}

/// Reads the words of a command; `None` when there are none.
pub(super) fn asked(words: &[String]) -> Result<Option<Asked>, Failure> {
    let Some(first) = words.first() else { return Ok(None) };
    if words.iter().any(|word| word.contains('/')) {
        return pairs(words).map(|names| Some(Asked::Names(names)));
    }
    let types = types_of(first)?;
    if words.len() == 1 {
        return Ok(Some(Asked::Types(types)));
    }
    let mut names: Vec<(Type, String)> = Vec::new();
    for one in &types {
        for name in &words[1..] {
            let pair = (*one, name.clone());
            if !names.contains(&pair) {
                names.push(pair);
            }
        }
    }
    Ok(Some(Asked::Names(names)))
}

fn pairs(words: &[String]) -> Result<Vec<(Type, String)>, Failure> {
    let mut names = Vec::new();
    for word in words {
        let parts: Vec<&str> = word.split('/').collect();
        let (kind, name) = match parts.as_slice() {
            [_] => return Err(Failure::message(NOT_BOTH)),
            [kind, name] => (*kind, *name),
            _ => {
                let text = "arguments in resource/name form may not have more than one slash";
                return Err(Failure::message(text));
            }
        };
        if kind.is_empty() || name.is_empty() || kind.contains(',') {
            let text = "arguments in resource/name form must have a single resource and name";
            return Err(Failure::message(text));
        }
        let pair = (Type::named(kind)?, name.to_owned());
        if !names.contains(&pair) {
            names.push(pair);
        }
    }
    Ok(names)
}

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space<'a> {
    /// In one namespace.
    One(&'a str),
    /// In all of them.
    All,
}

/// The objects of a kind, by namespace and name.
pub(super) fn list(
    cluster: &Cluster,
    kind: Kind,
    space: Space<'_>,
    selector: &Selector,
) -> Vec<Object> {
    let is_wanted = |object: &&Object| match space {
        Space::One(namespace) if kind.is_namespaced() && object.meta().namespace != namespace => {
            false
        }
        _ => selector.matches(object),
    };
    if kind == Kind::Endpoints {
        return endpoints::list(cluster).iter().filter(is_wanted).cloned().collect();
    }
    cluster.of_kind(kind).map(|(_, object)| object).filter(is_wanted).cloned().collect()
}

/// The keys that words and selectors of a writing command mean (`delete`, `label`, …).
pub(super) fn keys(
    session: &Session<'_>,
    asked: &Asked,
    space: Space<'_>,
    selector: &Selector,
) -> Vec<ObjectKey> {
    match asked {
        Asked::Types(types) => types
            .iter()
            .filter_map(|one| match one {
                Type::Kind(kind) => Some(*kind),
                Type::Event => None,
            })
            .flat_map(|kind| list(session.cluster(), kind, space, selector))
            .map(|object| object.key())
            .collect(),
        Asked::Names(names) => names
            .iter()
            .filter_map(|(one, name)| match one {
                Type::Kind(kind) => Some(ObjectKey::new(*kind, &session.namespace, name)),
                Type::Event => None,
            })
            .collect(),
    }
}
