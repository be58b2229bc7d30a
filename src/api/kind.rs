//! The list of kinds, and the object of any of them.

use std::rc::Rc;

use serde_json::Value;

use super::config::{
    ConfigMap, Generic, LimitRange, Namespace, PriorityClass, ResourceQuota, Secret, ServiceAccount,
};
use super::meta::ObjectMeta;
use super::node::Node;
use super::object::Resource;
use super::persistent_volume::PersistentVolume;
use super::persistent_volume_claim::PersistentVolumeClaim;
use super::pod::Pod;
use super::policy::PodDisruptionBudget;
use super::record::{DecodeError, Json, Reader};
use super::service::{EndpointSlice, Service};
use super::storage_class::{StorageClass, VolumeAttachment};
use super::workload::{ControllerRevision, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet};

/// Whether objects of a kind live in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// They do.
    Namespaced,
    /// They belong to the cluster.
    Cluster,
}

/// What the API server knows of a kind.
#[derive(Debug)]
pub struct KindInfo {
    /// The kind, such as `Pod`.
    pub name: &'static str,
    /// Group and version, such as `apps/v1`.
    pub api_version: &'static str,
    /// The resource, such as `pods`.
    pub plural: &'static str,
    /// Short names, such as `po`.
    pub short: &'static [&'static str],
    /// Where its objects live.
    pub scope: Scope,
}

macro_rules! kinds {
    (
        simulated { $($kind:ident $version:literal $plural:literal $short:tt $scope:ident;)* }
        kept { $(
            $kept:ident $kept_version:literal $kept_plural:literal $kept_short:tt
            $kept_scope:ident;
        )* }
    ) => {
        /// A kind of object, in alphabetical order within two groups: simulated, and only kept.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the kinds are upstream's")]
        pub enum Kind { $($kind,)* $($kept,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)* $(Kind::$kept,)*];

            /// What the API server knows of it.
            pub fn info(self) -> &'static KindInfo {
                match self {
                    $(Kind::$kind => &KindInfo {
                        name: stringify!($kind), api_version: $version, plural: $plural,
                        short: &$short, scope: Scope::$scope,
                    },)*
                    $(Kind::$kept => &KindInfo {
                        name: stringify!($kept), api_version: $kept_version,
                        plural: $kept_plural, short: &$kept_short, scope: Scope::$kept_scope,
                    },)*
                }
            }

            /// Whether something happens to its objects; else they are only kept.
            pub fn is_simulated(self) -> bool {
                match self {
                    $(Kind::$kind => true,)*
                    $(Kind::$kept => false,)*
                }
            }
        }

        /// An object of any kind. Cloning shares it.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs, reason = "the kinds are upstream's")]
        pub enum Object { $($kind(Rc<$kind>),)* $($kept(Rc<Generic>),)* }

        impl Object {
            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Object::$kind(_) => Kind::$kind,)*
                    $(Object::$kept(_) => Kind::$kept,)*
                }
            }

            /// Its metadata.
            pub fn meta(&self) -> &ObjectMeta {
                match self {
                    $(Object::$kind(object) => &object.metadata,)*
                    $(Object::$kept(object) => &object.metadata,)*
                }
            }

            /// Its metadata, for changing a copy of it.
            pub fn meta_mut(&mut self) -> &mut ObjectMeta {
                match self {
                    $(Object::$kind(object) => &mut Rc::make_mut(object).metadata,)*
                    $(Object::$kept(object) => &mut Rc::make_mut(object).metadata,)*
                }
            }

            /// Reads an object of that kind; `apiVersion` and `kind` are left out of it.
            pub fn decode(kind: Kind, mut value: Value) -> Result<Self, DecodeError> {
                if let Value::Object(map) = &mut value {
                    map.remove("apiVersion");
                    map.remove("kind");
                }
                Ok(match kind {
                    $(Kind::$kind => Object::$kind(Reader::read_shared(value)?),)*
                    $(Kind::$kept => Object::$kept(Reader::read_shared(value)?),)*
                })
            }

            pub(super) fn body(&self) -> Value {
                match self {
                    $(Object::$kind(object) => object.to_json(),)*
                    $(Object::$kept(object) => object.to_json(),)*
                }
            }
        }

        $(impl Resource for $kind {
            const KIND: Kind = Kind::$kind;
            fn of(object: &Object) -> Option<&Rc<Self>> {
                match object { Object::$kind(object) => Some(object), _ => None }
            }
            fn meta(&self) -> &ObjectMeta { &self.metadata }
            fn meta_mut(&mut self) -> &mut ObjectMeta { &mut self.metadata }
        }
        impl From<$kind> for Object {
            fn from(object: $kind) -> Self { Object::$kind(Rc::new(object)) }
        }
        impl From<Rc<$kind>> for Object {
            fn from(object: Rc<$kind>) -> Self { Object::$kind(object) }
        })*
    };
}

