//! Where the data of a `ConfigMap` or a Secret comes from: words, files, folders, files of
//! variables (`create_configmap.go`, `pkg/generate/generate.go`, `pkg/util/env_file.go`).

use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::session::Session;
use super::generator::list;

/// The rule for names of data (`IsConfigMapKey`).
const KEY_RULE: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or \
     '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
     '[-._a-zA-Z0-9]+')";

/// Whose data it is: the refusals are worded differently.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holder<'a> {
    ConfigMap(&'a str),
    Secret,
}

impl Holder<'_> {
    fn bad_key(self, key: &str) -> Failure {
        Failure::message(match self {
            Self::ConfigMap(_) => {
                format!("\"{key}\" is not a valid key name for a ConfigMap: {KEY_RULE}")
            }
            Self::Secret => format!("\"{key}\" is not valid key name for a Secret {KEY_RULE}"),
        })
    }

    fn twice(self, key: &str) -> Failure {
        Failure::message(match self {
            Self::ConfigMap(name) => format!(
                "cannot add key \"{key}\", another key by that name already exists in Data for \
                 ConfigMap \"{name}\""
            ),
            Self::Secret => {
                format!("cannot add key {key}, another key by that name already exists")
            }
        })
    }
}

/// The data that the flags name, in their order.
pub(super) fn data(
    session: &Session<'_>,
    arguments: &Arguments,
    holder: Holder<'_>,
) -> Result<Vec<(String, String)>, Failure> {
    let (files, variables) = (list(arguments, "from-file"), list(arguments, "from-env-file"));
    let literals = arguments.all("from-literal");
    if !variables.is_empty() && (!files.is_empty() || !literals.is_empty()) {
        let text = "from-env-file cannot be combined with from-file or from-literal";
        return Err(Failure::message(text));
    }
    let mut read = Vec::new();
    for source in literals {
        read.push(literal(source)?);
    }
    for source in &files {
        read_file(session, source, &mut read)?;
    }
    for path in &variables {
        for line in content(session, path)?.lines() {
            read.extend(variable(line));
        }
    }
    let mut data: Vec<(String, String)> = Vec::new();
    for (key, value) in read {
        if !is_key(&key) {
            return Err(holder.bad_key(&key));
        }
        if data.iter().any(|(other, _)| *other == key) {
            return Err(holder.twice(&key));
        }
        data.push((key, value));
    }
    Ok(data)
}

fn literal(source: &str) -> Result<(String, String), Failure> {
    match source.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            Ok((key.to_owned(), value.trim_matches(['"', '\'']).to_owned()))
        }
        _ => {
            let text = format!("invalid literal source {source}, expected key=value");
            Err(Failure::message(text))
        }
    }
}

fn read_file(
    session: &Session<'_>,
    source: &str,
    read: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let parts: Vec<&str> = source.split('=').collect();
    let (key, path) = match parts.as_slice() {
        [path] => (None, *path),
        ["", path] => {
            return Err(Failure::message(format!("key name for file path {path} missing")));
        }
        [key, ""] => {
            return Err(Failure::message(format!("file path for key name {key} missing")));
        }
        [key, path] => (Some((*key).to_owned()), *path),
        _ => return Err(Failure::message("key names or file paths cannot contain '='")),
    };
    let folder = format!("{}/", path.trim_end_matches('/'));
    let inside = |name: &String| {
        name.strip_prefix(&folder).is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
    };
    let files = &session.command.files;
    if files.get(path).is_none() && files.keys().any(inside) {
        if key.is_some() {
            return Err(Failure::message("cannot give a key name for a directory path"));
        }
        for (name, text) in files.iter().filter(|(name, _)| inside(name)) {
            if is_key(&base(name)) {
                read.push((base(name), text.clone()));
            }
        }
        return Ok(());
    }
    let text = content(session, path)?;
    read.push((key.unwrap_or_else(|| base(path)), text.to_owned()));
    Ok(())
}

fn content<'a>(session: &Session<'a>, path: &str) -> Result<&'a str, Failure> {
    let found = session.command.files.get(path).map(String::as_str);
    found
        .ok_or_else(|| Failure::message(format!("error reading {path}: no such file or directory")))
}

/// One line of a file of variables; nothing is unquoted.
fn variable(line: &str) -> Option<(String, String)> {
    let line = line.trim_start();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    Some((key.to_owned(), value.to_owned()))
}

/// Whether data may have that name.
fn is_key(key: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !key.is_empty()
        && key.len() <= 253
        && !key.starts_with("..")
        && key != "."
        && key.chars().all(fits)
}
