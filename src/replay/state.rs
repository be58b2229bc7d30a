//! What of an object is visible in a recording.

use crate::api::order;
use serde_json::{Map, Value, json};

use crate::api::kind::{Kind, Object};

type State = Map<String, Value>;

/// How each kind is projected; the others do not stand in recordings. Values are paths into the
/// object, or made by a function.
const KINDS: &[(Kind, &[(&str, Part)])] = &[
    (
        Kind::Pod,
        &[
            ("phase", Part::Path("status.phase")),
            ("node", Part::Path("spec.nodeName")),
            ("reason", Part::Path("status.reason")),
            ("message", Part::Path("status.message")),
            ("conditions", Part::Made(conditions)),
            ("containers", Part::Made(containers)),
            ("images", Part::Made(images)),
            ("volumes", Part::Made(volumes)),
            ("labels", Part::Path("metadata.labels")),
        ],
    ),
    (
        Kind::PersistentVolumeClaim,
        &[
            ("phase", Part::Path("status.phase")),
            ("volume", Part::Path("spec.volumeName")),
            ("storageClass", Part::Path("spec.storageClassName")),
            ("request", Part::Path("spec.resources.requests.storage")),
            ("capacity", Part::Path("status.capacity.storage")),
            ("accessModes", Part::Path("status.accessModes")),
            ("annotations", Part::Made(annotations)),
            ("conditions", Part::Made(conditions)),
            ("owners", Part::Made(owners)),
            ("labels", Part::Path("metadata.labels")),
        ],
    ),
    (
        Kind::PersistentVolume,
        &[
            ("phase", Part::Path("status.phase")),
            ("message", Part::Path("status.message")),
            ("reason", Part::Path("status.reason")),
            ("capacity", Part::Path("spec.capacity.storage")),
            ("accessModes", Part::Path("spec.accessModes")),
            ("policy", Part::Path("spec.persistentVolumeReclaimPolicy")),
            ("storageClass", Part::Path("spec.storageClassName")),
            ("claim", Part::Made(claim)),
            ("annotations", Part::Made(annotations)),
            ("nodeAffinity", Part::Made(node_affinity)),
        ],
    ),
    (
        Kind::StatefulSet,
        &[
            ("replicas", Part::Path("status.replicas")),
            ("readyReplicas", Part::Path("status.readyReplicas")),
            ("availableReplicas", Part::Path("status.availableReplicas")),
            ("currentReplicas", Part::Path("status.currentReplicas")),
            ("updatedReplicas", Part::Path("status.updatedReplicas")),
            ("currentRevision", Part::Path("status.currentRevision")),
            ("updateRevision", Part::Path("status.updateRevision")),
            ("specReplicas", Part::Path("spec.replicas")),
        ],
    ),
    (Kind::Deployment, REPLICAS),
    (Kind::ReplicaSet, REPLICAS),
    (
        Kind::DaemonSet,
        &[
            ("desiredNumberScheduled", Part::Path("status.desiredNumberScheduled")),
            ("currentNumberScheduled", Part::Path("status.currentNumberScheduled")),
            ("numberReady", Part::Path("status.numberReady")),
        ],
    ),
    (
        Kind::StorageClass,
        &[
            ("provisioner", Part::Path("provisioner")),
            ("reclaimPolicy", Part::Path("reclaimPolicy")),
            ("mode", Part::Path("volumeBindingMode")),
            ("expand", Part::Path("allowVolumeExpansion")),
            ("annotations", Part::Made(annotations)),
        ],
    ),
    (Kind::EndpointSlice, &[("endpoints", Part::Made(endpoints))]),
    (Kind::ControllerRevision, &[("revision", Part::Path("revision"))]),
    (Kind::Service, &[("type", Part::Path("spec.type")), ("headless", Part::Made(headless))]),
    (
        Kind::VolumeAttachment,
        &[
            ("attacher", Part::Path("spec.attacher")),
            ("node", Part::Path("spec.nodeName")),
            ("attached", Part::Made(attached)),
        ],
    ),
    (Kind::ConfigMap, &[]),
    (Kind::Secret, &[]),
];

const REPLICAS: &[(&str, Part)] = &[
    ("replicas", Part::Path("status.replicas")),
    ("readyReplicas", Part::Path("status.readyReplicas")),
    ("availableReplicas", Part::Path("status.availableReplicas")),
    ("updatedReplicas", Part::Path("status.updatedReplicas")),
    ("unavailableReplicas", Part::Path("status.unavailableReplicas")),
    ("specReplicas", Part::Path("spec.replicas")),
];

