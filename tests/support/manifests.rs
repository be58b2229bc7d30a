//! Random manifests of every simulated kind, small and mostly right.

use serde_json::{Value, json};

use super::dice::Dice;

/// Names of claims, Pods and sets.
pub(crate) const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// A namespace besides the usual one.
pub(crate) const TEAM: &str = "team";

/// A kind and a name of it that may be there.
pub(crate) fn reference(dice: &mut Dice) -> String {
    let kinds =
        ["pod", "pod", "pvc", "pvc", "sts", "sts", "deploy", "rs", "ds", "job", "svc", "cm"];
    match dice.below(8) {
        0 => format!("pod/{}-{}", dice.one(&NAMES), dice.below(4)),
        1 => format!("pvc/data-{}-{}", dice.one(&NAMES), dice.below(4)),
        2 => format!("sc/{}", dice.one(&CLASSES)),
        _ => format!("{}/{}", dice.one(&kinds), dice.one(&NAMES)),
    }
}

/// A node of the profile.
pub(crate) fn node(dice: &mut Dice, profile: &str) -> &'static str {
    match profile {
        "cases" => dice.one(&["node-1", "node-2", "node-3"]),
        "minikube" => "minikube",
        _ => dice.one(&["work1", "work2"]),
    }
}

/// Any manifest.
pub(crate) fn any(dice: &mut Dice, profile: &str) -> Value {
    match dice.below(30) {
        0..5 => volume(dice, profile),
        5..10 => claim(dice),
        10..15 => pod(dice, profile),
        15..20 => stateful_set(dice),
        20 | 21 => class(dice),
        22 => deployment(dice, "Deployment"),
        23 => deployment(dice, "ReplicaSet"),
        24 => daemon_set(dice),
        25 => job(dice),
        26 => service(dice),
        27 => config(dice),
        28 => quota(dice),
        _ => json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TEAM}}),
    }
}

const CLASSES: [&str; 8] = ["", "manual", "later", "made", "sim", "disk", "standard", "local-path"];

fn class(dice: &mut Dice) -> Value {
    let (name, provisioner) = dice.one(&[
        ("later", "kubernetes.io/no-provisioner"),
        ("made", "rancher.io/local-path"),
        ("sim", "example.com/sim"),
        ("disk", "kubernetes.io/gce-pd"),
        ("disk", "pd.csi.storage.gke.io"),
        ("nobody", "example.com/nobody"),
    ]);
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": provisioner,
        "reclaimPolicy": dice.one(&["Delete", "Retain"]),
        "allowVolumeExpansion": dice.chance(60),
        "volumeBindingMode": dice.one(&["Immediate", "WaitForFirstConsumer"]),
    })
}

fn modes(dice: &mut Dice) -> Value {
    dice.one(&[
        &["ReadWriteOnce"][..],
        &["ReadWriteOnce"],
        &["ReadWriteOncePod"],
        &["ReadWriteOnce", "ReadOnlyMany"],
        &["ReadWriteMany", "ReadWriteOnce"],
        &["ReadWriteMany"],
    ])
    .into()
}

fn volume(dice: &mut Dice, profile: &str) -> Value {
    let mut volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {
            "name": format!("pv-{}", dice.below(6)),
            "labels": {"disk": dice.one(&["ssd", "hdd"])},
        },
        "spec": {
            "capacity": {"storage": dice.one(&["1Gi", "2Gi", "5Gi"])},
            "accessModes": modes(dice),
            "storageClassName": dice.one(&["", "", "manual", "later"]),
            "persistentVolumeReclaimPolicy": dice.one(&["Retain", "Delete", "Recycle"]),
        },
    });
    let here = json!({
        "key": "kubernetes.io/hostname", "operator": "In", "values": [node(dice, profile)],
    });
    let here = json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}});
    let spec = &mut volume["spec"];
    match dice.below(6) {
        0 => spec["gcePersistentDisk"] = json!({"pdName": dice.one(&NAMES)}),
        1 => spec["nfs"] = json!({"server": "10.0.2.5", "path": "/exports"}),
        2 => {
            spec["local"] = json!({"path": dice.one(&["/mnt/disk1", "/mnt/absent"])});
            spec["nodeAffinity"] = here;
        }
        _ => {
            spec["hostPath"] = json!({"path": dice.one(&["/tmp/x", "/mnt/x"])});
            if dice.chance(20) {
                spec["nodeAffinity"] = here;
            }
        }
    }
    if dice.chance(20) {
        spec["claimRef"] = json!({"namespace": "default", "name": dice.one(&NAMES)});
    }
    if dice.chance(5) {
        spec["volumeMode"] = "Block".into();
    }
    volume
}

