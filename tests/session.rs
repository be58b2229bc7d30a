//! A session that is played again meets the same cluster.
#![cfg(not(target_arch = "wasm32"))]

use volume_lab::api::pod::Pod;
use volume_lab::lesson::gallery;
use volume_lab::session::run::Run;
use volume_lab::session::{Command, Session};
use volume_lab::sim::engine::Progress;
use volume_lab::sim::random::Sequence;
use volume_lab::sim::step::Step;

fn rest(run: &mut Run) {
    while run.work(1000) == Progress::More {}
}

/// One line a step: time, actor, object.
fn timeline(run: &Run) -> Vec<String> {
    let line = |step: &Step| format!("{} {} {}", step.time.0, step.actor.component, step.subject);
    run.simulation().steps().iter().map(|step| line(step)).collect()
}

fn kubectl(args: &str) -> Command {
    Command::Kubectl { args: args.to_owned(), stdin: String::new() }
}

#[test]
fn a_session_played_again_is_the_same_run() {
    let manifest = include_str!("../static/lessons/statefulset/start.yaml");
    let mut run = Run::new("lecture");
    run.execute(Command::Apply(manifest.to_owned()));
    rest(&mut run);
    run.execute(kubectl("scale sts web --replicas=5"));
    rest(&mut run);
    assert!(run.outcomes().iter().all(|outcome| outcome.output.exit == 0), "{:?}", run.outcomes());

    let session = Session { entries: run.entries(), ..Session::default() };
    let mut again = Run::of(&session);
    rest(&mut again);
    assert_eq!(timeline(&again), timeline(&run));
}

#[test]
fn a_command_in_the_past_forks_the_run_there() {
    let manifest = include_str!("../static/lessons/mongo-static/start.yaml");
    let mut run = Run::new("lecture");
    run.execute(Command::Apply(manifest.to_owned()));
    rest(&mut run);
    let middle = run.simulation().steps().len() / 2;
    let mut fork = run.fork(middle);
    fork.execute(kubectl("delete pod mongodb --wait=false"));
    rest(&mut fork);
    assert_eq!(timeline(&fork)[..middle], timeline(&run)[..middle]);
    assert_ne!(timeline(&fork), timeline(&run));

    let session = Session { entries: fork.entries(), ..Session::default() };
    let mut again = Run::of(&session);
    rest(&mut again);
    assert_eq!(timeline(&again), timeline(&fork));
}

/// Everything that can be told about a step.
fn story(run: &Run) -> Vec<String> {
    let line = |step: &Step| {
        let changes = step.changes.iter().map(|change| match &change.after {
            Some(object) => object.to_value().to_string(),
            None => format!("no {}", change.key),
        });
        let events = step.events.iter().map(|event| format!("{event:?}"));
        let told: Vec<String> = changes.chain(events).collect();
        format!("{} {} {told:?}", step.time.0, step.actor.component)
    };
    run.simulation().steps().iter().map(|step| line(step)).collect()
}

const LINES: &[&str] = &[
    "get pod -w",
    "get all -A",
    "scale sts web --replicas=5",
    "scale sts web --replicas=1",
    "rollout status sts web --timeout=20s",
    "rollout restart sts web",
    "delete pod --all --wait=false",
    "delete pod web-0",
    "delete sts web --cascade=orphan",
    "delete sts,pod,pvc --all --timeout=5s",
    "wait pod/web-1 --for=condition=Ready --timeout=7s",
    "wait pod/web-9 --for=create --timeout=3s",
    "cordon work1",
    "nothing of the kind",
];

#[test]
fn any_session_forked_anywhere_is_played_again_the_same() {
    let manifests: Vec<String> = gallery().iter().map(|one| one.manifest.to_owned()).collect();
    for seed in 0..60_u64 {
        let mut sequence = Sequence::new(seed);
        let mut below = |count: usize| {
            usize::try_from(sequence.next_u64() % u64::try_from(count).unwrap()).unwrap()
        };
        let mut run = Run::new(["lecture", "lab", "minikube"][below(3)]);
        let profile = run.simulation().cluster().profile.name.to_owned();
        for _ in 0..7 {
            if below(3) == 0 {
                let (one, two) = (below(manifests.len()), below(manifests.len()));
                let text = format!("{}\n---\n{}", manifests[one], manifests[two]);
                run.execute(Command::Apply(text));
            } else {
                run.execute(kubectl(LINES[below(LINES.len())]));
            }
            run.work(below(400));
            let steps = run.simulation().steps().len();
            if below(2) == 0 {
                run = run.fork(below(steps + 1));
            }
        }
        rest(&mut run);
        let entries = run.entries();
        let session = Session { profile, entries, ..Session::default() };
        let session = Session::decode(&session.encode()).expect("a link");
        let mut again = Run::of(&session);
        rest(&mut again);
        assert_eq!(again.entries(), session.entries, "seed {seed}");
        let (told, first) = (story(&again), story(&run));
        for (index, line) in first.iter().enumerate() {
            assert_eq!(told.get(index), Some(line), "seed {seed} step {index}");
        }
        assert_eq!(told.len(), first.len(), "seed {seed}");
    }
}

/// The phase of a Pod of the namespace `default`.
fn phase(run: &Run, pod: &str) -> String {
    let pod = run.simulation().cluster().get::<Pod>("default", pod);
    pod.map(|pod| pod.status.phase.clone()).unwrap_or_default()
}

#[test]
fn every_lesson_of_the_gallery_ends_with_running_pods() {
    for lesson in gallery() {
        let mut run = Run::new(&lesson.profile);
        for line in &lesson.setup {
            let (node, sh) = (line.node.clone(), line.sh.clone());
            let outcome = run.execute(Command::Node { node, sh });
            assert_eq!(outcome.output.exit, 0, "{}: {:?}", lesson.id, outcome);
        }
        let outcome = run.execute(Command::Apply(lesson.manifest.to_owned()));
        assert_eq!(outcome.output.exit, 0, "{}: {:?}", lesson.id, outcome);
        rest(&mut run);
        let pods: Vec<String> =
            run.simulation().cluster().list::<Pod>().map(|pod| pod.metadata.name.clone()).collect();
        assert!(!pods.is_empty(), "{}", lesson.id);
        for pod in pods {
            assert_eq!(phase(&run, &pod), "Running", "{} {pod}", lesson.id);
        }
        for action in &lesson.actions {
            let outcome = run.execute(kubectl(&action.kubectl));
            assert_eq!(outcome.output.exit, 0, "{}: {:?}", lesson.id, outcome);
            rest(&mut run);
        }
    }
}
