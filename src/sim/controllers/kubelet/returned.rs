//! The first look of a kubelet that was started again at a Pod that its node had before.
//!
//! Models `pkg/kubelet/prober/prober_manager.go` `UpdatePodStatus` after a restart and
//! `pkg/kubelet/util/manager/watch_based_manager.go` `GetObject`: the objects of a Pod that is to
//! end are not watched for any more.

use crate::api::volume::Volume;
use crate::sim::event_log::EventType;
use crate::sim::runtime::ProbeRuntime;

use super::work::Work;
use super::{spec, times};

/// Readiness is asked again before it counts, and whatever changed is written.
pub(super) fn take_stock(work: &mut Work<'_>) {
    work.runtime.kubelet_since = work.machine.kubelet_since;
    if work.pod.metadata.is_deleting() {
        report_unregistered(work);
        return;
    }
    let pod = work.pod.clone();
    let soon = work.now + times::RELIST_AT_ONCE_MS;
    for container in spec::all_containers(&pod.spec).filter(|c| c.readiness_probe.is_some()) {
        let known = work.container(&container.name);
        if known.is_running() && known.started {
            // [kubelet 12-1] OBSERVATION: a readiness probe has to succeed anew.
            known.ready = false;
            known.probes.readiness = ProbeRuntime::default();
            known.probes.readiness.next_at = Some(soon);
        }
    }
    // [kubelet 12-2] OBSERVATION: the Pod goes on as it was, and its status is set right.
    work.runtime.sync_at = work.runtime.sync_at.or(Some(work.now));
}

/// A Pod that ends needs its volumes no longer, but the first attempt to mount them is made.
fn report_unregistered(work: &mut Work<'_>) {
    let pod = work.pod.clone();
    let namespace = &pod.metadata.namespace;
    let mounted = |volume: &&Volume| work.runtime.volumes.get(&volume.name).is_some();
    let missing: Vec<(String, String)> = pod
        .spec
        .volumes
        .iter()
        .filter(mounted)
        .filter_map(|volume| Some((volume.name.clone(), first_object(volume)?)))
        .collect();
    for (volume, object) in missing {
        // [kubelet 12-3] OBSERVATION: a volume is made of an object that is not watched.
        let message = format!(
            "MountVolume.SetUp failed for volume \"{volume}\" : object \"{namespace}\"/\"{object}\" \
             not registered"
        );
        work.event(EventType::Warning, "FailedMount", message);
    }
}

/// The first object of which the volume is made.
fn first_object(volume: &Volume) -> Option<String> {
    if let Some(map) = &volume.config_map {
        return Some(map.name.clone());
    }
    if let Some(secret) = &volume.secret {
        return Some(secret.secret_name.clone());
    }
    let projected = volume.projected.as_ref()?;
    projected.sources.iter().find_map(|source| {
        let map = source.config_map.as_ref().map(|map| map.name.clone());
        map.or_else(|| source.secret.as_ref().map(|secret| secret.name.clone()))
    })
}