fn claim_spec(dice: &mut Dice) -> Value {
    let mut spec = json!({
        "accessModes": modes(dice),
        "resources": {"requests": {"storage": dice.one(&["1Gi", "2Gi"])}},
    });
    if dice.chance(80) {
        spec["storageClassName"] = dice.one(&CLASSES).into();
    }
    spec
}

fn claim(dice: &mut Dice) -> Value {
    let mut spec = claim_spec(dice);
    if dice.chance(15) {
        spec["volumeName"] = format!("pv-{}", dice.below(6)).into();
    }
    if dice.chance(15) {
        spec["selector"] = json!({"matchLabels": {"disk": "ssd"}});
    }
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": dice.one(&NAMES), "namespace": namespace(dice)},
        "spec": spec,
    })
}

fn namespace(dice: &mut Dice) -> &'static str {
    if dice.chance(10) { TEAM } else { "default" }
}

fn container(dice: &mut Dice) -> Value {
    let mut container = match dice.below(12) {
        0 => json!({"image": "nowhere/absent:1"}),
        1 => json!({"image": "busybox:1.36", "command": ["sh", "-c", "exit 3"]}),
        2 => json!({"image": "busybox:1.36", "command": ["sleep", "4"]}),
        3..6 => json!({"image": "busybox:1.36", "command": ["sleep", "3600"]}),
        _ => json!({"image": "nginx:latest"}),
    };
    container["name"] = "app".into();
    if dice.chance(15) {
        let cpu = dice.one(&["100m", "1", "3"]);
        container["resources"] = json!({"requests": {"cpu": cpu, "memory": "64Mi"}});
    }
    if dice.chance(20) {
        let delay = dice.below(4);
        container["readinessProbe"] = json!({
            "httpGet": {"path": "/", "port": 80}, "periodSeconds": 1, "initialDelaySeconds": delay,
        });
    }
    container
}

fn source(dice: &mut Dice, profile: &str) -> Value {
    match dice.below(12) {
        0 => json!({"emptyDir": {}}),
        1 => {
            let kind = dice.one(&["", "DirectoryOrCreate", "Directory"]);
            json!({"hostPath": {"path": "/mnt/x", "type": kind}})
        }
        2 => json!({"configMap": {"name": dice.one(&NAMES)}}),
        3 => {
            let mut spec = claim_spec(dice);
            if profile == "lab" {
                spec["storageClassName"] = dice.one(&["standard", "local-path"]).into();
            }
            json!({"ephemeral": {"volumeClaimTemplate": {"spec": spec}}})
        }
        4 => json!({"nfs": {"server": "10.0.2.5", "path": "/exports"}}),
        5 => json!({"secret": {"secretName": dice.one(&NAMES), "optional": dice.chance(50)}}),
        _ => json!({"persistentVolumeClaim": {"claimName": dice.one(&NAMES)}}),
    }
}

fn pod_spec(dice: &mut Dice, profile: &str) -> Value {
    let sources: Vec<Value> = (0..dice.below(3)).map(|_| source(dice, profile)).collect();
    let mut container = container(dice);
    let mounts = (0..sources.len())
        .map(|index| json!({"name": format!("v{index}"), "mountPath": format!("/v{index}")}));
    container["volumeMounts"] = mounts.collect();
    let volumes = sources.into_iter().enumerate().map(|(index, mut source)| {
        source["name"] = format!("v{index}").into();
        source
    });
    let volumes: Value = volumes.collect();
    json!({
        "terminationGracePeriodSeconds": dice.below(4),
        "containers": [container],
        "volumes": volumes,
    })
}

fn pod(dice: &mut Dice, profile: &str) -> Value {
    let mut spec = pod_spec(dice, profile);
    match dice.below(10) {
        0 => spec["nodeName"] = node(dice, profile).into(),
        1..3 => {
            spec["nodeSelector"] = json!({"kubernetes.io/hostname": node(dice, profile)});
        }
        _ => {}
    }
    if dice.chance(25) {
        spec["restartPolicy"] = dice.one(&["Never", "OnFailure"]).into();
    }
    if dice.chance(10) {
        let command = dice.one(&["sleep 1", "exit 1"]);
        spec["initContainers"] = json!([{
            "name": "first", "image": "busybox:1.36", "command": ["sh", "-c", command],
        }]);
    }
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": dice.one(&NAMES), "namespace": namespace(dice),
            "labels": {"app": dice.one(&NAMES)},
        },
        "spec": spec,
    })
}

