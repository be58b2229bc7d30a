//! The numbers of an Indexed job's Pods.
//!
//! Models `pkg/controller/job/indexed_job_utils.go`.

use std::fmt;
use std::rc::Rc;

use crate::api::container::{Container, EnvVar, EnvVarSource};
use crate::api::pod::Pod;
use crate::api::volume::ObjectFieldSelector;
use crate::api::workload::Job;

use super::is_tracked;

/// The annotation and label with a Pod's number.
const INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// The variable with it.
const VARIABLE: &str = "JOB_COMPLETION_INDEX";

/// Numbers as intervals, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Indexes(Vec<(i32, i32)>);

impl Indexes {
    /// Reads what [`fmt::Display`] writes, up to a bound.
    fn parse(text: &str, below: i32) -> Self {
        let mut read = Self::default();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(first), Ok(last)) = (first.parse::<i32>(), last.parse::<i32>())
                && first < below
            {
                read.add(first, last.min(below - 1));
            }
        }
        read
    }

    /// Adds an interval.
    fn add(&mut self, mut first: i32, mut last: i32) {
        let touches = |(low, high): &(i32, i32)| {
            *low <= last.saturating_add(1) && first <= high.saturating_add(1)
        };
        let joined: Vec<(i32, i32)> = self.0.iter().copied().filter(touches).collect();
        self.0.retain(|interval| !joined.contains(interval));
        for (low, high) in joined {
            first = first.min(low);
            last = last.max(high);
        }
        let place = self.0.iter().position(|(low, _)| *low > last).unwrap_or(self.0.len());
        self.0.insert(place, (first, last));
    }

    /// Adds a number.
    pub(super) fn insert(&mut self, index: i32) {
        self.add(index, index);
    }

    /// Whether the number is among them.
    pub(super) fn has(&self, index: i32) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&index))
    }

    /// How many there are.
    pub(super) fn total(&self) -> i32 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// The first `count` numbers below `bound` that are not among them.
    fn first_missing(&self, count: usize, bound: i32) -> Vec<i32> {
        (0..bound).filter(|index| !self.has(*index)).take(count).collect()
    }
}

impl fmt::Display for Indexes {
    /// `0,1,3-5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (first, last)) in self.0.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(f, "{comma}{first}")?;
            match last - first {
                0 => {}
                1 => write!(f, ",{last}")?,
                _ => write!(f, "-{last}")?,
            }
        }
        Ok(())
    }
}

/// The Pod's number, when it is one of the job's.
pub(super) fn index_of(job: &Job, pod: &Pod) -> Option<i32> {
    let index: i32 = pod.metadata.annotations.get(INDEX)?.parse().ok()?;
    (0..job.spec.completions.unwrap_or(0)).contains(&index).then_some(index)
}

/// The numbers that the status says have succeeded, and these with those that did since.
pub(super) fn succeeded(job: &Job, pods: &[&Rc<Pod>]) -> (Indexes, Indexes) {
    if !job.is_indexed() {
        return (Indexes::default(), Indexes::default());
    }
    let bound = job.spec.completions.unwrap_or(0);
    let before = Indexes::parse(&job.status.completed_indexes, bound);
    let mut now = before.clone();
    for pod in pods.iter().filter(|pod| pod.status.phase == "Succeeded" && is_tracked(pod)) {
        if let Some(index) = index_of(job, pod) {
            now.insert(index);
        }
    }
    (before, now)
}

/// The first numbers that neither run nor have succeeded.
pub(super) fn pending(
    job: &Job,
    succeeded: &Indexes,
    running: &[&Rc<Pod>],
    count: usize,
) -> Vec<i32> {
    let mut taken = succeeded.clone();
    for index in running.iter().filter_map(|pod| index_of(job, pod)) {
        taken.insert(index);
    }
    taken.first_missing(count, job.spec.completions.unwrap_or(0))
}

/// Gives a new Pod its number.
pub(super) fn number(pod: &mut Pod, job: &str, index: i32) {
    let meta = &mut pod.metadata;
    meta.generate_name = format!("{job}-{index}-");
    meta.annotations.insert(INDEX.to_owned(), index.to_string());
    meta.labels.insert(INDEX.to_owned(), index.to_string());
    let spec = Rc::make_mut(&mut pod.spec);
    spec.hostname = format!("{job}-{index}");
    let containers = spec.init_containers.iter_mut().chain(&mut spec.containers);
    containers.for_each(add_variable);
}

fn add_variable(container: &mut Container) {
    if container.env.iter().any(|variable| variable.name == VARIABLE) {
        return;
    }
    let field = ObjectFieldSelector {
        field_path: format!("metadata.labels['{INDEX}']"),
        ..ObjectFieldSelector::default()
    };
    let source = EnvVarSource { field_ref: Some(field), ..EnvVarSource::default() };
    container.env.push(EnvVar {
        name: VARIABLE.to_owned(),
        value_from: Some(source),
        ..EnvVar::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_intervals() {
        let mut indexes = Indexes::parse("0,1,4-6,9", 9);
        assert_eq!(indexes.to_string(), "0,1,4-6");
        assert_eq!(indexes.first_missing(3, 9), [2, 3, 7]);
        indexes.insert(2);
        indexes.insert(8);
        assert_eq!((indexes.to_string(), indexes.total()), ("0-2,4-6,8".to_owned(), 7));
        indexes.insert(3);
        assert_eq!(indexes.to_string(), "0-6,8");
    }
}
