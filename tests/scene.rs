//! Pictures as text: `tests/scene/<case>/manifest.yaml` and what is drawn when the run is at
//! rest, one shape or line a row; and what holds for every picture of every run.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/soundness.rs"]
mod soundness;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use expect_test::expect_file;
use proptest::prelude::*;
use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::time::SimTime;
use volume_lab::scene::beat;
use volume_lab::scene::options::{Density, Options, View};
use volume_lab::scene::plan::Plan;
use volume_lab::scene::shape::{Role, Scene, Shape, Words};
use volume_lab::scene::transition::{Transition, diff};
use volume_lab::sim::engine::{Progress, Request, Simulation};
use volume_lab::sim::profile::Profile;

/// A whole run of a manifest on the lecture's cluster.
fn run(text: &str) -> Simulation {
    let mut sim = Simulation::new(Profile::lecture());
    for document in volume_lab::manifest::parse(text).objects() {
        let kind = Kind::named(&document.kind).expect("a kind of Kubernetes");
        let object = Object::decode(kind, document.value.clone()).expect("a whole object");
        let _ = sim.request("kubectl", Request::Create(object));
    }
    while sim.settle(SimTime(120_000), 10_000) == Progress::More && sim.now() < SimTime(120_000) {}
    sim
}

fn options(sim: &Simulation, width: i32) -> Options {
    let plan = Plan::of_run(sim.state_at(0), sim.steps());
    Options { plan: Some(Rc::new(plan)), ..Options::of_width(width) }
}

fn manifests(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    paths
}

#[test]
fn pictures_of_cases() {
    for case in manifests("tests/scene") {
        let text = fs::read_to_string(case.join("manifest.yaml")).expect("a manifest");
        let mut sim = run(&text);
        // Lines `node command`: what a person types there next.
        let typed = fs::read_to_string(case.join("typed.txt")).unwrap_or_default();
        for (node, line) in typed.lines().filter_map(|line| line.split_once(' ')) {
            sim.type_on_node(node, line).expect("a node of that name");
            let end = SimTime(sim.now().0 + 600_000);
            while sim.settle(end, 10_000) == Progress::More && sim.now() < end {}
        }
        let scene = volume_lab::scene::build(sim.state(), None, &options(&sim, 1200));
        let picture = drawn(&scene);
        assert!(picture.lines().count() < 60, "{case:?}: make the case smaller");
        expect_file![Path::new("..").join(&case).join("scene.txt")]
            .assert_eq(&without_uids(&picture));
        let mut told = String::new();
        for beat in beat::beats(sim.steps()) {
            let caption = beat.caption;
            let args: Vec<String> =
                caption.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
            writeln!(told, "{} {}", caption.code, args.join(" ")).expect("text");
        }
        expect_file![Path::new("..").join(&case).join("beats.txt")].assert_eq(&without_uids(&told));
    }
}

/// Made-up identities differ whenever anything before them is made in another order.
fn without_uids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f' | '-' | '\u{2026}');
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| is_part(c)) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !is_part(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        out.push_str(before);
        let after_pvc = out.ends_with("pv") && word.starts_with("c-") && word.len() > 8;
        let is_short = word.chars().count() == 9 && word.chars().nth(4) == Some('\u{2026}');
        let is_uid = word.matches('-').count() == 4 && word.len() == 36 || is_short;
        out.push_str(if after_pvc {
            "c-UID"
        } else if is_uid {
            "UID"
        } else {
            word
        });
        rest = after;
    }
    out + rest
}

fn drawn(scene: &Scene) -> String {
    let mut text = format!("{}x{}\n", scene.width, scene.height);
    for shape in &scene.shapes {
        let words: Vec<String> = shape.texts.iter().map(|text| words(&text.words)).collect();
        let Shape { x, y, w, h, .. } = shape;
        let (id, role, status) = (&shape.id.0, shape.role.word(), shape.status.word());
        writeln!(text, "{id} [{role} {status}] {x},{y} {w}x{h} {}", words.join(" | "))
            .expect("text");
    }
    for link in &scene.links {
        let (from, to, role) = (&link.from.0, &link.to.0, link.role.word());
        writeln!(text, "{from} -{role}-> {to} {:?}", link.points).expect("text");
    }
    text
}

fn words(words: &Words) -> String {
    match words {
        Words::Name(name) => name.clone(),
        Words::Key(key) => (*key).to_owned(),
        Words::Count(key, count) => format!("{key}={count}"),
    }
}

