//! A storyboard: a run that was recorded, beat by beat, as the page draws it.
//!
//! It is made when the page is built ([`super::recorder`]) and played by [`super::player`] while
//! the simulator is not there yet. It holds what the scene made of the run, and no sentence:
//! those are keys of the catalogue, as in the scene. Shapes and lines that several beats share
//! stand once.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::sorted::SortedMap;
use crate::api::time::SimTime;
use crate::lesson::LessonAction;
use crate::scene::caption::Caption;
use crate::scene::measure::TextRole;
use crate::scene::shape::{
    AltLine, Anchor, Detail, Link, LinkRole, LinkState, Role, Scene, Shape, ShapeId, Status, Text,
    Words,
};

use super::lab::Mark;
use super::packed::{Packed, Packer, Unpacker, packed_structs, packed_words};

/// Grows when the form changes; the page and its storyboards are built together.
const VERSION: u64 = 1;

/// A recorded run, arranged for one width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storyboard {
    /// The scenario.
    pub lesson: String,
    /// The width of its pictures in scene units.
    pub width: i32,
    /// The cluster's profile.
    pub profile: String,
    /// The text in the editor.
    pub manifest: Rc<str>,
    /// The scenario's buttons.
    pub actions: Vec<LessonAction>,
    /// Whether the run came to rest.
    pub is_at_rest: bool,
    /// The warnings on the timeline.
    pub marks: Vec<Mark>,
    /// The place before the first beat, and after each.
    pub places: Vec<Place>,
}

/// What is shown at one place of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The picture.
    pub scene: Rc<Scene>,
    /// What is said about it.
    pub caption: Option<Caption>,
    /// Who acted.
    pub actor: Option<String>,
    /// The lines of the text that caused it.
    pub lines: Vec<u32>,
    /// The simulated time.
    pub now: SimTime,
    /// How many events there are so far.
    pub events: usize,
}

impl Storyboard {
    /// How many beats it has.
    pub fn beats(&self) -> usize {
        self.places.len().saturating_sub(1)
    }

    /// The storyboard as JSON.
    pub fn encode(&self) -> String {
        let mut pools = Pools::default();
        let places: Vec<PlaceRow> = self.places.iter().map(|place| pools.row(place)).collect();
        let mut to = Packer::default();
        pack_head(self, &mut to);
        pools.shapes.list.pack(&mut to);
        pools.links.list.pack(&mut to);
        pools.alt.list.pack(&mut to);
        places.pack(&mut to);
        to.json(VERSION)
    }

    /// Reads what [`Self::encode`] wrote; `None` when it is damaged or of another version.
    pub fn decode(text: &str) -> Option<Self> {
        let mut from = Unpacker::of_json(text, VERSION)?;
        let head = unpack_head(&mut from)?;
        let shapes: Vec<Shape> = Packed::unpack(&mut from)?;
        let links: Vec<Link> = Packed::unpack(&mut from)?;
        let alt: Vec<AltLine> = Packed::unpack(&mut from)?;
        let rows: Vec<PlaceRow> = Packed::unpack(&mut from)?;
        let place = |row: PlaceRow| {
            let scene = Scene {
                width: row.width,
                height: row.height,
                shapes: pick(&shapes, &row.shapes)?,
                links: pick(&links, &row.links)?,
                alt: pick(&alt, &row.alt)?,
            };
            let PlaceRow { caption, actor, lines, now, events, .. } = row;
            Some(Place { scene: Rc::new(scene), caption, actor, lines, now: SimTime(now), events })
        };
        let places = rows.into_iter().map(place).collect::<Option<Vec<Place>>>()?;
        (from.is_over() && !places.is_empty()).then_some(Self { places, ..head })
    }
}

fn pack_head(board: &Storyboard, to: &mut Packer) {
    board.lesson.pack(to);
    board.width.pack(to);
    board.profile.pack(to);
    board.manifest.pack(to);
    board.actions.pack(to);
    board.is_at_rest.pack(to);
    board.marks.pack(to);
}

fn unpack_head(from: &mut Unpacker) -> Option<Storyboard> {
    Some(Storyboard {
        lesson: Packed::unpack(from)?,
        width: Packed::unpack(from)?,
        profile: Packed::unpack(from)?,
        manifest: Packed::unpack(from)?,
        actions: Packed::unpack(from)?,
        is_at_rest: Packed::unpack(from)?,
        marks: Packed::unpack(from)?,
        places: Vec::new(),
    })
}

