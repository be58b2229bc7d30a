//! The gallery: ready scenarios, each a folder under `static/lessons`.
//!
//! A folder holds `lesson.yaml` (profile, what is prepared on the nodes, buttons), `start.yaml`
//! (the manifest) and one text per language, whose first line is the title; the build puts the
//! texts into the catalogues. A new scenario is a folder and a word in the list below. Not here:
//! sentences, and the checking of goals.

use serde_json::Value;

/// A scenario of the gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The folder's name; also its name in links.
    pub id: &'static str,
    /// The manifest it starts with.
    pub manifest: &'static str,
    /// The cluster's profile.
    pub profile: String,
    /// What is typed on the nodes before the manifest is applied.
    pub setup: Vec<NodeCommand>,
    /// The buttons.
    pub actions: Vec<LessonAction>,
}

/// A line typed on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCommand {
    /// The node.
    pub node: String,
    /// The line.
    pub sh: String,
}

/// A button that gives a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonAction {
    /// Its name; the label is `lesson.action.<id>` of the catalogue.
    pub id: String,
    /// The arguments of `kubectl`.
    pub kubectl: String,
}

/// The files of a lesson.
#[derive(Debug)]
pub struct LessonFiles {
    id: &'static str,
    lesson: &'static str,
    start: &'static str,
}

macro_rules! lessons {
    ($($id:literal),* $(,)?) => {
        /// The names of all lessons, in the order of the gallery.
        pub const IDS: &[&str] = &[$($id),*];

        /// Every lesson, in the order of the gallery.
        pub const LESSONS: &[LessonFiles] = &[$(LessonFiles {
            id: $id,
            lesson: include_str!(concat!(env!("OUT_DIR"), "/lesson-", $id, ".json")),
            start: include_str!(concat!("../../static/lessons/", $id, "/start.yaml")),
        },)*];
    };
}

lessons!["emptydir", "hostpath", "nfs", "mongo-static", "mongo-dynamic", "statefulset"];

/// The gallery, in order.
pub fn gallery() -> Vec<Lesson> {
    LESSONS.iter().map(LessonFiles::read).collect()
}

/// The lesson of that name.
pub fn named(id: &str) -> Option<Lesson> {
    LESSONS.iter().find(|files| files.id == id).map(LessonFiles::read)
}

/// The key of a lesson's text: Markdown with the title in the first line.
pub fn text_key(id: &str) -> String {
    format!("lesson.text.{id}")
}

/// The title of a text: its first line without the mark of a heading.
pub fn title(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
}

/// The paragraphs below the title.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").skip(1).map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

impl LessonFiles {
    fn read(&self) -> Lesson {
        let file: Value = serde_json::from_str(self.lesson).unwrap_or_default();
        let list = |key: &str| file[key].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Lesson {
            id: self.id,
            manifest: self.start,
            profile: text(&file["profile"]),
            setup: list("setup")
                .iter()
                .map(|entry| NodeCommand { node: text(&entry["node"]), sh: text(&entry["sh"]) })
                .collect(),
            actions: list("actions")
                .iter()
                .map(|entry| LessonAction {
                    id: text(&entry["id"]),
                    kubectl: text(&entry["kubectl"]),
                })
                .collect(),
        }
    }
}
