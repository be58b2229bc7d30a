//! A recorded scenario is what the lab draws: at every beat, in every language, at every width,
//! and whatever the viewer does.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own data must stop")]

use std::rc::Rc;

use volume_lab::i18n::{self, Locale};
use volume_lab::lesson::{self, IDS};
use volume_lab::scene::beat::beats;
use volume_lab::scene::build_beat;
use volume_lab::scene::options::Options;
use volume_lab::scene::plan::Plan;
use volume_lab::scene::shape::Words;
use volume_lab::session::Command;
use volume_lab::session::run::Run;
use volume_lab::sim::engine::Progress;
use volume_lab::store::AppState;
use volume_lab::store::effect::{Effect, Saved};
use volume_lab::store::embedding::{Call, Embedding, Method, Report};
use volume_lab::store::handover::Handover;
use volume_lab::store::lab::Show;
use volume_lab::store::message::{Edit, LabMsg, Msg, Play, RunMsg, Start, Timer, View};
use volume_lab::store::place::{Drawer, Page, Stage, Theme};
use volume_lab::store::player::{LabStand, Player};
use volume_lab::store::recorder::Recorder;
use volume_lab::store::storyboard::Storyboard;

/// The run of a scenario, made without the page.
fn run(id: &str) -> Run {
    let lesson = lesson::named(id).unwrap();
    let mut run = Run::new(&lesson.profile);
    for line in lesson.setup {
        run.execute(Command::Node { node: line.node, sh: line.sh });
    }
    run.execute(Command::Apply(lesson.manifest.to_owned()));
    while run.work(1000) == Progress::More {}
    run
}

#[test]
fn a_storyboard_is_what_the_scene_makes_of_the_run() {
    for id in IDS {
        let run = run(id);
        let (simulation, steps) = (run.simulation(), run.simulation().steps());
        let beats = beats(steps);
        let plan = Rc::new(Plan::of_run(simulation.state_at(0), steps));
        let mut recorder = Recorder::of(id).unwrap();
        for width in Stage::scene_widths() {
            let board = Storyboard::decode(&recorder.record(width).encode()).unwrap();
            assert_eq!((board.beats(), board.width), (beats.len(), width), "{id}");
            assert_eq!(&*board.manifest, lesson::named(id).unwrap().manifest);
            let options = Options { plan: Some(Rc::clone(&plan)), ..Options::of_width(width) };
            let start = build_beat(simulation.state_at(0), &[], &options);
            assert_eq!(*board.places[0].scene, start, "{id} {width}");
            for (beat, place) in beats.iter().zip(&board.places[1..]) {
                let state = simulation.state_at(beat.last + 1);
                let scene = build_beat(state, &steps[beat.first..=beat.last], &options);
                assert_eq!(*place.scene, scene, "{id} {width} {beat:?}");
                assert_eq!(place.caption.as_ref(), Some(&beat.caption), "{id}");
                assert_eq!((place.now, place.events), (state.now, state.cluster.events.len()));
                let host = &steps[beat.told].actor.host;
                assert!(place.actor.as_ref().unwrap().ends_with(&**host), "{id}");
            }
        }
    }
}

#[test]
fn every_sentence_of_a_storyboard_is_there_in_every_language() {
    for id in IDS {
        let board = Recorder::of(id).unwrap().record(800);
        let mut keys = vec![lesson::text_key(id)];
        for place in &board.places {
            keys.extend(place.caption.iter().map(|caption| format!("step.{}", caption.code)));
            keys.extend(place.scene.alt.iter().map(|line| format!("alt.{}", line.code)));
            let texts = place.scene.shapes.iter().flat_map(|shape| &shape.texts);
            keys.extend(texts.filter_map(|text| match &text.words {
                Words::Key(key) | Words::Count(key, _) => Some((*key).to_owned()),
                Words::Name(_) => None,
            }));
        }
        for (locale, key) in Locale::ALL.iter().flat_map(|one| keys.iter().map(|key| (*one, key))) {
            assert!(i18n::speaks(locale, key), "{id}: {} has no {key}", locale.tag());
        }
    }
}

/// The player and the lab side by side, each given the same messages.
struct Pair {
    player: Player,
    lab: AppState,
}

const STAGE: Stage = Stage { width: 900, height: 600 };

