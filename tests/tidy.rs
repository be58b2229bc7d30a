//! The house rules that neither the compiler nor clippy checks. Each rule is a function from
//! a file to complaints, and each is shown to catch its mistake at the end of this file.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/rust_text.rs"]
mod rust_text;

use rust_text::RustText;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which module may import which. A module may always import itself.
const MAY_IMPORT: [(&str, &[&str]); 13] = [
    ("api", &[]),
    ("i18n", &[]),
    ("manifest", &["api"]),
    ("machine", &["api"]),
    ("sim", &["api", "machine"]),
    ("shell", &["machine"]),
    ("kubectl", &["api", "manifest", "sim", "machine"]),
    ("replay", &["api", "sim", "kubectl"]),
    ("session", &["api", "i18n", "manifest", "sim", "machine", "shell", "kubectl"]),
    ("scene", &["api", "machine", "sim"]),
    ("lesson", &["api", "manifest", "sim"]),
    ("store", &CORE),
    ("bin", &NATIVE),
];

/// All of the core but the page's state.
const CORE: [&str; 11] = [
    "api", "i18n", "manifest", "machine", "sim", "shell", "kubectl", "session", "replay", "scene",
    "lesson",
];

/// All of the core: storyboards are recorded from the page's state.
const NATIVE: [&str; 12] = [
    "api", "i18n", "manifest", "machine", "sim", "shell", "kubectl", "session", "replay", "scene",
    "lesson", "store",
];

/// Modules that may import everything and are the only ones that know the browser.
const BROWSER_MODULES: [&str; 3] = ["ui", "main", "player"];

/// Crates that reach the browser, with everything whose name begins so.
const BROWSER_CRATES: [&str; 5] = ["yew", "gloo", "web_sys", "js_sys", "wasm_bindgen"];

/// What the core must not use: it is pure. (`bin` reads files.)
const IMPURE: [(&str, &str); 8] = [
    ("std", "fs"),
    ("std", "env"),
    ("std", "net"),
    ("std", "process"),
    ("std", "thread"),
    ("time", "Instant"),
    ("time", "SystemTime"),
    ("collections", "HashMap"),
];

/// Lints that the core must not switch off.
const FIRM_LINTS: [&str; 5] =
    ["unwrap_used", "disallowed_types", "disallowed_methods", "iter_over_hash_type", "todo"];

/// Beginnings of locale keys that the program puts together while it runs. A key that begins
/// so counts as used; add a line when you build keys with `format!`.
const DYNAMIC_KEYS: &[&str] =
    &["diag.", "mend.", "step.", "scenario.", "editor.", "lesson.action.", "alt."];

/// String literals that look like a locale key and are none.
const NOT_KEYS: &[&str] = &[];

const FILE_LINES_MAX: usize = 400;
const LINE_CHARS_MAX: usize = 100;

/// A file of the repository, its path with `/` and from the root.
struct File {
    path: String,
    text: String,
}

impl File {
    /// The module of `src/` that it belongs to: `sim` for `src/sim/engine.rs`.
    fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        Some(inside.split(['/', '.']).next().unwrap_or(inside))
    }

    fn complaint(&self, line: usize, message: impl AsRef<str>) -> String {
        format!("{}:{line}: {}", self.path, message.as_ref())
    }
}

fn rule_imports(file: &File) -> Vec<String> {
    let Some(module) = file.module().filter(|name| !BROWSER_MODULES.contains(name)) else {
        return Vec::new();
    };
    if module == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
        return vec![
            file.complaint(1, format!("`{module}` is not in MAY_IMPORT of tests/tidy.rs")),
        ];
    };
    let rust = RustText::read(&file.text);
    let known = |name: &str| {
        BROWSER_MODULES.contains(&name) || MAY_IMPORT.iter().any(|(module, _)| *module == name)
    };
    let mut complaints = Vec::new();
    for root in ["crate", "volume_lab", "super"] {
        for path in rust.paths(root) {
            let Some((target, inside)) = target(&path.segments, &file.path) else { continue };
            let allowed_here = target == module || allowed.contains(&target);
            if known(target) && !allowed_here {
                complaints
                    .push(file.complaint(path.line, format!("`{module}` imports `{target}`")));
            }
            let locale = matches!(inside, Some("Locale" | "locale"));
            if module == "store" && target == "i18n" && !locale {
                complaints
                    .push(file.complaint(path.line, "of `i18n`, `store` takes only `Locale`"));
            }
        }
    }
    complaints
}

