//! A mapping while it is read: the last of equal keys wins, merge keys are filled in.
//!
//! Models: go-yaml v2 `decode.go` `mapping` and `merge`: values are set in the order of the
//! text, so a merge overrides what stands above it and is overridden by what follows.

use crate::api::order;
use crate::api::sorted::SortedMap;

use super::diagnostic::Finding;
use super::node::{Entry, Kind, Node};

/// Beyond this many keys an index is kept.
const SMALL: usize = 8;

/// Collects the entries of one mapping.
#[derive(Default)]
pub(super) struct MapBuilder {
    entries: Vec<Entry>,
    index: SortedMap<String, usize>,
    /// Which entries came out of a merge; giving those again is no mistake.
    merged: Vec<bool>,
}

impl MapBuilder {
    /// Sets a key. False if it was there already, written out.
    pub(super) fn insert(&mut self, entry: Entry) -> bool {
        if let Some(at) = self.position(&entry.key) {
            self.entries[at] = entry;
            return std::mem::replace(&mut self.merged[at], false);
        }
        self.push(entry, false);
        true
    }

    /// Takes over the entries of a mapping, or of a list of mappings in which the first wins.
    pub(super) fn merge(&mut self, node: Node) -> Result<(), Finding> {
        match node.kind {
            Kind::Mapping(entries) => {
                for entry in entries {
                    match self.position(&entry.key) {
                        Some(at) => {
                            self.entries[at] = entry;
                            self.merged[at] = true;
                        }
                        None => self.push(entry, true),
                    }
                }
                Ok(())
            }
            Kind::Sequence(items) if items.iter().all(|i| matches!(i.kind, Kind::Mapping(_))) => {
                items.into_iter().rev().try_for_each(|item| self.merge(item))
            }
            _ => {
                let words = "yaml: map merge requires map or sequence of maps as the value";
                Err(Finding::error("yaml-merge", node.range).server(words))
            }
        }
    }

    /// The entries, each key once.
    pub(super) fn finish(self) -> Vec<Entry> {
        self.entries
    }

    fn push(&mut self, entry: Entry, merged: bool) {
        if self.entries.len() == SMALL {
            let known = self.entries.iter().enumerate();
            self.index = order::map(known.map(|(at, entry)| (entry.key.clone(), at)));
        }
        if self.entries.len() >= SMALL {
            self.index.insert(entry.key.clone(), self.entries.len());
        }
        self.entries.push(entry);
        self.merged.push(merged);
    }

    fn position(&self, key: &str) -> Option<usize> {
        if self.entries.len() <= SMALL {
            return self.entries.iter().position(|entry| entry.key == key);
        }
        self.index.get(key).copied()
    }
}