impl Pair {
    fn open(id: &str) -> Self {
        let mut pair = Self { player: Player::new(), lab: AppState::new() };
        pair.send(&Msg::View(View::Stage(STAGE)));
        pair.send(&Msg::Run(RunMsg::Open(id.to_owned())));
        pair
    }

    /// Sends it to both; the player's effects and the lab's, without the work in between.
    fn send(&mut self, msg: &Msg) -> (Vec<Effect>, Vec<Effect>) {
        let mut lab = self.lab.update(msg.clone());
        while lab.contains(&Effect::Work) {
            lab.retain(|effect| *effect != Effect::Work);
            lab.extend(self.lab.update(Msg::Work { tasks: 1000 }));
        }
        (serve(&mut self.player, msg.clone()), lab)
    }

    fn compare(&self, when: &str) {
        let (player, lab) = (self.player.show(), self.lab.lab().show);
        assert_eq!(parts(&player), parts(&lab), "{when}");
        let (a, b) = (&player.picture, &lab.picture);
        assert_eq!(a.scene, b.scene, "{when}");
        assert_eq!((&a.caption, &a.actor, &a.lines), (&b.caption, &b.actor, &b.lines), "{when}");
        // Arranged anew, nothing moves; what was there before may differ.
        if !a.is_resized {
            assert_eq!((&a.entering, &a.leaving), (&b.entering, &b.leaving), "{when}");
            assert_eq!(a.leaving_links, b.leaving_links, "{when}");
        }
        assert_eq!(*player.timeline.marks, *lab.timeline.marks, "{when}");
        assert_eq!(self.player.told(), self.lab.told(), "{when}");
    }
}

/// Sends a message to a player and brings the storyboards that it asks for.
fn serve(player: &mut Player, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    for effect in player.update(msg) {
        if let Effect::FetchStoryboard { lesson, width } = effect {
            let text = Some(Recorder::of(&lesson).unwrap().record(width).encode());
            effects.extend(player.update(Msg::Storyboard { lesson, width, text }));
        } else {
            effects.push(effect);
        }
    }
    effects
}

/// All that is compared by what it is; pictures are compared part by part.
fn parts(show: &Show) -> impl PartialEq + std::fmt::Debug {
    let line = &show.timeline;
    (
        (show.text.to_string(), show.profile.clone(), show.lesson.clone(), show.actions.clone()),
        (show.stage, show.has_begun, show.events, show.panel, show.drawer, show.selected.clone()),
        (line.shown, line.count, line.now, line.is_playing, line.speed_percent),
        (line.progress, line.is_at_rest, show.is_embedded, show.has_controls),
    )
}

#[test]
fn a_player_does_what_the_lab_does() {
    let call = |method| Msg::Embed(Call { id: Some("1".to_owned()), method });
    let script = [
        Msg::Play(Play::Next),
        Msg::Play(Play::Next),
        Msg::Play(Play::Play),
        Msg::Elapsed(Timer::Beat),
        Msg::Play(Play::Speed(400)),
        Msg::Elapsed(Timer::Beat),
        Msg::Play(Play::Toggle),
        Msg::Play(Play::Prev),
        call(Method::Next),
        call(Method::Seek(2)),
        call(Method::GetState),
        Msg::Play(Play::Last),
        call(Method::Next),
        Msg::Play(Play::Play),
        Msg::View(View::Stage(Stage { width: 400, height: 700 })),
        Msg::Play(Play::First),
        call(Method::Prev),
        Msg::View(View::Gallery),
        Msg::Play(Play::Next),
    ];
    for id in IDS {
        let mut pair = Pair::open(id);
        pair.compare(id);
        for msg in &script {
            let (player, lab) = pair.send(msg);
            pair.compare(&format!("{id} after {msg:?}"));
            let told = |effects: &[Effect]| -> Vec<Effect> {
                let is_outside =
                    |one: &&Effect| !matches!(one, Effect::Save(_) | Effect::SavePlace(_));
                effects.iter().filter(is_outside).cloned().collect()
            };
            assert_eq!(told(&player), told(&lab), "{id} after {msg:?}");
        }
    }
}

