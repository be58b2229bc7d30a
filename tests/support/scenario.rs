//! Random small sets of volumes, claims, classes and Pods, and random deletions. Everything
//! follows from one number.

use serde_json::{Value, json};
use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::object::ObjectKey;
use volume_lab::sim::engine::{Request, Simulation};
use volume_lab::sim::profile::Profile;
use volume_lab::sim::random::Sequence;

use super::{case, checkers};

/// A sequence that chooses.
struct Dice(Sequence);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }

    fn one<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len() as u64);
        choices[usize::try_from(index).expect("an index")]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Runs the scenario of that number; also everything that is wrong with the run.
pub(crate) fn run(seed: u64) -> (Simulation, Vec<String>) {
    let mut dice = Dice(Sequence::new(seed));
    let profile = dice.one(&["lab", "lecture", "cases"]);
    let mut sim = Simulation::new(Profile::named(profile).expect("a profile"));
    let mut made = Vec::new();
    for class in classes() {
        request(&mut sim, Kind::StorageClass, class);
    }
    for number in 0..dice.below(24) {
        sim.run_until(sim.now() + dice.below(4_000));
        match dice.below(10) {
            0..3 => {
                let volume = volume(&mut dice, number);
                made.extend(request(&mut sim, Kind::PersistentVolume, volume));
            }
            3..6 => made.extend(request(&mut sim, Kind::PersistentVolumeClaim, claim(&mut dice))),
            6..9 => made.extend(request(&mut sim, Kind::Pod, pod(&mut dice, number))),
            _ if !made.is_empty() => {
                let index = dice.below(made.len() as u64);
                let key = made.swap_remove(usize::try_from(index).expect("an index"));
                case::delete(&mut sim, key);
            }
            _ => {}
        }
    }
    sim.run_until(sim.now() + 40_000);
    let complaints = checkers::check(&sim);
    (sim, complaints)
}

fn request(sim: &mut Simulation, kind: Kind, value: Value) -> Option<ObjectKey> {
    let object = Object::decode(kind, value).expect("an object");
    let key = object.key();
    sim.request("kubectl", Request::Create(object)).is_ok().then_some(key)
}

fn classes() -> [Value; 4] {
    let class = |name: &str, provisioner: &str, mode: &str| {
        json!({
            "metadata": {"name": name},
            "provisioner": provisioner,
            "volumeBindingMode": mode,
        })
    };
    [
        class("later", "kubernetes.io/no-provisioner", "WaitForFirstConsumer"),
        class("made", "rancher.io/local-path", "WaitForFirstConsumer"),
        class("sim", "example.com/sim", "WaitForFirstConsumer"),
        class("disk", "kubernetes.io/gce-pd", "Immediate"),
    ]
}

const CLASSES: [&str; 7] = ["", "", "manual", "later", "made", "sim", "disk"];
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn modes(dice: &mut Dice) -> Value {
    dice.one(&[
        &["ReadWriteOnce"][..],
        &["ReadWriteOnce"],
        &["ReadWriteOncePod"],
        &["ReadWriteOnce", "ReadOnlyMany"],
        &["ReadWriteMany"],
    ])
    .into()
}

fn node(dice: &mut Dice) -> &'static str {
    dice.one(&["work1", "work2", "node-1", "node-2"])
}

fn volume(dice: &mut Dice, number: u64) -> Value {
    let mut volume = json!({
        "metadata": {"name": format!("pv-{number}"), "labels": {"disk": dice.one(&["ssd", "hdd"])}},
        "spec": {
            "capacity": {"storage": dice.one(&["1Gi", "2Gi", "5Gi"])},
            "accessModes": modes(dice),
            "storageClassName": dice.one(&CLASSES),
            "persistentVolumeReclaimPolicy": dice.one(&["Retain", "Delete", "Recycle"]),
        },
    });
    match dice.below(4) {
        0 => volume["spec"]["gcePersistentDisk"] = json!({"pdName": dice.one(&NAMES)}),
        1 => volume["spec"]["nfs"] = json!({"server": "10.0.2.5", "path": "/exports"}),
        _ => volume["spec"]["hostPath"] = json!({"path": dice.one(&["/tmp/x", "/mnt/x"])}),
    }
    if dice.chance(30) {
        volume["spec"]["claimRef"] = json!({"namespace": "default", "name": dice.one(&NAMES)});
    }
    if dice.chance(30) {
        let here = json!({
            "key": "kubernetes.io/hostname", "operator": "In", "values": [node(dice)],
        });
        volume["spec"]["nodeAffinity"] =
            json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}});
    }
    volume
}

fn claim(dice: &mut Dice) -> Value {
    let mut claim = json!({
        "metadata": {"name": dice.one(&NAMES), "namespace": "default"},
        "spec": {
            "accessModes": modes(dice),
            "resources": {"requests": {"storage": dice.one(&["1Gi", "2Gi"])}},
        },
    });
    if dice.chance(80) {
        claim["spec"]["storageClassName"] = dice.one(&CLASSES).into();
    }
    if dice.chance(15) {
        claim["spec"]["volumeName"] = format!("pv-{}", dice.below(20)).into();
    }
    if dice.chance(15) {
        claim["spec"]["selector"] = json!({"matchLabels": {"disk": "ssd"}});
    }
    claim
}

fn pod(dice: &mut Dice, number: u64) -> Value {
    let claims: Vec<&str> = (0..=dice.below(2)).map(|_| dice.one(&NAMES)).collect();
    let volume = |(index, claim): (usize, &&str)| {
        json!({
            "name": format!("v{index}"), "persistentVolumeClaim": {"claimName": claim},
        })
    };
    let volumes: Vec<Value> = claims.iter().enumerate().map(volume).collect();
    let mounts: Vec<Value> = (0..claims.len())
        .map(|index| json!({"name": format!("v{index}"), "mountPath": format!("/v{index}")}))
        .collect();
    let mut pod = json!({
        "metadata": {"name": format!("pod-{number}"), "namespace": "default"},
        "spec": {
            "terminationGracePeriodSeconds": 2,
            "containers": [{
                "name": "app", "image": "busybox:1.36", "command": ["sleep", "3600"],
                "volumeMounts": mounts,
            }],
            "volumes": volumes,
        },
    });
    if dice.chance(30) {
        pod["spec"]["nodeSelector"] = json!({"kubernetes.io/hostname": node(dice)});
    }
    pod
}
