//! `kubectl config` (`pkg/cmd/config`).

use serde_json::{Value, json};

use crate::manifest::write::to_yaml;
use crate::sim::kubeconfig::{Context, Kubeconfig};

use super::super::align::align;
use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, Takes, truth, value};
use super::super::kubeconfig::PATH;
use super::super::output::json_text;
use super::super::session::Session;
use super::{OUTPUT, Verb, go_list, show_group};

pub(super) const VERB: Verb = Verb { name: "config", flags: &[], run: show_group };

/// The commands below `config`.
pub(super) const BELOW: &[&Verb] = &[
    &Verb { name: "current-context", flags: &[], run: current_context },
    &Verb { name: "delete-cluster", flags: &[], run: delete_cluster },
    &Verb { name: "delete-context", flags: &[], run: delete_context },
    &Verb { name: "delete-user", flags: &[], run: delete_user },
    &Verb { name: "get-clusters", flags: &[], run: get_clusters },
    &Verb { name: "get-contexts", flags: &[OUTPUT, truth("no-headers", '\0')], run: get_contexts },
    &Verb { name: "get-users", flags: &[], run: get_users },
    &Verb { name: "rename-context", flags: &[], run: rename_context },
    &Verb { name: "set", flags: &[SET_RAW_BYTES], run: set },
    &Verb { name: "set-cluster", flags: SET_CLUSTER, run: refused },
    &Verb { name: "set-context", flags: &[truth("current", '\0')], run: set_context },
    &Verb { name: "set-credentials", flags: SET_CREDENTIALS, run: refused },
    &Verb { name: "unset", flags: &[], run: unset },
    &Verb { name: "use-context", flags: &[], run: use_context },
    &Verb { name: "view", flags: VIEW, run: view },
];

const SET_RAW_BYTES: Flag =
    Flag { long: "set-raw-bytes", short: '\0', takes: Takes::Optional("true") };
const SET_CLUSTER: &[Flag] = &[truth("embed-certs", '\0'), value("proxy-url", '\0')];
const SET_CREDENTIALS: &[Flag] = &[
    truth("embed-certs", '\0'),
    value("auth-provider", '\0'),
    value("auth-provider-arg", '\0'),
    value("exec-command", '\0'),
    value("exec-api-version", '\0'),
    value("exec-arg", '\0'),
    value("exec-env", '\0'),
];
const VIEW: &[Flag] = &[
    OUTPUT,
    truth("flatten", '\0'),
    truth("minify", '\0'),
    truth("raw", '\0'),
    Flag { long: "merge", short: '\0', takes: Takes::Optional("true") },
];

type Done = Result<(), Failure>;

fn refused(session: &mut Session<'_>, _: &Arguments) -> Done {
    Err(Failure::not_simulated(format!("kubectl {}", session.path)))
}

fn read(session: &Session<'_>) -> Kubeconfig {
    Kubeconfig::clone(&session.cluster().kubeconfig)
}

fn unexpected(session: &Session<'_>, arguments: &Arguments) -> Failure {
    let text = format!("Unexpected args: {}", go_list(&arguments.words));
    Failure::usage(&session.path, text)
}

fn current_context(session: &mut Session<'_>, _: &Arguments) -> Done {
    let config = read(session);
    if config.current.is_empty() {
        return Err(Failure::message("current-context is not set"));
    }
    session.print(&config.current);
    Ok(())
}

#[allow(clippy::unnecessary_wraps, reason = "commands may fail")]
fn get_clusters(session: &mut Session<'_>, _: &Arguments) -> Done {
    session.print("NAME");
    for name in read(session).clusters.keys() {
        session.print(name);
    }
    Ok(())
}

#[allow(clippy::unnecessary_wraps, reason = "commands may fail")]
fn get_users(session: &mut Session<'_>, _: &Arguments) -> Done {
    session.print("NAME");
    for name in read(session).users {
        session.print(name);
    }
    Ok(())
}