#[test]
fn an_embed_of_a_recording_keeps_the_contract() {
    let embedding = Embedding {
        lesson: Some("statefulset".to_owned()),
        locale: Some(Locale::Ko),
        step: Some(5),
        has_controls: false,
        ..Embedding::default()
    };
    let start = Start { embedding: Some(embedding), ..Start::default() };
    let mut pair = Pair { player: Player::new(), lab: AppState::new() };
    let (player, lab) = pair.send(&Msg::Start(Box::new(start)));
    assert!(!player.contains(&Effect::FetchLab));
    assert_eq!(pair.lab.told().shown, 5);
    let ready = |effects: &[Effect]| effects.contains(&Effect::Tell(Report::Ready));
    assert!(ready(&lab) && !ready(&player), "a hidden player waits a little for its width");
    let (player, _) = pair.send(&Msg::View(View::Stage(STAGE)));
    assert!(ready(&player), "{player:?}");
    pair.compare("an embed");
    // It never asks for the lab by itself.
    assert_eq!(serve(&mut pair.player, Msg::Lab(LabMsg::Idle)), Vec::new());
    // A session is for the lab.
    let load = Msg::Embed(Call { id: None, method: Method::Load("v1:abc".to_owned()) });
    assert_eq!(serve(&mut pair.player, load.clone()), vec![Effect::FetchLab]);
    assert_eq!(Handover::of(&pair.player).asked, vec![load]);
}

/// A lab that comes up behind the player, as far as it can before it is shown.
fn behind(player: &Player) -> AppState {
    let text = Handover::of(player).encode();
    let handover = Handover::decode(&text);
    assert_eq!(handover, Some(Handover::of(player)), "{text}");
    let mut lab = AppState::new();
    let saved = Saved { text: "# mine".to_owned(), ..Saved::default() };
    let start = Start { handover, saved, has_storage: true, ..Start::default() };
    let mut effects = lab.update(Msg::Start(Box::new(start)));
    while effects.contains(&Effect::Work) {
        effects = lab.update(Msg::Work { tasks: 1000 });
    }
    lab
}

#[test]
fn the_lab_takes_over_where_the_player_is() {
    let mut player = Player::new();
    serve(&mut player, Msg::View(View::Theme(Theme::Dark)));
    serve(&mut player, Msg::View(View::Locale(Locale::Ko)));
    serve(&mut player, Msg::View(View::Stage(STAGE)));
    serve(&mut player, Msg::Run(RunMsg::Open("mongo-static".to_owned())));
    serve(&mut player, Msg::Play(Play::Seek(3)));
    serve(&mut player, Msg::Play(Play::Play));
    let mut pair = Pair { lab: behind(&player), player };
    assert!(pair.lab.is_at(&Handover::of(&pair.player)));
    // The player goes on, and the lab follows without anything moving in it.
    serve(&mut pair.player, Msg::Elapsed(Timer::Beat));
    let here = Handover::of(&pair.player);
    assert!(!pair.lab.is_at(&here));
    drop(pair.lab.update(Msg::Follow(Box::new(here.clone()))));
    assert!(pair.lab.is_at(&here));
    let effects = pair.lab.update(Msg::TakeOver { rest_ms: Some(400) });
    let beat = Effect::Wait { timer: Timer::Beat, after_ms: 400 };
    assert!(effects.contains(&beat), "{effects:?}");
    assert!(pair.lab.view.picture.entering.is_empty());
    let (player, lab) = (pair.player.show(), pair.lab.lab().show);
    assert_eq!(parts(&player), parts(&lab));
    assert_eq!(player.picture.scene, lab.picture.scene);
    assert_eq!((pair.lab.view.theme, pair.lab.view.locale), (Theme::Dark, Locale::Ko));
    assert_eq!(pair.lab.view.kept_text.as_deref(), Some("# mine"), "the text that was kept");
    // Both go on alike.
    pair.send(&Msg::Elapsed(Timer::Beat));
    assert_eq!(pair.player.show().timeline.shown, pair.lab.lab().show.timeline.shown);
}

#[test]
fn keys_that_come_before_the_storyboard_count_each() {
    let mut player = Player::new();
    serve(&mut player, Msg::View(View::Stage(STAGE)));
    let effects = player.update(Msg::Run(RunMsg::Open("nfs".to_owned())));
    let (lesson, width) = ("nfs".to_owned(), STAGE.scene_width());
    assert!(effects.contains(&Effect::FetchStoryboard { lesson: lesson.clone(), width }));
    for play in [Play::Next, Play::Next, Play::Next, Play::Prev] {
        drop(player.update(Msg::Play(play)));
    }
    let text = Some(Recorder::of("nfs").unwrap().record(width).encode());
    drop(player.update(Msg::Storyboard { lesson, width, text }));
    assert_eq!(player.show().timeline.shown, 2);
}

