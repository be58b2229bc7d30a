//! The API server's internal form of a few types: which fields there are, in which order, and
//! what an absent one is (`pkg/apis/core/types.go`).

use serde_json::Value;

/// What stands in a field.
pub(super) enum Shape {
    /// A text; absent is empty.
    Text,
    /// A number; absent is 0.
    Number,
    /// A truth value; absent is false.
    Bool,
    /// Anything that is written as it was given; absent is null.
    Plain,
    /// A struct that is always there.
    Struct(&'static [Field]),
    /// A struct that may be absent.
    Pointer(&'static [Field]),
    /// A list of structs.
    List(&'static [Field]),
}

/// Go's name, the name in manifests, what stands in it.
type Field = (&'static str, &'static str, Shape);

use Shape::{Bool, List, Number, Plain, Pointer, Struct, Text};

const RESOURCES: Shape = Struct(&[("Limits", "limits", Plain), ("Requests", "requests", Plain)]);

/// `PersistentVolumeClaimSpec`.
pub(super) const CLAIM_SPEC: Shape = Struct(&[
    ("AccessModes", "accessModes", Plain),
    ("Selector", "selector", Plain),
    ("Resources", "resources", RESOURCES),
    ("VolumeName", "volumeName", Text),
    ("StorageClassName", "storageClassName", Plain),
    ("VolumeMode", "volumeMode", Plain),
    ("DataSource", "dataSource", Pointer(DATA_SOURCE)),
    ("DataSourceRef", "dataSourceRef", Pointer(DATA_SOURCE_REF)),
    ("VolumeAttributesClassName", "volumeAttributesClassName", Plain),
]);

const DATA_SOURCE: &[Field] =
    &[("APIGroup", "apiGroup", Plain), ("Kind", "kind", Text), ("Name", "name", Text)];
const DATA_SOURCE_REF: &[Field] = &[
    ("APIGroup", "apiGroup", Plain),
    ("Kind", "kind", Text),
    ("Name", "name", Text),
    ("Namespace", "namespace", Plain),
];
const GCE: &[Field] = &[
    ("PDName", "pdName", Text),
    ("FSType", "fsType", Text),
    ("Partition", "partition", Number),
    ("ReadOnly", "readOnly", Bool),
];
const AWS: &[Field] = &[
    ("VolumeID", "volumeID", Text),
    ("FSType", "fsType", Text),
    ("Partition", "partition", Number),
    ("ReadOnly", "readOnly", Bool),
];
const HOST_PATH: &[Field] = &[("Path", "path", Text), ("Type", "type", Plain)];
const NFS: &[Field] =
    &[("Server", "server", Text), ("Path", "path", Text), ("ReadOnly", "readOnly", Bool)];

/// The sources of a `PersistentVolume`.
pub(super) const VOLUME_SOURCE: Shape = Struct(&[
    ("GCEPersistentDisk", "gcePersistentDisk", Pointer(GCE)),
    ("AWSElasticBlockStore", "awsElasticBlockStore", Pointer(AWS)),
    ("HostPath", "hostPath", Pointer(HOST_PATH)),
    ("Glusterfs", "glusterfs", Plain),
    ("NFS", "nfs", Pointer(NFS)),
    ("RBD", "rbd", Plain),
    ("Quobyte", "quobyte", Plain),
    ("ISCSI", "iscsi", Plain),
    ("FlexVolume", "flexVolume", Plain),
    ("Cinder", "cinder", Plain),
    ("CephFS", "cephfs", Plain),
    ("FC", "fc", Plain),
    ("Flocker", "flocker", Plain),
    ("AzureFile", "azureFile", Plain),
    ("VsphereVolume", "vsphereVolume", Plain),
    ("AzureDisk", "azureDisk", Plain),
    ("PhotonPersistentDisk", "photonPersistentDisk", Plain),
    ("PortworxVolume", "portworxVolume", Plain),
    ("ScaleIO", "scaleIO", Plain),
    ("Local", "local", Pointer(&[("Path", "path", Text), ("FSType", "fsType", Plain)])),
    ("StorageOS", "storageos", Plain),
    ("CSI", "csi", Pointer(CSI)),
]);

const CSI: &[Field] = &[
    ("Driver", "driver", Text),
    ("VolumeHandle", "volumeHandle", Text),
    ("ReadOnly", "readOnly", Bool),
    ("FSType", "fsType", Text),
    ("VolumeAttributes", "volumeAttributes", Plain),
    ("ControllerPublishSecretRef", "controllerPublishSecretRef", Plain),
    ("NodeStageSecretRef", "nodeStageSecretRef", Plain),
    ("NodePublishSecretRef", "nodePublishSecretRef", Plain),
    ("ControllerExpandSecretRef", "controllerExpandSecretRef", Plain),
    ("NodeExpandSecretRef", "nodeExpandSecretRef", Plain),
];

/// A volume of a Pod; the source stands beside the name.
const VOLUME: &[Field] = &[
    ("Name", "name", Text),
    ("HostPath", "hostPath", Pointer(HOST_PATH)),
    ("EmptyDir", "emptyDir", Pointer(EMPTY_DIR)),
    ("GCEPersistentDisk", "gcePersistentDisk", Pointer(GCE)),
    ("AWSElasticBlockStore", "awsElasticBlockStore", Pointer(AWS)),
    ("GitRepo", "gitRepo", Plain),
    ("Secret", "secret", Plain),
    ("NFS", "nfs", Pointer(NFS)),
    ("ISCSI", "iscsi", Plain),
    ("Glusterfs", "glusterfs", Plain),
    ("PersistentVolumeClaim", "persistentVolumeClaim", Pointer(CLAIM_SOURCE)),
    ("RBD", "rbd", Plain),
    ("Quobyte", "quobyte", Plain),
    ("FlexVolume", "flexVolume", Plain),
    ("Cinder", "cinder", Plain),
    ("CephFS", "cephfs", Plain),
    ("Flocker", "flocker", Plain),
    ("DownwardAPI", "downwardAPI", Plain),
    ("FC", "fc", Plain),
    ("AzureFile", "azureFile", Plain),
    ("ConfigMap", "configMap", Plain),
    ("VsphereVolume", "vsphereVolume", Plain),
    ("AzureDisk", "azureDisk", Plain),
    ("PhotonPersistentDisk", "photonPersistentDisk", Plain),
    ("Projected", "projected", Plain),
    ("PortworxVolume", "portworxVolume", Plain),
    ("ScaleIO", "scaleIO", Plain),
    ("StorageOS", "storageos", Plain),
    ("CSI", "csi", Plain),
    ("Ephemeral", "ephemeral", Plain),
    ("Image", "image", Plain),
];
const EMPTY_DIR: &[Field] = &[("Medium", "medium", Text), ("SizeLimit", "sizeLimit", Plain)];
const CLAIM_SOURCE: &[Field] = &[("ClaimName", "claimName", Text), ("ReadOnly", "readOnly", Bool)];

const CONTAINER: &[Field] = &[
    ("Name", "name", Text),
    ("Image", "image", Text),
    ("Command", "command", Plain),
    ("Args", "args", Plain),
    ("WorkingDir", "workingDir", Text),
    ("Ports", "ports", List(PORT)),
    ("EnvFrom", "envFrom", Plain),
    (
        "Env",
        "env",
        List(&[
            ("Name", "name", Text),
            ("Value", "value", Text),
            ("ValueFrom", "valueFrom", Plain),
        ]),
    ),
    (
        "Resources",
        "resources",
        Struct(&[
            ("Limits", "limits", Plain),
            ("Requests", "requests", Plain),
            ("Claims", "claims", Plain),
        ]),
    ),
    ("ResizePolicy", "resizePolicy", Plain),
    ("RestartPolicy", "restartPolicy", Plain),
    ("RestartPolicyRules", "restartPolicyRules", Plain),
    ("VolumeMounts", "volumeMounts", List(MOUNT)),
    (
        "VolumeDevices",
        "volumeDevices",
        List(&[("Name", "name", Text), ("DevicePath", "devicePath", Text)]),
    ),
    ("LivenessProbe", "livenessProbe", Plain),
    ("ReadinessProbe", "readinessProbe", Plain),
    ("StartupProbe", "startupProbe", Plain),
    ("Lifecycle", "lifecycle", Plain),
    ("TerminationMessagePath", "terminationMessagePath", Text),
    ("TerminationMessagePolicy", "terminationMessagePolicy", Text),
    ("ImagePullPolicy", "imagePullPolicy", Text),
    ("SecurityContext", "securityContext", Plain),
    ("Stdin", "stdin", Bool),
    ("StdinOnce", "stdinOnce", Bool),
    ("TTY", "tty", Bool),
];
const PORT: &[Field] = &[
    ("Name", "name", Text),
    ("HostPort", "hostPort", Number),
    ("ContainerPort", "containerPort", Number),
    ("Protocol", "protocol", Text),
    ("HostIP", "hostIP", Text),
];
const MOUNT: &[Field] = &[
    ("Name", "name", Text),
    ("ReadOnly", "readOnly", Bool),
    ("RecursiveReadOnly", "recursiveReadOnly", Plain),
    ("MountPath", "mountPath", Text),
    ("SubPath", "subPath", Text),
    ("MountPropagation", "mountPropagation", Plain),
    ("SubPathExpr", "subPathExpr", Text),
];
const TOLERATION: &[Field] = &[
    ("Key", "key", Text),
    ("Operator", "operator", Text),
    ("Value", "value", Text),
    ("Effect", "effect", Text),
    ("TolerationSeconds", "tolerationSeconds", Plain),
];

/// `PodSpec`.
pub(super) const POD_SPEC: Shape = Struct(&[
    ("Volumes", "volumes", List(VOLUME)),
    ("InitContainers", "initContainers", List(CONTAINER)),
    ("Containers", "containers", List(CONTAINER)),
    ("EphemeralContainers", "ephemeralContainers", Plain),
    ("RestartPolicy", "restartPolicy", Text),
    ("TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", Plain),
    ("ActiveDeadlineSeconds", "activeDeadlineSeconds", Plain),
    ("DNSPolicy", "dnsPolicy", Text),
    ("NodeSelector", "nodeSelector", Plain),
    ("ServiceAccountName", "serviceAccountName", Text),
    ("AutomountServiceAccountToken", "automountServiceAccountToken", Plain),
    ("NodeName", "nodeName", Text),
    ("SecurityContext", "securityContext", Plain),
    ("ImagePullSecrets", "imagePullSecrets", Plain),
    ("Hostname", "hostname", Text),
    ("Subdomain", "subdomain", Text),
    ("SetHostnameAsFQDN", "setHostnameAsFQDN", Plain),
    ("Affinity", "affinity", Plain),
    ("SchedulerName", "schedulerName", Text),
    ("Tolerations", "tolerations", List(TOLERATION)),
    ("HostAliases", "hostAliases", Plain),
    ("PriorityClassName", "priorityClassName", Text),
    ("Priority", "priority", Plain),
    ("PreemptionPolicy", "preemptionPolicy", Plain),
    ("DNSConfig", "dnsConfig", Plain),
    ("ReadinessGates", "readinessGates", Plain),
    ("RuntimeClassName", "runtimeClassName", Plain),
    ("Overhead", "overhead", Plain),
    ("EnableServiceLinks", "enableServiceLinks", Plain),
    ("TopologySpreadConstraints", "topologySpreadConstraints", Plain),
    ("OS", "os", Plain),
    ("SchedulingGates", "schedulingGates", Plain),
    ("ResourceClaims", "resourceClaims", Plain),
    ("Resources", "resources", Plain),
    ("HostnameOverride", "hostnameOverride", Plain),
]);

/// The value in the internal form, indented by one blank a level.
pub(super) fn lines(value: &Value, shape: &Shape) -> Vec<String> {
    let mut writer = Writer { lines: vec![String::new()], depth: 0 };
    writer.value(Some(value), shape);
    writer.lines
}

struct Writer {
    lines: Vec<String>,
    depth: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        if let Some(line) = self.lines.last_mut() {
            *line += text;
        }
    }

    fn start_line(&mut self) {
        self.lines.push(" ".repeat(self.depth));
    }

    fn value(&mut self, value: Option<&Value>, shape: &Shape) {
        match (shape, value) {
            (Text, None) => self.put("\"\""),
            (Number, None) => self.put("0"),
            (Bool, None) => self.put("false"),
            (Struct(fields), value) => self.fields(value, fields),
            (Pointer(fields), Some(_)) => self.fields(value, fields),
            (List(fields), Some(Value::Array(items))) => {
                self.block(['[', ']'], items, |writer, item| writer.fields(Some(item), fields));
            }
            (_, None) => self.put("null"),
            (_, Some(value)) => self.plain(value),
        }
    }

    fn fields(&mut self, value: Option<&Value>, fields: &[Field]) {
        self.block(['{', '}'], fields, |writer, (name, key, shape)| {
            writer.put(&format!("\"{name}\": "));
            writer.value(value.and_then(|value| value.get(*key)), shape);
        });
    }

    fn plain(&mut self, value: &Value) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                self.block(['[', ']'], items, Self::plain);
            }
            Value::Object(map) if !map.is_empty() => {
                let entries: Vec<(&String, &Value)> = map.iter().collect();
                self.block(['{', '}'], &entries, |writer, (key, value)| {
                    writer.put(&format!("{}: ", Value::from(key.as_str())));
                    writer.plain(value);
                });
            }
            value => self.put(&value.to_string()),
        }
    }

    fn block<T>(&mut self, [open, close]: [char; 2], items: &[T], each: impl Fn(&mut Self, &T)) {
        self.put(&open.to_string());
        self.depth += 1;
        for (index, item) in items.iter().enumerate() {
            self.start_line();
            each(self, item);
            if index + 1 < items.len() {
                self.put(",");
            }
        }
        self.depth -= 1;
        self.start_line();
        self.put(&close.to_string());
    }
}
