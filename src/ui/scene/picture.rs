//! The whole diagram.

use yew::{Callback, Html, KeyboardEvent, Properties, classes, component, html, use_state};

use crate::api::object::ObjectKey;
use crate::api::order;
use crate::api::sorted::{SortedMap, SortedSet};
use crate::scene::shape::{AltLine, Link, LinkRole, Shape, ShapeId};
use crate::store::message::Msg;
use crate::store::picture::Picture as Shown;
use crate::store::shared::Shared;

use super::super::hooks::roving;
use super::super::words::Words;
use super::link::link;
use super::shape::{Asked, Look, shape};

#[derive(Properties, PartialEq)]
pub(in crate::ui) struct PictureProps {
    pub(in crate::ui) words: Words,
    pub(in crate::ui) picture: Shared<Shown>,
    pub(in crate::ui) selected: Option<ObjectKey>,
    /// How large a scene unit is, in thousandths of a CSS pixel.
    pub(in crate::ui) scale: i32,
    pub(in crate::ui) send: Callback<Msg>,
}

/// The diagram.
#[component]
pub(in crate::ui) fn Picture(props: &PictureProps) -> Html {
    let scene = &props.picture.scene;
    let (width, height) = (scene.width, scene.height);
    // Arranged anew, things do not move: they are elsewhere.
    let class = classes!("scene", props.picture.is_resized.then_some("still"));
    let focused = use_state(|| None::<ShapeId>);
    let on_focus = {
        let focused = focused.clone();
        Callback::from(move |id| focused.set(Some(id)))
    };
    let onkeydown = Callback::from(|event: KeyboardEvent| roving::go(&event));
    let pixels = |units: i32| format!("{}px", units * props.scale / 1000);
    html! {
        <>
            <svg {class} role="group" aria-label={props.words.say("ui.diagram-keys")} {onkeydown}
                viewBox={format!("0 0 {width} {height}")}
                style={format!("width:{};height:{}", pixels(width), pixels(height))}>
                <g class="shapes">{ shapes(props, focused.as_ref(), on_focus) }</g>
                <g class="links">{ links(props) }</g>
            </svg>
            <div class="unseen">
                <h2>{ props.words.say("ui.diagram-text") }</h2>
                <ul>
                    for line in &scene.alt { { alt(props.words, line) } }
                </ul>
            </div>
        </>
    }
}

/// The one shape at which the Tab key stops.
fn stop<'scene>(props: &'scene PictureProps, focused: Option<&ShapeId>) -> Option<&'scene ShapeId> {
    let picture = &props.picture;
    let subject = picture.caption.as_ref().and_then(|caption| caption.subject.as_ref());
    let buttons = || picture.scene.shapes.iter().filter(|one| one.key.is_some());
    let chosen = buttons()
        .find(|one| Some(&one.id) == focused)
        .or_else(|| buttons().find(|one| one.key == props.selected))
        .or_else(|| buttons().find(|one| Some(&one.id) == subject))
        .or_else(|| buttons().next());
    chosen.map(|one| &one.id)
}

fn shapes(
    props: &PictureProps,
    focused: Option<&ShapeId>,
    on_focus: Callback<ShapeId>,
) -> Vec<Html> {
    let picture = &props.picture;
    let stop = stop(props, focused);
    let asked = Asked { scene: &picture.scene, send: &props.send, on_focus };
    let snapping = snapping(picture);
    let reaches: SortedMap<&ShapeId, i32> =
        picture.scene.links.iter().filter_map(|link| Some((&link.from, reach(link)?))).collect();
    let subject = picture.caption.as_ref().and_then(|caption| caption.subject.as_ref());
    let look = |one: &Shape, leaves: bool| Look {
        enters: picture.entering.contains(&one.id),
        leaves,
        snaps: snapping.contains(&one.id),
        is_subject: subject == Some(&one.id),
        is_selected: one.key.is_some() && one.key == props.selected,
        is_stop: stop == Some(&one.id),
        reach: reaches.get(&one.id).copied().unwrap_or_default(),
    };
    let mut list = Vec::with_capacity(picture.scene.shapes.len());
    // Two shapes of one identity would be two elements of one key, which Yew refuses.
    let (mut drawn, mut gone) = (SortedSet::new(), SortedSet::new());
    let mut leave_after = |id: Option<&ShapeId>, list: &mut Vec<Html>| {
        for (_, one) in picture.leaving.iter().filter(|(after, _)| after.as_ref() == id) {
            if gone.insert(&one.id) {
                list.push(shape(props.words, one, look(one, true), &asked));
            }
        }
    };
    leave_after(None, &mut list);
    for one in picture.scene.shapes.iter().filter(|one| drawn.insert(&one.id)) {
        list.push(shape(props.words, one, look(one, false), &asked));
        if !picture.leaving.is_empty() {
            leave_after(Some(&one.id), &mut list);
        }
    }
    list
}

fn links(props: &PictureProps) -> Vec<Html> {
    let picture = &props.picture;
    let mut drawn: SortedSet<&ShapeId> = SortedSet::new();
    let mut list = Vec::new();
    let gone = picture.leaving_links.iter().map(|one| (one, "leave"));
    let there = picture
        .scene
        .links
        .iter()
        .map(|one| (one, if picture.entering.contains(&one.id) { "enter" } else { "stay" }));
    for (one, how) in gone.chain(there) {
        if reach(one).is_none() && drawn.insert(&one.id) {
            list.push(link(one, how));
        }
    }
    list
}

/// How far a claim has to reach for the volume right below it; `None` where a line is drawn.
fn reach(link: &Link) -> Option<i32> {
    const REACH_MAX: i32 = 40;
    let (first, last) = (link.points.first()?, link.points.last()?);
    let reach = last.1 - first.1;
    let is_below = first.0 == last.0 && (0..=REACH_MAX).contains(&reach);
    (link.role == LinkRole::Bound && is_below).then_some(reach)
}

/// Both ends of every binding that was made just now.
fn snapping(picture: &Shown) -> SortedSet<&ShapeId> {
    let fresh = picture
        .scene
        .links
        .iter()
        .filter(|link| link.role == LinkRole::Bound && picture.entering.contains(&link.id));
    order::set(fresh.flat_map(|link| [&link.from, &link.to]))
}

fn alt(words: Words, line: &AltLine) -> Html {
    let text = words.tell(&format!("alt.{}", line.code), &line.args);
    html! { <li style={format!("margin-left:{}em", line.depth)}>{ text }</li> }
}
