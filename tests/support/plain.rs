//! Manifests that work, as far as others allow it.

use serde_json::{Value, json};

use super::dice::Dice;
use super::manifests::{NAMES, named};

/// A volume without anything strange.
pub(crate) fn volume(dice: &mut Dice) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": format!("pv-{}", dice.below(6))},
        "spec": {
            "capacity": {"storage": dice.one(&["1Gi", "2Gi", "3Gi", "5Gi"])},
            "accessModes": modes(dice),
            "storageClassName": "",
            "persistentVolumeReclaimPolicy": dice.one(&["Retain", "Retain", "Delete", "Recycle"]),
            "hostPath": {"path": "/tmp/x"},
        },
    })
}

/// A claim that such a volume may serve.
pub(crate) fn claim(dice: &mut Dice) -> Value {
    let spec = json!({
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": dice.one(&["1Gi", "2Gi"])}},
        "storageClassName": "",
    });
    named("v1", "PersistentVolumeClaim", dice.one(&NAMES), spec)
}

fn modes(dice: &mut Dice) -> Value {
    let modes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"];
    modes[..dice.one(&[1, 1, 2, 3])].into()
}

/// A set whose Pods become Ready.
pub(crate) fn set(dice: &mut Dice, name: &str) -> Value {
    let claim = json!({
        "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "standard",
    });
    let container = json!({
        "name": "app", "image": dice.one(&["nginx:latest", "httpd:latest"]),
        "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    });
    let mut spec = json!({
        "replicas": 1 + dice.below(4), "serviceName": name,
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]},
        },
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
    });
    if dice.chance(20) {
        spec["podManagementPolicy"] = "Parallel".into();
    }
    named("apps/v1", "StatefulSet", name, spec)
}
