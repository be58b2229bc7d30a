//! The page's state: messages in, place and effects out.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files must stop")]

use std::fs;

use volume_lab::api::kind::Kind;
use volume_lab::i18n::Locale;
use volume_lab::manifest::limits::TEXT_MAX;
use volume_lab::session::Session;
use volume_lab::sim::engine::Progress;
use volume_lab::store::AppState;
use volume_lab::store::effect::{Effect, Saved};
use volume_lab::store::embedding::{Call, Embedding, Method, Report};
use volume_lab::store::message::{Edit, Msg, Play, RunMsg, Share, Start, Timer, View};
use volume_lab::store::place::{Dialog, Drawer, Pace, Page, Panel};

fn lecture(name: &str) -> String {
    fs::read_to_string(format!("static/lessons/{name}/start.yaml")).unwrap()
}

/// Sends a message, lets the computing that it asks for end, and returns the other effects.
fn send(state: &mut AppState, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut waiting = state.update(msg);
    while !waiting.is_empty() {
        let works = waiting.contains(&Effect::Work);
        effects.extend(waiting.into_iter().filter(|effect| *effect != Effect::Work));
        waiting = if works { state.update(Msg::Work { tasks: 500 }) } else { Vec::new() };
    }
    effects
}

fn applied(text: &str) -> AppState {
    let mut state = AppState::new();
    send(&mut state, Msg::Start(Box::new(started())));
    send(&mut state, Msg::Edit(Edit::Text(text.to_owned())));
    send(&mut state, Msg::Run(RunMsg::Apply));
    state
}

fn started() -> Start {
    Start { has_storage: true, ..Start::default() }
}

fn waits(effects: &[Effect], timer: Timer) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Wait { timer: t, .. } if *t == timer))
}

fn saves(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Save(_)))
}

fn notice(state: &AppState) -> Option<&'static str> {
    state.view.notice.as_ref().map(|notice| notice.key)
}

#[test]
fn a_pasted_text_is_applied_played_and_comes_to_rest() {
    let mut state = AppState::new();
    let effects = send(&mut state, Msg::Edit(Edit::Text(lecture("statefulset"))));
    assert!(waits(&effects, Timer::Read) && saves(&effects), "{effects:?}");
    let effects = send(&mut state, Msg::Run(RunMsg::Apply));
    assert!(waits(&effects, Timer::Beat) && saves(&effects), "{effects:?}");
    assert_eq!(state.run.progress, Progress::Done);
    assert_eq!((state.head.shown, state.view.page), (1, Page::Lab));
    let count = state.run.beats.len();
    assert!(count > 5, "{count} beats");
    for shown in 2..=count {
        send(&mut state, Msg::Elapsed(Timer::Beat));
        assert_eq!(state.head.shown, shown);
    }
    assert!(state.head.is_playing());
    send(&mut state, Msg::Elapsed(Timer::Beat));
    assert!(!state.head.is_playing(), "nothing is left to play");
}

#[test]
fn stepping_stops_playing_and_stays_within_the_run() {
    let mut state = applied(&lecture("emptydir"));
    let count = state.run.beats.len();
    let effects = send(&mut state, Msg::Play(Play::Next));
    assert!(effects.contains(&Effect::Cancel(Timer::Beat)));
    assert_eq!((state.head.shown, state.head.pace), (2, Pace::Still));
    send(&mut state, Msg::Play(Play::First));
    send(&mut state, Msg::Play(Play::Prev));
    assert_eq!(state.head.shown, 0);
    send(&mut state, Msg::Play(Play::Last));
    send(&mut state, Msg::Play(Play::Next));
    assert_eq!(state.head.shown, count);
    send(&mut state, Msg::Play(Play::Seek(usize::MAX)));
    assert_eq!(state.head.shown, count);
    // Playing from the end begins anew.
    send(&mut state, Msg::Play(Play::Play));
    assert_eq!(state.head.shown, 1);
}

#[test]
fn speed_shortens_a_beat_and_is_bounded() {
    let mut state = applied(&lecture("emptydir"));
    let beat = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Wait { timer: Timer::Beat, after_ms } => Some(*after_ms),
            _ => None,
        })
    };
    let normal = beat(&send(&mut state, Msg::Play(Play::Speed(100)))).unwrap();
    let fast = beat(&send(&mut state, Msg::Play(Play::Speed(400)))).unwrap();
    assert_eq!(normal, fast * 4);
    send(&mut state, Msg::Play(Play::Speed(100_000)));
    assert_eq!(state.head.speed_percent, 400);
}

