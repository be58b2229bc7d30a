//! Events as `kubectl get events` and `describe` show them.
//!
//! Models `k8s.io/client-go/tools/record/events_cache.go`: an event that is repeated word for
//! word is counted instead of kept again.

use std::rc::Rc;

use rpds::RedBlackTreeMap;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;

/// Whether an event reports what is usual or what needs attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// Usual.
    Normal,
    /// Needs attention.
    Warning,
}

impl EventType {
    /// The word that Kubernetes prints.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// What an event says, without when and how often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventText {
    /// The object it is about.
    pub regarding: ObjectKey,
    /// Its uid, empty when unknown.
    pub uid: Rc<str>,
    /// The part of the object, such as `spec.containers{web}`; mostly empty.
    pub field_path: String,
    /// Usual or not.
    pub kind: EventType,
    /// One word, such as `FailedBinding`.
    pub reason: String,
    /// The message.
    pub message: String,
    /// Who says so, such as `persistentvolume-controller`.
    pub source: Rc<str>,
    /// The node of a kubelet, else empty.
    pub host: Rc<str>,
    /// What tells it from an equal event that is counted apart (`events.k8s.io`), mostly empty.
    pub series: Rc<str>,
}

/// An event with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// Number in the order of first appearance, from 0.
    pub id: u64,
    /// What it says.
    pub text: EventText,
    /// When it was said first.
    pub first: SimTime,
    /// When it was said last.
    pub last: SimTime,
    /// How often.
    pub count: u32,
}

/// All events of a cluster, in the order in which they first appeared.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    by_id: RedBlackTreeMap<u64, Rc<EventRecord>>,
    by_text: RedBlackTreeMap<Rc<EventText>, u64>,
    next: u64,
}

impl EventLog {
    /// Records an event and returns it with its new count.
    pub fn record(&mut self, text: EventText, now: SimTime) -> Rc<EventRecord> {
        let known = self.by_text.get(&text).and_then(|id| self.by_id.get(id));
        let record = match known {
            Some(known) => EventRecord { last: now, count: known.count + 1, ..(**known).clone() },
            None => EventRecord { id: self.next, text, first: now, last: now, count: 1 },
        };
        let record = Rc::new(record);
        if record.count == 1 {
            self.by_text.insert_mut(Rc::new(record.text.clone()), record.id);
            self.next += 1;
        }
        self.by_id.insert_mut(record.id, Rc::clone(&record));
        record
    }

    /// All events, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<EventRecord>> {
        self.by_id.values()
    }

    /// The events about an object, oldest first. An empty uid stands for any.
    pub fn about<'a>(
        &'a self,
        key: &'a ObjectKey,
        uid: &'a str,
    ) -> impl Iterator<Item = &'a Rc<EventRecord>> {
        self.iter().filter(move |event| {
            event.text.regarding == *key && (uid.is_empty() || &*event.text.uid == uid)
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}
