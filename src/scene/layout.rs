//! From nested blocks to shapes with places. Nesting, wrapping and stretching are flexbox.

use taffy::prelude::{
    AlignContent, AlignItems, AvailableSpace, Dimension, FlexDirection, FlexWrap, LengthPercentage,
    NodeId, Rect, Size, Style, TaffyTree, length,
};

use crate::api::object::ObjectKey;
use crate::api::sorted::SortedMap;

use super::measure::{self, TextRole};
use super::shape::{Anchor, Detail, Role, Shape, ShapeId, Status, Text, Words};

/// A box to be placed, drawn or not.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) draft: Option<Draft>,
    pub(super) mark: Option<Mark>,
    pub(super) flow: Flow,
    /// Fixed or, when 0, as its content needs.
    pub(super) w: i32,
    pub(super) h: i32,
    pub(super) min_h: i32,
    /// Top, right, bottom, left.
    pub(super) pad: [i32; 4],
    pub(super) gap: i32,
    /// Between rows that were wrapped.
    pub(super) row_gap: i32,
    pub(super) grow: bool,
    pub(super) align: Align,
    pub(super) children: Vec<Block>,
    /// Drafts with places of their own, from the corner of this block.
    pub(super) fixed: Vec<(Draft, Area)>,
}

/// In which direction the children of a block stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Row,
    Column,
    Wrap,
}

/// Where the children of a block stand across its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Stretch,
    Start,
    End,
}

/// A place that lines want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Between the nodes and what stands under them.
    UnderNodes,
    /// Between claims and border.
    OverBorder,
    /// Between volumes and storage.
    OverStorage,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) h: i32,
}

impl Area {
    pub(super) fn middle(self) -> i32 {
        self.x + self.w / 2
    }
    pub(super) fn center(self) -> i32 {
        self.y + self.h / 2
    }
    pub(super) fn bottom(self) -> i32 {
        self.y + self.h
    }
    pub(super) fn right(self) -> i32 {
        self.x + self.w
    }
}

/// A shape without its place.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) id: ShapeId,
    pub(super) role: Role,
    pub(super) detail: Detail,
    pub(super) status: Status,
    pub(super) state: String,
    pub(super) label: String,
    pub(super) writings: Vec<Writing>,
    pub(super) active: bool,
    pub(super) key: Option<ObjectKey>,
}

/// A line of writing that is cut to the width of its box.
#[derive(Clone, Debug)]
pub(super) struct Writing {
    role: TextRole,
    words: Words,
    left: i32,
    right: i32,
    y: i32,
    anchor: Anchor,
}

impl Draft {
    pub(super) fn new(id: ShapeId, role: Role, label: impl Into<String>) -> Self {
        Self {
            id,
            role,
            detail: Detail::Full,
            status: Status::Plain,
            state: String::new(),
            label: label.into(),
            writings: Vec::new(),
            active: false,
            key: None,
        }
    }

    /// Writes a line, from `left` to `right` units within the edges, its base line at `y`.
    #[must_use]
    pub(super) fn line(
        mut self,
        role: TextRole,
        text: impl Into<String>,
        (left, right): (i32, i32),
        y: i32,
    ) -> Self {
        let text = text.into();
        if !text.is_empty() {
            let words = Words::Name(text);
            let anchor = Anchor::Start;
            self.writings.push(Writing { role, words, left, right, y, anchor });
        }
        self
    }

    /// Writes a line that ends `right` units before the right edge.
    #[must_use]
    pub(super) fn at_end(mut self, role: TextRole, text: impl Into<String>, y: i32) -> Self {
        let words = Words::Name(text.into());
        let (left, right, anchor) = (10, 10, Anchor::End);
        self.writings.push(Writing { role, words, left, right, y, anchor });
        self
    }