#[test]
fn a_scenario_shows_its_cast_first() {
    let mut state = AppState::new();
    send(&mut state, Msg::Run(RunMsg::Open("statefulset".to_owned())));
    assert_eq!((state.head.shown, state.head.pace), (0, Pace::Still));
    assert!(state.run.beats.len() > 5);
    assert_eq!(*state.run.text, *lecture("statefulset"));
}

#[test]
fn acting_in_the_past_forks_the_run_and_the_other_can_be_taken_up_again() {
    let mut state = applied(&lecture("statefulset"));
    let count = state.run.beats.len();
    send(&mut state, Msg::Play(Play::Seek(4)));
    let steps = state.steps_shown();
    send(&mut state, Msg::Run(RunMsg::Kubectl("delete sts web".to_owned())));
    assert_eq!(notice(&state), Some("ui.branch"));
    // What was due at that moment came before the command.
    assert!(state.run.run.outcomes()[1].first_step >= steps);
    send(&mut state, Msg::Run(RunMsg::Earlier));
    assert_eq!((state.run.beats.len(), state.head.shown), (count, 4));
}

const CLAIM: &str = "apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: other
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
";

#[test]
fn what_changes_nothing_leaves_the_run_alone() {
    let mut state = applied(&lecture("statefulset"));
    let count = state.run.beats.len();
    send(&mut state, Msg::Play(Play::Seek(4)));
    send(&mut state, Msg::Run(RunMsg::Kubectl("delete pod nobody".to_owned())));
    assert_eq!((state.run.beats.len(), state.head.shown, notice(&state)), (count, 4, None));
    assert!(state.view.answers.last().unwrap().stderr.contains("NotFound"));
    assert_eq!(state.view.drawer, Some(Drawer::Terminal));
    send(&mut state, Msg::Edit(Edit::Text("kind: [".to_owned())));
    for msg in [RunMsg::Apply, RunMsg::StartOver] {
        send(&mut state, Msg::Run(msg));
        assert_eq!((state.run.beats.len(), state.head.shown), (count, 4));
        assert_ne!(state.view.answers.last().unwrap().stderr, "");
    }
    assert_eq!(state.run.run.outcomes().len(), 1);
}

#[test]
fn who_watches_on_applies_at_the_end_of_the_run() {
    let mut state = applied(&lecture("statefulset"));
    let end = state.run.beats.len();
    send(&mut state, Msg::Play(Play::Next));
    send(&mut state, Msg::Edit(Edit::Text(CLAIM.to_owned())));
    send(&mut state, Msg::Run(RunMsg::Apply));
    assert_eq!((notice(&state), state.head.shown), (Some("ui.appended"), end + 1));
    assert!(state.run.earlier.is_none());
}

#[test]
fn a_fork_within_a_command_keeps_all_that_it_wrote() {
    let mut state = applied(&lecture("statefulset"));
    let first = state.run.run.outcomes()[0].clone();
    assert!(first.wrote_until > first.first_step + 1, "it writes more than one object");
    send(&mut state, Msg::Play(Play::Seek(1)));
    assert!(state.steps_shown() < first.wrote_until);
    send(&mut state, Msg::Edit(Edit::Text(CLAIM.to_owned())));
    send(&mut state, Msg::Run(RunMsg::Apply));
    assert_eq!(notice(&state), Some("ui.branch"));
    let run = &state.run.run;
    assert!(run.outcomes()[1].first_step >= first.wrote_until);
    for kind in [Kind::Service, Kind::StatefulSet] {
        assert!(run.simulation().cluster().of_kind(kind).count() > 0, "{kind:?}");
    }
}

#[test]
fn another_cluster_gets_the_text_and_the_earlier_run_is_kept() {
    let mut state = applied(&lecture("statefulset"));
    let count = state.run.beats.len();
    send(&mut state, Msg::Run(RunMsg::Profile("minikube".to_owned())));
    assert_eq!(notice(&state), Some("ui.other-profile"));
    assert!(state.run.beats.len() > 5);
    send(&mut state, Msg::Run(RunMsg::Earlier));
    assert_eq!((state.run.profile.as_str(), state.run.beats.len()), ("lecture", count));
    send(&mut state, Msg::Run(RunMsg::StartOver));
    assert_eq!((notice(&state), state.head.shown), (Some("ui.fresh"), 1));
}

#[test]
fn an_empty_editor_can_be_had_and_the_text_brought_back() {
    let mut state = AppState::new();
    send(&mut state, Msg::Run(RunMsg::Open("emptydir".to_owned())));
    send(&mut state, Msg::Run(RunMsg::Blank));
    assert_eq!((&*state.run.text, state.run.lesson.as_deref()), ("", None));
    assert!(state.run.beats.is_empty() && !state.has_begun());
    send(&mut state, Msg::Run(RunMsg::Apply));
    assert_eq!(notice(&state), Some("ui.apply-empty"));
    send(&mut state, Msg::Edit(Edit::BringBack));
    assert_eq!(*state.run.text, *lecture("emptydir"));
}

