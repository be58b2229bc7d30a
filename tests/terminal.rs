//! Typing at the terminal: where in the run a line is given, and what becomes of the rest.
#![cfg(not(target_arch = "wasm32"))]

use volume_lab::api::kind::Kind;
use volume_lab::api::object::ObjectKey;
use volume_lab::store::AppState;
use volume_lab::store::effect::Effect;
use volume_lab::store::message::{Msg, Play, RunMsg, View};
use volume_lab::store::terminal::{Machine, Terminal};

fn send(state: &mut AppState, msg: Msg) {
    let mut waiting = state.update(msg);
    while waiting.contains(&Effect::Work) {
        waiting = state.update(Msg::Work { tasks: 500 });
    }
}

fn opened(lesson: &str) -> AppState {
    let mut state = AppState::new();
    send(&mut state, Msg::Run(RunMsg::Open(lesson.to_owned())));
    state
}

fn type_line(state: &mut AppState, line: &str) {
    send(state, Msg::Terminal(Terminal::Type(line.to_owned())));
    send(state, Msg::Terminal(Terminal::Enter));
}

fn answers(state: &AppState) -> Vec<(String, String)> {
    let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let answers = state.view.answers.iter();
    answers.map(|one| (one.line.clone(), text(&(one.stdout.clone() + &one.stderr)))).collect()
}

#[test]
fn what_is_printed_is_true_of_the_picture_beside_it() {
    let mut state = opened("statefulset");
    let count = state.run.beats.len();
    for beats in [0, 3, count / 2, count] {
        send(&mut state, Msg::Play(Play::Seek(beats)));
        type_line(&mut state, "kubectl get pods -o name");
        let pods = state.state_shown().cluster.of_kind(Kind::Pod);
        let names: Vec<String> = pods.map(|(key, _)| format!("pod/{}", key.name)).collect();
        let answers = answers(&state);
        let typed = answers.iter().rfind(|(line, _)| line == "kubectl get pods -o name");
        assert_eq!(typed.map(|(_, printed)| printed.clone()), Some(names.join(" ")));
        let moved = state.head.shown - beats;
        assert!(moved <= 1, "what was due at that moment may be shown too, no more");
    }
    assert_eq!(state.run.beats.len(), count, "the run is the same");
}

#[test]
fn a_change_in_the_midst_is_made_there() {
    let mut state = opened("statefulset");
    send(&mut state, Msg::Play(Play::Seek(4)));
    type_line(&mut state, "kubectl scale statefulset web --replicas=1");
    assert!(state.run.earlier.is_none(), "nothing was typed later that could be lost");
    send(&mut state, Msg::Play(Play::Last));
    let pods = state.state_shown().cluster.of_kind(Kind::Pod).count();
    assert_eq!(pods, 1);
    // Now something was: typing before it leaves that run, which can be had again.
    send(&mut state, Msg::Play(Play::Seek(2)));
    type_line(&mut state, "kubectl delete statefulset web");
    assert!(state.run.earlier.is_some());
}

#[test]
fn a_line_on_a_node_is_given_there() {
    let mut state = opened("hostpath");
    type_line(&mut state, "ssh work2");
    assert_eq!(state.view.terminal.machine, Machine::Node("work2".into()));
    type_line(&mut state, "api-get update");
    let last = answers(&state).last().cloned().unwrap_or_default();
    assert_eq!(last, ("api-get update".to_owned(), "bash: api-get: command not found".to_owned()));
    type_line(&mut state, "mkdir -p /srv/one && cd /srv");
    type_line(&mut state, "ls");
    assert_eq!(answers(&state).last().map(|(_, printed)| printed.clone()).as_deref(), Some("one"));
    type_line(&mut state, "exit");
    assert_eq!(state.view.terminal.machine, Machine::Workstation);
    let lines: Vec<String> = answers(&state).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, ["ssh work2", "kubectl apply -f -"], "the scenario waits");
    assert!(state.run.earlier.is_none());
    send(&mut state, Msg::Play(Play::Last));
    assert!(state.state_shown().cluster.of_kind(Kind::Pod).next().is_some());
}

#[test]
fn what_waits_can_be_stopped() {
    let mut state = opened("statefulset");
    send(&mut state, Msg::Play(Play::Last));
    let wait = "kubectl wait --for=jsonpath={.status.readyReplicas}=90 sts/web --timeout=30m";
    for line in ["kubectl scale sts web --replicas=90", wait] {
        let _ = state.update(Msg::Terminal(Terminal::Type(line.to_owned())));
        let _ = state.update(Msg::Terminal(Terminal::Enter));
    }
    let _ = state.update(Msg::Terminal(Terminal::Interrupt));
    let (_, printed) = answers(&state).last().cloned().unwrap_or_default();
    assert!(printed.ends_with("^C"), "{printed}");
}

