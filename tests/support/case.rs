//! Reads a case folder and runs it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::object::ObjectKey;
use volume_lab::api::time::SimTime;
use volume_lab::manifest;
use volume_lab::sim::action::{Deletion, Propagation};
use volume_lab::sim::controllers::ControllerId;
use volume_lab::sim::engine::{Request, Simulation};
use volume_lab::sim::profile::Profile;

use super::checkers;
use super::timeline;

/// What a case gave.
pub(crate) struct Run {
    pub(crate) timeline: String,
    pub(crate) complaints: Vec<String>,
}

/// A line of a script.
enum Line {
    Profile(String),
    Show(ControllerId),
    At(SimTime, Deed),
}

/// What happens at a time.
enum Deed {
    Create(String),
    Delete(ObjectKey, Propagation),
    Patch(ObjectKey, String),
    Status(ObjectKey, String),
    Force(ObjectKey),
    Node(String, String),
    End,
}

/// The case folders of controllers, sorted; other runners have folders of their own beside them.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the folder can be read");
        let paths = entries.map(|entry| entry.expect("the entry can be read").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let is_of_controller = |folder: &PathBuf| {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.and_then(controller).is_some()
    };
    let mut folders: Vec<PathBuf> = inside(root)
        .iter()
        .filter(|folder| is_of_controller(folder))
        .flat_map(|folder| inside(folder))
        .collect();
    folders.sort();
    folders
}

/// The controller of that module name.
pub(crate) fn controller(module: &str) -> Option<ControllerId> {
    let plain = |name: &str| name.to_lowercase().replace('_', "");
    ControllerId::ALL.iter().copied().find(|id| plain(&format!("{id:?}")) == plain(module))
}

/// Runs the case of the folder.
pub(crate) fn run(folder: &Path) -> Run {
    let script = fs::read_to_string(folder.join("script.txt")).unwrap_or_default();
    let lines: Vec<Line> =
        script.lines().filter(|line| !line.trim().is_empty()).map(parse_line).collect();
    let module = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let own = module.and_then(controller).expect("the folder is named after a controller");
    let mut shown = vec![own];
    let mut profile = "lab".to_owned();
    for line in &lines {
        match line {
            Line::Profile(name) => profile.clone_from(name),
            Line::Show(id) => shown.push(*id),
            Line::At(..) => {}
        }
    }
    let mut sim = Simulation::new(Profile::named(&profile).expect("a profile of that name"));
    create_all(&mut sim, &folder.join("manifest.yaml"));
    let mut end = SimTime(20_000);
    for line in lines {
        let Line::At(time, deed) = line else { continue };
        sim.run_until(time);
        match deed {
            Deed::Create(file) => create_all(&mut sim, &folder.join(file)),
            Deed::Delete(key, propagation) => delete(&mut sim, key, propagation),
            Deed::Patch(key, patch) => patch_object(&mut sim, &key, &patch, Request::Update),
            Deed::Status(key, patch) => {
                patch_object(&mut sim, &key, &patch, Request::UpdateStatus);
            }
            Deed::Force(key) => {
                let deletion = Deletion {
                    key,
                    uid: String::new(),
                    grace_seconds: Some(0),
                    propagation: Propagation::Background,
                };
                let _ = sim.request("kubectl", Request::Delete(deletion));
            }
            Deed::Node(node, line) => {
                sim.type_on_node(&node, &line).expect("a node of that name");
            }
            Deed::End => end = time,
        }
    }
    sim.run_until(end);
    let complaints = checkers::check(&sim);
    Run { timeline: timeline::of(&sim, &shown), complaints }
}

