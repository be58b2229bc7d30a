//! Which context of the kubeconfig file a command uses (`client-go/tools/clientcmd`).

use crate::sim::cluster::Cluster;
use crate::sim::kubeconfig::Context;

use super::failure::Failure;
use super::flags::Arguments;

/// Where the file is.
pub(super) const PATH: &str = "/root/.kube/config";

/// The address of the API server.
pub(super) fn server(cluster: &Cluster) -> String {
    let config = &cluster.kubeconfig;
    let named = config.context().and_then(|context| config.clusters.get(&context.cluster));
    named.or(config.clusters.values().next()).cloned().unwrap_or_default()
}

/// The context in force, or the refusal to talk to any server without one.
pub(super) fn context(cluster: &Cluster, arguments: &Arguments) -> Result<Context, Failure> {
    let config = &cluster.kubeconfig;
    let mut context = match arguments.global("context").filter(|name| !name.is_empty()) {
        Some(name) => config.contexts.get(name).cloned().ok_or_else(|| missing(name))?,
        None if config.current.is_empty() => {
            let text = "The connection to the server localhost:8080 was refused - did you specify \
                        the right host or port?";
            return Err(Failure::Verbatim(text.to_owned()));
        }
        None => config.context().cloned().ok_or_else(|| missing(&config.current))?,
    };
    if let Some(name) = arguments.global("cluster") {
        name.clone_into(&mut context.cluster);
    }
    if let Some(name) = arguments.global("user") {
        name.clone_into(&mut context.user);
    }
    if !config.users.contains(&context.user) {
        let text = format!("auth info \"{}\" does not exist", context.user);
        return Err(Failure::message(text));
    }
    if config.clusters.get(&context.cluster).is_none() {
        let text = format!("cluster \"{}\" does not exist", context.cluster);
        return Err(Failure::message(text));
    }
    Ok(context)
}

fn missing(name: &str) -> Failure {
    Failure::Verbatim(format!(
        "Error in configuration: context was not found for specified context: {name}"
    ))
}