/// The top-level module that a path leads to, and the name after it.
fn target<'a>(segments: &'a [String], file: &str) -> Option<(&'a str, Option<&'a str>)> {
    let supers = segments.iter().take_while(|name| *name == "super").count();
    // `super` leads to the root of the crate only from as deep as it is written often.
    let depth = file.matches('/').count() - usize::from(file.ends_with("/mod.rs"));
    if supers > 0 && supers < depth {
        return None;
    }
    let rest = &segments[supers.max(1)..];
    let name = rest.first()?.as_str();
    // From an inline module the same path may lead to a neighbour of that name.
    let folder = Path::new(file).parent()?;
    let neighbour = folder.join(format!("{name}.rs")).exists() || folder.join(name).exists();
    let is_neighbour = supers > 0 && folder != Path::new("src") && neighbour;
    (!is_neighbour).then(|| (name, rest.get(1).map(String::as_str)))
}

fn rule_browser(file: &File) -> Vec<String> {
    if file.module().is_none_or(|name| BROWSER_MODULES.contains(&name)) {
        return Vec::new();
    }
    RustText::read(&file.text)
        .identifiers()
        .filter(|(_, word)| {
            BROWSER_CRATES.iter().any(|name| {
                word.strip_prefix(name).is_some_and(|end| end.is_empty() || end.starts_with('_'))
            })
        })
        .map(|(line, word)| file.complaint(line, format!("`{word}` is for `ui` only")))
        .collect()
}

fn rule_pure(file: &File) -> Vec<String> {
    let outside = |name: &str| BROWSER_MODULES.contains(&name) || name == "bin";
    if file.module().is_none_or(outside) {
        return Vec::new();
    }
    let rust = RustText::read(&file.text);
    let mut complaints = Vec::new();
    for path in rust.paths("std") {
        let pairs = || path.segments.windows(2);
        let impure = IMPURE.iter().find(|(a, b)| pairs().any(|pair| pair == [*a, *b]));
        if let Some((a, b)) = impure {
            complaints.push(file.complaint(path.line, format!("the core uses `{a}::{b}`")));
        }
    }
    for (index, line) in rust.code.lines().enumerate() {
        let silenced = FIRM_LINTS.iter().find(|lint| line.contains(&format!("clippy::{lint}")));
        if let Some(lint) = silenced {
            complaints.push(file.complaint(index + 1, format!("the core silences `{lint}`")));
        }
    }
    complaints
}

fn rule_hangul(file: &File) -> Vec<String> {
    if file.path.starts_with("tests/") {
        return Vec::new(); // it is data there
    }
    let hangul = |c: char| {
        matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7ff}')
    };
    // Unit tests stand at the end of a file; in them it is data too.
    let lines = file.text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
    lines
        .filter(|(_, line)| line.chars().any(hangul))
        .map(|(n, _)| file.complaint(n + 1, "Korean belongs into static/locales/ko.yaml"))
        .collect()
}

fn rule_length(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE_LINES_MAX {
        complaints.push(file.complaint(lines, format!("more than {FILE_LINES_MAX} lines")));
    }
    let rust = RustText::read(&file.text);
    for ((index, line), code) in file.text.lines().enumerate().zip(rust.code.lines()) {
        // A long address or a long string may stay whole; prose and code can be broken.
        let comment = line.trim_start().starts_with("//") && !line.contains("://");
        let written = code.chars().filter(|c| !c.is_whitespace()).count();
        let breakable = comment || written > LINE_CHARS_MAX / 2;
        if line.chars().count() > LINE_CHARS_MAX && breakable {
            let message = format!("more than {LINE_CHARS_MAX} characters");
            complaints.push(file.complaint(index + 1, message));
        }
    }
    complaints
}

