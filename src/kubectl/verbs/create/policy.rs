//! `create namespace`, `quota`, `serviceaccount`, `priorityclass` and `poddisruptionbudget`.

use serde_json::{Map, Value, json};

use crate::api::kind::Kind;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, number, truth, value};
use super::super::super::session::Session;
use super::super::Verb;
use super::generator::{Generated, flags, generate, name};

pub(super) const NAMESPACE: Verb = Verb { name: "namespace", flags: flags![], run: namespace };

pub(super) const QUOTA: Verb =
    Verb { name: "quota", flags: flags![value("hard", '\0'), value("scopes", '\0')], run: quota };

pub(super) const SERVICE_ACCOUNT: Verb =
    Verb { name: "serviceaccount", flags: flags![], run: service_account };

pub(super) const PRIORITY_CLASS: Verb = Verb {
    name: "priorityclass",
    flags: flags![
        number("value", '\0'),
        truth("global-default", '\0'),
        value("description", '\0'),
        value("preemption-policy", '\0'),
    ],
    run: priority_class,
};

pub(super) const BUDGET: Verb = Verb {
    name: "poddisruptionbudget",
    flags: flags![
        value("min-available", '\0'),
        value("max-unavailable", '\0'),
        value("selector", '\0'),
    ],
    run: budget,
};

fn namespace(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    let (body, blank) = (json!({}), json!({"spec": {}, "status": {}}));
    let made = Generated { kind: Kind::Namespace, name, body, blank, refusal: "" };
    generate(session, arguments, made)
}

fn service_account(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    let refusal = "failed to create serviceaccount: ";
    let (body, blank) = (json!({}), json!({}));
    let made = Generated { kind: Kind::ServiceAccount, name, body, blank, refusal };
    generate(session, arguments, made)
}

fn quota(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    let mut spec = json!({});
    let mut hard = Map::new();
    for pair in arguments.get("hard").unwrap_or_default().split(',').filter(|one| !one.is_empty()) {
        let parts: Vec<&str> = pair.split('=').collect();
        let [resource, amount] = parts.as_slice() else {
            let text = format!("Invalid argument syntax {pair}, expected <resource>=<value>");
            return Err(Failure::message(text));
        };
        hard.insert((*resource).to_owned(), (*amount).into());
    }
    if !hard.is_empty() {
        spec["hard"] = hard.into();
    }
    if let Some(scopes) = arguments.get("scopes") {
        let scopes: Vec<&str> = scopes.split(',').collect();
        if scopes.contains(&"") {
            return Err(Failure::message("invalid resource quota scope \"\""));
        }
        spec["scopes"] = json!(scopes);
    }
    let refusal = "failed to create quota: ";
    let (body, blank) = (json!({"spec": spec}), json!({"status": {}}));
    generate(
        session,
        arguments,
        Generated { kind: Kind::ResourceQuota, name, body, blank, refusal },
    )
}

fn priority_class(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    let value = arguments.number("create priorityclass", "value")?.unwrap_or(0);
    let policy = arguments.get("preemption-policy").unwrap_or("PreemptLowerPriority");
    let mut body = json!({"value": value, "preemptionPolicy": policy});
    if arguments.is_set("global-default") {
        body["globalDefault"] = true.into();
    }
    if let Some(text) = arguments.get("description") {
        body["description"] = text.into();
    }
    let refusal = "failed to create priorityclass: ";
    let made = Generated { kind: Kind::PriorityClass, name, body, blank: json!({}), refusal };
    generate(session, arguments, made)
}

fn budget(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let name = name(session, arguments)?;
    let Some(selector) = arguments.get("selector").filter(|text| !text.is_empty()) else {
        return Err(Failure::message("a selector must be specified"));
    };
    let mut labels = Map::new();
    for pair in selector.split(',') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        labels.insert(key.to_owned(), value.trim_start_matches('=').into());
    }
    let mut spec = json!({"selector": {"matchLabels": labels}});
    match (arguments.get("min-available"), arguments.get("max-unavailable")) {
        (None, None) => {
            let text = "one of min-available or max-unavailable must be specified";
            return Err(Failure::message(text));
        }
        (Some(_), Some(_)) => {
            let text = "min-available and max-unavailable cannot be both specified";
            return Err(Failure::message(text));
        }
        (Some(least), None) => spec["minAvailable"] = amount(least, "min-available")?,
        (None, Some(most)) => spec["maxUnavailable"] = amount(most, "max-unavailable")?,
    }
    let blank = json!({"status": {
        "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0,
    }});
    let refusal = "failed to create poddisruptionbudgets: ";
    let body = json!({"spec": spec});
    let made = Generated { kind: Kind::PodDisruptionBudget, name, body, blank, refusal };
    generate(session, arguments, made)
}

/// A number or a percentage.
fn amount(text: &str, flag: &str) -> Result<Value, Failure> {
    let digits = text.strip_suffix('%').unwrap_or(text);
    match (digits.parse::<i64>(), text.ends_with('%')) {
        (Ok(_), true) => Ok(text.into()),
        (Ok(number), false) => Ok(number.into()),
        (Err(_), _) => Err(Failure::message(format!("invalid format specified for {flag}"))),
    }
}