#[test]
fn a_change_is_kept_soon_however_many_follow() {
    let mut state = applied("kind: Pod\n");
    send(&mut state, Msg::Elapsed(Timer::Save));
    let waits_once = send(&mut state, Msg::Edit(Edit::Text("kind: Pod\n#".to_owned())));
    assert!(waits(&waits_once, Timer::Save));
    let effects = send(&mut state, Msg::Edit(Edit::Text("kind: Pod\n# a".to_owned())));
    assert!(!waits(&effects, Timer::Save), "typing on does not put it off");
    let saved = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::Save(saved) => Some(saved.text),
            _ => None,
        })
    };
    assert_eq!(saved(send(&mut state, Msg::Leave)).as_deref(), Some("kind: Pod\n# a"));
    assert_eq!(saved(send(&mut state, Msg::Leave)), None, "it is kept already");
    let effects = send(&mut state, Msg::Edit(Edit::Text("kind: Pod\n# b".to_owned())));
    assert!(waits(&effects, Timer::Save));
}

#[test]
fn text_and_place_survive_a_reload() {
    let mut state = applied(&lecture("statefulset"));
    send(&mut state, Msg::View(View::Locale(Locale::Ko)));
    send(&mut state, Msg::Play(Play::Seek(3)));
    let saved = state.saved();
    let mut again = AppState::new();
    let start = Start { saved, has_storage: true, ..Start::default() };
    send(&mut again, Msg::Start(Box::new(start)));
    assert_eq!(again.run.text, state.run.text);
    assert_eq!((again.head.shown, again.run.beats.len()), (3, state.run.beats.len()));
    assert_eq!((again.view.locale, again.view.page), (Locale::Ko, Page::Lab));
    assert_eq!(again.view.kept_text, None);
    assert_eq!(again.saved(), state.saved());
}

#[test]
fn a_page_that_broke_brings_the_text_back_and_runs_nothing() {
    let saved = Saved { is_broken: true, ..applied(&lecture("emptydir")).saved() };
    let mut state = AppState::new();
    let start = Start { saved, has_storage: true, ..Start::default() };
    send(&mut state, Msg::Start(Box::new(start)));
    assert_eq!(*state.run.text, *lecture("emptydir"));
    assert_eq!((state.run.beats.len(), notice(&state)), (0, Some("ui.crashed")));
}

#[test]
fn a_link_takes_the_place_of_the_text_which_is_kept() {
    let hash = format!("#{}", applied(&lecture("emptydir")).session().encode());
    let saved = Saved { text: "my own".to_owned(), ..Saved::default() };
    let mut state = AppState::new();
    let start = Start { hash, saved: saved.clone(), has_storage: true, ..Start::default() };
    let effects = send(&mut state, Msg::Start(Box::new(start)));
    assert!(effects.contains(&Effect::ForgetHash));
    assert_eq!(*state.run.text, *lecture("emptydir"));
    assert_eq!(state.head.shown, 1);
    send(&mut state, Msg::Edit(Edit::BringBack));
    assert_eq!(&*state.run.text, "my own");

    let hash = "#v1:broken".to_owned();
    let mut state = AppState::new();
    let start = Start { hash, saved, has_storage: true, ..Start::default() };
    send(&mut state, Msg::Start(Box::new(start)));
    assert_eq!((&*state.run.text, notice(&state)), ("my own", Some("ui.link-damaged")));
}

#[test]
fn too_long_a_text_is_refused_but_kept() {
    let text = "# x\n".repeat(TEXT_MAX / 4 + 1);
    let state = applied(&text);
    assert_eq!(*state.run.text, *text);
    let codes: Vec<_> = state.run.parsed.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!((codes, notice(&state)), (vec!["text-too-large"], Some("ui.apply-too-large")));
    assert!(state.run.beats.is_empty());
}

#[test]
fn mends_change_the_text_one_by_one_or_all_at_once() {
    let text = "kind: \u{201c}Pod\u{201d}\nmetadata: // note\n  name: a\n";
    let mut state = AppState::new();
    send(&mut state, Msg::Edit(Edit::Text(text.to_owned())));
    send(&mut state, Msg::Edit(Edit::Mend(0)));
    assert_eq!(&*state.run.text, text, "the text was not looked at yet");
    send(&mut state, Msg::Elapsed(Timer::Read));
    let index = |state: &AppState, code: &str| {
        state.run.parsed.diagnostics.iter().position(|one| one.code == code)
    };
    let quotes = index(&state, "smart-quotes").unwrap();
    send(&mut state, Msg::Edit(Edit::Mend(quotes)));
    assert_eq!(index(&state, "smart-quotes"), None);
    send(&mut state, Msg::Edit(Edit::MendAll));
    assert_eq!(index(&state, "slash-comment"), None);
    assert!(state.run.text.contains("\"Pod\"") && state.run.text.contains("# note"));
}

