//! Events as `kubectl get events` and `describe` show them.
//!
//! Models `k8s.io/client-go/tools/record/events_cache.go`: an event that is repeated word for
//! word is counted instead of kept again, many that differ in their message only are combined,
//! and a source that says too much about an object is not heard.

use std::rc::Rc;

use rpds::RedBlackTreeMap;

use crate::api::object::ObjectKey;
use crate::api::sorted::SortedSet;
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
    similar: RedBlackTreeMap<SimilarKey, Rc<Similar>>,
    budgets: RedBlackTreeMap<BudgetKey, Budget>,
    next: u64,
}

/// Events that differ in their message only: source, host, object, uid, reason, type.
type SimilarKey = (Rc<str>, Rc<str>, ObjectKey, Rc<str>, String, EventType);
/// Who may speak about what: source, host, object, uid.
type BudgetKey = (Rc<str>, Rc<str>, ObjectKey, Rc<str>);

/// The messages of similar events, and the event that stands for the later ones.
#[derive(Clone, Debug, Default)]
struct Similar {
    messages: SortedSet<String>,
    last: SimTime,
    combined: Option<u64>,
}

/// What a source may still say about an object, in thousandths of an event.
#[derive(Clone, Copy, Debug)]
struct Budget {
    left: u64,
    at: SimTime,
}

/// So many different messages are kept apart (`defaultAggregateMaxEvents`).
const SIMILAR_MAX: usize = 10;
/// Similar events that lie further apart are not combined (`defaultAggregateIntervalInSeconds`).
const SIMILAR_MS: u64 = 600_000;
/// A source may say so much about an object at once (`defaultSpamBurst`) …
const BURST: u64 = 25_000;
/// … and one thing more after so long (`defaultSpamQPS`).
const REFILL_MS: u64 = 300_000;
/// The scheduler reports through the newer API, where nothing is combined or dropped.
const NEWER: &str = "default-scheduler";

impl EventLog {
    /// Records an event and returns it with its new count; `None` when its source has said too
    /// much about the object.
    pub fn record(&mut self, mut text: EventText, now: SimTime) -> Option<Rc<EventRecord>> {
        let newer = &*text.source == NEWER;
        let similar = if newer { None } else { self.combine(&mut text, now) };
        let known = match &similar {
            Some((_, Similar { combined, .. })) => *combined,
            None => self.by_text.get(&text).copied(),
        };
        if !newer && !self.may_speak(&text, now) {
            return None;
        }
        let record = if let Some(known) = known.and_then(|id| self.by_id.get(&id)) {
            EventRecord {
                id: known.id,
                text,
                first: known.first,
                last: now,
                count: known.count + 1,
            }
        } else {
            self.next += 1;
            EventRecord { id: self.next - 1, text, first: now, last: now, count: 1 }
        };
        let record = Rc::new(record);
        match similar {
            Some((key, similar)) => {
                let similar = Similar { combined: Some(record.id), ..similar };
                self.similar.insert_mut(key, Rc::new(similar));
            }
            None if record.count == 1 => {
                self.by_text.insert_mut(Rc::new(record.text.clone()), record.id);
            }
            None => {}
        }
        self.by_id.insert_mut(record.id, Rc::clone(&record));
        Some(record)
    }

    /// Counts the messages that differ; from the tenth on the event is combined with the others,
    /// and its message says so (`EventAggregator.EventAggregate`).
    fn combine(&mut self, text: &mut EventText, now: SimTime) -> Option<(SimilarKey, Similar)> {
        let key = (
            Rc::clone(&text.source),
            Rc::clone(&text.host),
            text.regarding.clone(),
            Rc::clone(&text.uid),
            text.reason.clone(),
            text.kind,
        );
        let known = self.similar.get(&key).filter(|known| now.since(known.last) <= SIMILAR_MS);
        let mut similar = known.map(|known| Similar::clone(known)).unwrap_or_default();
        similar.last = now;
        similar.messages.insert(text.message.clone());
        if similar.messages.len() < SIMILAR_MAX {
            self.similar.insert_mut(key, Rc::new(similar));
            return None;
        }
        similar.messages.pop_first();
        text.message = format!("(combined from similar events): {}", text.message);
        Some((key, similar))
    }

    /// Whether the source may say one thing more about the object
    /// (`EventSourceObjectSpamFilter.Filter`).
    fn may_speak(&mut self, text: &EventText, now: SimTime) -> bool {
        let source = (Rc::clone(&text.source), Rc::clone(&text.host));
        let key = (source.0, source.1, text.regarding.clone(), Rc::clone(&text.uid));
        let budget = self.budgets.get(&key).copied();
        let Budget { left, at } = budget.unwrap_or(Budget { left: BURST, at: now });
        let refilled = (left + now.since(at) * 1000 / REFILL_MS).min(BURST);
        let speaks = refilled >= 1000;
        let left = if speaks { refilled - 1000 } else { refilled };
        self.budgets.insert_mut(key, Budget { left, at: now });
        speaks
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::kind::Kind;

    fn text(message: String) -> EventText {
        EventText {
            regarding: ObjectKey::new(Kind::StatefulSet, "default", "web"),
            uid: "u".into(),
            field_path: String::new(),
            kind: EventType::Normal,
            reason: "SuccessfulCreate".to_owned(),
            message,
            source: "statefulset-controller".into(),
            host: "".into(),
            series: "".into(),
        }
    }

    #[test]
    fn many_similar_events_are_combined_and_then_dropped() {
        let mut log = EventLog::default();
        let mut heard = 0;
        for number in 0..40 {
            let record = log.record(text(format!("Pod {number}")), SimTime(number));
            heard += usize::from(record.is_some());
        }
        assert_eq!((heard, log.len()), (25, 10));
        let last = log.iter().last().expect("an event");
        assert_eq!(last.text.message, "(combined from similar events): Pod 24");
        assert_eq!(last.count, 16);
    }
}
