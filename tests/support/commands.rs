//! Random commands, as a person who knows kubectl and has no plan would type them.

use serde_json::{Value, json};
use volume_lab::session::{Command, Entry, Session};

use super::dice::Dice;
use super::{manifests, plain};

/// Profiles that sessions are played on.
const PROFILES: [&str; 4] = ["lecture", "lab", "cases", "minikube"];

/// What a person is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Everything.
    Any,
    /// Volumes and claims that suit each other.
    Binding,
    /// Sets that work, and what becomes of them.
    Sets,
}

/// Every theme.
pub(crate) const THEMES: [Theme; 4] = [Theme::Any, Theme::Any, Theme::Binding, Theme::Sets];

/// A session with one command for each seed.
pub(crate) fn session(profile: usize, theme: Theme, seeds: &[u64]) -> Session {
    let profile = PROFILES[profile % PROFILES.len()];
    let mut session = Session { profile: profile.to_owned(), ..Session::default() };
    let mut at_ms = 0;
    for seed in seeds {
        let mut dice = Dice::new(*seed);
        at_ms += pause(&mut dice);
        let command = match theme {
            Theme::Binding if dice.chance(80) => binding(&mut dice),
            Theme::Sets if dice.chance(80) => sets(&mut dice),
            _ => command(&mut dice, profile),
        };
        session.entries.push(Entry { at_ms, command, cut_after: None });
    }
    session
}

fn binding(dice: &mut Dice) -> Command {
    let name = dice.one(&manifests::NAMES);
    match dice.below(20) {
        0..8 => Command::Apply(plain::volume(dice).to_string()),
        8..14 => Command::Apply(plain::claim(dice).to_string()),
        14..18 => kubectl(format!("delete pvc {name} --wait=false")),
        18 => kubectl(format!("delete pv pv-{} --wait=false", dice.below(6))),
        _ => kubectl(format!(
            "patch pv pv-{} -p '{{\"spec\":{{\"claimRef\":null}}}}'",
            dice.below(6)
        )),
    }
}

fn sets(dice: &mut Dice) -> Command {
    let name = dice.one(&["a", "b"]);
    let number = dice.below(4);
    match dice.below(20) {
        0..5 => Command::Apply(plain::set(dice, name).to_string()),
        5..8 => kubectl(format!("scale sts {name} --replicas={}", dice.below(5))),
        8..11 => {
            let image = dice.one(&["nginx:latest", "httpd:latest", "nowhere/absent:1"]);
            kubectl(format!("set image sts/{name} app={image}"))
        }
        11 => kubectl(format!("rollout restart sts {name}")),
        12 => kubectl(format!("rollout undo sts {name}")),
        13 => kubectl(format!("rollout status sts {name} --timeout=30s")),
        14 => kubectl(format!("delete pod {name}-{number} --wait=false")),
        15 => kubectl(format!("delete pod {name}-{number} --grace-period=0 --force")),
        16 => kubectl(format!("delete sts {name} --cascade=orphan")),
        17 => kubectl(format!("delete sts {name}")),
        18 => kubectl(format!("delete pvc data-{name}-{number} --wait=false")),
        _ => {
            let spec = format!("{{\"rollingUpdate\":{{\"partition\":{}}}}}", dice.below(4));
            kubectl(format!("patch sts {name} -p '{{\"spec\":{{\"updateStrategy\":{spec}}}}}'"))
        }
    }
}

/// How long a person waits: mostly not at all, at times until everything has come to rest.
fn pause(dice: &mut Dice) -> u64 {
    match dice.below(10) {
        0..3 => 0,
        3..6 => dice.below(500),
        6..9 => dice.below(8_000),
        _ => dice.below(120_000),
    }
}

fn command(dice: &mut Dice, profile: &str) -> Command {
    match dice.below(100) {
        0..46 => Command::Apply(manifests::any(dice, profile).to_string()),
        46..60 => kubectl(delete(dice)),
        60..70 => kubectl(scale(dice)),
        70..80 => kubectl(patch(dice)),
        80..85 => kubectl(rollout(dice)),
        85..89 => kubectl(wait(dice)),
        89..96 => node(dice, profile),
        _ => kubectl(look(dice)),
    }
}

fn kubectl(args: String) -> Command {
    Command::Kubectl { args, stdin: String::new() }
}

fn delete(dice: &mut Dice) -> String {
    let mut line = match dice.below(12) {
        0 => "delete pvc --all".to_owned(),
        1 => "delete pod --all".to_owned(),
        2 => format!("delete ns {}", manifests::TEAM),
        3 => format!("delete pv pv-{}", dice.below(6)),
        _ => format!("delete {}", manifests::reference(dice)),
    };
    line += dice.one(&["", "", "", " --cascade=orphan", " --cascade=foreground"]);
    line += dice.one(&["", "", " --grace-period=0 --force", " --grace-period=1", " --now"]);
    // Who waits for what is held back would wait for half an hour.
    line += dice.one(&[" --wait=false", " --wait=false", " --timeout=5s"]);
    line
}