/// Looks at every `stride`-th picture of a run.
fn check_run(sim: &Simulation, stride: usize) {
    let sizes = [(1200, Density::Full), (800, Density::Compact), (390, Density::Full)];
    for (width, density) in sizes {
        for view in [View::Auto, View::Cluster] {
            let options = Options { view, density, ..options(sim, width) };
            let mut sizes = BTreeSet::new();
            for at in (0..=sim.steps().len()).step_by(stride) {
                let step = at.checked_sub(1).map(|last| &*sim.steps()[last]);
                let scene = volume_lab::scene::build(sim.state_at(at), step, &options);
                soundness::check(&scene);
                sizes.insert((scene.width, scene.height));
            }
            assert!(sizes.iter().all(|size| size.0 == width), "not as wide as asked: {sizes:?}");
            assert_eq!(sizes.len(), 1, "the picture changes its size: {sizes:?}");
        }
    }
}

#[test]
fn every_picture_of_the_lecture_is_sound() {
    for lesson in manifests("static/lessons") {
        let Ok(text) = fs::read_to_string(lesson.join("start.yaml")) else { continue };
        check_run(&run(&text), 1);
    }
    for case in manifests("tests/scene") {
        check_run(&run(&fs::read_to_string(case.join("manifest.yaml")).expect("a manifest")), 1);
    }
}

#[test]
fn what_stays_keeps_its_place() {
    let text = fs::read_to_string("tests/scene/stateful_set/manifest.yaml").expect("a manifest");
    let sim = run(&text);
    let options = options(&sim, 1200);
    let scenes: Vec<Scene> = (0..=sim.steps().len())
        .map(|at| volume_lab::scene::build(sim.state_at(at), None, &options))
        .collect();
    for pair in scenes.windows(2) {
        for transition in diff(&pair[0], &pair[1]) {
            let Transition::Move(id) = transition else { continue };
            let role = pair[1].shape(&id).expect("it moved").role;
            let snaps = matches!(role, Role::Claim | Role::PersistentVolume | Role::HostPath);
            assert!(snaps, "{id:?} jumps");
        }
    }
}

#[test]
fn the_lectures_set_makes_a_good_number_of_beats() {
    let text = fs::read_to_string("tests/scene/stateful_set/manifest.yaml").expect("a manifest");
    let sim = run(&text.replace("replicas: 2", "replicas: 3"));
    let beats = beat::beats(sim.steps());
    assert!((15..=30).contains(&beats.len()), "{}", beats.len());
    let mut next = 0;
    for beat in &beats {
        assert_eq!(beat.first, next, "beats have no gaps");
        next = beat.last + 1;
    }
    assert_eq!(next, sim.steps().len());
}

/// Every sentence that a run can need is in both catalogues.
#[test]
fn every_caption_has_its_sentence() {
    for case in manifests("tests/scene") {
        let sim = run(&fs::read_to_string(case.join("manifest.yaml")).expect("a manifest"));
        for step in sim.steps() {
            for caption in volume_lab::scene::caption::captions(step) {
                let key = format!("step.{}", caption.code);
                assert!(volume_lab::i18n::has(&key), "no sentence {key}");
            }
        }
    }
}

fn any_manifest() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "data", "a-very-long-name-for-a-volume-0001"]);
    let size = prop::sample::select(vec!["1Gi", "5Gi", "1500Mi"]);
    let class = prop::sample::select(vec!["\"\"", "standard", "missing"]);
    let source = prop::sample::select(vec![
        "hostPath: {path: /tmp/a/rather/long/path/on/the/node}",
        "nfs: {server: 10.0.2.5, path: /home/nfs}",
        "gcePersistentDisk: {pdName: disk-1}",
    ]);
    let inner = prop::sample::select(vec!["emptyDir: {}", "hostPath: {path: /var/log}"]);
    let volume = (name.clone(), size.clone(), class.clone(), source).prop_map(|(n, s, c, v)| {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {n}}}\nspec: \
             {{capacity: {{storage: {s}}}, accessModes: [ReadWriteOnce], \
             storageClassName: {c}, {v}}}\n"
        )
    });
    let claim = (name.clone(), size, class).prop_map(|(n, s, c)| {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {n}}}\nspec: \
             {{accessModes: [ReadWriteOnce], storageClassName: {c}, \
             resources: {{requests: {{storage: {s}}}}}}}\n"
        )
    });
    let pod = (name.clone(), name, inner).prop_map(|(n, c, v)| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {n}}}\nspec:\n  containers:\n  \
             - name: web\n    image: nginx\n    volumeMounts:\n    \
             - {{name: d, mountPath: /usr/share/nginx/html/{c}}}\n    \
             - {{name: v, mountPath: /v, readOnly: true}}\n  \
             volumes:\n  - {{name: d, persistentVolumeClaim: {{claimName: {c}}}}}\n  \
             - {{name: v, {v}}}\n"
        )
    });
    prop::collection::vec(prop_oneof![volume, claim, pod], 1..9).prop_map(|all| all.concat())
}

fn few() -> ProptestConfig {
    ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(few())]
    #[test]
    fn every_picture_of_a_random_run_is_sound(text in any_manifest()) {
        check_run(&run(&text), 5);
    }
}