fn get_contexts(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let config = read(session);
    let names_only = match arguments.get("output").unwrap_or_default() {
        "" => false,
        "name" => true,
        other => {
            return Err(Failure::message(format!(
                "--output {other} is not available in kubectl config get-contexts; resetting to \
                 default output format"
            )));
        }
    };
    let mut lines = Vec::new();
    if !names_only && !arguments.is_set("no-headers") {
        lines.push("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE".to_owned());
    }
    for name in arguments.words.iter().filter(|name| config.contexts.get(*name).is_none()) {
        session.fail(Failure::message(format!("context {name} not found")));
    }
    for (name, context) in &config.contexts {
        if !arguments.words.is_empty() && !arguments.words.contains(name) {
            continue;
        }
        let mark = if *name == config.current { '*' } else { ' ' };
        let Context { cluster, user, namespace } = context;
        lines.push(if names_only {
            name.clone()
        } else {
            format!("{mark}\t{name}\t{cluster}\t{user}\t{namespace}")
        });
    }
    if !lines.is_empty() {
        let text = align(&(lines.join("\n") + "\n"), 6, 3);
        session.stdout.push_str(&text);
    }
    Ok(())
}

fn use_context(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let [name] = arguments.words.as_slice() else {
        return Err(unexpected(session, arguments));
    };
    let mut config = read(session);
    if config.contexts.get(name).is_none() {
        let text = format!("no context exists with the name: \"{name}\"");
        return Err(Failure::message(text));
    }
    config.current.clone_from(name);
    session.sim.set_kubeconfig(config);
    session.print(format!("Switched to context \"{name}\"."));
    Ok(())
}

fn set_context(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let mut config = read(session);
    let name = match (arguments.words.as_slice(), arguments.is_set("current")) {
        ([], false) => {
            let text = "you must specify a non-empty context name or --current";
            return Err(Failure::message(text));
        }
        ([_], true) => {
            let text = "you cannot specify both a context name and --current";
            return Err(Failure::message(text));
        }
        ([], true) if config.current.is_empty() => {
            return Err(Failure::message("no current context is set"));
        }
        ([], true) => config.current.clone(),
        ([name], false) => name.clone(),
        _ => return Err(unexpected(session, arguments)),
    };
    let known = config.contexts.get(&name).cloned();
    let done = if known.is_some() { "modified" } else { "created" };
    let mut context = known.unwrap_or_default();
    for (flag, place) in [
        ("cluster", &mut context.cluster),
        ("user", &mut context.user),
        ("namespace", &mut context.namespace),
    ] {
        if let Some(value) = arguments.get(flag) {
            value.clone_into(place);
        }
    }
    config.contexts.insert(name.clone(), context);
    session.sim.set_kubeconfig(config);
    session.print(format!("Context \"{name}\" {done}."));
    Ok(())
}

fn rename_context(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let [old, new] = arguments.words.as_slice() else {
        return Err(unexpected(session, arguments));
    };
    let mut config = read(session);
    let Some(context) = config.contexts.get(old).cloned() else {
        let text = format!("cannot rename the context \"{old}\", it's not in {PATH}");
        return Err(Failure::message(text));
    };
    if config.contexts.get(new).is_some() {
        return Err(Failure::message(format!(
            "cannot rename the context \"{old}\", the context \"{new}\" already exists in {PATH}"
        )));
    }
    config.contexts.remove(old);
    config.contexts.insert(new.clone(), context);
    if config.current == *old {
        config.current.clone_from(new);
    }
    session.sim.set_kubeconfig(config);
    session.print(format!("Context \"{old}\" renamed to \"{new}\"."));
    Ok(())
}

/// Deletes one entry of the file.
fn delete(
    session: &mut Session<'_>,
    arguments: &Arguments,
    what: &str,
    remove: fn(&mut Kubeconfig, &str) -> bool,
) -> Done {
    let [name] = arguments.words.as_slice() else {
        return Err(unexpected(session, arguments));
    };
    let mut config = read(session);
    if what == "context" && config.current == *name {
        session.complain(
            "warning: this removed your active context, use \"kubectl config use-context\" to \
             select a different one",
        );
    }
    if !remove(&mut config, name) {
        return Err(Failure::message(format!("cannot delete {what} {name}, not in {PATH}")));
    }
    session.sim.set_kubeconfig(config);
    session.print(format!("deleted {what} {name} from {PATH}"));
    Ok(())
}

