//! What descriptions are written on: lines whose cells end with a tab.

use crate::api::meta::{ObjectMeta, StringMap};

use super::super::align::align;
use super::super::selector::format_selector;
use super::super::tables::Sight;
use crate::api::meta::LabelSelector;

/// The longest annotation that stands on its key's line.
const ANNOTATION_MAX: usize = 140;

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A description in the making.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// Adds text as it stands.
    pub(super) fn text(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
    }

    /// Adds `name:` and a value, `depth` blanks from the edge.
    pub(super) fn line(&mut self, depth: usize, name: &str, value: impl std::fmt::Display) {
        self.text(format!("{:depth$}{name}:\t{value}\n", ""));
    }

    /// Adds `name:` alone.
    pub(super) fn head(&mut self, depth: usize, name: &str) {
        self.text(format!("{:depth$}{name}:\n", ""));
    }

    /// Adds a line without a cell.
    pub(super) fn plain(&mut self, depth: usize, line: &str) {
        self.text(format!("{:depth$}{line}\n", ""));
    }

    /// Adds values, one a line, or `<none>` (`printLabelsMultiline`).
    pub(super) fn lines(&mut self, depth: usize, name: &str, values: &[String]) {
        let indent = " ".repeat(depth);
        let Some((first, rest)) = values.split_first() else {
            return self.line(depth, name, "<none>");
        };
        self.line(depth, name, first);
        for value in rest {
            self.text(format!("{indent}\t{value}\n"));
        }
    }

    /// Adds labels.
    pub(super) fn labels(&mut self, depth: usize, name: &str, labels: &StringMap) {
        let values: Vec<String> =
            labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        self.lines(depth, name, &values);
    }

    /// Adds annotations (`printAnnotationsMultiline`).
    pub(super) fn annotations(&mut self, depth: usize, annotations: &StringMap) {
        let mut values = Vec::new();
        for (key, value) in annotations.iter().filter(|(key, _)| *key != LAST_APPLIED) {
            let line = format!("{key}: {value}");
            if line.len() <= ANNOTATION_MAX && !value.contains('\n') {
                values.push(line);
                continue;
            }
            values.push(format!("{key}:"));
            values.extend(value.split('\n').map(|part| format!("  {}", shorten(part))));
        }
        self.lines(depth, "Annotations", &values);
    }

    /// Adds what most descriptions begin with: name, namespace, labels and annotations.
    pub(super) fn object(&mut self, meta: &ObjectMeta) {
        self.line(0, "Name", &meta.name);
        self.line(0, "Namespace", &meta.namespace);
        self.labels(0, "Labels", &meta.labels);
        self.annotations(0, &meta.annotations);
    }

    /// Adds a selector.
    pub(super) fn selector(&mut self, selector: Option<&LabelSelector>) {
        let text = selector.map_or_else(|| "<unset>".to_owned(), format_selector);
        self.line(0, "Selector", text);
    }

    /// Adds `Controlled By`, if somebody does.
    pub(super) fn controller(&mut self, meta: &ObjectMeta) {
        if let Some(owner) = meta.controller() {
            self.line(0, "Controlled By", format!("{}/{}", owner.kind, owner.name));
        }
    }

    /// Adds `Status`: the phase, or since when the object is being deleted.
    pub(super) fn status(&mut self, meta: &ObjectMeta, phase: &str, sight: Sight<'_>) {
        match meta.deletion_timestamp {
            Some(time) => {
                let lasts = super::super::age::since(sight.now, time);
                self.line(0, "Status", format!("Terminating (lasts {lasts})"));
            }
            None => self.line(0, "Status", phase),
        }
    }

    /// The text with its columns aligned.
    pub(super) fn finish(self) -> String {
        align(&self.text, 0, 2)
    }
}

fn shorten(text: &str) -> String {
    let max = ANNOTATION_MAX - 2;
    if text.len() <= max {
        return text.to_owned();
    }
    text.chars().take(max).collect::<String>() + "..."
}

/// A truth as descriptions write it.
pub(super) fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A list as Go prints it: `[a b]`.
pub(super) fn go_list(items: &[String]) -> String {
    format!("[{}]", items.join(" "))
}
