//! `apply --prune` (`prune.go`, `pkg/util/prune`): objects that were applied once and are not in
//! the files any more.

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::sorted::SortedSet;
use crate::sim::action::Deletion;
use crate::sim::engine::Request;

use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::input::Item;
use super::super::super::names::{Space, list};
use super::super::super::selector::Selector;
use super::super::super::session::{Session, shown};
use super::{DryRun, LAST_APPLIED};

/// The kinds that are looked through, in the order in which they are.
const NAMESPACED: [Kind; 14] = [
    Kind::ConfigMap,
    Kind::Endpoints,
    Kind::PersistentVolumeClaim,
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Secret,
    Kind::Service,
    Kind::Job,
    Kind::CronJob,
    Kind::Ingress,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
];
const CLUSTER: [Kind; 2] = [Kind::Namespace, Kind::PersistentVolume];

/// Deletes what is not in the files.
pub(super) fn prune(
    session: &mut Session<'_>,
    arguments: &Arguments,
    items: &[Item],
    dry: DryRun,
) -> Result<(), Failure> {
    let selector = Selector::of(arguments, None)?;
    let mut namespaces: SortedSet<String> = SortedSet::new();
    for item in items.iter().filter(|item| !item.key.namespace.is_empty()) {
        namespaces.insert(item.key.namespace.to_string());
    }
    let kept = |key: &ObjectKey| items.iter().any(|item| item.key == *key);
    let mut gone = Vec::new();
    let look = |kind: Kind, space: Space<'_>, gone: &mut Vec<_>| {
        let found = list(session.cluster(), kind, space, &selector);
        let applied = found
            .into_iter()
            .filter(|one| one.meta().annotations.get(LAST_APPLIED).is_some() && !kept(&one.key()));
        gone.extend(applied);
    };
    for namespace in &namespaces {
        for kind in NAMESPACED {
            look(kind, Space::One(namespace), &mut gone);
        }
    }
    for kind in CLUSTER {
        look(kind, Space::All, &mut gone);
    }
    for object in gone {
        let key = object.key();
        let deletion = Deletion { uid: String::new(), ..Deletion::of(&object) };
        let failed = |status| Failure::of(&key, status);
        match dry {
            DryRun::No => drop(session.request(Request::Delete(deletion)).map_err(failed)?),
            DryRun::Server => {
                drop(session.dry_request(Request::Delete(deletion)).map_err(failed)?);
            }
            DryRun::Client => {}
        }
        session.print(format!("{} pruned{}", shown(&key), dry.suffix()));
    }
    Ok(())
}
