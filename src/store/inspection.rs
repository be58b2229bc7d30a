//! The object that is looked into, and the events so far, at the place shown.

use crate::api::order;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::kubectl::{self, CommandLine};
use crate::manifest::write::to_yaml;
use crate::sim::event_log::EventType;

use super::AppState;
use super::place::ObjectTab;
use super::shared::Shared;

/// The object that is looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Its YAML or its description; `None` when it does not exist at the place shown.
    pub text: Option<String>,
    /// The objects that one can look into.
    pub objects: Vec<ObjectKey>,
}

/// A row of `kubectl get events`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its number.
    pub id: u64,
    /// When it was said last.
    pub last: SimTime,
    /// Usual or not.
    pub kind: EventType,
    /// One word.
    pub reason: String,
    /// What it is about, as kubectl writes it: `pod/web-0`.
    pub object: String,
    /// What it is about.
    pub key: ObjectKey,
    /// The message.
    pub message: String,
    /// How often it was said.
    pub count: u32,
    /// The step that said it last.
    pub step: usize,
    /// Whether the step shown said it.
    pub is_new: bool,
}

/// What an inspection depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Looked {
    steps: usize,
    runs: usize,
    selected: Option<ObjectKey>,
    tab: Option<ObjectTab>,
}

/// Rows that are shown at most; the oldest are left out.
const ROWS_MAX: usize = 300;

impl AppState {
    /// Looks into the object and the events anew if the place changed.
    pub(super) fn refresh_inspection(&mut self) {
        let looked = Looked {
            steps: self.steps_shown(),
            runs: self.run.generation,
            selected: self.view.selected.clone(),
            tab: Some(self.view.object_tab),
        };
        if looked == self.view.looked {
            return;
        }
        let moved = (looked.steps, looked.runs) != (self.view.looked.steps, self.view.looked.runs);
        if moved || self.view.looked.tab.is_none() {
            self.view.events = Shared::new(self.event_rows());
        }
        let objects = self.state_shown().cluster.objects().map(|(key, _)| key);
        let inspection = Inspection {
            text: looked.selected.as_ref().and_then(|key| self.object_text(key)),
            objects: objects.filter(|key| is_of_interest(key)).cloned().collect(),
        };
        self.view.inspection = Shared::new(inspection);
        self.view.looked = looked;
    }

    fn object_text(&self, key: &ObjectKey) -> Option<String> {
        let object = self.state_shown().cluster.object(key)?;
        if self.view.object_tab == ObjectTab::Yaml {
            return Some(to_yaml(&object.to_value()));
        }
        let kind = key.kind.qualified_plural();
        let mut words = vec!["describe".to_owned(), kind, key.name.to_string()];
        if !key.namespace.is_empty() {
            words.extend(["--namespace".to_owned(), key.namespace.to_string()]);
        }
        let mut simulation = self.run.run.simulation().fork(self.steps_shown());
        let command = CommandLine { arguments: words, ..CommandLine::default() };
        let output = kubectl::run(&mut simulation, &command);
        Some(if output.exit == 0 { output.stdout } else { output.stderr })
    }

    fn event_rows(&self) -> Vec<EventRow> {
        let shown = self.steps_shown();
        let steps = &self.run.run.simulation().steps()[..shown];
        let said = order::map(
            steps.iter().flat_map(|step| step.events.iter().map(|event| (event.id, step.index))),
        );
        let first_new = self.beat_shown().map_or(usize::MAX, |beat| beat.first);
        let mut rows: Vec<EventRow> = self
            .state_shown()
            .cluster
            .events
            .iter()
            .map(|event| {
                let text = &event.text;
                let step = said.get(&event.id).copied().unwrap_or_default();
                let kind = text.regarding.kind.info().name.to_ascii_lowercase();
                EventRow {
                    id: event.id,
                    last: event.last,
                    kind: text.kind,
                    reason: text.reason.clone(),
                    object: format!("{kind}/{}", text.regarding.name),
                    key: text.regarding.clone(),
                    message: text.message.clone(),
                    count: event.count,
                    step,
                    is_new: step >= first_new,
                }
            })
            .collect();
        order::sort_by_key(&mut rows, |row| std::cmp::Reverse((row.step, row.id)));
        rows.truncate(ROWS_MAX);
        rows
    }
}

fn is_of_interest(key: &ObjectKey) -> bool {
    key.kind.is_simulated() && !key.namespace.starts_with("kube-")
}
