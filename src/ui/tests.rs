//! The markup of components, rendered without a browser.

use std::rc::Rc;

use expect_test::{Expect, expect};
use yew::{BaseComponent, Callback, LocalServerRenderer};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::i18n::Locale;
use crate::manifest;
use crate::sim::engine::Progress;
use crate::store::AppState;
use crate::store::lab::{Mark, Timeline};
use crate::store::message::{Edit, Msg, Play, RunMsg};
use crate::store::place::Notice;
use crate::store::shared::Shared;

use super::notices::{Notices, NoticesProps};
use super::problems::{Problems, ProblemsProps};
use super::scene::picture::{Picture, PictureProps};
use super::timeline::{TimelineBar, TimelineBarProps};
use super::words::Words;

const EN: Words = Words(Locale::En);

/// The markup, one element a line, without what only looks.
async fn markup<C: BaseComponent>(props: C::Properties) -> String {
    let renderer = LocalServerRenderer::<C>::with_props(props).hydratable(false);
    let html = renderer.render().await;
    html.replace("><", ">\n<") + "\n"
}

async fn check<C: BaseComponent>(props: C::Properties, expected: Expect) {
    expected.assert_eq(&markup::<C>(props).await);
}

fn send() -> Callback<Msg> {
    Callback::noop()
}

#[tokio::test]
async fn the_timeline_names_its_buttons() {
    let marks = vec![Mark { beats: 2, reason: "FailedBinding".to_owned() }];
    let timeline = Timeline {
        shown: 3,
        count: 8,
        marks: Shared::new(marks),
        now: SimTime(61_250),
        is_playing: false,
        speed_percent: 150,
        progress: Progress::Done,
        is_at_rest: true,
    };
    let props = TimelineBarProps { words: EN, timeline, send: send() };
    check::<TimelineBar>(props, expect![[r#"
        <div role="group" aria-label="Timeline" class="timeline">
        <button aria-label="To the start" title="To the start" class="step step-end">
        <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3 3v10h2v-10zM14 3l-8 5l8 5z">
        </path>
        </svg>
        </button>
        <button aria-label="Previous step" title="Previous step" class="step">
        <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M12 3l-8 5l8 5z">
        </path>
        </svg>
        </button>
        <button aria-label="Play" title="Play" class="play">
        <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M3 1.5v13l11 -6.5z">
        </path>
        </svg>
        </button>
        <button class="step-next">
        <span>Next step</span>
        <span aria-hidden="true"> ▸</span>
        </button>
        <button aria-label="To the end" title="To the end" class="step step-end">
        <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M13 3v10h-2v-10zM2 3l8 5l-8 5z">
        </path>
        </svg>
        </button>
        <div class="scrub">
        <input value="3" type="range" min="0" max="8" step="1" aria-label="Step" aria-valuetext="Step 3 of 8">
        <div aria-hidden="true" class="marks">
        <span title="Warning at step 2: FailedBinding" style="left:25%">
        </span>
        </div>
        <output title="Step 3 of 8" class="place">3 / 8</output>
        </div>
        <span title="Simulated time" class="clock">
        <span class="unseen">Simulated time </span>1:01.2</span>
        <select aria-label="Speed" class="quiet speed">
        <option value="50">0.5×</option>
        <option value="100">1×</option>
        <option value="150" selected="selected">1.5×</option>
        <option value="200">2×</option>
        <option value="400">4×</option>
        </select>
        </div>
    "#]]).await;
}

#[tokio::test]
async fn problems_say_where_and_offer_to_mend() {
    let parsed = manifest::parse("kind: \u{201c}Pod\u{201d}\n");
    let props = ProblemsProps { words: EN, parsed: Shared::new(parsed), send: send() };
    check::<Problems>(props, expect![[r#"
        <div class="problems">
        <div class="problems-head">
        <h2>Problems<span class="badge">1</span>
        </h2>
        </div>
        <ul>
        <li class="problem error">
        <span class="severity">
        <span aria-hidden="true">✕ </span>Error</span>
        <button title="Go to line 1" class="link">line 1, column 7</button>
        <p>A word processor has bent these quotes (“Pod”). To YAML they are letters like any other.</p>
        <button class="mend">Write straight quotes</button>
        </li>
        </ul>
        </div>
    "#]]).await;
}

#[tokio::test]
async fn a_fork_can_be_left_again() {
    let notice = Some(Notice::plain("ui.branch"));
    let props = NoticesProps {
        words: EN,
        notice,
        has_earlier: true,
        has_kept_text: false,
        lab: None,
        is_asked: false,
        send: send(),
    };
    check::<Notices>(
        props,
        expect![[r#"
            <div role="status" class="notices">
            <div class="notice">
            <p>You had gone to an earlier step, so the run was forked there.</p>
            <button>Back to the earlier run</button>
            <button aria-label="Close" class="close">×</button>
            </div>
            </div>
        "#]],
    )
    .await;
}

#[tokio::test]
async fn objects_of_the_diagram_are_buttons_with_names() {
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  \
        accessModes: [ReadWriteOnce]\n  storageClassName: \"\"\n  resources: {requests: {storage: 1Gi}}\n";
    let mut state = AppState::new();
    for msg in [
        Msg::Edit(Edit::Text(claim.to_owned())),
        Msg::Run(RunMsg::Apply),
        Msg::Work { tasks: 1000 },
        Msg::Play(Play::Last),
    ] {
        drop(state.update(msg));
    }
    let props = PictureProps {
        words: EN,
        picture: state.view.picture.clone(),
        selected: Some(ObjectKey::new(Kind::PersistentVolumeClaim, "default", "data")),
        scale: 1000,
        send: send(),
    };
    let html = markup::<Picture>(props).await;
    let buttons: Vec<Rc<str>> = html
        .lines()
        .filter(|line| line.contains("role=\"button\""))
        .filter_map(|line| {
            let (_, rest) = line.split_once("aria-label=\"")?;
            Some(rest.split('"').next()?.into())
        })
        .collect();
    let expected = "PersistentVolumeClaim data Pending";
    assert!(buttons.iter().any(|name| &**name == expected), "{buttons:#?}");
    let pressed = html.lines().filter(|line| line.contains("aria-pressed=\"true\"")).count();
    assert_eq!(pressed, 1);
}