#[test]
fn what_only_the_lab_can_do_is_asked_for_once_and_kept() {
    let mut player = Player::new();
    serve(&mut player, Msg::View(View::Stage(STAGE)));
    serve(&mut player, Msg::Run(RunMsg::Open("nfs".to_owned())));
    let scale = Msg::Run(RunMsg::Kubectl("get pod".to_owned()));
    assert!(serve(&mut player, scale.clone()).contains(&Effect::FetchLab));
    assert_eq!(player.lab, LabStand::Awaited);
    assert!(!serve(&mut player, scale.clone()).contains(&Effect::FetchLab));
    serve(&mut player, Msg::Edit(Edit::Text("kind: Pod".to_owned())));
    serve(&mut player, Msg::View(View::Drawer(Drawer::Events)));
    assert_eq!(player.asked, vec![scale.clone()]);
    let here = Handover::decode(&Handover::of(&player).encode()).unwrap();
    let lab = behind(&player);
    assert_eq!((&*lab.run.text, lab.view.drawer), ("kind: Pod", Some(Drawer::Events)));
    assert_eq!(here.asked, vec![scale]);
    // It cannot be had, and may be asked for again.
    serve(&mut player, Msg::Lab(LabMsg::Failed));
    assert_eq!(player.lab, LabStand::Missing);
    serve(&mut player, Msg::Play(Play::Next));
    assert_eq!(player.show().timeline.shown, 1, "it goes on playing");
    assert!(serve(&mut player, Msg::Lab(LabMsg::Retry)).contains(&Effect::FetchLab));
}

#[test]
fn a_scenario_comes_back_where_it_was_and_own_work_is_for_the_lab() {
    let mut player = Player::new();
    serve(&mut player, Msg::View(View::Stage(STAGE)));
    serve(&mut player, Msg::Run(RunMsg::Open("hostpath".to_owned())));
    serve(&mut player, Msg::Play(Play::Seek(2)));
    let effects = serve(&mut player, Msg::Elapsed(Timer::Save));
    let saved = effects.iter().find_map(|effect| match effect {
        Effect::SavePlace(saved) => Some(saved.clone()),
        _ => None,
    });
    let saved = saved.unwrap();
    assert_eq!((&*saved.place, &*saved.page), ("hostpath 2", "lab"));
    let start = |saved: &Saved| {
        let start = Start { saved: saved.clone(), has_storage: true, ..Start::default() };
        Msg::Start(Box::new(start))
    };
    let mut pair = Pair { player: Player::new(), lab: AppState::new() };
    pair.send(&Msg::View(View::Stage(STAGE)));
    pair.send(&start(&saved));
    assert_eq!(pair.player.show().timeline.shown, 2);
    assert_eq!(pair.lab.head.shown, 2);
    assert_eq!(pair.lab.saved().place, "hostpath 2");
    // As soon as it is more than the scenario it is the lab's.
    pair.send(&Msg::Run(RunMsg::Kubectl("delete pod hostpath-http --wait=false".to_owned())));
    let own = pair.lab.saved();
    assert_eq!(own.place, "");
    let mut player = Player::new();
    assert!(serve(&mut player, start(&own)).contains(&Effect::FetchLab));
    assert_eq!(player.page, Page::Gallery, "nothing wrong is shown meanwhile");
}

#[test]
fn a_damaged_storyboard_is_refused() {
    let text = Recorder::of("emptydir").unwrap().record(800).encode();
    assert!(Storyboard::decode(&text).is_some());
    let version = text.replacen("\"v\":1", "\"v\":0", 1);
    assert_ne!(version, text);
    let shorter = text.replacen("\"n\":[0,", "\"n\":[", 1);
    let longer = text.replacen("\"n\":[", "\"n\":[99999999999,", 1);
    for damaged in [&version, &shorter, &longer, "", "{}", "[]", &text[..text.len() / 2]] {
        assert!(Storyboard::decode(damaged).is_none());
    }
    let mut player = Player::new();
    serve(&mut player, Msg::View(View::Stage(STAGE)));
    drop(player.update(Msg::Run(RunMsg::Open("nfs".to_owned()))));
    let (lesson, width) = ("nfs".to_owned(), STAGE.scene_width());
    let effects = player.update(Msg::Storyboard { lesson, width, text: None });
    assert!(effects.contains(&Effect::FetchLab), "the lab can show it too");
}
