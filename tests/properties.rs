//! Whatever commands are given, the promises of Kubernetes hold.
//!
//! Random sessions are played (`support/commands.rs`), and after every step independent checkers
//! look at the objects (`support/checkers`). A session that failed once is kept as a file in
//! `tests/properties` and played again. `PROPERTIES_SEED` chooses other sessions,
//! `PROPERTIES_STEPS` how many steps they have together.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/checkers/mod.rs"]
mod checkers;
#[path = "support/commands.rs"]
mod commands;
#[path = "support/dice.rs"]
mod dice;
#[path = "support/manifests.rs"]
mod manifests;
#[path = "support/plain.rs"]
mod plain;
#[path = "support/script.rs"]
mod script;
#[path = "support/soundness.rs"]
mod soundness;

use std::cell::Cell;
use std::fs;
use std::rc::Rc;

use commands::Theme;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use volume_lab::api::pod::Pod;
use volume_lab::scene;
use volume_lab::scene::options::{Density, Options};
use volume_lab::scene::plan::Plan;
use volume_lab::session::run::Run;
use volume_lab::session::{Command, Session};
use volume_lab::sim::engine::{Progress, Simulation};
use volume_lab::sim::step::Step;

const KEPT: &str = "tests/properties";

/// Tasks of one slice of work, as the page does them.
const SLICE: usize = 500;

/// Plays a session to its end.
fn play(session: &Session) -> Run {
    let mut run = Run::of(session);
    while run.work(SLICE) == Progress::More {}
    run
}

/// A run ends, unless something is tried again and again.
fn restlessness(sim: &Simulation) -> Option<String> {
    let settled =
        |pod: &Rc<Pod>| pod.is_terminal() || pod.is_ready() && !pod.metadata.is_deleting();
    let moves = !sim.is_at_rest() && sim.cluster().list::<Pod>().all(settled);
    moves.then(|| "nothing is awaited and yet the run does not come to rest".to_owned())
}

/// Everything that can be told of the steps.
fn story(sim: &Simulation) -> Vec<String> {
    let line = |step: &Step| {
        let changes = step.changes.iter().map(|change| match &change.after {
            Some(object) => object.to_value().to_string(),
            None => format!("no {}", change.key),
        });
        let events = step.events.iter().map(|event| format!("{event:?}"));
        let told: Vec<String> = changes.chain(events).collect();
        format!("{} {} {} {told:?}", step.time.0, step.actor.component, step.subject)
    };
    sim.steps().iter().map(|step| line(step)).collect()
}

/// Where two stories part.
fn parting(what: &str, one: &[String], other: &[String]) -> Option<String> {
    if one == other {
        return None;
    }
    let at = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let line = |story: &[String]| story.get(at).map_or("its end".to_owned(), Clone::clone);
    Some(format!("{what}: they part at step {at}:\n  {}\n  {}", line(one), line(other)))
}

/// Looks at some pictures of a run; one that is not sound is a panic, which says what is wrong.
fn look(sim: &Simulation, choice: u64) {
    let plan = Rc::new(Plan::of_run(sim.state_at(0), sim.steps()));
    let steps = sim.steps().len() as u64;
    for (number, (width, density)) in
        [(1200, Density::Full), (800, Density::Compact), (390, Density::Full)]
            .into_iter()
            .enumerate()
    {
        let plan = Some(Rc::clone(&plan));
        let options = Options { density, plan, ..Options::of_width(width) };
        for at in [steps, choice.rotate_left(u32::try_from(number).unwrap_or(0) * 8) % (steps + 1)]
        {
            let at = usize::try_from(at).expect("a step");
            soundness::check(&scene::build(sim.state_at(at), None, &options));
        }
    }
}

/// Everything that is wrong with a session; also how many steps it had.
fn complaints(session: &Session, choice: u64) -> (Vec<String>, usize) {
    let run = play(session);
    let sim = run.simulation();
    let mut found = checkers::check(sim);
    found.extend(restlessness(sim));
    look(sim, choice);
    let steps = sim.steps().len();
    let told = story(sim);

    let link = Session { entries: run.entries(), ..session.clone() };
    let read = Session::decode(&link.encode());
    if read.as_ref() != Ok(&link) {
        found.push("the link does not bring the session back".to_owned());
    }
    let again = play(&link);
    found.extend(parting("played again", &told, &story(again.simulation())));

    let at = usize::try_from(choice % (steps as u64 + 1)).expect("a step");
    let mut fork = run.fork(at);
    let at = fork.simulation().steps().len();
    found.extend(parting("forked", &told[..at], &story(fork.simulation())));
    // A command marks the time: without one a run ends when it has come to rest.
    fork.execute(Command::Kubectl {
        args: "label pod --all fork=1".to_owned(),
        stdin: String::new(),
    });
    let entries = fork.entries();
    while fork.work(SLICE) == Progress::More {}
    let again = play(&Session { entries, ..session.clone() });
    let (fork, again) = (story(fork.simulation()), story(again.simulation()));
    found.extend(parting("a fork played again", &fork, &again));
    (found, steps)
}

fn number(variable: &str, otherwise: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn no_session_breaks_a_promise() {
    let goal = number("PROPERTIES_STEPS", 10_000);
    let first = number("PROPERTIES_SEED", 1);
    let done = Cell::new(0_u64);
    let mut case = 0;
    while done.get() < goal {
        let seed = first.wrapping_mul(1_000_003).wrapping_add(case);
        play_random(seed, &done);
        case += 1;
    }
    eprintln!("{case} sessions, {} steps", done.get());
}

/// Plays a session that follows from a seed; one that fails is made as short as it can be.
fn play_random(seed: u64, done: &Cell<u64>) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = proptest::test_runner::TestRng::from_seed(
        proptest::test_runner::RngAlgorithm::ChaCha,
        &bytes,
    );
    let config = ProptestConfig {
        cases: 1,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seeds = prop::collection::vec(any::<u64>().no_shrink(), 1..48);
    let theme = prop::sample::select(&commands::THEMES).no_shrink();
    let inputs = ((0..4_usize).no_shrink(), theme, seeds, any::<u64>().no_shrink());
    let outcome =
        TestRunner::new_with_rng(config, rng).run(&inputs, |(profile, theme, seeds, choice)| {
            let session = commands::session(profile, theme, &seeds);
            let (found, steps) = complaints(&session, choice);
            done.set(done.get() + steps as u64);
            let short: Vec<&String> = found.iter().take(12).collect();
            if short.is_empty() { Ok(()) } else { Err(TestCaseError::fail(format!("{short:#?}"))) }
        });
    if let Err(TestError::Fail(why, (profile, theme, seeds, choice))) = outcome {
        let script = script::write(&commands::session(profile, theme, &seeds));
        panic!("seed {seed}, fork {choice}: {why}\nKeep it as a file in {KEPT}:\n{script}");
    }
}

#[test]
fn sessions_that_once_failed_hold() {
    let mut failures = Vec::new();
    let entries = fs::read_dir(KEPT).expect("the folder can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ext| ext == "txt")) {
        let text = fs::read_to_string(path).expect("the session can be read");
        for choice in [1, 17, 40] {
            let (found, _) = complaints(&script::read(&text), choice);
            failures.extend(found.iter().map(|what| format!("{}: {what}", path.display())));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn a_session_survives_its_lines() {
    let session = commands::session(0, Theme::Any, &(0..40).collect::<Vec<u64>>());
    assert_eq!(script::read(&script::write(&session)), session);
}
