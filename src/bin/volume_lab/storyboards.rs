//! `volume-lab storyboards`: what the page plays before the simulator is there.

use std::fs;
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt as _};
use serde_json::{Map, Value};
use volume_lab::i18n::{Locale, builtin};
use volume_lab::lesson::IDS;
use volume_lab::store::place::Stage;
use volume_lab::store::recorder::Recorder;

/// Beginnings of the keys that only the lab needs: what is said about manifests, and the editor.
const LAB_ONLY: [&str; 3] = ["diag.", "mend.", "editor."];

/// Writes all of them.
pub(crate) fn main(words: Vec<String>) -> Result<(), String> {
    let out =
        out(words).map_err(|error| error.to_string())?.ok_or("storyboards needs --out DIR")?;
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    for locale in Locale::ALL {
        let (player, lab) = sentences(locale)?;
        write(&out, &format!("{}.json", locale.tag()), &player)?;
        write(&out, &format!("{}-lab.json", locale.tag()), &lab)?;
    }
    for id in IDS {
        let mut recorder = Recorder::of(id).ok_or_else(|| format!("there is no scenario {id}"))?;
        for width in Stage::scene_widths() {
            write(&out, &format!("{id}-{width}.json"), &recorder.record(width).encode())?;
        }
    }
    Ok(())
}

fn out(words: Vec<String>) -> Result<Option<PathBuf>, lexopt::Error> {
    let mut parser = Parser::from_args(words);
    let mut out = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("out") => out = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(out)
}

/// The sentences that recordings need, and those that only the lab does.
fn sentences(locale: Locale) -> Result<(String, String), String> {
    let all: Map<String, Value> =
        serde_json::from_str(builtin::source(locale)).map_err(|error| error.to_string())?;
    let is_lab = |key: &str| LAB_ONLY.iter().any(|prefix| key.starts_with(prefix));
    let (lab, player): (Map<_, _>, Map<_, _>) = all.into_iter().partition(|(key, _)| is_lab(key));
    Ok((Value::Object(player).to_string(), Value::Object(lab).to_string()))
}

fn write(out: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = out.join(name);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}
