//! `kubectl run` (`pkg/cmd/run/run.go`).

use serde_json::{Map, Value, json};

use crate::api::kind::Kind;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, duration, truth, value};
use super::super::merge::{apply_merge, apply_strategic};
use super::super::patch::apply_json_patch;
use super::super::session::Session;
use super::apply::{DRY_RUN, DryRun};
use super::create::generator::{Generated, generate, required};
use super::{FILENAME, KUSTOMIZE, OUTPUT, RECURSIVE, TEMPLATE, Verb};

pub(super) const VERB: Verb = Verb { name: "run", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    KUSTOMIZE,
    RECURSIVE,
    OUTPUT,
    TEMPLATE,
    DRY_RUN,
    value("image", '\0'),
    value("image-pull-policy", '\0'),
    value("annotations", '\0'),
    value("env", '\0'),
    value("port", '\0'),
    value("labels", 'l'),
    value("restart", '\0'),
    value("overrides", '\0'),
    value("override-type", '\0'),
    value("field-manager", '\0'),
    value("grace-period", '\0'),
    value("cascade", '\0'),
    value("detach-keys", '\0'),
    duration("pod-running-timeout", '\0'),
    duration("timeout", '\0'),
    truth("rm", '\0'),
    truth("stdin", 'i'),
    truth("tty", 't'),
    truth("attach", '\0'),
    truth("leave-stdin-open", '\0'),
    truth("command", '\0'),
    truth("expose", '\0'),
    truth("quiet", 'q'),
    truth("privileged", '\0'),
    truth("save-config", '\0'),
    truth("force", '\0'),
    truth("wait", '\0'),
    truth("now", '\0'),
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    required(arguments, "image")?;
    let Some((name, rest)) = arguments.words.split_first() else {
        return Err(Failure::usage("run", "NAME is required for run"));
    };
    let image = arguments.get("image").unwrap_or_default();
    if image.is_empty() {
        return Err(Failure::message("--image is required"));
    }
    if !is_reference(image) {
        let text = format!("Invalid image name \"{image}\": invalid reference format");
        return Err(Failure::message(text));
    }
    check_flags(arguments)?;
    let labels = labels(arguments, name)?;
    let mut words: Vec<String> = rest.to_vec();
    words.extend(arguments.after.iter().flatten().cloned());
    let pod = pod(arguments, name, image, &labels, &words)?;
    if arguments.is_set("expose") {
        let port = arguments.get("port").unwrap_or_default();
        let service = json!({
            "metadata": {}, "spec": {
                "ports": [{"port": number(port)?, "protocol": "TCP", "targetPort": number(port)?}],
                "selector": labels,
            },
        });
        let blank = json!({"status": {"loadBalancer": {}}});
        let made = Generated { kind: Kind::Service, name, body: service, blank, refusal: "" };
        generate(session, arguments, made)?;
        if DryRun::of(arguments)? != DryRun::No && arguments.get("output").is_some() {
            session.print("---");
        }
    }
    let blank = json!({"status": {}});
    generate(session, arguments, Generated { kind: Kind::Pod, name, body: pod, blank, refusal: "" })
}

/// Flags that do not go together.
fn check_flags(arguments: &Arguments) -> Result<(), Failure> {
    let usage = |text: String| Err(Failure::usage("run", text));
    let restart = arguments.get("restart").unwrap_or("Always");
    if !matches!(restart, "" | "Always" | "OnFailure" | "Never") {
        return usage(format!("invalid restart policy: {restart}"));
    }
    let pull = arguments.get("image-pull-policy").unwrap_or_default();
    if !matches!(pull, "" | "Always" | "IfNotPresent" | "Never") {
        return usage(format!("invalid image pull policy: {pull}"));
    }
    let (stdin, tty) = (arguments.is_set("stdin"), arguments.is_set("tty"));
    if tty && !stdin {
        let text = "-i/--stdin is required for containers with -t/--tty=true";
        return usage(text.to_owned());
    }
    if arguments.is_set("expose") && arguments.get("port").is_none_or(str::is_empty) {
        return usage("--port must be set when exposing a service".to_owned());
    }
    let attached = arguments.truth_or("attach", stdin);
    if arguments.is_set("rm") && !attached {
        return usage("--rm should only be used for attached containers".to_owned());
    }
    if attached && DryRun::of(arguments)? != DryRun::No {
        let text = "--dry-run=[server|client] can't be used with attached containers options \
                    (--attach, --stdin, or --tty)";
        return usage(text.to_owned());
    }
    if attached {
        return Err(Failure::not_simulated("kubectl run --attach"));
    }
    Ok(())
}