fn template(dice: &mut Dice, name: &str) -> Value {
    let mut container = container(dice);
    if dice.chance(20) {
        container["volumeMounts"] = json!([{"name": "shared", "mountPath": "/shared"}]);
    }
    let claim = json!({"claimName": dice.one(&NAMES)});
    let shared = json!([{"name": "shared", "persistentVolumeClaim": claim}]);
    let volumes = if container.get("volumeMounts").is_some() { shared } else { json!([]) };
    json!({
        "metadata": {"labels": {"app": name}},
        "spec": {
            "terminationGracePeriodSeconds": dice.below(4),
            "containers": [container],
            "volumes": volumes,
        },
    })
}

fn stateful_set(dice: &mut Dice) -> Value {
    let name = dice.one(&NAMES);
    let mut template = template(dice, name);
    let mut spec = json!({
        "replicas": dice.below(5),
        "serviceName": name,
        "selector": {"matchLabels": {"app": name}},
    });
    if dice.chance(75) {
        let mounts = &mut template["spec"]["containers"][0]["volumeMounts"];
        let mount = json!({"name": "data", "mountPath": "/data"});
        match mounts.as_array_mut() {
            Some(mounts) => mounts.push(mount),
            None => *mounts = json!([mount]),
        }
        let claim = claim_spec(dice);
        spec["volumeClaimTemplates"] = json!([{"metadata": {"name": "data"}, "spec": claim}]);
    }
    spec["template"] = template;
    if dice.chance(25) {
        spec["podManagementPolicy"] = "Parallel".into();
    }
    match dice.below(8) {
        0 => spec["updateStrategy"] = json!({"type": "OnDelete"}),
        1 => {
            let partition = dice.below(3);
            spec["updateStrategy"] =
                json!({"type": "RollingUpdate", "rollingUpdate": {"partition": partition}});
        }
        2 => spec["ordinals"] = json!({"start": dice.below(3)}),
        3 => spec["minReadySeconds"] = dice.below(5).into(),
        4 => {
            let [deleted, scaled] = [(); 2].map(|()| dice.one(&["Retain", "Delete"]));
            spec["persistentVolumeClaimRetentionPolicy"] =
                json!({"whenDeleted": deleted, "whenScaled": scaled});
        }
        _ => {}
    }
    named("apps/v1", "StatefulSet", name, spec)
}

/// A namespaced object.
pub(crate) fn named(api_version: &str, kind: &str, name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    })
}

fn deployment(dice: &mut Dice, kind: &str) -> Value {
    let name = dice.one(&NAMES);
    let template = template(dice, name);
    let selector = json!({"matchLabels": {"app": name}});
    let spec = json!({"replicas": dice.below(4), "selector": selector, "template": template});
    named("apps/v1", kind, name, spec)
}

fn daemon_set(dice: &mut Dice) -> Value {
    let name = dice.one(&NAMES);
    let spec = json!({
        "selector": {"matchLabels": {"app": name}}, "template": template(dice, name),
    });
    named("apps/v1", "DaemonSet", name, spec)
}

fn job(dice: &mut Dice) -> Value {
    let name = dice.one(&NAMES);
    let command = dice.one(&["sleep 3", "exit 1"]);
    let container =
        json!({"name": "app", "image": "busybox:1.36", "command": ["sh", "-c", command]});
    let template = json!({"spec": {"restartPolicy": "Never", "containers": [container]}});
    let spec = json!({
        "completions": 1 + dice.below(3), "parallelism": 1 + dice.below(2), "backoffLimit": 2,
        "template": template,
    });
    named("batch/v1", "Job", name, spec)
}

fn service(dice: &mut Dice) -> Value {
    let name = dice.one(&NAMES);
    let mut spec = json!({"selector": {"app": name}, "ports": [{"port": 80}]});
    if dice.chance(60) {
        spec["clusterIP"] = "None".into();
    }
    named("v1", "Service", name, spec)
}

fn config(dice: &mut Dice) -> Value {
    let kind = dice.one(&["ConfigMap", "Secret"]);
    json!({
        "apiVersion": "v1", "kind": kind,
        "metadata": {"name": dice.one(&NAMES)},
        (if kind == "Secret" { "stringData" } else { "data" }): {"key": dice.one(&["1", "2"])},
    })
}

fn quota(dice: &mut Dice) -> Value {
    let hard = match dice.below(3) {
        0 => json!({"requests.storage": dice.one(&["3Gi", "6Gi"])}),
        1 => json!({"persistentvolumeclaims": dice.one(&["2", "4"])}),
        _ => json!({"standard.storageclass.storage.k8s.io/requests.storage": "4Gi"}),
    };
    named("v1", "ResourceQuota", "quota", json!({"hard": hard}))
}
