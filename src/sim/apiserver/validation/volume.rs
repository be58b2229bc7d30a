//! Volumes of a Pod (`pkg/apis/core/validation/validation.go` `ValidateVolumes`,
//! `validateVolumeSource`).

use crate::api::meta::ObjectMeta;
use crate::api::sorted::SortedMap;
use crate::api::volume::{
    CsiVolumeSource, EmptyDirVolumeSource, EphemeralVolumeSource, HostPathVolumeSource,
    NfsVolumeSource, Volume,
};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, one_of, persistent_volume_claim, projection, quoted, required};

/// Sources that are not simulated, by their place in upstream's order.
const KEPT_EARLY: [&str; 3] = ["gitRepo", "iscsi", "glusterfs"];
const KEPT_LATE: [&str; 14] = [
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
];
const HOST_PATH_TYPES: [&str; 8] = [
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];
const ONE_TYPE: &str = "may not specify more than 1 volume type";

/// The volumes that are right, by name; mounts may use only these.
pub(super) type Known<'a> = SortedMap<&'a str, &'a Volume>;

/// Checks all volumes.
pub(super) fn validate<'a>(
    errors: &mut Errors,
    pod: &ObjectMeta,
    volumes: &'a [Volume],
    path: &str,
) -> Known<'a> {
    let mut known = Known::new();
    let mut created = Vec::new();
    for (index, volume) in volumes.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let mut found = Vec::new();
        validate_source(&mut found, pod, volume, &path);
        let name = format!("{path}.name");
        if required(&mut found, &name, &volume.name) {
            named(&mut found, &name, &volume.name, names::dns_label(&volume.name));
        }
        if known.contains_key(volume.name.as_str()) {
            found.push(FieldError::duplicate(&name, &volume.name));
        }
        if volume.ephemeral.is_some() && !pod.name.is_empty() {
            created.push(format!("{}-{}", pod.name, volume.name));
        }
        if found.is_empty() {
            known.insert(&volume.name, volume);
        }
        errors.append(&mut found);
    }
    for (index, volume) in volumes.iter().enumerate() {
        if let Some(source) = &volume.persistent_volume_claim
            && created.contains(&source.claim_name)
        {
            let field = format!("{path}[{index}].persistentVolumeClaim.claimName");
            let detail = "must not reference a PVC that gets created for an ephemeral volume";
            errors.push(FieldError::invalid(field, quoted(&source.claim_name), detail));
        }
    }
    known
}

/// A source: its field, and the check of what stands in it.
type Source<'a> = (&'static str, Box<dyn Fn(&mut Errors) + 'a>);

fn validate_source(errors: &mut Errors, pod: &ObjectMeta, volume: &Volume, path: &str) {
    for (index, (field, check)) in sources(pod, volume, path).into_iter().enumerate() {
        match index {
            0 => check(errors),
            // Upstream's message misspells this one.
            _ if field == "downwardAPI" => {
                errors.push(FieldError::forbidden(format!("{path}.downwarAPI"), ONE_TYPE));
            }
            _ => errors.push(FieldError::forbidden(format!("{path}.{field}"), ONE_TYPE)),
        }
    }
}

