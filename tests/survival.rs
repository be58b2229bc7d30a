//! Which files outlive what: computed by running, held against the rules.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fmt::Write as _;

use volume_lab::kubectl::{CommandLine, Output, run};
use volume_lab::machine::fs::file_system::FileSystem;
use volume_lab::sim::engine::Simulation;
use volume_lab::sim::profile::Profile;

const MATRIX: &str = include_str!("survival/matrix.txt");

/// A Pod that ends badly when it is told to.
const PROGRAM: &str = "while [ ! -f /tmp/die ]; do sleep 1; done; exit 1";

/// A kind of volume: the cluster, what a Pod says about it, and the objects that it needs.
struct Kind {
    profile: &'static str,
    nodes: [&'static str; 2],
    volume: &'static str,
    objects: String,
}

fn kind(name: &str, policy: &str) -> Kind {
    let lab = |volume, objects: String| Kind {
        profile: "lab",
        nodes: ["work1", "work2"],
        volume,
        objects,
    };
    let claim = "persistentVolumeClaim: {claimName: data}";
    let class = |class: &str| {
        format!(
            "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: \
             {{storageClassName: {class}, accessModes: [ReadWriteOnce], resources: {{requests: \
             {{storage: 1Gi}}}}}}\n"
        )
    };
    let made_by = |provisioner: &str, mode: &str| {
        format!(
            "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: \
             own}}\nprovisioner: {provisioner}\nreclaimPolicy: {policy}\nvolumeBindingMode: {mode}\n"
        ) + &class("own")
    };
    match name {
        "container-layer" => lab("", String::new()),
        "emptydir" => lab("emptyDir: {}", String::new()),
        "emptydir-memory" => lab("emptyDir: {medium: Memory, sizeLimit: 1Mi}", String::new()),
        "hostpath" => lab("hostPath: {path: /srv/data}", String::new()),
        "nfs" => Kind {
            profile: "cases",
            nodes: ["node-1", "node-2"],
            volume: "nfs: {server: 192.0.2.1, path: /export}",
            objects: String::new(),
        },
        "local" => {
            let volume = format!(
                "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: disk}}\nspec: \
                 {{storageClassName: none, capacity: {{storage: 1Gi}}, accessModes: \
                 [ReadWriteOnce], persistentVolumeReclaimPolicy: {policy}, local: {{path: \
                 /mnt}}, nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: \
                 [{{key: kubernetes.io/hostname, operator: In, values: [work1]}}]}}]}}}}}}\n"
            );
            lab(claim, volume + &class("none"))
        }
        "node-class" => lab(claim, made_by("rancher.io/local-path", "WaitForFirstConsumer")),
        "shared-class" => lab(claim, made_by("k8s.io/minikube-hostpath", "Immediate")),
        "network-class" => Kind {
            profile: "lecture",
            nodes: ["work1", "work2"],
            volume: claim,
            objects: made_by("pd.csi.storage.gke.io", "WaitForFirstConsumer"),
        },
        other => panic!("no volume {other}"),
    }
}

/// One cluster with a Pod that mounts the volume at `/data`.
struct Lab {
    sim: Simulation,
    kind: Kind,
}

impl Lab {
    fn new(name: &str, policy: &str) -> Self {
        let kind = kind(name, policy);
        let sim = Simulation::new(Profile::named(kind.profile).unwrap());
        let mut lab = Self { sim, kind };
        let objects = lab.kind.objects.clone();
        if !objects.is_empty() {
            lab.apply(&objects);
        }
        lab.start_on(0);
        let written = lab.exec("echo precious > /data/f");
        assert_eq!((written.exit, written.stderr.as_str()), (0, ""), "{name}");
        lab
    }

    fn kubectl(&mut self, line: &str, stdin: &str) -> Output {
        let command = CommandLine::parse(line).unwrap().with_stdin(stdin);
        let output = run(&mut self.sim, &command);
        self.sim.run_until(self.sim.now() + 40_000);
        output
    }

    fn apply(&mut self, text: &str) {
        let applied = self.kubectl("apply -f -", text);
        assert_eq!(applied.exit, 0, "{}", applied.stderr);
    }

    fn start_on(&mut self, node: usize) {
        let (node, volume) = (self.kind.nodes[node], self.kind.volume);
        let (mount, volumes) = if volume.is_empty() {
            (String::new(), String::new())
        } else {
            let mount = ", volumeMounts: [{name: v, mountPath: /data}]".to_owned();
            (mount, format!("  volumes: [{{name: v, {volume}}}]\n"))
        };
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: app}}\nspec:\n  \
             terminationGracePeriodSeconds: 1\n  nodeSelector: {{kubernetes.io/hostname: {node}}}\n  \
             containers: [{{name: app, image: \"busybox:1.36\", command: [sh, -c, 'mkdir -p /data; \
             {PROGRAM}']{mount}}}]\n{volumes}"
        );
        self.apply(&pod);
    }

    fn exec(&mut self, script: &str) -> Output {
        self.kubectl(&format!("exec app -- sh -c '{script}'"), "")
    }

    fn delete(&mut self, what: &str) {
        let deleted = self.kubectl(&format!("delete {what}"), "");
        assert_eq!(deleted.exit, 0, "{}", deleted.stderr);
    }

    fn outcome(&mut self) -> &'static str {
        let phase = self.kubectl("get pod app -o jsonpath={.status.phase}", "");
        if phase.stdout != "Running" {
            return "waits";
        }
        let read = self.exec("cat /data/f");
        if read.stdout == "precious\n" { "kept" } else { "lost" }
    }

    /// Whether any file system still holds what was written.
    fn lies_somewhere(&self) -> &'static str {
        let disks = self.sim.cluster().disks();
        let holds = |system: &FileSystem| {
            system
                .below(FileSystem::ROOT)
                .iter()
                .any(|(path, _)| path.ends_with("/f") || path == "f")
        };
        if disks.iter().any(|(_, system)| holds(system)) { "kept" } else { "lost" }
    }
}

fn after(volume: &str, event: &str) -> &'static str {
    let policy = if event == "claim-retain" { "Retain" } else { "Delete" };
    let mut lab = Lab::new(volume, policy);
    match event {
        "crash" => {
            lab.exec("touch /tmp/die");
            let restarts = "get pod app -o jsonpath={.status.containerStatuses[0].restartCount}";
            assert_eq!(lab.kubectl(restarts, "").stdout, "1", "{volume}");
        }
        "new-pod" => {
            lab.delete("pod app");
            lab.start_on(0);
        }
        "other-node" => {
            lab.delete("pod app");
            lab.start_on(1);
        }
        _ => {
            lab.delete("pod app");
            lab.delete("pvc data");
            return lab.lies_somewhere();
        }
    }
    lab.outcome()
}

#[test]
fn files_outlive_what_they_should() {
    let mut lines = MATRIX.lines().filter(|line| !line.starts_with('#'));
    let events: Vec<&str> = lines.next().unwrap().split_whitespace().skip(1).collect();
    let mut wrong = String::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let volume = words.next().unwrap();
        for (event, expected) in events.iter().zip(words).filter(|(_, word)| *word != "-") {
            let found = after(volume, event);
            if found != expected {
                let _ = writeln!(wrong, "{volume} after {event}: {found}, not {expected}");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
