//! `create configmap` and `create secret` (`create_configmap.go`, `create_secret*.go`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::api::kind::Kind;
use crate::api::order;
use crate::sim::sha256::sha256_hex;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, value};
use super::super::super::session::Session;
use super::super::{Verb, show_group};
use super::generator::{APPEND_HASH, FROM_FILE, Generated, flags, generate, name};
use super::source::{Holder, data};

pub(super) const CONFIG_MAP: Verb = Verb {
    name: "configmap",
    flags: flags![
        FROM_FILE,
        APPEND_HASH,
        value("from-literal", '\0'),
        value("from-env-file", '\0'),
    ],
    run: config_map,
};

pub(super) const SECRET: Verb = Verb { name: "secret", flags: &[], run: show_group };

pub(super) const BELOW_SECRET: &[&Verb] = &[&GENERIC, &TLS, &DOCKER_REGISTRY];

const GENERIC: Verb = Verb {
    name: "generic",
    flags: flags![
        FROM_FILE,
        APPEND_HASH,
        value("from-literal", '\0'),
        value("from-env-file", '\0'),
        value("type", '\0'),
    ],
    run: generic,
};

const TLS: Verb = Verb {
    name: "tls",
    flags: flags![APPEND_HASH, value("cert", '\0'), value("key", '\0')],
    run: tls,
};

const DOCKER_REGISTRY: Verb = Verb {
    name: "docker-registry",
    flags: flags![
        FROM_FILE,
        APPEND_HASH,
        value("docker-username", '\0'),
        value("docker-password", '\0'),
        value("docker-email", '\0'),
        value("docker-server", '\0'),
    ],
    run: docker_registry,
};

/// Where Docker keeps its images.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

fn config_map(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let given = name(session, arguments)?;
    let pairs = data(session, arguments, Holder::ConfigMap(given))?;
    let data: Map<String, Value> =
        order::object(pairs.into_iter().map(|(key, text)| (key, Value::String(text))));
    let hashed = json!({"data": data, "kind": "ConfigMap", "name": given});
    let body = if data.is_empty() { json!({}) } else { json!({"data": data}) };
    let name = with_hash(arguments, given, &hashed);
    let refusal = "failed to create configmap: ";
    let made = Generated { kind: Kind::ConfigMap, name: &name, body, blank: json!({}), refusal };
    generate(session, arguments, made)
}

/// The name with a hash of the data behind it, if that is wanted (`pkg/util/hash`).
fn with_hash(arguments: &Arguments, name: &str, hashed: &Value) -> String {
    if !arguments.is_set("append-hash") {
        return name.to_owned();
    }
    let digits: String = sha256_hex(&hashed.to_string())
        .chars()
        .take(10)
        .map(|digit| match digit {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            other => other,
        })
        .collect();
    format!("{name}-{digits}")
}

fn generic(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let given = name(session, arguments)?;
    let pairs = data(session, arguments, Holder::Secret)?;
    secret(session, arguments, given, pairs, arguments.get("type"))
}

fn tls(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let given = name(session, arguments)?;
    let (Some(cert), Some(key)) = (arguments.get("cert"), arguments.get("key")) else {
        return Err(Failure::message("key and cert must be specified"));
    };
    let mut pairs = Vec::new();
    for (name, path, what) in [("tls.crt", cert, "certificate"), ("tls.key", key, "key")] {
        let Some(text) = session.command.files.get(path) else {
            let text = format!("open {path}: no such file or directory");
            return Err(Failure::message(text));
        };
        if !text.contains("-----BEGIN ") {
            let text = format!("tls: failed to find any PEM data in {what} input");
            return Err(Failure::message(text));
        }
        pairs.push((name.to_owned(), text.clone()));
    }
    secret(session, arguments, given, pairs, Some("kubernetes.io/tls"))
}

fn docker_registry(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let given = name(session, arguments)?;
    let mut pairs = data(session, arguments, Holder::Secret)?;
    if pairs.is_empty() {
        let (user, word) = (arguments.get("docker-username"), arguments.get("docker-password"));
        let server = arguments.get("docker-server").unwrap_or(DOCKER_HUB);
        let (Some(user), Some(word), false) = (user, word, server.is_empty()) else {
            let text = "either --from-file or the combination of --docker-username, \
                        --docker-password and --docker-server is required";
            return Err(Failure::message(text));
        };
        let auth = STANDARD.encode(format!("{user}:{word}"));
        let text = |text: &str| Value::String(text.to_owned()).to_string();
        let email = arguments.get("docker-email").map(|one| format!(",\"email\":{}", text(one)));
        let auths = format!(
            "{{\"auths\":{{{}:{{\"username\":{},\"password\":{}{},\"auth\":{}}}}}}}",
            text(server),
            text(user),
            text(word),
            email.unwrap_or_default(),
            text(&auth)
        );
        pairs.push((".dockerconfigjson".to_owned(), auths));
    }
    secret(session, arguments, given, pairs, Some("kubernetes.io/dockerconfigjson"))
}

fn secret(
    session: &mut Session<'_>,
    arguments: &Arguments,
    given: &str,
    pairs: Vec<(String, String)>,
    kind: Option<&str>,
) -> Result<(), Failure> {
    let encoded = pairs.into_iter().map(|(key, text)| (key, Value::String(STANDARD.encode(text))));
    let data: Map<String, Value> = order::object(encoded);
    let hashed =
        json!({"data": data, "kind": "Secret", "name": given, "type": kind.unwrap_or_default()});
    let mut body = if data.is_empty() { json!({}) } else { json!({"data": data}) };
    if let Some(kind) = kind {
        body["type"] = kind.into();
    }
    let name = with_hash(arguments, given, &hashed);
    let refusal = "failed to create secret ";
    let made = Generated { kind: Kind::Secret, name: &name, body, blank: json!({}), refusal };
    generate(session, arguments, made)
}
