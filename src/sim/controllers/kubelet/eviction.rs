//! Pods that use more of their node's disk than they may.
//!
//! Models `pkg/kubelet/eviction/eviction_manager.go` `localStorageEviction`,
//! `emptyDirLimitEviction`, `podEphemeralStorageLimitEviction`,
//! `containerEphemeralStorageLimitEviction` and
//! `pkg/kubelet/server/stats/volume_stat_calculator.go`.
//!
//! Deviations:
//! - A Pod is measured 40 s after its start and once a minute then; upstream draws the times.

use crate::api::quantity::Quantity;
use crate::machine::fs::disks::FsId;
use crate::sim::event_log::EventType;

use super::spec;
use super::work::Work;

/// From the start to the first measurement.
const FIRST_MS: u64 = 40_000;

/// From one measurement to the next.
const PERIOD_MS: u64 = 60_000;

/// How long a Pod that is evicted gets to end.
pub(super) const GRACE_MS: u64 = 1_000;

const STORAGE: &str = "ephemeral-storage";

/// Whether the Pod has any limit of its own.
fn is_limited(work: &Work<'_>) -> bool {
    let pod = &work.pod.spec;
    let volume = pod.volumes.iter().filter_map(|volume| volume.empty_dir.as_ref());
    let limited = |source: &crate::api::volume::EmptyDirVolumeSource| {
        source.size_limit.is_some_and(|limit| limit.value() > 0)
    };
    let mut containers = pod.containers.iter();
    volume.into_iter().any(limited) || containers.any(|c| c.resources.limits.contains_key(STORAGE))
}

/// Measures the Pod if it is time, and evicts it if it uses too much.
pub(super) fn look(work: &mut Work<'_>) {
    if work.runtime.measure_at.is_none() {
        if is_limited(work) {
            work.runtime.measure_at = Some(work.now + FIRST_MS);
        }
        return;
    }
    if work.runtime.measure_at.is_some_and(|at| at > work.now) || work.runtime.failed.is_some() {
        return;
    }
    work.runtime.measure_at = Some(work.now + PERIOD_MS);
    if let Some(message) = exceeded(work) {
        // [kubelet 13-1] OBSERVATION: the Pod uses more than it may and is evicted.
        work.event(EventType::Warning, "Evicted", message.clone());
        work.runtime.failed = Some(("Evicted", message));
        work.runtime.sync_at = Some(work.now);
    }
}

/// Which limit the Pod exceeds, in the kubelet's words.
pub(super) fn exceeded(work: &Work<'_>) -> Option<String> {
    let pod = &work.pod.spec;
    let used = |name: &str| {
        let files = work.runtime.volumes.get(name)?.files.as_ref()?;
        Some(i128::from(work.disks.get(&files.fs)?.usage(files.root).0))
    };
    for volume in &pod.volumes {
        let limit = volume.empty_dir.as_ref().and_then(|source| source.size_limit);
        let Some(limit) = limit.filter(|limit| limit.value() > 0) else { continue };
        if used(&volume.name).is_some_and(|used| used > limit.value()) {
            let name = &volume.name;
            return Some(format!("Usage of EmptyDir volume \"{name}\" exceeds the limit \"{limit}\". "));
        }
    }
    let limits: Vec<(&str, Quantity)> = spec::all_containers(pod)
        .filter_map(|c| Some((c.name.as_str(), *c.resources.limits.get(STORAGE)?)))
        .collect();
    let (first, others) = limits.split_first()?;
    let containers: i128 = spec::all_containers(pod).map(|c| own_bytes(work, &c.name)).sum();
    let on_disk = pod.volumes.iter().filter(|volume| {
        volume.config_map.is_some()
            || volume.empty_dir.as_ref().is_some_and(|source| source.medium.is_empty())
    });
    let volumes: i128 = on_disk.filter_map(|volume| used(&volume.name)).sum();
    let total = others.iter().fold(first.1, |sum, (_, limit)| sum.plus(limit));
    if containers + volumes > total.value() {
        return Some(format!(
            "Pod ephemeral local storage usage exceeds the total limit of containers {total}. "
        ));
    }
    let over = limits.iter().find(|(name, limit)| own_bytes(work, name) > limit.value());
    over.map(|(name, limit)| {
        format!("Container {name} exceeded its local ephemeral storage limit \"{limit}\". ")
    })
}

/// What a container wrote into its own layer and its log.
fn own_bytes(work: &Work<'_>, name: &str) -> i128 {
    let uid = work.pod.metadata.uid.as_str();
    let layer = work.disks.get(&FsId::Layer(uid.into(), name.into()));
    let layer = layer.map_or(0, |layer| layer.used().0);
    let log = work.runtime.containers.get(name).map_or(0, |known| known.log.printed());
    i128::from(layer + log)
}