/// A test file says which target it is for, or the other target's build breaks.
fn rule_test_target(file: &File) -> Vec<String> {
    let top_level = file.path.strip_prefix("tests/").is_some_and(|name| !name.contains('/'));
    let says = file.text.contains("#![cfg(not(target_arch = \"wasm32\"))]")
        || file.text.contains("#![cfg(target_arch = \"wasm32\")]");
    if top_level && !says {
        return vec![file.complaint(1, "needs #![cfg(not(target_arch = \"wasm32\"))]")];
    }
    Vec::new()
}

type Locale = BTreeMap<String, String>;

fn rule_locales_agree(en: &Locale, ko: &Locale) -> Vec<String> {
    let mut complaints = Vec::new();
    for (a, b, name) in [(en, ko, "ko.yaml"), (ko, en, "en.yaml")] {
        let missing = a.keys().filter(|key| !b.contains_key(*key));
        complaints.extend(missing.map(|key| format!("{name} has no `{key}`")));
    }
    for (key, english) in en {
        let korean = ko.get(key).unwrap_or(english);
        if placeholders(english) != placeholders(korean) {
            complaints.push(format!("`{key}` has other placeholders in ko.yaml than in en.yaml"));
        }
    }
    complaints
}

fn placeholders(sentence: &str) -> BTreeSet<&str> {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let parts = sentence.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(inside, _)| inside).filter(|inside| inside.chars().all(name)).collect()
}

fn rule_keys(locale: &Locale, files: &[File]) -> Vec<String> {
    let prefixes: BTreeSet<&str> = locale.keys().filter_map(|key| key.split('.').next()).collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut used = BTreeSet::new();
    let mut complaints = Vec::new();
    for file in files {
        for (line, literal) in RustText::read(&file.text).strings {
            let is_key = literal.chars().all(plain)
                && literal.split_once('.').is_some_and(|(first, rest)| {
                    prefixes.contains(first) && !rest.is_empty() && !rest.ends_with('.')
                });
            if is_key && !locale.contains_key(&literal) && !NOT_KEYS.contains(&literal.as_str()) {
                complaints.push(file.complaint(line, format!("no locale has `{literal}`")));
            }
            used.insert(literal);
        }
    }
    let dynamic = |key: &str| DYNAMIC_KEYS.iter().any(|prefix| key.starts_with(prefix));
    let unused = locale.keys().filter(|key| !used.contains(*key) && !dynamic(key));
    complaints.extend(unused.map(|key| format!("static/locales: `{key}` is not used")));
    complaints
}

const RULES: [fn(&File) -> Vec<String>; 6] =
    [rule_imports, rule_browser, rule_pure, rule_hangul, rule_length, rule_test_target];