    /// Writes a line in the middle.
    #[must_use]
    pub(super) fn centered(mut self, role: TextRole, text: impl Into<String>, y: i32) -> Self {
        let words = Words::Name(text.into());
        let (left, right, anchor) = (4, 4, Anchor::Middle);
        self.writings.push(Writing { role, words, left, right, y, anchor });
        self
    }

    /// Writes a sentence of the catalogue.
    #[must_use]
    pub(super) fn words(mut self, role: TextRole, words: Words, left: i32, y: i32) -> Self {
        let anchor = Anchor::Start;
        self.writings.push(Writing { role, words, left, right: 4, y, anchor });
        self
    }

    /// Writes sign and word of how it fares.
    #[must_use]
    pub(super) fn fares(mut self, status: Status, state: &str, y: i32) -> Self {
        self.status = status;
        self.state = state.to_owned();
        let glyph = status.glyph();
        self.line(TextRole::Glyph, glyph, (10, 10), y).line(TextRole::Line, state, (25, 8), y)
    }

    fn place(self, area: Area, parent: Option<&ShapeId>) -> Shape {
        let Area { x, y, w, h } = area;
        let texts = self.writings.into_iter().map(|writing| writing.cut(w, h)).collect();
        Shape {
            id: self.id,
            parent: parent.cloned(),
            role: self.role,
            detail: self.detail,
            status: self.status,
            x,
            y,
            w,
            h,
            label: self.label,
            state: self.state,
            texts,
            active: self.active,
            key: self.key,
        }
    }
}

impl Writing {
    fn cut(self, box_width: i32, box_height: i32) -> Text {
        let room = box_width - self.left - self.right;
        let words = match self.words {
            Words::Name(text) if self.role == TextRole::Path => {
                Words::Name(measure::shorten_path(&text, self.role, room))
            }
            Words::Name(text) => Words::Name(measure::shorten(&text, self.role, room)),
            other => other,
        };
        let x = match self.anchor {
            Anchor::Start => self.left,
            Anchor::Middle => self.left + room / 2,
            Anchor::End => box_width - self.right,
        };
        // What is written upwards from the lower edge has a negative place.
        let y = if self.y < 0 { box_height + self.y } else { self.y };
        Text { role: self.role, words, x, y, anchor: self.anchor }
    }
}

impl Block {
    pub(super) fn new(flow: Flow) -> Self {
        Self {
            draft: None,
            mark: None,
            flow,
            w: 0,
            h: 0,
            min_h: 0,
            pad: [0; 4],
            gap: 0,
            row_gap: 0,
            grow: false,
            align: Align::Stretch,
            children: Vec::new(),
            fixed: Vec::new(),
        }
    }

    pub(super) fn row(gap: i32, children: Vec<Block>) -> Self {
        Self { gap, row_gap: gap, children, ..Self::new(Flow::Row) }
    }

    pub(super) fn wrap(gap: i32, children: Vec<Block>) -> Self {
        let align = Align::Start;
        Self { gap, row_gap: gap, children, align, ..Self::new(Flow::Wrap) }
    }

    pub(super) fn column(gap: i32, children: Vec<Block>) -> Self {
        Self { gap, row_gap: gap, children, ..Self::new(Flow::Column) }
    }

    pub(super) fn space(w: i32, h: i32) -> Self {
        Self { w, h, ..Self::new(Flow::Row) }
    }

    pub(super) fn of(draft: Draft, w: i32, h: i32) -> Self {
        Self { draft: Some(draft), ..Self::space(w, h) }
    }

    #[must_use]
    pub(super) fn marked(self, mark: Mark) -> Self {
        Self { mark: Some(mark), ..self }
    }

    #[must_use]
    pub(super) fn drawn(self, draft: Draft, pad: [i32; 4]) -> Self {
        Self { draft: Some(draft), pad, ..self }
    }

    #[must_use]
    pub(super) fn wide(self, w: i32) -> Self {
        Self { w, ..self }
    }

    #[must_use]
    pub(super) fn padded(self, pad: [i32; 4]) -> Self {
        Self { pad, ..self }
    }