/// Whether an image can have that name (`distribution/reference`).
fn is_reference(image: &str) -> bool {
    let path = image.rsplit_once('@').map_or(image, |(path, _)| path);
    let slash = path.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match path[slash..].split_once(':') {
        Some((name, tag)) => (format!("{}{name}", &path[..slash]), Some(tag)),
        None => (path.to_owned(), None),
    };
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let part = |part: &str| {
        part.starts_with(inner)
            && part.ends_with(inner)
            && part.chars().all(|c| inner(c) || matches!(c, '.' | '_' | '-'))
    };
    let mut parts: Vec<&str> = name.split('/').collect();
    let is_host = |one: &&str| one.contains(['.', ':']) || *one == "localhost";
    if parts.len() > 1 && parts.first().is_some_and(is_host) {
        parts.remove(0);
    }
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    parts.iter().all(|one| part(one))
        && tag.is_none_or(|tag| !tag.is_empty() && tag.len() <= 128 && tag.chars().all(word))
}

fn number(text: &str) -> Result<i64, Failure> {
    text.parse()
        .map_err(|_| Failure::message(format!("strconv.Atoi: parsing \"{text}\": invalid syntax")))
}

/// `k=v,l=w`.
pub(super) fn pairs(text: &str) -> Result<Map<String, Value>, Failure> {
    let mut map = Map::new();
    for pair in text.split(',') {
        let Some((key, value)) = pair.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(Failure::message(format!("unexpected label spec: {pair}")));
        };
        map.insert(key.to_owned(), value.into());
    }
    Ok(map)
}

fn labels(arguments: &Arguments, name: &str) -> Result<Value, Failure> {
    match arguments.get("labels") {
        None | Some("") => Ok(json!({"run": name})),
        Some(text) => pairs(text).map(Value::Object),
    }
}

fn pod(
    arguments: &Arguments,
    name: &str,
    image: &str,
    labels: &Value,
    words: &[String],
) -> Result<Value, Failure> {
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if !words.is_empty() {
        let field = if arguments.is_set("command") { "command" } else { "args" };
        container[field] = json!(words);
    }
    let mut variables: Vec<Value> = Vec::new();
    for pair in arguments.all("env") {
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Failure::message(format!("invalid env: {pair}")));
        };
        let mut variable = json!({"name": name});
        if !value.is_empty() {
            variable["value"] = value.into();
        }
        variables.push(variable);
    }
    if !variables.is_empty() {
        container["env"] = variables.into();
    }
    if let Some(port) = arguments.get("port").filter(|port| !port.is_empty()) {
        container["ports"] = json!([{"containerPort": number(port)?}]);
    }
    if let Some(policy) = arguments.get("image-pull-policy").filter(|one| !one.is_empty()) {
        container["imagePullPolicy"] = policy.into();
    }
    if arguments.is_set("privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    let restart = arguments.get("restart").filter(|one| !one.is_empty()).unwrap_or("Always");
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"labels": labels, "name": name},
        "spec": {
            "containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart,
        },
    });
    let mut notes = Map::new();
    for pair in arguments.all("annotations") {
        notes.extend(pairs(pair)?);
    }
    if !notes.is_empty() {
        pod["metadata"]["annotations"] = notes.into();
    }
    overridden(arguments, pod)
}

/// The object with what `--overrides` changes in it.
pub(super) fn overridden(arguments: &Arguments, mut value: Value) -> Result<Value, Failure> {
    let Some(text) = arguments.get("overrides").filter(|text| !text.is_empty()) else {
        return Ok(value);
    };
    let patch: Value = serde_json::from_str(text)
        .map_err(|error| Failure::message(format!("invalid overrides: {error}")))?;
    let failed = |words: String| Failure::message(words);
    match arguments.get("override-type").unwrap_or("merge") {
        "merge" => apply_merge(&mut value, &patch),
        "strategic" => apply_strategic(&mut value, &patch).map_err(failed)?,
        "json" => apply_json_patch(&mut value, &patch)
            .map_err(|_| Failure::message("json patch does not apply"))?,
        other => {
            return Err(Failure::message(format!("invalid override type: {other}")));
        }
    }
    Ok(value)
}
