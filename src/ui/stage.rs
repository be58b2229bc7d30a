//! The stage: the caption, and the diagram at the size that fits.

use web_sys::{Element, ScrollBehavior, ScrollToOptions};
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::scene::caption::Caption;
use crate::scene::shape::Status;
use crate::sim::engine::Progress;
use crate::store::lab::Timeline;
use crate::store::message::{Msg, View};
use crate::store::picture::Picture as Shown;
use crate::store::place::Stage as Size;
use crate::store::shared::Shared;

use super::hooks::size::use_size;
use super::scene::callout::{Area, Place, place};
use super::scene::fit::{Fit, fit, natural_height};
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
    pub(super) is_embedded: bool,
    pub(super) selected: Option<ObjectKey>,
    pub(super) send: Callback<Msg>,
}

/// Narrower stages have the caption above the diagram, and scroll.
const BESIDE_WIDTH_MIN: i32 = 640;

/// The stage.
#[component]
pub(super) fn Stage(props: &StageProps) -> Html {
    let node = use_node_ref();
    let scroller = use_node_ref();
    use_size(node.clone(), props.send.reform(|size| Msg::View(View::Stage(size))));
    let is_narrow = !props.is_embedded && props.size.width < BESIDE_WIDTH_MIN;
    let fit = layout(props, is_narrow);
    let place = (!is_narrow && props.has_begun).then(|| place_caption(props, &fit));
    {
        let scroller = scroller.clone();
        use_effect_with((props.picture.clone(), fit), move |(picture, fit)| {
            if let Some(element) = scroller.cast::<Element>() {
                follow(&element, picture, fit);
            }
        });
    }
    let words = props.words;
    let line = &props.timeline;
    // At the end everything is bright: one looks at the whole.
    let is_over = line.shown == line.count && line.progress == Progress::Done;
    let class = classes!("stage", is_over.then_some("at-rest"));
    let picture = &props.picture;
    let Area { x, y, w, h } = fit.picture;
    let scrolled = fit.scrolls.then(|| format!("height:{}px", fit.dock.y - 4));
    html! {
        <>
            if is_narrow {
                <div class="caption">{ said(props) }</div>
            }
            <div {class} id="stage" ref={node} tabindex="-1">
                <div class="stage-scroll" ref={scroller}
                    style={scrolled.filter(|_| place.is_some_and(|one| one.area.y > 8))}>
                    <div class="picture" style={format!("left:{x}px;top:{y}px;width:{w}px;height:{h}px")}>
                        <Picture {words} picture={picture.clone()} scale={fit.scale}
                            selected={props.selected.clone()} send={props.send.clone()} />
                    </div>
                </div>
                if let Some(place) = place { { callout(props, place) } }
                if !props.has_begun {
                    <p class="stage-empty">{ words.say("ui.diagram-empty") }</p>
                }
            </div>
        </>
    }
}

/// The width of a stage, and how high it would be with that width if it had the room.
pub(super) fn natural(size: Size, picture: &Shown) -> (i32, i32) {
    let scene = &picture.scene;
    (size.width, natural_height((scene.width.max(1), scene.height.max(1)), size.width))
}

/// As large as fits. A narrow page is as wide as it is, and is scrolled down.
fn layout(props: &StageProps, is_narrow: bool) -> Fit {
    let (scene, size) = (&props.picture.scene, props.size);
    let extent = (scene.width.max(1), scene.height.max(1));
    if size.width <= 0 || size.height <= 0 {
        return fit(extent, extent, true);
    }
    if is_narrow {
        let scale = (size.width * 1000 / extent.0).min(1400);
        let (w, h) = (extent.0 * scale / 1000, extent.1 * scale / 1000);
        let picture = Area { x: (size.width - w) / 2, y: 0, w, h };
        return Fit { scale, picture, dock: picture, scrolls: h > size.height };
    }
    fit(extent, (size.width, size.height), props.is_embedded)
}

fn place_caption(props: &StageProps, fit: &Fit) -> Place {
    let size = (props.size.width, props.size.height);
    // On a slide the whole counts: nothing lies over it.
    if props.is_embedded || size.1 < LOW {
        return Place::docked(fit);
    }
    let picture = &props.picture;
    let subject = picture.caption.as_ref().and_then(|caption| caption.subject.as_ref());
    let extra = if is_last(props) { 3 } else { 0 };
    place(&picture.scene, fit, size, subject, (&text(props), extra))
}

/// Lower stages have the caption beside the diagram.
const LOW: i32 = 400;

/// The caption beside what it is about, or in its own place.
fn callout(props: &StageProps, place: Place) -> Html {
    let Area { x, y, w, h } = place.area;
    let height = if place.side != "docked" {
        String::new()
    } else if w > h * 3 {
        format!("height:{h}px;")
    } else {
        format!("max-height:{h}px;")
    };
    let style = format!("left:{x}px;top:{y}px;width:{w}px;{height}--pointer:{}px", place.pointer);
    let is_strip = place.side == "docked" && w > h * 3;
    let class = classes!("callout", format!("side-{}", place.side), is_strip.then_some("strip"));
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
            if let Some(quote) = props.picture.caption.as_ref().and_then(Caption::quote) {
                <p class="state quote" lang="en">{ quote.to_owned() }</p>
            }
            if is_last(props) {
                <p class="state">{ state_line(words, &props.timeline, &waiting(props)) }</p>
            }
        </>
    }
}

/// The Pods and claims that are not what they are meant to be, by name.
fn waiting(props: &StageProps) -> String {
    const NAMED_MAX: usize = 3;
    let mut names: Vec<String> = Vec::new();
    for shape in &props.picture.scene.shapes {
        let Some(key) = &shape.key else { continue };
        let is_waiting = match key.kind {
            Kind::Pod => matches!(shape.status, Status::Pending | Status::Running),
            Kind::PersistentVolumeClaim => shape.status == Status::Pending,
            _ => false,
        };
        let name = format!("{} {}", key.kind.info().name, key.name);
        if is_waiting && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > NAMED_MAX {
        names.truncate(NAMED_MAX);
        names.push("\u{2026}".to_owned());
    }
    names.join(", ")
}

/// Scrolls the stage, and nothing around it, until what the caption is about is in sight.
fn follow(stage: &Element, picture: &Shown, fit: &Fit) {
    let subject = picture.caption.as_ref().and_then(|caption| caption.subject.as_ref());
    let Some(shape) = subject.and_then(|id| picture.scene.shape(id)) else { return };
    let end = |units: i32| fit.picture.y + units * fit.scale / 1000;
    let (top, bottom) = (end(shape.y), end(shape.y + shape.h));
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
