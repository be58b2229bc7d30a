//! `volume-lab replay`.

use std::fs;
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt as _};
use volume_lab::replay::replay;
use volume_lab::sim::profile::Profile;

/// Replays every recording.
pub(crate) fn main(words: Vec<String>) -> Result<(), String> {
    let (files, out) = arguments(words).map_err(|error| error.to_string())?;
    let out = out.ok_or("replay needs --out DIR")?;
    if files.is_empty() {
        return Err("replay needs a recording".to_owned());
    }
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    files.iter().try_for_each(|file| replay_file(file, &out))
}

fn arguments(words: Vec<String>) -> Result<(Vec<PathBuf>, Option<PathBuf>), lexopt::Error> {
    let mut parser = Parser::from_args(words);
    let (mut files, mut out) = (Vec::new(), None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("out") => out = Some(PathBuf::from(parser.value()?)),
            Arg::Value(word) => files.push(word.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok((files, out))
}

fn replay_file(file: &Path, out: &Path) -> Result<(), String> {
    let failed = |error: String| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    let recording = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let replayed = replay(&recording, Profile::lab());
    let name = file.file_name().ok_or_else(|| failed("not a file".to_owned()))?;
    let path = out.join(name);
    fs::write(&path, format!("{}\n", replayed.value))
        .map_err(|error| format!("{}: {error}", path.display()))
}
