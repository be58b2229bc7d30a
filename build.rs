//! Turns the YAML files of ours that the program reads into JSON.
//!
//! The program reads JSON anyway; a YAML reader for its own sentences would be a twentieth of the
//! page. (Manifests have a reader of their own, since no crate reads YAML as Kubernetes does.)

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder"));
    for folder in ["static/locales", "static/lessons"] {
        convert_all(Path::new(folder), &out);
    }
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
            convert(&path.join("lesson.yaml"), &out.join(format!("lesson-{name}.json")));
        } else {
            convert(&path, &out.join(format!("{name}.json")));
        }
    }
}

fn convert(from: &Path, to: &Path) {
    println!("cargo::rerun-if-changed={}", from.display());
    let read = fs::read_to_string(from).map_err(|error| error.to_string());
    let value: Result<serde_json::Value, String> =
        read.and_then(|text| serde_yaml::from_str(&text).map_err(|error| error.to_string()));
    match value {
        Ok(value) => fs::write(to, value.to_string()).expect("the output can be written"),
        Err(error) => panic!("{}: {error}", from.display()),
    }
}