#[test]
fn a_secret_does_not_travel_unasked() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n";
    let mut state = applied(text);
    assert!(send(&mut state, Msg::Share(Share::Copy)).is_empty());
    assert_eq!(state.view.dialog, Some(Dialog::Secret));
    let effects = send(&mut state, Msg::Share(Share::CopyAnyway));
    let Some(Effect::CopyLink(hash)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(Session::decode(hash).unwrap().manifest, text);
    send(&mut state, Msg::Share(Share::Refused));
    assert_eq!(state.view.dialog, Some(Dialog::Link(hash.clone())));
}

#[test]
fn a_file_that_is_no_text_leaves_the_text_alone() {
    let mut state = applied("mine");
    send(&mut state, Msg::Edit(Edit::DroppedBinary { name: "cat.png".to_owned() }));
    assert_eq!((&*state.run.text, notice(&state)), ("mine", Some("ui.drop-not-text")));
    send(&mut state, Msg::Edit(Edit::Dropped("theirs".to_owned())));
    assert_eq!((&*state.run.text, state.view.panel), ("theirs", Panel::Yaml));
    assert_eq!(state.view.kept_text.as_deref(), Some("mine"));
}

fn embedded(autoplays: bool) -> (AppState, Vec<Effect>) {
    let embedding = Embedding {
        lesson: Some("statefulset".to_owned()),
        locale: Some(Locale::Ko),
        step: Some(4),
        autoplays,
        ..Embedding::default()
    };
    let mut state = AppState::new();
    let start = Start { embedding: Some(embedding), ..Start::default() };
    let effects = send(&mut state, Msg::Start(Box::new(start)));
    (state, effects)
}

fn call(state: &mut AppState, method: Method) -> Vec<Report> {
    let call = Call { id: Some("7".to_owned()), method };
    let effects = send(state, Msg::Embed(call));
    let tell = |effect| if let Effect::Tell(report) = effect { Some(report) } else { None };
    effects.into_iter().filter_map(tell).collect()
}

#[test]
fn an_embed_shows_the_step_asked_for_and_hands_on_what_it_cannot_use() {
    let (mut state, effects) = embedded(false);
    assert_eq!((state.head.shown, state.view.locale), (4, Locale::Ko));
    let told: Vec<_> = effects.iter().filter(|one| matches!(one, Effect::Tell(_))).collect();
    let step = Effect::Tell(Report::Step { id: None });
    assert_eq!(told, [&step, &Effect::Tell(Report::Ready)]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Save(_))));
    assert!(send(&mut state, Msg::Elapsed(Timer::Save)).is_empty(), "an embed keeps nothing");
    let handled = |handled| Report::Handled { id: Some("7".to_owned()), handled };
    assert!(call(&mut state, Method::Next).contains(&handled(true)));
    assert_eq!(state.head.shown, 5);
    send(&mut state, Msg::Play(Play::Last));
    assert!(call(&mut state, Method::Next).contains(&handled(false)));
    assert!(call(&mut state, Method::Reset).contains(&handled(true)));
    assert!(call(&mut state, Method::Prev).contains(&handled(false)));
    let id = Some("7".to_owned());
    assert_eq!(call(&mut state, Method::GetState), [Report::Step { id: id.clone() }]);
    let message = "unknown method jump".to_owned();
    let error = Report::Error { id, message: message.clone() };
    assert_eq!(call(&mut state, Method::Unknown(message)), [error]);
}

#[test]
fn a_slide_starts_playing_only_if_the_address_says_so() {
    for autoplays in [false, true] {
        let (mut state, _) = embedded(autoplays);
        call(&mut state, Method::SlideStart);
        assert_eq!(state.head.is_playing(), autoplays);
        call(&mut state, Method::SlideStop);
        assert!(!state.head.is_playing());
    }
}

#[test]
fn the_same_messages_give_the_same_state() {
    let [one, two] = [(); 2].map(|()| applied(&lecture("mongo-dynamic")));
    assert_eq!(one.saved(), two.saved());
    assert_eq!(one.view.picture.scene, two.view.picture.scene);
    assert_eq!(one.run.beats, two.run.beats);
}
