//! What the Pods of each node use together, kept up to date with every write, so that the
//! scheduler need not look at all Pods for each Pod that it places.
//!
//! Models `pkg/scheduler/framework/types.go` `NodeInfo`, and
//! `k8s.io/component-helpers/resource/helpers.go` `PodRequests`.

use std::rc::Rc;

use crate::api::container::Container;
use crate::api::kind::Object;
use crate::api::order;
use crate::api::pod::{Pod, PodSpec};
use crate::api::quantity::Quantity;
use crate::api::sorted::SortedMap;

/// Amounts by resource, in thousandths.
pub type Amounts = SortedMap<String, i128>;

/// The sums of one node.
#[derive(Clone, Debug, Default)]
pub struct NodeTally {
    /// Pods that have not ended.
    pub pods: i128,
    /// What they request.
    pub requests: Amounts,
    /// Pods that say something about other Pods.
    pub affine: i128,
    /// CPU and memory with a guess for containers without a request, for the score only.
    pub scored: [i128; 2],
    /// Pods by the uid of their controller; those being deleted do not count.
    by_owner: SortedMap<Rc<str>, i128>,
}

/// The sums of all nodes.
#[derive(Clone, Debug, Default)]
pub struct Tallies(Rc<SortedMap<Rc<str>, Rc<NodeTally>>>);

/// What a container without a request counts in the score: 100m of CPU, 200Mi of memory.
const GUESS: [(&str, i128); 2] = [("cpu", 100), ("memory", 200 * 1024 * 1024 * 1000)];

impl NodeTally {
    /// How many Pods of that owner are on the node.
    pub fn of_owner(&self, uid: &str) -> i128 {
        self.by_owner.get(uid).copied().unwrap_or(0)
    }

    fn add(&mut self, pod: &Pod, sign: i128) {
        self.pods += sign;
        let affinity = pod.spec.affinity.as_ref();
        if affinity.is_some_and(|a| a.pod_affinity.is_some() || a.pod_anti_affinity.is_some()) {
            self.affine += sign;
        }
        for (resource, amount) in requests(&pod.spec) {
            let sum = self.requests.entry(resource).or_insert(0);
            *sum += sign * amount;
        }
        for (sum, amount) in self.scored.iter_mut().zip(scored_requests(&pod.spec)) {
            *sum += sign * amount;
        }
        if let Some(owner) = pod.metadata.controller()
            && !pod.metadata.is_deleting()
        {
            let count = self.of_owner(&owner.uid) + sign;
            self.by_owner.insert(owner.uid.as_str().into(), count);
        }
    }
}

impl Tallies {
    /// The sums of that node, `None` when it has no Pod.
    pub fn of(&self, node: &str) -> Option<&NodeTally> {
        self.0.get(node).map(|tally| &**tally)
    }

    /// Takes one object out of the sums and another in.
    pub fn replace(&mut self, before: Option<&Object>, after: Option<&Object>) {
        let (before, after) = (before.and_then(counted), after.and_then(counted));
        if let (Some(before), Some(after)) = (before, after)
            && Rc::ptr_eq(&before.spec, &after.spec)
            && before.metadata.is_deleting() == after.metadata.is_deleting()
        {
            return;
        }
        for (pod, sign) in [(before, -1), (after, 1)] {
            let Some(pod) = pod else { continue };
            let mut tally = self.of(&pod.spec.node_name).cloned().unwrap_or_default();
            tally.add(pod, sign);
            let tallies = Rc::make_mut(&mut self.0);
            tallies.insert(pod.spec.node_name.as_str().into(), Rc::new(tally));
        }
    }
}

/// The Pod if it counts: it has a node and has not ended.
fn counted(object: &Object) -> Option<&Pod> {
    match object {
        Object::Pod(pod) if !pod.spec.node_name.is_empty() && !pod.is_terminal() => Some(pod),
        _ => None,
    }
}

/// What a Pod requests: all containers together, or its greediest init container; a sidecar counts
/// with both.
pub fn requests(spec: &PodSpec) -> Amounts {
    let mut total = Amounts::new();
    let mut peak = Amounts::new();
    let mut sidecars = Amounts::new();
    for container in &spec.init_containers {
        let own = of_container(container);
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sidecars, &own);
            add(&mut total, &own);
            raise(&mut peak, &sidecars);
        } else {
            let mut with_sidecars = sidecars.clone();
            add(&mut with_sidecars, &own);
            raise(&mut peak, &with_sidecars);
        }
    }
    for container in &spec.containers {
        add(&mut total, &of_container(container));
    }
    raise(&mut total, &peak);
    let given = |field: &str, part: &str| {
        let amounts = spec.other.get(field)?;
        let amounts = if part.is_empty() { amounts } else { amounts.get(part)? };
        amounts.as_object().cloned()
    };
    // What is asked for the Pod as a whole replaces the sum; the overhead comes on top.
    for (resource, amount) in given("resources", "requests").into_iter().flatten() {
        if let Some(amount) = amount.as_str().and_then(Quantity::parse) {
            total.insert(resource, amount.milli_value());
        }
    }
    for (resource, amount) in given("overhead", "").into_iter().flatten() {
        if let Some(amount) = amount.as_str().and_then(Quantity::parse) {
            *total.entry(resource).or_insert(0) += amount.milli_value();
        }
    }
    total
}

/// CPU and memory as the score counts them.
pub fn scored_requests(spec: &PodSpec) -> [i128; 2] {
    GUESS.map(|(resource, guess)| {
        let amount = |container: &Container| {
            let requests = &container.resources.requests;
            requests.get(resource).map_or(guess, Quantity::milli_value)
        };
        spec.containers.iter().map(amount).sum()
    })
}

fn of_container(container: &Container) -> Amounts {
    let requests = container.resources.requests.iter();
    order::map(requests.map(|(resource, amount)| (resource.clone(), amount.milli_value())))
}

fn add(sum: &mut Amounts, more: &Amounts) {
    for (resource, amount) in more {
        *sum.entry(resource.clone()).or_insert(0) += amount;
    }
}

fn raise(bound: &mut Amounts, other: &Amounts) {
    for (resource, amount) in other {
        let own = bound.entry(resource.clone()).or_insert(0);
        *own = (*own).max(*amount);
    }
}
