//! Mounts and devices of a container (`pkg/apis/core/validation/validation.go`
//! `ValidateVolumeMounts`, `ValidateVolumeDevices`).

use crate::api::container::Container;
use crate::api::volume::Volume;
use crate::sim::apiserver::status::FieldError;

use super::volume::{Known, descending_path};
use super::{Errors, one_of, quoted, required};

const UNIQUE: &str = "must be unique";
const PROPAGATION: [&str; 3] = ["Bidirectional", "HostToContainer", "None"];

/// Checks the mounts. `claims` are names that a `StatefulSet` makes volumes for.
pub(super) fn validate_mounts(
    errors: &mut Errors,
    container: &Container,
    known: &Known<'_>,
    claims: &[&str],
    path: &str,
) {
    let path = format!("{path}.volumeMounts");
    for (index, mount) in container.volume_mounts.iter().enumerate() {
        let at = format!("{path}[{index}]");
        let name = format!("{at}.name");
        required(errors, &name, &mount.name);
        if !known.contains_key(mount.name.as_str()) && !claims.contains(&mount.name.as_str()) {
            errors.push(FieldError::not_found(&name, &mount.name));
        }
        let field = format!("{at}.mountPath");
        required(errors, &field, &mount.mount_path);
        let earlier = &container.volume_mounts[..index];
        if earlier.iter().any(|earlier| earlier.mount_path == mount.mount_path) {
            errors.push(FieldError::invalid(&field, quoted(&mount.mount_path), UNIQUE));
        }
        let taken = "must not already exist in volumeDevices";
        let devices = &container.volume_devices;
        if devices.iter().any(|device| device.name == mount.name) {
            errors.push(FieldError::invalid(&name, quoted(&mount.name), taken));
        }
        if devices.iter().any(|device| device.device_path == mount.mount_path) {
            errors.push(FieldError::invalid(&field, quoted(&mount.mount_path), taken));
        }
        // Upstream leaves the index out of these two paths.
        if !mount.sub_path.is_empty() {
            descending_path(errors, &mount.sub_path, &format!("{path}.subPath"));
        }
        if !mount.sub_path_expr.is_empty() {
            if !mount.sub_path.is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                let field = format!("{at}.subPathExpr");
                errors.push(FieldError::invalid(field, quoted(&mount.sub_path_expr), detail));
            }
            descending_path(errors, &mount.sub_path_expr, &format!("{path}.subPathExpr"));
        }
        if let Some(propagation) = &mount.mount_propagation {
            validate_propagation(errors, container, propagation, &at);
        }
    }
}

fn validate_propagation(errors: &mut Errors, container: &Container, value: &str, at: &str) {
    let field = format!("{at}.mountPropagation");
    one_of(errors, &field, value, &PROPAGATION);
    let context = container.security_context.as_ref();
    let privileged = context.is_some_and(|context| context.privileged == Some(true));
    if value == "Bidirectional" && !privileged {
        let detail = "Bidirectional mount propagation is available only to privileged containers";
        errors.push(FieldError::forbidden(field, detail));
    }
}

/// Checks the devices.
pub(super) fn validate_devices(
    errors: &mut Errors,
    container: &Container,
    known: &Known<'_>,
    claims: &[&str],
    path: &str,
) {
    for (index, device) in container.volume_devices.iter().enumerate() {
        let at = format!("{path}.volumeDevices[{index}]");
        let earlier = &container.volume_devices[..index];
        let name = format!("{at}.name");
        required(errors, &name, &device.name);
        if earlier.iter().any(|earlier| earlier.name == device.name) {
            errors.push(FieldError::invalid(&name, quoted(&device.name), UNIQUE));
        }
        let volume = known.get(device.name.as_str());
        let is_claim = |volume: &&Volume| {
            volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some()
        };
        if volume.is_none() && !claims.contains(&device.name.as_str()) {
            errors.push(FieldError::not_found(&name, &device.name));
        } else if !volume.is_none_or(is_claim) {
            let detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral \
                          for block mode";
            errors.push(FieldError::invalid(&name, quoted(&device.name), detail));
        }
        let field = format!("{at}.devicePath");
        required(errors, &field, &device.device_path);
        if earlier.iter().any(|earlier| earlier.device_path == device.device_path) {
            errors.push(FieldError::invalid(&field, quoted(&device.device_path), UNIQUE));
        }
        if device.device_path.split('/').any(|part| part == "..") {
            let detail = "can not contain backsteps ('..')";
            errors.push(FieldError::invalid(&field, quoted(&device.device_path), detail));
        }
    }
}
