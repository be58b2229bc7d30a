//! What can stand where the cursor is: commands, flags, types, names, namespaces, containers
//! (`pkg/util/completion`). A pure function for whoever shows a terminal.

use crate::api::kind::{Kind, Object};
use crate::api::order;
use crate::sim::cluster::Cluster;

use super::flags::{Flag, GLOBAL, Takes};
use super::help;
use super::names::Type;
use super::verbs;

/// The words that can stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where the word at the cursor begins, in bytes of the line.
    pub start: usize,
    /// The words, in order.
    pub words: Vec<String>,
}

/// What each command names objects of, when that is always the same.
const NAMES_OF: &[(&str, Kind)] = &[
    ("attach", Kind::Pod),
    ("cordon", Kind::Node),
    ("debug", Kind::Pod),
    ("drain", Kind::Node),
    ("exec", Kind::Pod),
    ("logs", Kind::Pod),
    ("port-forward", Kind::Pod),
    ("uncordon", Kind::Node),
];

/// Commands whose first word is a type, and the rest names of it.
const TYPED: &[&str] = &[
    "annotate", "delete", "describe", "edit", "explain", "expose", "get", "label", "patch",
    "scale", "taint", "wait",
];

/// Completes a line of a shell up to the cursor, a place in bytes; the line begins with
/// `kubectl`, which may be left out.
pub fn complete(line: &str, cursor: usize, cluster: &Cluster) -> Completion {
    let line = line.get(..cursor).unwrap_or(line);
    let start = line.rfind([' ', '\t']).map_or(0, |space| space + 1);
    let (before, word) = line.split_at(start);
    let mut words: Vec<&str> = before.split_whitespace().collect();
    if words.first().is_some_and(|word| *word == "kubectl") {
        words.remove(0);
    } else if words.is_empty() && "kubectl".starts_with(word) && start == 0 && !word.is_empty() {
        return Completion { start, words: vec!["kubectl".to_owned()] };
    }
    let mut found = candidates(&words, word, cluster);
    found.retain(|one| one.starts_with(word) && one != word);
    order::sort(&mut found);
    found.dedup();
    Completion { start, words: found }
}

fn candidates(words: &[&str], word: &str, cluster: &Cluster) -> Vec<String> {
    if words.contains(&"--") {
        return Vec::new();
    }
    let owned: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let mut rest = owned.clone();
    let name = super::flags::Arguments::take_command(&mut rest, &[]);
    let Some(name) = name else {
        return match waiting_flag(words, &[]) {
            Some(flag) => values(flag, words, cluster),
            None if word.starts_with('-') => flags(&[]),
            None => help::names().map(str::to_owned).collect(),
        };
    };
    let Ok((path, verb)) = verbs::find(&name, &mut rest) else { return Vec::new() };
    if let Some(flag) = waiting_flag(words, verb.flags) {
        return values(flag, words, cluster);
    }
    if word.starts_with('-') {
        return flags(verb.flags);
    }
    let given: Vec<String> = plain_words(&rest, verb.flags);
    let below: Vec<String> = help::names_below(&path).map(str::to_owned).collect();
    if !below.is_empty() && given.is_empty() {
        return below;
    }
    arguments(&path, &given, word, &namespace(words, cluster), cluster)
}

/// The words that are neither flags nor their values.
fn plain_words(words: &[String], own: &[Flag]) -> Vec<String> {
    let mut rest = words.to_vec();
    let mut plain = Vec::new();
    while let Some(word) = super::flags::Arguments::take_command(&mut rest, own) {
        plain.push(word);
    }
    plain
}

fn all_flags(own: &[Flag]) -> impl Iterator<Item = &Flag> + use<'_> {
    own.iter().chain(GLOBAL)
}

/// The flag that waits for its value, if the last word is one.
fn waiting_flag(words: &[&str], own: &[Flag]) -> Option<&'static str> {
    let last = *words.last()?;
    let takes = |flag: &&Flag| !matches!(flag.takes, Takes::Truth | Takes::Optional(_));
    let named = |flag: &&Flag| {
        last.strip_prefix("--").is_some_and(|name| name == flag.long)
            || (flag.short != '\0'
                && last.strip_prefix('-') == Some(flag.short.to_string().as_str()))
    };
    all_flags(own).filter(takes).find(named).map(|flag| flag.long)
}

fn flags(own: &[Flag]) -> Vec<String> {
    all_flags(own)
        .map(|flag| match flag.takes {
            Takes::Truth | Takes::Optional(_) => format!("--{}", flag.long),
            _ => format!("--{}=", flag.long),
        })
        .collect()
}