/// Those of the pool that the list names.
fn pick<T: Clone>(pool: &[T], list: &[usize]) -> Option<Vec<T>> {
    list.iter().map(|index| pool.get(*index).cloned()).collect()
}

/// A place whose parts are named by their numbers.
struct PlaceRow {
    width: i32,
    height: i32,
    shapes: Vec<usize>,
    links: Vec<usize>,
    alt: Vec<usize>,
    caption: Option<Caption>,
    actor: Option<String>,
    lines: Vec<u32>,
    now: u64,
    events: usize,
}

/// Things that several places share, each once.
struct Pool<T> {
    list: Vec<T>,
    /// By what they read as, since they have no order of their own.
    known: SortedMap<String, usize>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { list: Vec::new(), known: SortedMap::new() }
    }
}

impl<T: Clone + Packed> Pool<T> {
    fn number(&mut self, one: &T) -> usize {
        let mut read = Packer::default();
        one.pack(&mut read);
        let next = self.list.len();
        let index = *self.known.entry(read.json(VERSION)).or_insert(next);
        if index == next {
            self.list.push(one.clone());
        }
        index
    }
}

#[derive(Default)]
struct Pools {
    shapes: Pool<Shape>,
    links: Pool<Link>,
    alt: Pool<AltLine>,
}

impl Pools {
    fn row(&mut self, place: &Place) -> PlaceRow {
        let scene = &place.scene;
        PlaceRow {
            width: scene.width,
            height: scene.height,
            shapes: scene.shapes.iter().map(|one| self.shapes.number(one)).collect(),
            links: scene.links.iter().map(|one| self.links.number(one)).collect(),
            alt: scene.alt.iter().map(|one| self.alt.number(one)).collect(),
            caption: place.caption.clone(),
            actor: place.actor.clone(),
            lines: place.lines.clone(),
            now: place.now.0,
            events: place.events,
        }
    }
}

packed_structs! {
    PlaceRow { width, height, shapes, links, alt, caption, actor, lines, now, events }
    Shape { id, parent, role, detail, status, x, y, w, h, label, state, texts, active, key }
    Text { role, words, x, y, anchor }
    Link { id, from, to, role, state, points, active }
    AltLine { depth, code, args, shape }
    Caption { code, args, subject, path }
    Mark { beats, reason }
    LessonAction { id, kubectl }
}

const ANCHORS: [Anchor; 3] = [Anchor::Start, Anchor::Middle, Anchor::End];
const DETAILS: [Detail; 3] = [Detail::Tile, Detail::Chip, Detail::Full];

packed_words! {
    Role[Role::ALL]
    Status[Status::ALL]
    LinkRole[LinkRole::ALL]
    LinkState[LinkState::ALL]
    Kind[Kind::ALL]
    TextRole[TextRole::ALL]
    Anchor[ANCHORS]
    Detail[DETAILS]
}

impl Packed for ShapeId {
    fn pack(&self, to: &mut Packer) {
        self.0.pack(to);
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        Packed::unpack(from).map(Self)
    }
}

impl Packed for ObjectKey {
    fn pack(&self, to: &mut Packer) {
        self.kind.pack(to);
        self.namespace.pack(to);
        self.name.pack(to);
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        let (kind, namespace, name) =
            (Packed::unpack(from)?, Packed::unpack(from)?, Packed::unpack(from)?);
        Some(Self { kind, namespace, name })
    }
}

impl Packed for Words {
    fn pack(&self, to: &mut Packer) {
        match self {
            Self::Name(name) => (0, name.clone()).pack(to),
            Self::Key(key) => (1, *key).pack(to),
            Self::Count(key, count) => (2, (*key, *count)).pack(to),
        }
    }
    fn unpack(from: &mut Unpacker) -> Option<Self> {
        Some(match i32::unpack(from)? {
            0 => Self::Name(Packed::unpack(from)?),
            1 => Self::Key(Packed::unpack(from)?),
            2 => Self::Count(Packed::unpack(from)?, Packed::unpack(from)?),
            _ => return None,
        })
    }
}
