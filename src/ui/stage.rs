//! The stage: the caption, and the diagram at the size that fits.

use web_sys::{Element, ScrollBehavior, ScrollToOptions};
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref};

use crate::api::object::ObjectKey;
use crate::sim::engine::Progress;
use crate::store::lab::Timeline;
use crate::store::message::{Msg, View};
use crate::store::picture::Picture as Shown;
use crate::store::place::Stage as Size;
use crate::store::shared::Shared;

use super::hooks::size::use_size;
use super::scene::callout::{Area, Place, place};
use super::scene::picture::Picture;
use super::timeline::state_line;
use super::words::Words;

#[derive(Properties, PartialEq)]
pub(super) struct StageProps {
    pub(super) words: Words,
    pub(super) picture: Shared<Shown>,
    pub(super) size: Size,
    pub(super) timeline: Timeline,
    pub(super) has_begun: bool,
    pub(super) selected: Option<ObjectKey>,
    pub(super) send: Callback<Msg>,
}

/// Scene units are drawn between these sizes, in thousandths of a CSS pixel.
const SCALE_MIN: i32 = 720;
const SCALE_MAX: i32 = 1400;
/// On a slide, which is shown larger than it is, the whole counts for more.
const SCALE_MIN_LOW: i32 = 560;
const LOW: i32 = 480;

/// Narrower stages have the caption above the diagram.
const CALLOUT_WIDTH_MIN: i32 = 640;

/// The stage.
#[component]
pub(super) fn Stage(props: &StageProps) -> Html {
    let node = use_node_ref();
    use_size(node.clone(), props.send.reform(|size| Msg::View(View::Stage(size))));
    let scale = scale(props);
    let is_narrow = props.size.width < CALLOUT_WIDTH_MIN;
    let place = (!is_narrow && props.has_begun).then(|| place_callout(props, scale));
    {
        let node = node.clone();
        use_effect_with((props.picture.clone(), scale, place), move |(picture, scale, place)| {
            if let Some(element) = node.cast::<Element>() {
                follow(&element, picture, *scale, *place);
            }
        });
    }
    let words = props.words;
    let line = &props.timeline;
    // At the end everything is bright: one looks at the whole.
    let is_over = line.shown == line.count && line.progress == Progress::Done;
    let class = classes!("stage", is_over.then_some("at-rest"));
    let picture = &props.picture;
    let pixels = |units: i32| format!("{}px", units * scale / 1000);
    let (width, height) = (pixels(picture.scene.width), pixels(picture.scene.height));
    html! {
        <>
            if is_narrow {
                <div class="caption">{ said(props) }</div>
            }
            <div {class} id="stage" ref={node} tabindex="-1">
                <div class="picture" style={format!("width:{width};height:{height}")}>
                    <Picture {words} picture={picture.clone()} {scale}
                        selected={props.selected.clone()} send={props.send.clone()} />
                    if let Some(place) = place { { callout(props, place) } }
                </div>
                if !props.has_begun {
                    <p class="stage-empty">{ words.say("ui.diagram-empty") }</p>
                }
            </div>
        </>
    }
}

/// As large as fits, but neither too small to read nor larger than life.
fn scale(props: &StageProps) -> i32 {
    let (scene, size) = (&props.picture.scene, props.size);
    if scene.width <= 0 || scene.height <= 0 || size.width <= 0 || size.height <= 0 {
        return 1000;
    }
    let across = size.width * 1000 / scene.width;
    if size.width < CALLOUT_WIDTH_MIN {
        return across.min(SCALE_MAX);
    }
    let down = size.height * 1000 / scene.height;
    let least = if size.height < LOW { SCALE_MIN_LOW } else { SCALE_MIN };
    across.min(down).clamp(least.min(across), SCALE_MAX)
}

fn place_callout(props: &StageProps, scale: i32) -> Place {
    let picture = &props.picture;
    let subject = picture.caption.as_ref().and_then(|caption| caption.subject.as_ref());
    let extra = if is_last(props) { 3 } else { 0 };
    let margin = (props.size.width - picture.scene.width * scale / 1000) / 2;
    place(&picture.scene, scale, margin.max(0), subject, (&text(props), extra))
}

/// The caption beside what it is about.
fn callout(props: &StageProps, place: Place) -> Html {
    let Area { x, y, w, .. } = place.area;
    let style = format!("left:{x}px;top:{y}px;width:{w}px;--pointer:{}px", place.pointer);
    let class = classes!("callout", format!("side-{}", place.side));
    html! { <div {class} {style}>{ said(props) }</div> }
}

fn is_last(props: &StageProps) -> bool {
    props.timeline.shown == props.timeline.count && props.timeline.count > 0
}

fn text(props: &StageProps) -> String {
    let words = props.words;
    match &props.picture.caption {
        Some(caption) => words.tell(&format!("step.{}", caption.code), &caption.args),
        None if props.has_begun => words.say("ui.caption-start"),
        None => words.say("ui.diagram-empty"),
    }
}

fn said(props: &StageProps) -> Html {
    let words = props.words;
    html! {
        <>
            if let Some(actor) = &props.picture.actor {
                <span class="actor">
                    <span class="unseen">{ words.fill("ui.actor", &[("actor", actor)]) }</span>
                    <span aria-hidden="true">{ actor }</span>
                </span>
            }
            <p class="said" aria-live="polite">{ text(props) }</p>
            if is_last(props) {
                <p class="state">{ state_line(words, &props.timeline) }</p>
            }
        </>
    }
}

/// Scrolls the stage, and nothing around it, until the caption and what it is about are in sight.
fn follow(stage: &Element, picture: &Shown, scale: i32, callout: Option<Place>) {
    let subject = picture.caption.as_ref().and_then(|caption| caption.subject.as_ref());
    let shape = subject.and_then(|id| picture.scene.shape(id));
    let shape = shape.map(|one| (one.y * scale / 1000, (one.y + one.h) * scale / 1000));
    let callout = callout.map(|Place { area, .. }| (area.y, area.y + area.h));
    let ends = shape.into_iter().chain(callout);
    let Some((top, bottom)) = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else { return };
    let (seen, height) = (stage.scroll_top(), stage.client_height());
    if height <= 0 || (top >= seen && bottom <= seen + height) {
        return;
    }
    let target = ((top + bottom - height) / 2).min(top).max(0);
    let options = ScrollToOptions::new();
    options.set_top(f64::from(target));
    options.set_behavior(ScrollBehavior::Smooth);
    stage.scroll_to_with_scroll_to_options(&options);
}
