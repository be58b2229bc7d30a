//! Having a container's image on the node.
//!
//! Models `pkg/kubelet/images/image_manager.go` `EnsureImageExists`, `pullImage`.

use std::rc::Rc;

use crate::api::config::Secret;
use crate::api::container::Container;
use crate::api::time::SimTime;
use crate::machine::images::ImageRef;
use crate::sim::event_log::EventType;
use crate::sim::random::hash32;
use crate::sim::runtime::{Backoff, StartPart};

use super::start::{Failure, set_part};
use super::{spec, times};
use super::work::Work;

/// How fast an image comes over the network.
const BYTES_PER_MS: u64 = 20_000;

/// Whether the image is there already; else it is being pulled.
pub(super) fn ensure(work: &mut Work<'_>, container: &Container) -> Result<bool, Failure> {
    let name = &container.image;
    let image = match ImageRef::parse(name) {
        Ok(image) => image,
        Err(why) => {
            // [kubelet 6-1] OBSERVATION: the image's name cannot be read.
            return Err(failed(work, container, "InspectFailed", "InvalidImageName", why));
        }
    };
    let present = work.machine.images.contains(image.listed().as_str());
    let policy = match container.image_pull_policy.as_str() {
        "" if image.is_moving() => "Always",
        "" => "IfNotPresent",
        given => given,
    };
    match (policy, present) {
        ("Never" | "IfNotPresent", true) => {
            // [kubelet 6-2] OBSERVATION: the image is on the node already.
            let message = format!(
                "Container image \"{name}\" already present on machine and can be accessed by the \
                 pod"
            );
            work.container_event(container, EventType::Normal, "Pulled", message);
            Ok(true)
        }
        ("Never", false) => {
            // [kubelet 6-3] OBSERVATION: the image is missing and must not be pulled.
            let why = format!(
                "Container image \"{name}\" is not present with pull policy of Never"
            );
            Err(failed(work, container, "ErrImageNeverPull", "ErrImageNeverPull", why))
        }
        _ => pull(work, container, &image, present).map(|()| false),
    }
}

fn pull(
    work: &mut Work<'_>,
    container: &Container,
    image: &ImageRef,
    present: bool,
) -> Result<(), Failure> {
    let now = work.now;
    let name = &container.image;
    let found = work.cluster.profile.registry.find(image);
    let backoff = backoff_of(work, name);
    if let (Some(entry), Err(why)) = (backoff, &found)
        && now < entry.since + entry.ms
    {
        // [kubelet 6-4] OBSERVATION: pulling failed a moment ago; it is held back.
        let message = format!("Back-off pulling image \"{name}\"");
        let shown = format!("{message}: ErrImagePull: {why}");
        work.container_event(container, EventType::Normal, "BackOff", message);
        let error = "Error: ImagePullBackOff";
        work.container_event(container, EventType::Warning, "Failed", error);
        return Err(("ImagePullBackOff", shown, times::ERROR_RETRY_MS));
    }
    // [kubelet 6-5] OBSERVATION: the image is being pulled; nothing else starts meanwhile.
    let pulling = format!("Pulling image \"{name}\"");
    work.container_event(container, EventType::Normal, "Pulling", pulling);
    let answer_ms = 60 + u64::from(hash32(&format!("{}{name}", work.pod.metadata.uid)) % 60);
    let takes_ms = match &found {
        Ok(image) if !present => answer_ms + 400 + image.size_bytes / BYTES_PER_MS,
        _ => answer_ms,
    };
    let free_at = work.machine.pulling_until.max(now);
    Rc::make_mut(&mut work.machine).pulling_until = free_at + takes_ms;
    let part = StartPart::Pull { asked_at: now, takes_ms };
    set_part(work, part, (free_at + takes_ms).since(now));
    Ok(())
}

/// The back-off of an image, which all containers of the Pod that name it share.
fn backoff_of(work: &Work<'_>, image: &str) -> Option<Backoff> {
    let same = spec::all_containers(&work.pod.spec).filter(|container| container.image == image);
    let entries = same.filter_map(|c| work.runtime.containers.get(&c.name)?.pull_backoff);
    entries.max_by_key(|entry| entry.since)
}

/// Says that Secrets with credentials are missing, at every sync
/// (`pkg/kubelet/kubelet_pods.go` `getPullSecretsForPod`).
pub(super) fn report_missing_secrets(work: &mut Work<'_>) {
    let named = work.pod.spec.image_pull_secrets.iter().map(|secret| secret.name.as_str());
    let missing = named.filter(|name| {
        !name.is_empty() && work.cluster.get::<Secret>(&work.key.namespace, name).is_none()
    });
    let missing: Vec<&str> = missing.collect();
    if !missing.is_empty() {
        // [kubelet 6-8] OBSERVATION: a Secret that the Pod names for its images is missing.
        let message = format!(
            "Unable to retrieve some image pull secrets ({}); attempting to pull the image may \
             not succeed.",
            missing.join(", ")
        );
        work.event(EventType::Warning, "FailedToRetrieveImagePullSecret", message);
    }
}

/// The pull has come to its end.
pub(super) fn pulled(
    work: &mut Work<'_>,
    container: &Container,
    asked_at: SimTime,
    takes_ms: u64,
) -> Result<(), Failure> {
    let now = work.now;
    let name = &container.image;
    let Ok(image) = ImageRef::parse(name) else { return Ok(()) };
    match work.cluster.profile.registry.find(&image) {
        Ok(found) => {
            // [kubelet 6-6] OBSERVATION: the image is on the node now.
            let pull = times::go_duration(takes_ms);
            let whole = times::go_duration(now.since(asked_at));
            let message = format!(
                "Successfully pulled image \"{name}\" in {pull} ({whole} including waiting). Image \
                 size: {} bytes.",
                found.size_bytes
            );
            work.container_event(container, EventType::Normal, "Pulled", message);
            work.container(&container.name).pull_backoff = None;
            let listed = image.listed();
            if !work.machine.images.contains(listed.as_str()) {
                Rc::make_mut(&mut work.machine).images.insert(listed.as_str().into());
            }
            Ok(())
        }
        Err(why) => {
            // [kubelet 6-7] OBSERVATION: the registry refuses; the next delay is twice as long.
            let ms = backoff_of(work, name).map_or(times::BACKOFF_FIRST_MS, |entry| entry.ms * 2);
            let ms = ms.min(times::BACKOFF_MAX_MS);
            work.container(&container.name).pull_backoff = Some(Backoff { ms, since: now });
            let message = format!("Failed to pull image \"{name}\": {why}");
            work.container_event(container, EventType::Warning, "Failed", message);
            work.container_event(container, EventType::Warning, "Failed", "Error: ErrImagePull");
            Err(("ErrImagePull", why, times::ERROR_RETRY_MS))
        }
    }
}

fn failed(
    work: &mut Work<'_>,
    container: &Container,
    event: &'static str,
    reason: &'static str,
    why: String,
) -> Failure {
    work.container_event(container, EventType::Warning, event, why.clone());
    let error = format!("Error: {reason}");
    work.container_event(container, EventType::Warning, "Failed", error);
    (reason, why, times::ERROR_RETRY_MS)
}
