#![allow(clippy::all, clippy::pedantic, clippy::disallowed_methods, missing_docs)]
use serde_json::json;
use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::time::SimTime;
use volume_lab::sim::engine::{Request, Simulation};
use volume_lab::sim::profile::{NodeProfile, Profile};
fn main() {
    let replicas: i64 = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(500);
    let claims = std::env::args().nth(2).as_deref() != Some("none");
    let policy = std::env::args().nth(3).unwrap_or("OrderedReady".into());
    for _ in 0..5 {
        let mut profile = Profile::lab();
        for i in 3..9 {
            let n = profile.nodes[0].clone();
            profile.nodes.push(NodeProfile {
                name: Box::leak(format!("work{i}").into_boxed_str()),
                ip: Box::leak(format!("10.88.0.1{i}").into_boxed_str()),
                pod_network: Box::leak(format!("10.244.{i}").into_boxed_str()),
                ..n
            });
        }
        let mut sim = Simulation::new(profile);
        let mut v = json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {
            "replicas": replicas, "serviceName": "web", "podManagementPolicy": policy, "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "registry.k8s.io/nginx-slim:0.21", "volumeMounts": [{"name": "www", "mountPath": "/x"}]}]}},
            "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "standard", "resources": {"requests": {"storage": "1Gi"}}}}]}});
        if !claims {
            v["spec"].as_object_mut().unwrap().remove("volumeClaimTemplates");
            v["spec"]["template"]["spec"]["containers"][0]
                .as_object_mut()
                .unwrap()
                .remove("volumeMounts");
        }
        let svc = json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]}});
        let t = std::time::Instant::now();
        sim.request("kubectl", Request::Create(Object::decode(Kind::Service, svc).unwrap()))
            .unwrap();
        sim.request("kubectl", Request::Create(Object::decode(Kind::StatefulSet, v).unwrap()))
            .unwrap();
        let mut until = 0;
        let ready = |sim: &Simulation| {
            sim.cluster()
                .get::<volume_lab::api::workload::StatefulSet>("default", "web")
                .map_or(0, |s| s.status.ready_replicas)
        };
        while ready(&sim) < replicas as i32 && sim.stopped().is_none() && until < 3_000_000 {
            until += 1000;
            sim.run_until(SimTime(until));
        }
        println!(
            "{} ms, {} steps, sim {} s, ready {} {:?}",
            t.elapsed().as_millis(),
            sim.steps().len(),
            until / 1000,
            ready(&sim),
            sim.stopped()
        );
    }
}