kinds! {
    simulated {
        ConfigMap "v1" "configmaps" ["cm"] Namespaced;
        ControllerRevision "apps/v1" "controllerrevisions" [] Namespaced;
        DaemonSet "apps/v1" "daemonsets" ["ds"] Namespaced;
        Deployment "apps/v1" "deployments" ["deploy"] Namespaced;
        EndpointSlice "discovery.k8s.io/v1" "endpointslices" [] Namespaced;
        Job "batch/v1" "jobs" [] Namespaced;
        LimitRange "v1" "limitranges" ["limits"] Namespaced;
        Namespace "v1" "namespaces" ["ns"] Cluster;
        Node "v1" "nodes" ["no"] Cluster;
        PersistentVolume "v1" "persistentvolumes" ["pv"] Cluster;
        PersistentVolumeClaim "v1" "persistentvolumeclaims" ["pvc"] Namespaced;
        Pod "v1" "pods" ["po"] Namespaced;
        PodDisruptionBudget "policy/v1" "poddisruptionbudgets" ["pdb"] Namespaced;
        PriorityClass "scheduling.k8s.io/v1" "priorityclasses" ["pc"] Cluster;
        ReplicaSet "apps/v1" "replicasets" ["rs"] Namespaced;
        ResourceQuota "v1" "resourcequotas" ["quota"] Namespaced;
        Secret "v1" "secrets" [] Namespaced;
        Service "v1" "services" ["svc"] Namespaced;
        ServiceAccount "v1" "serviceaccounts" ["sa"] Namespaced;
        StatefulSet "apps/v1" "statefulsets" ["sts"] Namespaced;
        StorageClass "storage.k8s.io/v1" "storageclasses" ["sc"] Cluster;
        VolumeAttachment "storage.k8s.io/v1" "volumeattachments" [] Cluster;
    }
    kept {
        CSIDriver "storage.k8s.io/v1" "csidrivers" [] Cluster;
        CSINode "storage.k8s.io/v1" "csinodes" [] Cluster;
        CSIStorageCapacity "storage.k8s.io/v1" "csistoragecapacities" [] Namespaced;
        ClusterRole "rbac.authorization.k8s.io/v1" "clusterroles" [] Cluster;
        ClusterRoleBinding "rbac.authorization.k8s.io/v1" "clusterrolebindings" [] Cluster;
        CronJob "batch/v1" "cronjobs" ["cj"] Namespaced;
        Endpoints "v1" "endpoints" ["ep"] Namespaced;
        Ingress "networking.k8s.io/v1" "ingresses" ["ing"] Namespaced;
        Lease "coordination.k8s.io/v1" "leases" [] Namespaced;
        NetworkPolicy "networking.k8s.io/v1" "networkpolicies" ["netpol"] Namespaced;
        PodTemplate "v1" "podtemplates" [] Namespaced;
        ReplicationController "v1" "replicationcontrollers" ["rc"] Namespaced;
        Role "rbac.authorization.k8s.io/v1" "roles" [] Namespaced;
        RoleBinding "rbac.authorization.k8s.io/v1" "rolebindings" [] Namespaced;
        VolumeAttributesClass "storage.k8s.io/v1" "volumeattributesclasses" ["vac"] Cluster;
    }
}

impl Kind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<Kind> {
        Self::ALL.iter().copied().find(|kind| kind.info().name == name)
    }

    /// The kind that a command line means: `pod`, `pods`, `po`, `statefulsets.apps`, any case.
    pub fn of_resource(text: &str) -> Option<Kind> {
        let lower = text.to_ascii_lowercase();
        let (name, group) = lower.split_once('.').unwrap_or((&lower, ""));
        Self::ALL.iter().copied().find(|kind| {
            let info = kind.info();
            let named = info.plural == name
                || info.name.to_ascii_lowercase() == name
                || info.short.contains(&name);
            named && (group.is_empty() || kind.group() == group)
        })
    }

    /// The API group, empty for the core.
    pub fn group(self) -> &'static str {
        self.info().api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether its objects live in a namespace.
    pub fn is_namespaced(self) -> bool {
        self.info().scope == Scope::Namespaced
    }

    /// The resource with its group, such as `statefulsets.apps`.
    pub fn qualified_plural(self) -> String {
        match self.group() {
            "" => self.info().plural.to_owned(),
            group => format!("{}.{group}", self.info().plural),
        }
    }

    /// The singular with its group, as kubectl prints it: `statefulset.apps`.
    pub fn qualified_singular(self) -> String {
        let singular = self.info().name.to_ascii_lowercase();
        match self.group() {
            "" => singular,
            group => format!("{singular}.{group}"),
        }
    }
}