fn delete_context(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let remove = |config: &mut Kubeconfig, name: &str| config.contexts.remove(name).is_some();
    delete(session, arguments, "context", remove)
}

fn delete_cluster(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let remove = |config: &mut Kubeconfig, name: &str| config.clusters.remove(name).is_some();
    delete(session, arguments, "cluster", remove)
}

fn delete_user(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    delete(session, arguments, "user", |config, name| {
        let before = config.users.len();
        config.users.retain(|user| user != name);
        config.users.len() < before
    })
}

/// The text that a property's name stands for: the current context, or a member of a context.
fn property<'a>(config: &'a mut Kubeconfig, name: &str) -> Option<&'a mut String> {
    if name == "current-context" {
        return Some(&mut config.current);
    }
    let rest = name.strip_prefix("contexts.")?;
    let (context, member) = rest.rsplit_once('.')?;
    let context = config.contexts.entry(context.to_owned()).or_default();
    match member {
        "cluster" => Some(&mut context.cluster),
        "user" => Some(&mut context.user),
        "namespace" => Some(&mut context.namespace),
        _ => None,
    }
}

fn set(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let [name, value] = arguments.words.as_slice() else {
        return Err(unexpected(session, arguments));
    };
    change(session, name, value, "set")
}

fn unset(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let [name] = arguments.words.as_slice() else {
        return Err(unexpected(session, arguments));
    };
    change(session, name, "", "unset")
}

fn change(session: &mut Session<'_>, name: &str, value: &str, done: &str) -> Done {
    let mut config = read(session);
    let Some(place) = property(&mut config, name) else {
        return Err(Failure::not_simulated(format!("kubectl config {done} {name}")));
    };
    value.clone_into(place);
    session.sim.set_kubeconfig(config);
    session.print(format!("Property \"{name}\" {done}."));
    Ok(())
}

fn view(session: &mut Session<'_>, arguments: &Arguments) -> Done {
    let config = read(session);
    let minify = arguments.is_set("minify");
    if minify && config.context().is_none() {
        return Err(Failure::message("current-context must exist in order to minify"));
    }
    let kept = |name: &String, own: fn(&Context) -> &String| {
        !minify || config.context().is_some_and(|context| own(context) == name)
    };
    let raw = arguments.is_set("raw");
    let hidden = |text: &'static str| if raw { "<base64>" } else { text };
    let clusters = config.clusters.iter().filter(|(name, _)| kept(name, |one| &one.cluster));
    let clusters = clusters.map(|(name, server)| {
        let held = json!({
            "certificate-authority-data": hidden("DATA+OMITTED"), "server": server,
        });
        json!({"cluster": held, "name": name})
    });
    let users = config.users.iter().filter(|name| kept(name, |one| &one.user)).map(|name| {
        let held = json!({
            "client-certificate-data": hidden("DATA+OMITTED"),
            "client-key-data": hidden("DATA+OMITTED"),
        });
        json!({"name": name, "user": held})
    });
    let contexts = config.contexts.iter().filter(|(name, _)| !minify || **name == config.current);
    let contexts = contexts.map(|(name, context)| {
        let mut held = json!({"cluster": context.cluster, "user": context.user});
        if !context.namespace.is_empty() {
            held["namespace"] = context.namespace.clone().into();
        }
        json!({"context": held, "name": name})
    });
    let value = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": config.current,
        "clusters": clusters.collect::<Value>(), "contexts": contexts.collect::<Value>(),
        "users": users.collect::<Value>(),
    });
    let format = super::super::output::format(arguments, false)?;
    let text = match format {
        None => to_yaml(&value),
        Some(super::super::output::Format::Json) => json_text(&value),
        Some(format) => super::super::output::render(&format, vec![value], true),
    };
    session.stdout.push_str(&text);
    Ok(())
}
