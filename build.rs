//! Turns the YAML files of ours that the program reads into JSON.
//!
//! The program reads JSON anyway; a YAML reader for its own sentences would be a twentieth of the
//! page. (Manifests have a reader of their own, since no crate reads YAML as Kubernetes does.)
//! The texts of lessons go into the catalogue of their language, as `lesson.text.<id>`.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder"));
    for folder in ["static/locales", "static/lessons"] {
        convert_all(Path::new(folder), &out);
    }
}

/// The texts of every lesson in that language, by key.
fn lesson_texts(language: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir("static/lessons").expect("the folder can be read");
    let folders = entries.map(|entry| entry.expect("the folder can be read").path());
    let read = |folder: PathBuf| {
        let name = folder.file_name()?.to_str()?.to_owned();
        let path = folder.join(format!("{language}.md"));
        println!("cargo::rerun-if-changed={}", path.display());
        Some((format!("lesson.text.{name}"), fs::read_to_string(path).ok()?))
    };
    folders.filter_map(read).collect()
}

/// `static/lessons/nfs/lesson.yaml` becomes `lesson-nfs.json`, `static/locales/en.yaml` becomes
/// `en.json`.
fn convert_all(folder: &Path, out: &Path) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).expect("the folder can be read");
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            let from = path.join("lesson.yaml");
            convert(&from, &out.join(format!("lesson-{name}.json")), Vec::new());
        } else {
            convert(&path, &out.join(format!("{name}.json")), lesson_texts(&name));
        }
    }
}

fn convert(from: &Path, to: &Path, more: Vec<(String, String)>) {
    println!("cargo::rerun-if-changed={}", from.display());
    let read = fs::read_to_string(from).map_err(|error| error.to_string());
    let value: Result<serde_json::Value, String> =
        read.and_then(|text| serde_yaml::from_str(&text).map_err(|error| error.to_string()));
    let whole = value.map(|mut value| {
        for (key, text) in more {
            value[key] = text.into();
        }
        value
    });
    match whole {
        Ok(value) => fs::write(to, value.to_string()).expect("the output can be written"),
        Err(error) => panic!("{}: {error}", from.display()),
    }
}