#[test]
fn the_sources_keep_the_house_rules() {
    let mut files = rust_files("src");
    let sources = files.len();
    files.extend(rust_files("tests"));
    files.extend(rust_files("xtask/src"));
    assert!(sources > 2, "the sources were not found");
    let complaints: Vec<String> =
        files.iter().flat_map(|file| RULES.iter().flat_map(|rule| rule(file))).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn the_locales_agree_with_each_other_and_with_the_sources() {
    let (en, ko) = (locale("static/locales/en.yaml"), locale("static/locales/ko.yaml"));
    let mut complaints = rule_locales_agree(&en, &ko);
    complaints.extend(rule_keys(&en, &rust_files("src")));
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn the_phrases_of_the_editor_are_in_the_locales() {
    let script = fs::read_to_string("web/editor.js").expect("the editor is there");
    let list = script.split("PHRASES = {\n").nth(1).and_then(|rest| rest.split("};").next());
    let name = |line: &str| line.split(':').next().map(|name| name.trim().replace('"', ""));
    let names: BTreeSet<String> = list.expect("PHRASES").lines().filter_map(name).collect();
    let en = locale("static/locales/en.yaml");
    let own = |key: &String| key.strip_prefix("editor.").map(str::to_owned);
    assert_eq!(names, en.keys().filter_map(own).collect());
}

fn locale(path: &str) -> Locale {
    let text = fs::read_to_string(path).expect(path);
    // Through a value: it refuses a key that stands there twice.
    let value: serde_yaml::Value = serde_yaml::from_str(&text).expect(path);
    serde_yaml::from_value(value).expect(path)
}

fn rust_files(folder: &str) -> Vec<File> {
    let mut folders = vec![PathBuf::from(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("source is UTF-8");
                files.push(File { path: path.to_string_lossy().replace('\\', "/"), text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[test]
fn every_rule_catches_its_mistake() {
    type Rule = fn(&File) -> Vec<String>;
    let cases: [(Rule, &str, &str, usize); 21] = [
        (rule_imports, "src/sim/engine.rs", "use crate::scene::Shape;", 1),
        (rule_imports, "src/sim/engine.rs", "use crate::{api::Pod, machine,\n scene::{A, B}};", 2),
        (rule_imports, "src/sim/x/y.rs", "use super::super::super::ui::App;", 1),
        (rule_imports, "src/sim/x/y.rs", "use super::super::ui; // crate::ui\n\"crate::ui\";", 0),
        (rule_imports, "src/bin/volume-lab.rs", "use volume_lab::ui::App;", 1),
        (rule_imports, "src/store/mod.rs", "use crate::i18n::{Locale, lookup};", 1),
        (rule_imports, "src/newcomer.rs", "", 1),
        (rule_browser, "src/scene/mod.rs", "use gloo_timers::x; let yewish = 1;", 1),
        (rule_browser, "src/ui/app.rs", "use yew::prelude::*;", 0),
        (rule_pure, "src/sim/mod.rs", "use std::{fs, fmt, time::Instant};", 2),
        (rule_pure, "src/sim/mod.rs", "#[allow(clippy::unwrap_used)]", 1),
        (rule_pure, "src/bin/volume-lab.rs", "use std::fs;", 0),
        (rule_hangul, "src/api/pod.rs", "// \u{d30c}\u{b4dc}", 1),
        (rule_hangul, "src/api/pod.rs", "#[cfg(test)]\n// \u{d30c}", 0),
        (rule_hangul, "tests/manifest.rs", "// \u{d30c}\u{b4dc}", 0),
        (rule_length, "src/api/pod.rs", &"\n".repeat(401), 1),
        (rule_length, "src/api/pod.rs", &"word ".repeat(21), 1),
        (rule_length, "src/api/pod.rs", &format!("// {}", "word ".repeat(21)), 1),
        (rule_length, "src/api/pod.rs", &format!("f(\"{}\")", "word ".repeat(21)), 0),
        (rule_test_target, "tests/sim.rs", "//! Tests.", 1),
        (rule_test_target, "tests/support/mod.rs", "//! Help.", 0),
    ];
    for (rule, path, text, expected) in cases {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        let complaints = rule(&file);
        assert_eq!(complaints.len(), expected, "{path}: {text:?}: {complaints:?}");
    }
}

#[test]
fn the_rules_of_the_locales_catch_their_mistakes() {
    let locale = |pairs: &[(&str, &str)]| -> Locale {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    let en = locale(&[("page.title", "T"), ("page.hi", "{name}"), ("diag.x", "x")]);
    let ko = locale(&[("page.title", "T"), ("page.hi", "{nom}"), ("page.more", "m")]);
    let found = rule_locales_agree(&en, &ko);
    assert_eq!(found.len(), 3, "{found:?}");

    let text = r#"t("page.title"); t("page.gone"); u("spec.x"); // "page.no""#.to_owned();
    let found = rule_keys(&en, &[File { path: "src/ui/x.rs".to_owned(), text }]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("page.gone") && found[1].contains("page.hi"), "{found:?}");
}
