//! `kubectl set resources` (`set_resources.go`).

use serde_json::{Map, Value, json};

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, value};
use super::super::super::session::Session;
use super::super::Verb;
use super::{Change, change_template, containers, flags, member, targets};

pub(super) const VERB: Verb = Verb {
    name: "resources",
    flags: flags![value("containers", 'c'), value("limits", '\0'), value("requests", '\0')],
    run,
};

const WORDS: Change = Change {
    done: "resource requirements updated",
    refused: "failed to patch resources update to pod template ",
};

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let given = |flag: &str| arguments.get(flag).is_some_and(|list| !list.is_empty());
    if !given("limits") && !given("requests") {
        let text = "you must specify an update to requests or limits (in the form of \
                    --requests/--limits)";
        return Err(Failure::message(text));
    }
    let (limits, requests) = (amounts(arguments, "limits")?, amounts(arguments, "requests")?);
    let pattern = arguments.get("containers").unwrap_or("*");
    for key in targets(session, arguments, &arguments.words)? {
        let done = change_template(session, arguments, &key, &WORDS, |spec| {
            let found = containers(spec, &["containers"], pattern);
            if found.is_empty() {
                let text = format!("unable to find container named {pattern}");
                return Err(Failure::message(text));
            }
            for container in found {
                for (what, amounts) in [("limits", &limits), ("requests", &requests)] {
                    let held = member(container, "resources", json!({}))
                        .and_then(|resources| member(resources, what, json!({})));
                    if let (false, Some(Value::Object(held))) = (amounts.is_empty(), held) {
                        held.extend(amounts.clone());
                    }
                }
            }
            Ok(())
        });
        session.note(done);
    }
    Ok(())
}

/// `cpu=100m,memory=256Mi`.
fn amounts(arguments: &Arguments, flag: &str) -> Result<Map<String, Value>, Failure> {
    let mut map = Map::new();
    for pair in arguments.get(flag).unwrap_or_default().split(',').filter(|one| !one.is_empty()) {
        let parts: Vec<&str> = pair.split('=').collect();
        let [resource, amount] = parts.as_slice() else {
            let text = format!("Invalid argument syntax {pair}, expected <resource>=<value>");
            return Err(Failure::message(text));
        };
        map.insert((*resource).to_owned(), (*amount).into());
    }
    Ok(map)
}