fn parse_line(line: &str) -> Line {
    let words: Vec<&str> = line.trim().splitn(4, ' ').collect();
    match words.as_slice() {
        ["profile", name] => Line::Profile((*name).to_owned()),
        ["show", module] => Line::Show(controller(module).expect("a controller")),
        [time, verb, rest @ ..] => {
            let seconds: f64 = time.parse().expect("a line begins with seconds");
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let time = SimTime((seconds * 1000.0) as u64);
            let deed = match (*verb, rest) {
                ("create", [file]) => Deed::Create((*file).to_owned()),
                ("delete", [object, "force"]) => Deed::Force(key(object)),
                ("node", [node, line]) => Deed::Node((*node).to_owned(), (*line).to_owned()),
                ("delete", [object]) => Deed::Delete(key(object), Propagation::Background),
                ("delete", [object, "foreground"]) => {
                    Deed::Delete(key(object), Propagation::Foreground)
                }
                ("delete", [object, "orphan"]) => Deed::Delete(key(object), Propagation::Orphan),
                ("patch", [object, patch]) => Deed::Patch(key(object), (*patch).to_owned()),
                ("status", [object, patch]) => Deed::Status(key(object), (*patch).to_owned()),
                ("end", []) => Deed::End,
                _ => panic!("no such line in a script: {line}"),
            };
            Line::At(time, deed)
        }
        _ => panic!("no such line in a script: {line}"),
    }
}

/// The key of `pv/a` or `pvc/data`, the latter in the namespace `default`.
fn key(text: &str) -> ObjectKey {
    let (kind, name) = text.split_once('/').expect("kind/name");
    let kind = Kind::of_resource(kind).expect("a kind");
    ObjectKey::new(kind, "default", name)
}

/// The key itself; for a name that ends with `*` the first object whose name begins so.
fn found(sim: &Simulation, key: ObjectKey) -> ObjectKey {
    let Some(beginning) = key.name.strip_suffix('*') else { return key };
    let mut keys = sim.cluster().of_kind_in(key.kind, &key.namespace).map(|(key, _)| key);
    let found = keys.find(|key| key.name.starts_with(beginning));
    found.expect("an object whose name begins so").clone()
}

fn create_all(sim: &mut Simulation, file: &Path) {
    let text = fs::read_to_string(file).expect("the manifest can be read");
    for object in objects(&text) {
        let key = object.key();
        sim.request("kubectl", Request::Create(object))
            .unwrap_or_else(|status| panic!("{}: {key}: {}", file.display(), status.message));
    }
}

/// The objects of a text.
pub(crate) fn objects(text: &str) -> Vec<Object> {
    let parsed = manifest::parse(text);
    let decode = |document: &manifest::document::Document| {
        assert!(document.server_error().is_none(), "{:?}", document.server_error());
        let kind = Kind::ALL.iter().find(|kind| kind.info().name == document.kind);
        let kind = *kind.expect("a known kind");
        let mut object = Object::decode(kind, document.value.clone()).expect("an object");
        if kind.is_namespaced() && object.meta().namespace.is_empty() {
            "default".clone_into(&mut object.meta_mut().namespace);
        }
        object
    };
    parsed.documents.iter().map(decode).collect()
}

/// Deletes as kubectl does; what is not there stays so.
fn delete(sim: &mut Simulation, key: ObjectKey, propagation: Propagation) {
    let key = found(sim, key);
    let deletion = Deletion { key, uid: String::new(), grace_seconds: None, propagation };
    let _ = sim.request("kubectl", Request::Delete(deletion));
}

/// Applies a patch; `<uid of pvc/data>` in it stands for that object's uid.
fn patch_object(
    sim: &mut Simulation,
    key: &ObjectKey,
    patch: &str,
    request: fn(Object) -> Request,
) {
    let key = &found(sim, key.clone());
    let mut patch = patch.to_owned();
    while let Some((_, (name, _))) =
        patch.split_once("<uid of ").and_then(|(a, rest)| Some((a, rest.split_once('>')?)))
    {
        let name = name.to_owned();
        let object = sim.cluster().object(&self::key(&name)).expect("the object is there");
        patch = patch.replace(&format!("<uid of {name}>"), &object.meta().uid);
    }
    let patch: Value = serde_json::from_str(&patch).expect("JSON");
    let mut value = sim.cluster().object(key).expect("the object is there").to_value();
    merge(&mut value, &patch);
    let object = Object::decode(key.kind, value).expect("still an object");
    sim.request("kubectl", request(object)).expect("the patch is accepted");
}

/// A JSON merge patch (RFC 7386).
fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else { return value.clone_from(patch) };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let map = value.as_object_mut().expect("just made one");
    for (key, part) in patch {
        if part.is_null() {
            map.remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Value::Null), part);
        }
    }
}