/// Where a value comes from.
#[derive(Clone, Copy)]
enum Part {
    Path(&'static str),
    Made(fn(&Value) -> Value),
}

/// Whether recordings show objects of the kind.
pub fn is_shown(kind: Kind) -> bool {
    KINDS.iter().any(|(shown, _)| *shown == kind)
}

/// The visible state of an object; `None` for kinds that recordings leave out. Empty values are
/// left out.
pub fn of(object: &Object) -> Option<State> {
    let (_, parts) = KINDS.iter().find(|(kind, _)| *kind == object.kind())?;
    let value = object.to_value();
    let meta = object.meta();
    let mut state = State::new();
    if meta.is_deleting() {
        state.insert("deleting".to_owned(), true.into());
    }
    put(&mut state, "finalizers", json!(meta.finalizers));
    for (key, part) in *parts {
        let found = match part {
            Part::Path(path) => at(&value, path).cloned().unwrap_or_default(),
            Part::Made(make) => make(&value),
        };
        put(&mut state, key, found);
    }
    Some(state)
}

fn put(state: &mut State, key: &str, value: Value) {
    let empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if !empty {
        state.insert(key.to_owned(), value);
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Words with one blank between them, empty ones left out.
fn words(words: &[&str]) -> String {
    words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn conditions(object: &Value) -> Value {
    let pair = |one: &Value| {
        let said = words(&[text(one, "status"), text(one, "reason"), text(one, "message")]);
        (text(one, "type").to_owned(), Value::String(said))
    };
    Value::Object(items(object, "status.conditions").iter().map(pair).collect())
}

fn containers(object: &Value) -> Value {
    let pair = |one: &Value| {
        let flag = |key: &str| at(one, key).cloned();
        let shown = json!({
            "ready": flag("ready").unwrap_or(Value::Bool(false)),
            "restarts": flag("restartCount").unwrap_or_else(|| 0.into()),
            "state": container_state(at(one, "state").unwrap_or(&Value::Null)),
        });
        (text(one, "name").to_owned(), shown)
    };
    Value::Object(items(object, "status.containerStatuses").iter().map(pair).collect())
}

fn container_state(state: &Value) -> String {
    if let Some(waiting) = state.get("waiting") {
        return words(&["waiting", text(waiting, "reason"), text(waiting, "message")]);
    }
    match state.get("terminated") {
        Some(end) => {
            let code = at(end, "exitCode").and_then(Value::as_i64).unwrap_or(0);
            words(&["terminated", text(end, "reason"), &format!("exit={code}")])
        }
        None if state.get("running").is_some() => "running".to_owned(),
        None => String::new(),
    }
}

fn images(object: &Value) -> Value {
    items(object, "spec.containers").iter().map(|one| text(one, "image")).collect()
}

fn volumes(object: &Value) -> Value {
    let pair = |volume: &Value| {
        let name = text(volume, "name");
        let source = volume.as_object()?.keys().find(|key| *key != "name")?;
        let own = name.starts_with("kube-api-access-");
        (!own).then(|| (name.to_owned(), Value::String(source.clone())))
    };
    Value::Object(items(object, "spec.volumes").iter().filter_map(pair).collect())
}

fn annotations(object: &Value) -> Value {
    let shown =
        |key: &str| key.contains("kubernetes.io/") && !key.ends_with("/last-applied-configuration");
    let all = at(object, "metadata.annotations").and_then(Value::as_object);
    let kept = all.into_iter().flatten().filter(|(key, _)| shown(key));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn owners(object: &Value) -> Value {
    let shown = |one: &Value| format!("{}/{}", text(one, "kind"), text(one, "name"));
    items(object, "metadata.ownerReferences").iter().map(shown).collect()
}

fn claim(object: &Value) -> Value {
    let Some(claim) = at(object, "spec.claimRef") else { return Value::Null };
    let uid = if text(claim, "uid").is_empty() { "" } else { " (uid)" };
    format!("{}/{}{uid}", text(claim, "namespace"), text(claim, "name")).into()
}

fn node_affinity(object: &Value) -> Value {
    at(object, "spec.nodeAffinity").is_some().into()
}

fn headless(object: &Value) -> Value {
    (text(object, "spec.clusterIP") == "None").into()
}

fn attached(object: &Value) -> Value {
    at(object, "status.attached").and_then(Value::as_bool).unwrap_or(false).into()
}

fn endpoints(object: &Value) -> Value {
    let mut list: Vec<Value> = items(object, "endpoints")
        .iter()
        .map(|one| {
            let mut shown = State::new();
            put(&mut shown, "pod", text(one, "targetRef.name").into());
            put(&mut shown, "hostname", text(one, "hostname").into());
            for key in ["ready", "serving", "terminating"] {
                let flag = one.get("conditions").and_then(|c| c.get(key));
                put(&mut shown, key, flag.cloned().unwrap_or_default());
            }
            Value::Object(shown)
        })
        .collect();
    order::sort_by(&mut list, |a, b| text(a, "pod").cmp(text(b, "pod")));
    Value::Array(list)
}
