//! Defaults of a Pod's volumes.

use crate::api::volume::{
    DownwardApiVolumeFile, DownwardApiVolumeSource, EmptyDirVolumeSource, ObjectFieldSelector,
    ProjectedVolumeSource, Volume,
};

use super::storage::set_claim_spec_defaults;
use super::{set_some, set_text};

/// The rights of files that come from an object: `0644`.
const FILE_MODE: i32 = 0o644;

/// Models `SetDefaults_Volume` and its siblings: a volume without any source is an `emptyDir`.
pub(super) fn set_volume_defaults(volume: &mut Volume) {
    if !has_source(volume) {
        volume.empty_dir = Some(EmptyDirVolumeSource::default());
    }
    if let Some(source) = &mut volume.host_path {
        set_some(&mut source.kind, "");
    }
    if let Some(source) = &mut volume.config_map {
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.secret {
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.downward_api {
        set_downward_defaults(source);
        source.default_mode.get_or_insert(FILE_MODE);
    }
    if let Some(source) = &mut volume.projected {
        set_projected_defaults(source);
    }
    if let Some(source) = &mut volume.ephemeral
        && let Some(template) = &mut source.volume_claim_template
    {
        set_claim_spec_defaults(&mut template.spec);
    }
}

/// Sources that are not simulated stay in `other`; they count as well.
fn has_source(volume: &Volume) -> bool {
    volume.empty_dir.is_some()
        || volume.host_path.is_some()
        || volume.nfs.is_some()
        || volume.persistent_volume_claim.is_some()
        || volume.config_map.is_some()
        || volume.secret.is_some()
        || volume.downward_api.is_some()
        || volume.projected.is_some()
        || volume.ephemeral.is_some()
        || volume.csi.is_some()
        || volume.gce_persistent_disk.is_some()
        || volume.aws_elastic_block_store.is_some()
        || volume.other.values().any(|source| !source.is_null())
}

fn set_projected_defaults(source: &mut ProjectedVolumeSource) {
    source.default_mode.get_or_insert(FILE_MODE);
    for projection in &mut source.sources {
        if let Some(token) = &mut projection.service_account_token {
            token.expiration_seconds.get_or_insert(3600);
        }
        if let Some(downward) = &mut projection.downward_api {
            set_downward_defaults(downward);
        }
    }
}

fn set_downward_defaults(source: &mut DownwardApiVolumeSource) {
    for DownwardApiVolumeFile { field_ref, .. } in &mut source.items {
        if let Some(field) = field_ref {
            set_field_version(field);
        }
    }
}

/// Models `SetDefaults_ObjectFieldSelector`.
pub(super) fn set_field_version(field: &mut ObjectFieldSelector) {
    set_text(&mut field.api_version, "v1");
}
