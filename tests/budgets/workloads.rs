//! What the budgets are measured on. Everything here runs natively and in a browser.

use std::rc::Rc;

use volume_lab::scene;
use volume_lab::scene::options::Options;
use volume_lab::scene::plan::Plan;
use volume_lab::session::run::Run;
use volume_lab::session::{Command, Entry, Session};
use volume_lab::sim::engine::{Progress, Simulation};
use volume_lab::sim::profile::{NodeProfile, Profile};

use volume_lab::kubectl::{self, CommandLine};

/// Rounds of the loop that everything is compared with.
const ROUNDS: u64 = 8_000_000;

/// A fixed amount of arithmetic: what a machine and a browser make of it is the unit in which
/// the budgets are told.
pub(crate) fn baseline() -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..ROUNDS {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(round);
    }
    state
}

/// The lab's cluster with a node for every hundred Pods.
fn roomy(pods: usize) -> Profile {
    let lab = Profile::lab();
    let pattern = lab.nodes[0].clone();
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let node = |number: usize| NodeProfile {
        name: leak(format!("work{number}")),
        ip: leak(format!("10.88.0.{}", 10 + number)),
        pod_network: leak(format!("10.244.{number}")),
        ..pattern.clone()
    };
    Profile { nodes: (1..=pods.div_ceil(100).max(2)).map(node).collect(), ..lab }
}

/// A set with a claim for each of its Pods.
pub(crate) fn set(replicas: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: web}}\nspec:\n  \
         replicas: {replicas}\n  serviceName: web\n  selector: {{matchLabels: {{app: web}}}}\n  \
         template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers:\n      \
         - name: nginx\n        image: nginx:latest\n        volumeMounts:\n        \
         - {{name: www, mountPath: /usr/share/nginx/html}}\n  volumeClaimTemplates:\n  \
         - metadata: {{name: www}}\n    spec:\n      accessModes: [ReadWriteOnce]\n      \
         resources: {{requests: {{storage: 1Gi}}}}\n"
    )
}

/// The roll-out of that set with its whole history.
pub(crate) fn roll_out(replicas: usize) -> Simulation {
    let mut sim = Simulation::new(roomy(replicas));
    let arguments = ["apply", "-f", "-"].map(str::to_owned).to_vec();
    let command = CommandLine { arguments, ..CommandLine::default() }.with_stdin(set(replicas));
    kubectl::run(&mut sim, &command);
    let horizon = sim.now() + 3_600_000;
    while sim.settle(horizon, 10_000) == Progress::More {}
    let ready = sim.cluster().runtimes().count();
    assert_eq!(ready, replicas, "the set is not whole");
    sim
}

/// A long run: one scenario of the lecture again and again.
pub(crate) fn long_run(steps: usize) -> Run {
    let mut run = Run::new("lab");
    run.execute(Command::Apply(set(3)));
    for round in 0.. {
        while run.work(10_000) == Progress::More {}
        if run.simulation().steps().len() >= steps {
            break;
        }
        let args = format!("scale sts web --replicas={}", if round % 2 == 0 { 20 } else { 3 });
        run.execute(Command::Kubectl { args, stdin: String::new() });
    }
    run
}

/// The places of a run, as the page keeps them.
pub(crate) fn plan_of(sim: &Simulation) -> Rc<Plan> {
    Rc::new(Plan::of_run(sim.state_at(0), sim.steps()))
}

/// The picture after so many steps.
pub(crate) fn picture(sim: &Simulation, plan: &Rc<Plan>, at: usize) -> scene::shape::Scene {
    let options = Options { plan: Some(Rc::clone(plan)), ..Options::of_width(1200) };
    let step = at.checked_sub(1).map(|last| &*sim.steps()[last]);
    scene::build(sim.state_at(at), step, &options)
}

/// A hundred Pods that stand alone, each with a volume of its own node.
pub(crate) fn hundred_pods() -> Simulation {
    let pod = |number: usize| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{number}}}\nspec:\n  \
             containers:\n  - {{name: web, image: nginx, volumeMounts: \
             [{{name: data, mountPath: /data}}]}}\n  volumes:\n  \
             - {{name: data, hostPath: {{path: /tmp/{number}}}}}\n"
        )
    };
    let manifest: String = (0..100).map(pod).collect();
    let entries = vec![Entry { at_ms: 0, command: Command::Apply(manifest), cut_after: None }];
    let mut run = Run::of(&Session { profile: "lab".to_owned(), entries, ..Session::default() });
    while run.work(10_000) == Progress::More {}
    run.simulation().clone()
}