    #[must_use]
    pub(super) fn growing(self) -> Self {
        Self { grow: true, ..self }
    }

    /// The same room with nothing in it.
    #[must_use]
    pub(super) fn hidden(self) -> Self {
        let children = self.children.into_iter().map(Block::hidden).collect();
        Self { draft: None, fixed: Vec::new(), children, ..self }
    }

    fn style(&self) -> Style {
        let size = |units: i32| {
            if units > 0 { length(units) } else { Dimension::auto() }
        };
        let [top, right, bottom, left] = self.pad.map(length::<i32, LengthPercentage>);
        Style {
            flex_direction: match self.flow {
                Flow::Column => FlexDirection::Column,
                Flow::Row | Flow::Wrap => FlexDirection::Row,
            },
            flex_wrap: if self.flow == Flow::Wrap { FlexWrap::Wrap } else { FlexWrap::NoWrap },
            size: Size { width: size(self.w), height: size(self.h) },
            min_size: Size { width: length(0), height: length(self.min_h) },
            padding: Rect { left, right, top, bottom },
            gap: Size { width: length(self.gap), height: length(self.row_gap) },
            flex_grow: if self.grow { 1.0 } else { 0.0 },
            flex_shrink: 0.0,
            align_items: match self.align {
                Align::Stretch => AlignItems::STRETCH,
                Align::Start => AlignItems::START,
                Align::End => AlignItems::END,
            },
            align_content: AlignContent::START,
            ..Style::default()
        }
    }
}

/// Everything placed.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) shapes: Vec<Shape>,
    pub(super) marks: SortedMap<Mark, Area>,
}

/// Places a block and all that is in it.
pub(super) fn arrange(root: Block) -> Placed {
    let mut tree: TaffyTree<()> = TaffyTree::with_capacity(256);
    let top = grow_tree(&mut tree, &root);
    let free = Size { width: AvailableSpace::MaxContent, height: AvailableSpace::MaxContent };
    tree.compute_layout(top, free).expect("the tree is whole");
    let mut placed = Placed::default();
    let Area { w, h, .. } = area_of(&tree, top, (0, 0));
    (placed.width, placed.height) = (w, h);
    place(&tree, top, root, (0, 0), None, &mut placed);
    placed
}

fn grow_tree(tree: &mut TaffyTree<()>, block: &Block) -> NodeId {
    let children: Vec<NodeId> = block.children.iter().map(|child| grow_tree(tree, child)).collect();
    tree.new_with_children(block.style(), &children).expect("children were just made")
}

fn place(
    tree: &TaffyTree<()>,
    node: NodeId,
    block: Block,
    origin: (i32, i32),
    parent: Option<&ShapeId>,
    placed: &mut Placed,
) {
    let area = area_of(tree, node, origin);
    if let Some(mark) = block.mark {
        placed.marks.insert(mark, area);
    }
    let own = block.draft.as_ref().map(|draft| draft.id.clone());
    if let Some(draft) = block.draft {
        placed.shapes.push(draft.place(area, parent));
    }
    let inner = own.as_ref().or(parent);
    for (draft, at) in block.fixed {
        let at = Area { x: area.x + at.x, y: area.y + at.y, ..at };
        placed.shapes.push(draft.place(at, inner));
    }
    let nodes = tree.children(node).expect("the node is in the tree");
    for (child, node) in block.children.into_iter().zip(nodes) {
        place(tree, node, child, (area.x, area.y), inner, placed);
    }
}

#[allow(clippy::cast_possible_truncation, reason = "taffy rounds, and scenes are small")]
fn area_of(tree: &TaffyTree<()>, node: NodeId, (x, y): (i32, i32)) -> Area {
    let layout = tree.layout(node).expect("the node is in the tree");
    Area {
        x: x + layout.location.x as i32,
        y: y + layout.location.y as i32,
        w: layout.size.width as i32,
        h: layout.size.height as i32,
    }
}
