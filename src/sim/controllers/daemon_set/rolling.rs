//! Replacing Pods of older templates, node by node.
//!
//! Models `pkg/controller/daemon/update.go` `rollingUpdate`.

use std::rc::Rc;

use crate::api::order;
use crate::api::pod::Pod;
use crate::sim::controllers::int_or_percent::{Round, scaled};

use super::Sync;
use super::manage::Work;
use super::nodes::Fit;

/// The Pods of a node that are not going.
enum OnNode<'a> {
    /// More than one of a kind; it is put in order first.
    Crowded,
    /// At most one of the present template and one of an older one.
    Pair { new: Option<&'a Rc<Pod>>, old: Option<&'a Rc<Pod>> },
}

impl<'a> Sync<'a> {
    /// One step of a roll-out.
    pub(super) fn roll(&mut self) -> Result<(), String> {
        if self.set.spec.update_strategy.kind != "RollingUpdate" {
            // [daemon_set 3-1] OBSERVATION: Pods are replaced when somebody deletes them.
            return Ok(());
        }
        let wanted: Vec<String> = self
            .fits()
            .into_iter()
            .filter(|(_, fit)| *fit == Fit::Run)
            .map(|(node, _)| node.metadata.name.clone())
            .collect();
        let count = i32::try_from(wanted.len()).unwrap_or(i32::MAX);
        let (surge, mut unavailable) = (self.max_surge(count), self.max_unavailable(count));
        if surge == 0 && unavailable == 0 {
            unavailable = 1;
        }
        let mut names: Vec<String> = self.pods.keys().map(|name| (*name).to_owned()).collect();
        names.extend(wanted.iter().filter(|name| !self.pods.contains_key(name.as_str())).cloned());
        order::sort(&mut names);
        let work = if surge == 0 {
            self.replace(&names, unavailable)
        } else {
            self.surge(&names, &wanted, surge)
        };
        self.carry_out(work)
    }

    /// Deletes as many old Pods as may lack.
    fn replace(&self, nodes: &[String], most: i32) -> Work<'a> {
        let mut unavailable = 0;
        let (mut allowed, mut candidates) = (Vec::new(), Vec::new());
        for node in nodes {
            match self.on_node(node) {
                OnNode::Pair { new: Some(new), old: None } => {
                    unavailable += i32::from(!self.is_available(new));
                }
                OnNode::Pair { new: None, old: Some(old) } => {
                    if !self.is_available(old) {
                        // [daemon_set 3-2] OBSERVATION: an old Pod is of no use; it goes in any
                        // case.
                        allowed.push(old);
                        unavailable += 1;
                    } else if unavailable < most {
                        candidates.push(old);
                    }
                }
                _ => unavailable += 1,
            }
        }
        let room = usize::try_from(most - unavailable).unwrap_or(0);
        // [daemon_set 3-3] OBSERVATION: so many more Pods may lack.
        allowed.extend(candidates.into_iter().take(room));
        Work { delete: allowed, ..Work::default() }
    }

    /// Makes as many new Pods beside old ones as there may be on top.
    fn surge(&self, nodes: &[String], wanted: &[String], most: i32) -> Work<'a> {
        let mut work = Work::default();
        let (mut surging, mut available) = (0, 0);
        let (mut candidates, mut misplaced) = (Vec::new(), Vec::new());
        for node in nodes {
            let OnNode::Pair { new, old } = self.on_node(node) else {
                surging += 1;
                continue;
            };
            let counted = old.or(new);
            available += usize::from(counted.is_some_and(|pod| self.is_available(pod)));
            let Some(old) = old else { continue };
            let is_wanted = wanted.contains(node);
            match new {
                Some(new) if self.is_available(new) => work.delete.push(old),
                Some(_) => surging += 1,
                None if !self.is_available(old) && is_wanted => {
                    // [daemon_set 3-4] OBSERVATION: an old Pod is of no use; the new one comes in
                    // any case.
                    work.create.push(node.clone());
                }
                None if !self.is_available(old) => work.delete.push(old),
                None if !is_wanted => misplaced.push(old),
                None if surging < most => candidates.push(node.clone()),
                None => {}
            }
        }
        let spare = available.saturating_sub(wanted.len());
        // [daemon_set 3-5] OBSERVATION: so many available Pods on nodes that are left may go.
        work.delete.extend(misplaced.into_iter().take(spare));
        let room = usize::try_from(most - surging).unwrap_or(0);
        // [daemon_set 3-6] OBSERVATION: so many more new Pods may come on top.
        work.create.extend(candidates.into_iter().take(room));
        work
    }

    fn on_node(&self, node: &str) -> OnNode<'a> {
        let (mut new, mut old) = (None, None);
        let pods = self.pods.get(node).into_iter().flatten().copied();
        for pod in pods.filter(|pod| !pod.metadata.is_deleting()) {
            let place = if self.is_updated(pod) { &mut new } else { &mut old };
            if place.replace(pod).is_some() {
                return OnNode::Crowded;
            }
        }
        OnNode::Pair { new, old }
    }

    /// How many Pods of so many there may be on top.
    pub(super) fn max_surge(&self, count: i32) -> i32 {
        let strategy = &self.set.spec.update_strategy;
        let rolling = strategy.rolling_update.as_ref().filter(|_| strategy.kind == "RollingUpdate");
        rolling.map_or(0, |rolling| scaled(rolling.max_surge.as_ref(), count, Round::Up))
    }

    /// How many Pods of so many may lack.
    fn max_unavailable(&self, count: i32) -> i32 {
        let rolling = self.set.spec.update_strategy.rolling_update.as_ref();
        rolling.map_or(0, |rolling| scaled(rolling.max_unavailable.as_ref(), count, Round::Up))
    }
}
