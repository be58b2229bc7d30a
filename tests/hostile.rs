//! Input that is made to break things: nothing panics, and nothing takes long.
#![cfg(not(target_arch = "wasm32"))]

use volume_lab::session::Command;
use volume_lab::session::run::Run;
use volume_lab::sim::engine::Progress;

fn pod(name: &str, fields: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{fields}containers: [{{\
         name: c, image: busybox{container}}}]}}\n---\n"
    )
}

fn set(name: &str, fields: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  {fields}\n  \
         serviceName: {name}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    \
         metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers: [{{name: c, image: \
         nginx}}]\n---\n"
    )
}

fn claim(name: &str, size: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec:\n  \
         accessModes: [ReadWriteOnce]\n  resources: {{requests: {{storage: {size}}}}}\n---\n"
    )
}

fn rest(run: &mut Run) {
    while run.work(1000) == Progress::More {}
}

/// Applies the text, looks at everything, takes everything away.
fn live_through(text: String) {
    let kubectl = |args: &str| Command::Kubectl { args: args.to_owned(), stdin: String::new() };
    let mut run = Run::new("lecture");
    run.execute(Command::Apply(text));
    rest(&mut run);
    for line in [
        "get all -A -o wide",
        "describe pod,pvc,sts,node -A",
        "delete pod,sts,pvc --all --wait=false",
        "get pod -o yaml",
    ] {
        run.execute(kubectl(line));
        rest(&mut run);
    }
}

#[test]
fn numbers_beyond_all_bounds() {
    let most = i64::MAX;
    for size in ["1e2147483647", "0.999999999e21", "9999999999Ei", "170141183460469231731687303715"]
    {
        live_through(claim("one", size) + &claim("two", size));
        let requests = format!(", resources: {{requests: {{memory: '{size}', cpu: '{size}'}}}}");
        live_through(pod("one", "", &requests) + &pod("two", "nodeName: work1, ", &requests));
    }
    for seconds in [most, i64::from(i32::MAX), i64::from(i32::MAX) + 1, -1, i64::MIN] {
        let grace = format!("terminationGracePeriodSeconds: {seconds}, ");
        live_through(pod("grace", &grace, ", command: [sleep, '100000']"));
        let hook = format!(", lifecycle: {{preStop: {{sleep: {{seconds: {seconds}}}}}}}");
        live_through(pod("hook", &grace, &hook));
        live_through(pod("deadline", &format!("activeDeadlineSeconds: {seconds}, "), ""));
    }
    let last = i32::MAX;
    let ordinals = format!("ordinals: {{start: {last}}}\n  replicas: 3");
    live_through(set("last", &(ordinals + "\n  podManagementPolicy: Parallel")));
    live_through(set("slow", &format!("minReadySeconds: {last}\n  replicas: 2")));
}

#[test]
fn programs_that_never_come_to_an_end() {
    for text in [
        "sleep 18446744073709551615; sleep 18446744073709551615",
        "for a in {1..9999}; do for b in {1..9999}; do for c in {1..9999}; do sleep 1; done; done; done",
        "for a in $(seq 1 18446744073709551615) {0..18446744073709551615}; do :; done",
    ] {
        live_through(pod("script", "", &format!(", command: [sh, -c, '{text}']")));
    }
}
