//! `StorageClass` and `VolumeAttachment` (`k8s.io/api/storage/v1`).

use super::meta::{ObjectMeta, StringMap};
use super::record::record;

record! {
    /// A kind of storage that can be made on demand.
    StorageClass {
        metadata: ObjectMeta = "metadata",
        provisioner: String = "provisioner",
        parameters: StringMap = "parameters",
        reclaim_policy: Option<String> = "reclaimPolicy",
        mount_options: Vec<String> = "mountOptions",
        allow_volume_expansion: Option<bool> = "allowVolumeExpansion",
        volume_binding_mode: Option<String> = "volumeBindingMode",
        allowed_topologies: Vec<TopologySelectorTerm> = "allowedTopologies",
    }
    /// Places where volumes of the class may be made.
    TopologySelectorTerm {
        match_label_expressions: Vec<TopologySelectorLabelRequirement> = "matchLabelExpressions",
    }
    /// One condition on a node's labels.
    TopologySelectorLabelRequirement { key: String = "key", values: Vec<String> = "values" }
    /// The cable between a volume and a node.
    VolumeAttachment {
        metadata: ObjectMeta = "metadata",
        spec: VolumeAttachmentSpec = "spec",
        status: VolumeAttachmentStatus = "status",
    }
    /// Which volume, which node, by whom.
    VolumeAttachmentSpec {
        attacher: String = "attacher",
        source: VolumeAttachmentSource = "source",
        node_name: String = "nodeName",
    }
    /// The volume.
    VolumeAttachmentSource { persistent_volume_name: Option<String> = "persistentVolumeName" }
    /// Whether it is plugged in.
    VolumeAttachmentStatus {
        attached: Option<bool> = "attached",
        attach_error: Option<VolumeError> = "attachError",
        detach_error: Option<VolumeError> = "detachError",
    }
    /// Why it is not.
    VolumeError { message: String = "message" }
}

impl StorageClass {
    /// Whether claims wait for their first consumer.
    pub fn is_delayed(&self) -> bool {
        self.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
    }

    /// Whether claims without a class get this one (`IsDefaultAnnotation`).
    pub fn is_default(&self) -> bool {
        [
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ]
        .iter()
        .any(|key| self.metadata.annotations.get(*key).is_some_and(|value| value == "true"))
    }
}
