//! `kubectl set image` (`set_image.go`).

use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::session::Session;
use super::super::Verb;
use super::{Change, NO_RESOURCES, change_template, containers, flags, split, targets};

pub(super) const VERB: Verb = Verb { name: "image", flags: flags![], run };

const WORDS: Change =
    Change { done: "image updated", refused: "failed to patch image update to pod template: " };

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let (resources, pairs) = split(&arguments.words, "image", |word| word.contains('='))?;
    let images: Vec<(&str, &str)> = pairs.iter().filter_map(|pair| pair.split_once('=')).collect();
    let nothing = images.is_empty();
    if resources.is_empty() && !super::input::has_files(arguments) {
        session.fail(Failure::message(NO_RESOURCES));
    }
    if nothing {
        session.fail(Failure::message("at least one image update is required"));
    } else if images.len() > 1 && images.iter().any(|(name, _)| *name == "*") {
        session.fail(Failure::message(
            "all containers are already specified by *, but saw more than one \
             container_name=container_image pairs",
        ));
    }
    if !session.failures.is_empty() {
        return Ok(());
    }
    for key in targets(session, arguments, resources)? {
        let done = change_template(session, arguments, &key, &WORDS, |spec| {
            for (name, image) in &images {
                let lists = ["initContainers", "containers"];
                let found = containers(spec, &lists, name);
                if found.is_empty() {
                    let text = format!("unable to find container named \"{name}\"");
                    return Err(Failure::message(text));
                }
                for container in found {
                    container["image"] = (*image).into();
                }
            }
            Ok(())
        });
        session.note(done);
    }
    Ok(())
}