fn scale(dice: &mut Dice) -> String {
    let kind = dice.one(&["sts", "sts", "sts", "deploy", "rs"]);
    let name = dice.one(&manifests::NAMES);
    let condition = dice.one(&["", "", " --current-replicas=2"]);
    format!("scale {kind}/{name} --replicas={}{condition}", dice.below(5))
}

fn patch(dice: &mut Dice) -> String {
    let name = dice.one(&manifests::NAMES);
    let volume = format!("pv/pv-{}", dice.below(6));
    let patch = |object: &str, kind: &str, patch: Value| {
        format!("patch {object} --type={kind} -p '{patch}'")
    };
    match dice.below(12) {
        0 => {
            let size = dice.one(&["1Gi", "2Gi", "3Gi", "5Gi"]);
            let resources = json!({"requests": {"storage": size}});
            patch(&format!("pvc/{name}"), "merge", json!({"spec": {"resources": resources}}))
        }
        1 => patch(&volume, "merge", json!({"spec": {"claimRef": null}})),
        2 => {
            let policy = dice.one(&["Retain", "Delete", "Recycle"]);
            let spec = json!({"persistentVolumeReclaimPolicy": policy});
            patch(&volume, "strategic", json!({"spec": spec}))
        }
        3 => {
            let partition = dice.below(4);
            let strategy = json!({"rollingUpdate": {"partition": partition}});
            let spec = json!({"updateStrategy": strategy});
            patch(&format!("sts/{name}"), "merge", json!({"spec": spec}))
        }
        4 => {
            let kind = dice.one(&["pvc", "pod", "pv"]);
            let removal = json!([{"op": "remove", "path": "/metadata/finalizers"}]);
            let name = if kind == "pv" { volume } else { format!("{kind}/{name}") };
            patch(&name, "json", removal)
        }
        5 => {
            let [deleted, scaled] = [(); 2].map(|()| dice.one(&["Retain", "Delete"]));
            let policy = json!({"whenDeleted": deleted, "whenScaled": scaled});
            let spec = json!({"persistentVolumeClaimRetentionPolicy": policy});
            patch(&format!("sts/{name}"), "merge", json!({"spec": spec}))
        }
        6 | 7 => format!("label pod --all tier={} --overwrite", dice.one(&["a", "b"])),
        8 => format!("label {} app- ", manifests::reference(dice)),
        _ => {
            let kind = dice.one(&["sts", "sts", "deploy", "ds"]);
            let image = dice.one(&["nginx:latest", "busybox:1.36", "nowhere/absent:1"]);
            format!("set image {kind}/{name} app={image}")
        }
    }
}

fn rollout(dice: &mut Dice) -> String {
    let kind = dice.one(&["sts", "sts", "deploy", "ds"]);
    let name = dice.one(&manifests::NAMES);
    match dice.below(6) {
        0 => format!("rollout undo {kind}/{name}"),
        1 => format!("rollout status {kind}/{name} --timeout=20s"),
        2 => format!("rollout undo {kind}/{name} --to-revision=1"),
        3 => format!("rollout pause deploy/{name}"),
        4 => format!("rollout resume deploy/{name}"),
        _ => format!("rollout restart {kind}/{name}"),
    }
}

fn wait(dice: &mut Dice) -> String {
    let what =
        dice.one(&["jsonpath={.status.phase}=Bound pvc", "condition=Ready pod", "delete pod"]);
    let target = match dice.below(3) {
        0 => " --all".to_owned(),
        _ => format!("/{}", dice.one(&manifests::NAMES)),
    };
    format!("wait --for={what}{target} --timeout={}s", dice.below(30))
}

fn node(dice: &mut Dice, profile: &str) -> Command {
    let node = manifests::node(dice, profile);
    match dice.below(9) {
        0 => kubectl(format!("cordon {node}")),
        1 => kubectl(format!("drain {node} --ignore-daemonsets --force --timeout=20s")),
        2..4 => kubectl(format!("uncordon {node}")),
        4 => kubectl(format!(
            "taint node {node} disk=slow:{}",
            dice.one(&["NoSchedule", "NoExecute"])
        )),
        5 => kubectl(format!("taint node {node} disk-")),
        6 => shell(node, "systemctl stop kubelet"),
        7 => shell(node, "systemctl start kubelet"),
        _ => shell(node, "mkdir -p /mnt/disk1 /mnt/x"),
    }
}

fn shell(node: &str, sh: &str) -> Command {
    Command::Node { node: node.to_owned(), sh: sh.to_owned() }
}

fn look(dice: &mut Dice) -> String {
    let lines = ["get all -A", "get pvc,pv -o wide", "describe pod", "get events", "get nodes"];
    dice.one(&lines).to_owned()
}
