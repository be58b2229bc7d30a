//! Commands that have little to do here, or are not simulated: they know their words, and say
//! so honestly.

use super::super::align::align;
use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, number, truth, value};
use super::super::names::Type;
use super::super::session::Session;
use super::{Verb, show_group};

pub(super) const AUTH: Verb = Verb { name: "auth", flags: &[], run: show_group };
pub(super) const CERTIFICATE: Verb = Verb { name: "certificate", flags: &[], run: refused };
pub(super) const COMPLETION: Verb = Verb { name: "completion", flags: &[], run: completion };
pub(super) const KUSTOMIZE: Verb = Verb { name: "kustomize", flags: &[], run: refused };
pub(super) const KUBERC: Verb = Verb { name: "kuberc", flags: &[], run: refused };
pub(super) const PLUGIN: Verb = Verb { name: "plugin", flags: &[], run: plugin };
pub(super) const PROXY: Verb = Verb { name: "proxy", flags: &[number("port", 'p')], run: refused };
pub(super) const AUTOSCALE: Verb =
    Verb { name: "autoscale", flags: AUTOSCALE_FLAGS, run: autoscale };
pub(super) const TOP: Verb = Verb { name: "top", flags: &[], run: show_group };

/// The commands below `auth`.
pub(super) const BELOW_AUTH: &[&Verb] = &[
    &Verb { name: "can-i", flags: CAN_I, run: can_i },
    &Verb { name: "reconcile", flags: &[super::FILENAME], run: refused },
    &Verb { name: "whoami", flags: &[super::OUTPUT], run: who_am_i },
];

/// The commands below `top`.
pub(super) const BELOW_TOP: &[&Verb] = &[
    &Verb { name: "node", flags: TOP_FLAGS, run: no_metrics },
    &Verb { name: "pod", flags: TOP_FLAGS, run: no_metrics },
];

const CAN_I: &[Flag] = &[
    truth("all-namespaces", 'A'),
    truth("list", '\0'),
    truth("quiet", 'q'),
    truth("no-headers", '\0'),
    value("subresource", '\0'),
];

const TOP_FLAGS: &[Flag] = &[
    super::SELECTOR,
    super::FIELD_SELECTOR,
    truth("all-namespaces", 'A'),
    truth("containers", '\0'),
    truth("no-headers", '\0'),
    truth("show-capacity", '\0'),
    truth("sum", '\0'),
    truth("use-protocol-buffers", '\0'),
    value("sort-by", '\0'),
];

const AUTOSCALE_FLAGS: &[Flag] = &[
    super::FILENAME,
    super::OUTPUT,
    super::apply::DRY_RUN,
    number("max", '\0'),
    number("min", '\0'),
    value("cpu", '\0'),
    value("cpu-percent", '\0'),
    value("memory", '\0'),
    value("name", '\0'),
];

fn autoscale(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.get("max").is_none() {
        return Err(Failure::message("required flag(s) \"max\" not set"));
    }
    refused(session, arguments)
}

fn refused(session: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    Err(Failure::not_simulated(format!("kubectl {}", session.path)))
}

/// Nothing measures anything in this cluster.
fn no_metrics(_: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    Err(Failure::message("Metrics API not available"))
}

fn plugin(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.words.first().is_some_and(|word| word == "list") {
        return Err(Failure::message("unable to find any kubectl plugins in your PATH"));
    }
    let text = super::super::help::of("plugin", &[]);
    session.stdout.push_str(&text);
    Ok(())
}

fn completion(_: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    match arguments.words.as_slice() {
        [] => Err(Failure::usage("completion", "Shell not specified.")),
        [shell] if matches!(shell.as_str(), "bash" | "zsh" | "fish" | "powershell") => {
            Err(Failure::not_simulated(format!("kubectl completion {shell}")))
        }
        [shell] => {
            let text = format!("Unsupported shell type \"{shell}\".");
            Err(Failure::usage("completion", text))
        }
        _ => {
            let text = "Too many arguments. Expected only the shell type.";
            Err(Failure::usage("completion", text))
        }
    }
}

/// Whoever acts here may do everything.
fn can_i(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.is_set("list") {
        let table = "Resources\tNon-Resource URLs\tResource Names\tVerbs\n\
                     *.*\t[]\t[]\t[*]\n\t[*]\t[]\t[*]\n";
        let text = align(table, 6, 3);
        session.stdout.push_str(&text);
        return Ok(());
    }
    let [_, resource] = arguments.words.as_slice() else {
        let text = "you must specify two arguments: verb resource or verb resource/resourceName.";
        return Err(Failure::usage("auth can-i", text));
    };
    let kind = resource.split('/').next().unwrap_or(resource);
    if !resource.starts_with('/') && kind != "*" {
        match Type::named(kind) {
            Err(_) => session
                .complain(format!("Warning: the server doesn't have a resource type '{kind}'\n")),
            Ok(one) if !one.is_namespaced() && !arguments.is_set("all-namespaces") => {
                let group = match one {
                    Type::Kind(kind) if !kind.group().is_empty() => {
                        format!(" in group '{}'", kind.group())
                    }
                    _ => String::new(),
                };
                session.complain(format!(
                    "Warning: resource '{}' is not namespace scoped{group}\n",
                    plural(one)
                ));
            }
            Ok(_) => {}
        }
    }
    if !arguments.is_set("quiet") {
        session.print("yes");
    }
    Ok(())
}

fn plural(one: Type) -> &'static str {
    match one {
        Type::Kind(kind) => kind.info().plural,
        Type::Event => "events",
    }
}

#[allow(clippy::unnecessary_wraps, reason = "commands may fail")]
fn who_am_i(session: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    let user = session.cluster().kubeconfig.context().map(|one| one.user.clone());
    let user = user.unwrap_or_default();
    let table = format!(
        "ATTRIBUTE\tVALUE\nUsername\t{user}\nGroups\t[kubeadm:cluster-admins \
         system:authenticated]\n"
    );
    let text = align(&table, 6, 3);
    session.stdout.push_str(&text);
    Ok(())
}
