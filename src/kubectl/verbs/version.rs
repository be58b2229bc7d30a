//! `kubectl version`, `cluster-info` and `api-versions`.

use serde_json::json;

use crate::api::kind::Kind;
use crate::api::order;

use super::super::failure::Failure;
use super::super::flags::{Arguments, truth};
use super::super::output;
use super::super::session::Session;
use super::{OUTPUT, Verb};

pub(super) const VERB: Verb =
    Verb { name: "version", flags: &[OUTPUT, truth("client", '\0')], run: version };

pub(super) const API_VERSIONS: Verb = Verb { name: "api-versions", flags: &[], run: api_versions };

pub(super) const CLUSTER_INFO: Verb = Verb { name: "cluster-info", flags: &[], run: cluster_info };

/// The commands below `cluster-info`.
pub(super) const BELOW_CLUSTER_INFO: &[&Verb] = &[&Verb { name: "dump", flags: &[], run: dump }];

const CLIENT: &str = "v1.36.4";
const KUSTOMIZE: &str = "v5.8.1";
const SERVER: &str = "v1.36.2";

/// Group versions that the API server of this version serves beside those of its kinds here.
const OTHER_VERSIONS: [&str; 12] = [
    "admissionregistration.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "apiregistration.k8s.io/v1",
    "authentication.k8s.io/v1",
    "authorization.k8s.io/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "certificates.k8s.io/v1",
    "events.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1",
    "node.k8s.io/v1",
    "resource.k8s.io/v1",
];

fn version(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let client_only = arguments.is_set("client");
    match arguments.get("output") {
        None | Some("") => {
            session.print(format!("Client Version: {CLIENT}\nKustomize Version: {KUSTOMIZE}"));
            if !client_only {
                session.print(format!("Server Version: {SERVER}"));
            }
        }
        Some(format @ ("json" | "yaml")) => {
            let of = |version: &str| json!({"gitVersion": version, "major": "1", "minor": "36"});
            let mut value = json!({"clientVersion": of(CLIENT), "kustomizeVersion": KUSTOMIZE});
            if !client_only {
                value["serverVersion"] = of(SERVER);
            }
            let text = match format {
                "json" => output::json_text_of_two(&value),
                _ => crate::manifest::write::to_yaml(&value),
            };
            session.stdout.push_str(&text);
        }
        Some(_) => return Err(Failure::message("--output must be 'yaml' or 'json'")),
    }
    Ok(())
}

#[allow(clippy::unnecessary_wraps, reason = "commands may fail")]
fn api_versions(session: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    let served = Kind::ALL.iter().map(|kind| kind.info().api_version).chain(OTHER_VERSIONS);
    for version in order::set(served) {
        session.print(version);
    }
    Ok(())
}

fn cluster_info(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if let [word, ..] = arguments.words.as_slice() {
        let text = format!("unknown command \"{word}\"");
        return Err(Failure::usage("cluster-info", text));
    }
    let server = super::super::kubeconfig::server(session.cluster());
    session.print(format!("Kubernetes control plane is running at {server}"));
    let dns = crate::api::object::ObjectKey::new(Kind::Service, "kube-system", "kube-dns");
    if session.cluster().object(&dns).is_some() {
        let path = "api/v1/namespaces/kube-system/services/kube-dns:dns/proxy";
        session.print(format!("CoreDNS is running at {server}/{path}"));
    }
    session.print(
        "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
    );
    Ok(())
}

fn dump(_: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    Err(Failure::not_simulated("kubectl cluster-info dump"))
}