/// The sources that are set, in upstream's order.
fn sources<'a>(pod: &'a ObjectMeta, volume: &'a Volume, path: &'a str) -> Vec<Source<'a>> {
    let mut list: Vec<Source<'a>> = Vec::new();
    macro_rules! source {
        ($field:literal, $option:expr, $check:expr) => {
            if let Some(source) = &$option {
                let check = $check;
                list.push(($field, Box::new(move |errors| check(errors, source))));
            }
        };
    }
    let kept = |names: &'static [&'static str]| {
        names
            .iter()
            .filter(|name| volume.other.contains_key(**name))
            .map(|name| -> Source<'a> { (name, Box::new(|_| {})) })
    };
    let at = move |field: &str| format!("{path}.{field}");
    let name = move |errors: &mut Errors, field: &str, value: &str| {
        required(errors, format!("{path}.{field}"), value);
    };
    source!("emptyDir", volume.empty_dir, move |e: &mut _, s| empty_dir(e, s, path));
    source!("hostPath", volume.host_path, move |e: &mut _, s| host_path(e, s, &at("hostPath")));
    list.extend(kept(&KEPT_EARLY[..1]));
    source!("gcePersistentDisk", volume.gce_persistent_disk, move |e: &mut _, s| {
        let source: &crate::api::volume::GcePersistentDiskVolumeSource = s;
        name(e, "gcePersistentDisk.pdName", &source.pd_name);
    });
    source!("awsElasticBlockStore", volume.aws_elastic_block_store, move |e: &mut _, s| {
        let source: &crate::api::volume::AwsElasticBlockStoreVolumeSource = s;
        name(e, "awsElasticBlockStore.volumeID", &source.volume_id);
    });
    source!("secret", volume.secret, move |e: &mut _, s| projection::secret(e, s, path));
    source!("nfs", volume.nfs, move |e: &mut _, s| nfs(e, s, &at("nfs")));
    list.extend(kept(&KEPT_EARLY[1..]));
    source!("persistentVolumeClaim", volume.persistent_volume_claim, move |e: &mut _, s| {
        let source: &crate::api::volume::PersistentVolumeClaimVolumeSource = s;
        name(e, "persistentVolumeClaim.claimName", &source.claim_name);
    });
    list.extend(kept(&KEPT_LATE[..5]));
    source!("downwardAPI", volume.downward_api, move |e: &mut _, s| {
        projection::downward(e, s, &at("downwardAPI"));
    });
    list.extend(kept(&KEPT_LATE[5..7]));
    source!("configMap", volume.config_map, move |e: &mut _, s| {
        projection::config_map(e, s, &at("configMap"));
    });
    list.extend(kept(&KEPT_LATE[7..]));
    source!("projected", volume.projected, move |e: &mut _, s| {
        projection::projected(e, s, &at("projected"));
    });
    source!("csi", volume.csi, move |e: &mut _, s| csi(e, s, &at("csi")));
    source!("ephemeral", volume.ephemeral, move |e: &mut _, s| {
        ephemeral(e, s, pod, &volume.name, path);
    });
    list.extend(kept(&["image"]));
    list
}

fn empty_dir(errors: &mut Errors, source: &EmptyDirVolumeSource, path: &str) {
    if source.size_limit.is_some_and(|limit| limit.sign() < 0) {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.push(FieldError::forbidden(format!("{path}.emptyDir.sizeLimit"), detail));
    }
}

/// Models `validateHostPathVolumeSource`.
pub(super) fn host_path(errors: &mut Errors, source: &HostPathVolumeSource, path: &str) {
    let field = format!("{path}.path");
    if required(errors, &field, &source.path) {
        no_backsteps(errors, &source.path, &field);
        one_of(
            errors,
            format!("{path}.type"),
            source.kind.as_deref().unwrap_or(""),
            &HOST_PATH_TYPES,
        );
    }
}

/// Models `validateNFSVolumeSource`.
pub(super) fn nfs(errors: &mut Errors, source: &NfsVolumeSource, path: &str) {
    required(errors, format!("{path}.server"), &source.server);
    let field = format!("{path}.path");
    required(errors, &field, &source.path);
    if !source.path.starts_with('/') {
        let detail = "must be an absolute path";
        errors.push(FieldError::invalid(field, quoted(&source.path), detail));
    }
}

fn csi(errors: &mut Errors, source: &CsiVolumeSource, path: &str) {
    let field = format!("{path}.driver");
    if required(errors, &field, &source.driver) {
        let driver = source.driver.to_ascii_lowercase();
        named(errors, &field, &source.driver, names::dns_subdomain(&driver));
    }
}

fn ephemeral(
    errors: &mut Errors,
    source: &EphemeralVolumeSource,
    pod: &ObjectMeta,
    volume: &str,
    path: &str,
) {
    let template_path = format!("{path}.ephemeral.volumeClaimTemplate");
    let Some(template) = &source.volume_claim_template else {
        errors.push(FieldError::required(template_path, ""));
        return;
    };
    let spec_path = format!("{template_path}.spec");
    persistent_volume_claim::validate_spec(errors, &template.spec, &spec_path);
    if pod.name.is_empty() {
        return;
    }
    let claim = format!("{}-{volume}", pod.name);
    for why in names::dns_subdomain(&claim) {
        let detail = format!("PVC name \"{claim}\": {why}");
        errors.push(FieldError::invalid(format!("{path}.name"), quoted(volume), &detail));
    }
}

/// Models `validatePathNoBacksteps`.
pub(super) fn no_backsteps(errors: &mut Errors, text: &str, field: &str) {
    if text.split('/').any(|part| part == "..") {
        errors.push(FieldError::invalid(field, quoted(text), "must not contain '..'"));
    }
}

/// Models `validateLocalDescendingPath`.
pub(super) fn descending_path(errors: &mut Errors, text: &str, field: &str) {
    if text.starts_with('/') {
        errors.push(FieldError::invalid(field, quoted(text), "must be a relative path"));
    }
    no_backsteps(errors, text, field);
}
