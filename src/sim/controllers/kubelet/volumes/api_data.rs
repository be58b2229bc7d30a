//! Keys of `ConfigMap`s and Secrets and the Pod's fields as files
//! (`pkg/volume/{configmap,secret,downwardapi}` `SetUpAt`).

use crate::api::volume::{ConfigMapVolumeSource, DownwardApiVolumeSource, SecretVolumeSource};
use crate::machine::fs::disks::FsId;
use crate::machine::fs::file_system::FileSystem;
use crate::sim::machines::api_volume;
use crate::sim::machines::payload::{self, Item};
use crate::sim::runtime::VolumeFiles;

use super::super::work::Work;
use super::Place;

/// A `ConfigMap`'s volume.
pub(super) fn config_map_volume(
    work: &mut Work<'_>,
    volume: &str,
    source: &ConfigMapVolumeSource,
) -> Result<Place, String> {
    let namespace = &work.key.namespace;
    let items = payload::config_map(work.cluster, namespace, source, source.default_mode)?;
    Ok(filled(work, "configmap", volume, &items))
}

/// A Secret's volume.
pub(super) fn secret_volume(
    work: &mut Work<'_>,
    volume: &str,
    source: &SecretVolumeSource,
) -> Result<Place, String> {
    let named = (source.secret_name.as_str(), &*source.items, source.optional == Some(true));
    let items = payload::secret(work.cluster, &work.key.namespace, named, source.default_mode)?;
    Ok(filled(work, "secret", volume, &items))
}

/// The volume of the Pod's own fields.
pub(super) fn downward_volume(
    work: &mut Work<'_>,
    volume: &str,
    source: &DownwardApiVolumeSource,
) -> Result<Place, String> {
    let pod = &work.pod;
    let items = payload::downward(work.cluster, pod, &source.items, source.default_mode)?;
    Ok(filled(work, "downward-api", volume, &items))
}

/// Writes the files, if they differ from those that are there.
pub(super) fn filled(work: &mut Work<'_>, plugin: &str, volume: &str, items: &[Item]) -> Place {
    let pod = work.pod.clone();
    api_volume::fill(&mut work.disks, &pod, volume, items, work.now);
    place(work, plugin, volume)
}

/// Where such a volume is.
pub(super) fn place(work: &Work<'_>, plugin: &str, volume: &str) -> Place {
    let path = super::work_path(work, plugin, volume);
    let point = Some(path.as_str().into());
    let fs = FsId::Volume(work.pod.metadata.uid.as_str().into(), volume.into());
    let files = VolumeFiles { fs, root: FileSystem::ROOT, read_only: true, point };
    Place { path, files: Some(files) }
}