fn values(flag: &str, words: &[&str], cluster: &Cluster) -> Vec<String> {
    match flag {
        "namespace" => names(Kind::Namespace, "", cluster),
        "context" => cluster.kubeconfig.contexts.keys().cloned().collect(),
        "cluster" => cluster.kubeconfig.clusters.keys().cloned().collect(),
        "user" => cluster.kubeconfig.users.clone(),
        "output" => ["json", "yaml", "name", "wide", "jsonpath=", "custom-columns="]
            .map(str::to_owned)
            .to_vec(),
        "container" | "containers" => containers(words, cluster),
        _ => Vec::new(),
    }
}

/// The namespace in force.
fn namespace(words: &[&str], cluster: &Cluster) -> String {
    let flag = words.iter().position(|word| matches!(*word, "-n" | "--namespace"));
    let joined = words.iter().find_map(|word| word.strip_prefix("--namespace="));
    let given = flag.and_then(|at| words.get(at + 1).copied()).or(joined);
    let own = cluster.kubeconfig.context().map(|context| context.namespace.as_str());
    let name = given.or(own).filter(|name| !name.is_empty()).unwrap_or("default");
    name.to_owned()
}

fn names(kind: Kind, namespace: &str, cluster: &Cluster) -> Vec<String> {
    let here = |object: &&Object| !kind.is_namespaced() || object.meta().namespace == namespace;
    let all = cluster.of_kind(kind).map(|(_, object)| object).filter(here);
    all.map(|object| object.meta().name.clone()).collect()
}

/// The containers of the Pod that the words name.
fn containers(words: &[&str], cluster: &Cluster) -> Vec<String> {
    let namespace = namespace(words, cluster);
    let pods = cluster.of_kind_in(Kind::Pod, &namespace).map(|(_, object)| object);
    let named = |object: &&Object| {
        words.iter().any(|word| word.strip_prefix("pod/").unwrap_or(word) == object.meta().name)
    };
    let Some(Object::Pod(pod)) = pods.filter(|object| named(object)).last() else {
        return Vec::new();
    };
    let spec = &pod.spec;
    spec.init_containers.iter().chain(&spec.containers).map(|one| one.name.clone()).collect()
}

/// Types by their plural, `all` among them where it may stand.
fn types() -> Vec<String> {
    Kind::ALL
        .iter()
        .map(|kind| kind.info().plural.to_owned())
        .chain(["events".to_owned()])
        .collect()
}

fn arguments(
    path: &str,
    given: &[String],
    word: &str,
    namespace: &str,
    cluster: &Cluster,
) -> Vec<String> {
    if let Some((_, kind)) = NAMES_OF.iter().find(|(verb, _)| *verb == path) {
        let mut all = if given.is_empty() || *kind == Kind::Node {
            names(*kind, namespace, cluster)
        } else {
            Vec::new()
        };
        if given.is_empty() && *kind == Kind::Pod {
            all.extend(typed_names(word, namespace, cluster));
        }
        return all;
    }
    match path {
        "config use-context" | "config delete-context" | "config rename-context" => {
            cluster.kubeconfig.contexts.keys().cloned().collect()
        }
        _ if TYPED.contains(&path) || path.starts_with("rollout") || path.starts_with("set ") => {
            let mut given: Vec<&str> = given.iter().map(String::as_str).collect();
            if path == "rollout" {
                given.drain(..given.len().min(1));
            }
            match given.first() {
                None => {
                    let mut all = typed_names(word, namespace, cluster);
                    if all.is_empty() {
                        all = types();
                    }
                    all
                }
                Some(_) if path == "explain" => Vec::new(),
                Some(first) if first.contains('/') => typed_names(word, namespace, cluster),
                Some(first) => match Type::named(first) {
                    Ok(Type::Kind(kind)) => names(kind, namespace, cluster)
                        .into_iter()
                        .filter(|name| !given.contains(&name.as_str()))
                        .collect(),
                    _ => Vec::new(),
                },
            }
        }
        _ => Vec::new(),
    }
}

/// `pod/web-0` for a word that has come as far as the slash.
fn typed_names(word: &str, namespace: &str, cluster: &Cluster) -> Vec<String> {
    let Some((kind, _)) = word.split_once('/') else { return Vec::new() };
    let Ok(Type::Kind(one)) = Type::named(kind) else { return Vec::new() };
    names(one, namespace, cluster).iter().map(|name| format!("{kind}/{name}")).collect()
}