#[test]
fn an_object_offers_what_can_be_done_with_it() {
    let mut state = opened("statefulset");
    send(&mut state, Msg::Play(Play::Last));
    let offered = |state: &mut AppState, kind, namespace: &str, name: &str| {
        let key = ObjectKey::new(kind, namespace, name);
        send(state, Msg::View(View::Select(key)));
        state.lab().offers.into_iter().map(|offer| (offer.key, offer.line)).collect::<Vec<_>>()
    };
    let lines = offered(&mut state, Kind::StatefulSet, "default", "web");
    let ids: Vec<&str> = lines.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        ids,
        ["ui.offer-scale-up", "ui.offer-scale-down", "ui.offer-restart", "ui.offer-delete"]
    );
    let run = |line: &str| Msg::Terminal(Terminal::Run(Machine::Workstation, line.to_owned()));
    send(&mut state, run(&lines[1].1));
    send(&mut state, Msg::Play(Play::Last));
    let pods = state.state_shown().cluster.of_kind(Kind::Pod).count();
    assert_eq!(pods, 2, "one fewer");
    let lines = offered(&mut state, Kind::Node, "", "work1");
    let ids: Vec<&str> = lines.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, ["ui.offer-cordon", "ui.offer-drain", "ui.offer-stop-node"]);
    let work1 = Machine::Node("work1".into());
    send(&mut state, Msg::Terminal(Terminal::Run(work1, lines[2].1.clone())));
    send(&mut state, Msg::Play(Play::Last));
    let lines = offered(&mut state, Kind::Node, "", "work1");
    assert!(lines.iter().any(|(id, _)| *id == "ui.offer-start-node"), "{lines:?}");
}

#[test]
fn a_shell_keeps_where_one_was_and_pipes_what_kubectl_prints() {
    let mut state = opened("statefulset");
    send(&mut state, Msg::Play(Play::Last));
    let printed = |state: &mut AppState, line: &str| {
        type_line(state, line);
        answers(state).last().cloned().unwrap_or_default().1
    };
    assert_eq!(
        printed(&mut state, "kubectl get pods -o name | grep -v web-1"),
        "pod/web-0 pod/web-2"
    );
    assert_eq!(printed(&mut state, "ls *.yaml | wc -l"), "6");
    printed(&mut state, "mkdir lab && cd lab && kubectl get sts web -o yaml > web.yaml");
    assert_eq!(state.lab().terminal.prompt, "student@desk:~/lab$ ");
    assert_eq!(printed(&mut state, "grep -c ^..serviceName web.yaml"), "1");
    assert_eq!(
        printed(&mut state, "kubectl delete -f web.yaml"),
        "statefulset.apps \"web\" deleted from default namespace"
    );
    // What is typed for a program is no command.
    printed(&mut state, "kubectl apply -f - <<EOF");
    assert_eq!(state.lab().terminal.prompt, "> ");
    let lines = ["apiVersion: v1", "kind: ConfigMap", "metadata: {name: typed}"];
    for line in lines {
        printed(&mut state, line);
    }
    assert_eq!(printed(&mut state, "EOF"), "configmap/typed created");
    printed(&mut state, "cat > note.txt");
    printed(&mut state, "history");
    send(&mut state, Msg::Terminal(Terminal::End));
    assert_eq!(printed(&mut state, "cat note.txt"), "history");
    // The same session gives the same answers.
    let before = answers(&state);
    let session = state.session();
    let mut run = volume_lab::session::run::Run::of(&session);
    while run.work(500) == volume_lab::sim::engine::Progress::More {}
    let again: Vec<String> = run.outcomes().iter().map(|one| one.output.stdout.clone()).collect();
    assert_eq!(again.len(), before.len());
    assert!(again.iter().any(|text| text == "configmap/typed created\n"), "{again:?}");
}

#[test]
fn one_can_work_inside_a_container() {
    let mut state = opened("emptydir");
    send(&mut state, Msg::Play(Play::Last));
    type_line(&mut state, "kubectl exec -it count -c web-server -- sh");
    let prompt = state.lab().terminal.prompt;
    assert!(prompt.ends_with("# "), "{prompt}");
    type_line(&mut state, "ls /usr/local/apache2/htdocs");
    let (_, printed) = answers(&state).last().cloned().unwrap_or_default();
    assert_eq!(printed, "index.html");
    type_line(&mut state, "exit");
    assert_eq!(state.lab().terminal.prompt, "student@desk:~$ ");
}
