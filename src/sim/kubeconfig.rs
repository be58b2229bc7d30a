//! The kubeconfig file of whoever acts on the cluster (`client-go/tools/clientcmd/api`). It is
//! no part of the cluster, but it belongs to a run as the cluster does.

use crate::api::sorted::SortedMap;

use super::profile::Profile;

/// The file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kubeconfig {
    /// Servers by the name of their cluster.
    pub clusters: SortedMap<String, String>,
    /// The names of users.
    pub users: Vec<String>,
    /// Contexts by name.
    pub contexts: SortedMap<String, Context>,
    /// The name of the context in force; empty without one.
    pub current: String,
}

/// A cluster, a user and a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The name of its cluster.
    pub cluster: String,
    /// The name of its user.
    pub user: String,
    /// Its namespace; empty means `default`.
    pub namespace: String,
}

/// The port of the API server.
const PORT: u16 = 6443;

impl Kubeconfig {
    /// What the tool that made the cluster wrote.
    pub fn of(profile: &Profile) -> Self {
        let first = profile.nodes.iter().find(|node| node.is_control_plane);
        let address = first.or(profile.nodes.first()).map_or("127.0.0.1", |node| node.ip);
        let (name, cluster, user) = match profile.name {
            "minikube" => ("minikube", "minikube", "minikube"),
            _ => ("kubernetes-admin@kubernetes", "kubernetes", "kubernetes-admin"),
        };
        let context = Context {
            cluster: cluster.to_owned(),
            user: user.to_owned(),
            namespace: String::new(),
        };
        let (mut clusters, mut contexts) = (SortedMap::new(), SortedMap::new());
        clusters.insert(cluster.to_owned(), format!("https://{address}:{PORT}"));
        contexts.insert(name.to_owned(), context);
        Self { clusters, users: vec![user.to_owned()], contexts, current: name.to_owned() }
    }

    /// The context in force, if there is one.
    pub fn context(&self) -> Option<&Context> {
        self.contexts.get(&self.current)
    }
}
