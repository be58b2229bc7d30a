//! `kubectl set image` (`pkg/cmd/set/set_image.go`); the other subcommands are not there yet.

use std::rc::Rc;

use crate::api::container::Container;
use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::api::pod::PodSpec;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth};
use super::super::names::{Space, asked, keys};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::DRY_RUN;
use super::{FILENAME, OUTPUT, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "set", flags: FLAGS, run };

const FLAGS: &[Flag] = &[FILENAME, OUTPUT, DRY_RUN, SELECTOR, truth("all", '\0')];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let words = match arguments.words.split_first() {
        Some((first, words)) if first == "image" => words,
        _ => {
            let list = arguments.words.join(" ");
            let text =
                format!("unknown command \"{list}\"\nSee 'kubectl set -h' for help and examples");
            return Err(Failure::message(text));
        }
    };
    let first = words.iter().position(|word| word.contains('='));
    let (resources, pairs) = words.split_at(first.unwrap_or(words.len()));
    let images: Vec<(&str, &str)> = pairs.iter().filter_map(|pair| pair.split_once('=')).collect();
    if let Some(stray) = pairs.iter().find(|pair| !pair.contains('=')) {
        let text = format!("all resources must be specified before image changes: {stray}");
        return Err(Failure::message(text));
    }
    let Some(wanted) = asked(resources)? else {
        let text = "one or more resources must be specified as <resource> <name> or \
                    <resource>/<name>";
        return Err(Failure::message(text));
    };
    if images.is_empty() {
        return Err(Failure::message("at least one image update is required"));
    }
    let selector = Selector::of(arguments, None)?;
    let space = Space::One(&session.namespace);
    for key in keys(session, &wanted, space, &selector) {
        match set_image(session, &key, &images) {
            Ok(true) => session.print(format!("{} image updated", shown(&key))),
            Ok(false) => {}
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

/// The template's Pod, or the Pod's own part.
fn pod_spec(object: &mut Object) -> Option<&mut PodSpec> {
    let spec = match object {
        Object::Pod(pod) => &mut Rc::make_mut(pod).spec,
        Object::StatefulSet(set) => &mut Rc::make_mut(set).spec.template.spec,
        Object::Deployment(one) => &mut Rc::make_mut(one).spec.template.spec,
        Object::ReplicaSet(set) => &mut Rc::make_mut(set).spec.template.spec,
        Object::DaemonSet(set) => &mut Rc::make_mut(set).spec.template.spec,
        Object::Job(job) => &mut Rc::make_mut(job).spec.template.spec,
        _ => return None,
    };
    Some(Rc::make_mut(spec))
}

/// Sets the images; whether something changed.
fn set_image(
    session: &mut Session<'_>,
    key: &ObjectKey,
    images: &[(&str, &str)],
) -> Result<bool, Failure> {
    let before = session.get(key)?;
    let mut object = before.clone();
    let Some(spec) = pod_spec(&mut object) else {
        let info = key.kind.info();
        let text = format!(
            "{}/{} the object is not a pod or does not have a pod template: *{}.{}",
            info.plural,
            key.name,
            info.api_version.rsplit('/').next().unwrap_or_default(),
            info.name
        );
        return Err(Failure::message(text));
    };
    for (name, image) in images {
        let mut found = false;
        let all: Vec<&mut Container> =
            spec.init_containers.iter_mut().chain(&mut spec.containers).collect();
        for container in all {
            if *name == "*" || container.name == *name {
                (*image).clone_into(&mut container.image);
                found = true;
            }
        }
        if !found {
            let text = format!("unable to find container named \"{name}\"");
            return Err(Failure::message(text));
        }
    }
    if object == before {
        return Ok(false);
    }
    let failed = |status: crate::sim::apiserver::status::Status| {
        let text = format!("failed to patch image update to pod template: {}", status.message);
        Failure::message(text)
    };
    session.request(Request::Update(object)).map_err(failed)?;
    Ok(true)
}
