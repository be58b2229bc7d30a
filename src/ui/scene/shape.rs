//! One shape of the diagram.

use yew::{Callback, FocusEvent, Html, KeyboardEvent, classes, html};

use crate::scene::measure::TextRole;
use crate::scene::shape::{Anchor, Role, Scene, Shape, ShapeId, Text, Words as Written};
use crate::store::message::{Msg, View};

use super::super::words::Words;
use super::outline::outline;

/// What happens to a shape in this picture.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub(super) struct Look {
    /// It was not there before.
    pub(super) enters: bool,
    /// It is gone.
    pub(super) leaves: bool,
    /// It is bound just now.
    pub(super) snaps: bool,
    /// The caption is about it.
    pub(super) is_subject: bool,
    /// It is looked into.
    pub(super) is_selected: bool,
    /// The Tab key stops here; the arrow keys go on to the others.
    pub(super) is_stop: bool,
    /// How far a claim reaches for its volume.
    pub(super) reach: i32,
}

/// What a shape can be asked.
pub(super) struct Asked<'scene> {
    pub(super) scene: &'scene Scene,
    pub(super) send: &'scene Callback<Msg>,
    /// It has got the focus.
    pub(super) on_focus: Callback<ShapeId>,
}

/// A shape with its writing. It moves by its `transform`, which the style sheet animates.
pub(super) fn shape(words: Words, shape: &Shape, look: Look, asked: &Asked) -> Html {
    let send = asked.send;
    let brightness = if shape.active { "active" } else { "dim" };
    let class = classes!(
        "shape",
        format!("role-{}", shape.role.word()),
        format!("is-{}", shape.status.word()),
        brightness,
        look.enters.then_some("enter"),
        look.leaves.then_some("leave"),
        look.snaps.then_some("snap"),
        look.is_subject.then_some("subject"),
        look.is_selected.then_some("selected"),
    );
    let style = format!("transform:translate({}px,{}px)", shape.x, shape.y);
    // Read out as a whole: a thing by its name, the picture by the text beside it.
    let body = html! {
        <g class="body" aria-hidden="true">
            { outline(shape, look.reach) }
            for text in &shape.texts { { writing(words, text) } }
        </g>
    };
    let Some(key) = shape.key.clone().filter(|_| !look.leaves) else {
        return html! { <g key={shape.id.0.to_string()} {class} {style}>{ body }</g> };
    };
    let chosen = Msg::View(View::Select(key));
    let press = {
        let (send, chosen) = (send.clone(), chosen.clone());
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                send.emit(chosen.clone());
            }
        })
    };
    let id = shape.id.clone();
    let onfocus = asked.on_focus.reform(move |_: FocusEvent| id.clone());
    let tab = if look.is_stop { "0" } else { "-1" };
    // The button lies over the writing and holds none, so that its name is its own.
    html! {
        <g key={shape.id.0.to_string()} {class} {style}>
            { body }
            <rect class="hit" width={shape.w.to_string()} height={shape.h.to_string()} rx="8"
                role="button" tabindex={tab} aria-label={name(words, shape, asked.scene)}
                aria-pressed={look.is_selected.to_string()} {onfocus}
                onclick={send.reform(move |_| chosen.clone())} onkeydown={press} />
        </g>
    }
}

/// What a screen reader says: kind, name, and how it fares; with the name as it is written,
/// which those use who speak to their computer.
fn name(words: Words, shape: &Shape, scene: &Scene) -> String {
    let kind = shape.key.as_ref().map(|key| key.kind.info().name);
    let node = shape.parent.as_ref().and_then(|id| scene.shape(id));
    if let (Role::PodMark, Some(node)) = (shape.role, node) {
        // The Pod itself is drawn, and named, elsewhere.
        let name = shape.key.as_ref().map_or("", |key| &key.name);
        return words.fill("ui.pod-on-node", &[("name", name), ("node", &node.label)]);
    }
    let parts = [kind.unwrap_or_default(), &shape.label, &shape.state];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let spoken = parts.join(" ");
    let written = shape.texts.iter().find_map(|text| match &text.words {
        Written::Name(name) if text.role == TextRole::Name => Some(name.as_str()),
        _ => None,
    });
    match written {
        Some(name) if !name.contains('\u{2026}') && !spoken.contains(name) => {
            format!("{spoken}, {name}")
        }
        _ => spoken,
    }
}

fn writing(words: Words, text: &Text) -> Html {
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let is_sentence = !matches!(text.words, Written::Name(_));
    let class = classes!(format!("t-{}", text.role.word()), is_sentence.then_some("sentence"));
    let written = match &text.words {
        Written::Name(name) => name.clone(),
        Written::Key(key) => words.say(key),
        Written::Count(key, count) => words.fill(key, &[("count", &count.to_string())]),
    };
    let hidden = (text.role == TextRole::Glyph).then_some("true");
    html! {
        <text {class} x={text.x.to_string()} y={text.y.to_string()} text-anchor={anchor}
            font-size={text.role.size().to_string()} aria-hidden={hidden}>
            { written }
        </text>
    }
}
