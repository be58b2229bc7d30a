//! `kubectl cp` (`pkg/cmd/cp/cp.go`): between the workstation's files and a container's.
//!
//! Deviations:
//! - The workstation has only the files that were given to the command.

use crate::machine::fs::errno::Errno;
use crate::machine::fs::view::View;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, number, truth, value};
use super::super::session::Session;
use super::{Verb, exec, pods};

pub(super) const VERB: Verb = Verb { name: "cp", flags: FLAGS, run };

const FLAGS: &[Flag] =
    &[value("container", 'c'), truth("no-preserve", '\0'), number("retries", '\0')];

const FORM: &str = "filespec must match the canonical format: [[namespace/]pod:]file/path";

/// A file on the workstation, or in a Pod.
struct Spec {
    namespace: Option<String>,
    pod: String,
    file: String,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let [from, to] = arguments.words.as_slice() else {
        return Err(Failure::usage("cp", "source and destination are required"));
    };
    let (from, to) = (spec(from)?, spec(to)?);
    if !from.pod.is_empty() && !to.pod.is_empty() {
        return Err(Failure::message("one of src or dest must be a local file specification"));
    }
    if from.file.is_empty() || to.file.is_empty() {
        return Err(Failure::message("filepath can not be empty"));
    }
    let container = arguments.get("container");
    if !from.pod.is_empty() {
        return from_pod(session, &from, &to, container);
    }
    if to.pod.is_empty() {
        return Err(Failure::message("one of src or dest must be a remote file specification"));
    }
    into_pod(session, &from, &to, container)
}

fn spec(text: &str) -> Result<Spec, Failure> {
    let Some((place, file)) = text.split_once(':') else {
        return Ok(Spec { namespace: None, pod: String::new(), file: text.to_owned() });
    };
    if place.is_empty() {
        return Err(Failure::message(FORM));
    }
    let (namespace, pod) = match place.split('/').collect::<Vec<_>>().as_slice() {
        [pod] => (None, (*pod).to_owned()),
        [namespace, pod] => (Some((*namespace).to_owned()), (*pod).to_owned()),
        _ => return Err(Failure::message(FORM)),
    };
    Ok(Spec { namespace, pod, file: file.to_owned() })
}

/// The Pod and container of a file.
fn place(
    session: &mut Session<'_>,
    spec: &Spec,
    container: Option<&str>,
) -> Result<(crate::api::object::ObjectKey, String), Failure> {
    if let Some(namespace) = &spec.namespace {
        namespace.clone_into(&mut session.namespace);
    }
    let pod = pods::first(session, std::slice::from_ref(&spec.pod))?;
    let name = pods::container(session, &pod, container, false)?;
    exec::connect(session, &pod, &name)?;
    Ok((pods::key(&pod), name))
}

fn into_pod(
    session: &mut Session<'_>,
    from: &Spec,
    to: &Spec,
    container: Option<&str>,
) -> Result<(), Failure> {
    let Some(text) = session.command.files.get(&from.file).cloned() else {
        let text = format!("{} doesn't exist in local filesystem", from.file);
        return Err(Failure::message(text));
    };
    let (key, name) = place(session, to, container)?;
    let own = from.file.rsplit('/').next().unwrap_or(&from.file).to_owned();
    let target = to.file.clone();
    let put = move |view: &mut View<'_>| {
        let into = view.is_directory(&target);
        let path = if into { format!("{}/{own}", target.trim_end_matches('/')) } else { target };
        view.write(&path, text.as_str()).map_err(|errno| (path, errno))
    };
    match session.sim.look_inside(&key, &name, put) {
        Some(Ok(())) => Ok(()),
        Some(Err((path, errno))) => {
            let path = path.trim_start_matches('/');
            session.complain(format!("tar: can't open '{path}': {errno}"));
            session.complain("command terminated with exit code 1");
            session.exit = Some(1);
            Ok(())
        }
        None => Err(Failure::message("no such container")),
    }
}

fn from_pod(
    session: &mut Session<'_>,
    from: &Spec,
    to: &Spec,
    container: Option<&str>,
) -> Result<(), Failure> {
    let (key, name) = place(session, from, container)?;
    let path = from.file.clone();
    let found = session.sim.look_inside(&key, &name, |view| view.read(&path));
    if from.file.starts_with('/') {
        session.complain("tar: Removing leading `/' from member names");
    }
    match found {
        Some(Ok(_)) => {
            let text = format!("the workstation keeps no files; {} is not written", to.file);
            Err(Failure::not_simulated(text))
        }
        Some(Err(Errno::Enoent)) | None => {
            let path = from.file.trim_start_matches('/');
            session.complain(format!("tar: {path}: No such file or directory"));
            session.complain("tar: error exit delayed from previous errors");
            session.complain("command terminated with exit code 1");
            session.exit = Some(1);
            Ok(())
        }
        Some(Err(errno)) => Err(Failure::message(errno.text())),
    }
}
