//! Where the viewer is and what is open.

use crate::scene::shape::Scene;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one, in the order of the page.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word for links, storage and style sheets.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of that word.
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// The two faces of the page.
    Page {
        /// The scenarios to choose from.
        Gallery "gallery",
        /// The cluster.
        Lab "lab",
    }
}

words! {
    /// The colours.
    Theme {
        /// As the device has it.
        Auto "auto",
        /// Dark on light.
        Light "light",
        /// Light on dark.
        Dark "dark",
        /// As much contrast as there is.
        Projector "projector",
    }
}

words! {
    /// The parts of which a narrow page shows one.
    Panel {
        /// The diagram with its timeline.
        Diagram "diagram",
        /// The manifest.
        Yaml "yaml",
        /// Events, objects, output.
        Events "events",
    }
}

words! {
    /// The parts that a page inside another one shows.
    Part {
        /// The diagram with its timeline.
        Diagram "diagram",
        /// The manifest.
        Yaml "yaml",
        /// The list of events.
        Events "events",
        /// The terminal.
        Terminal "terminal",
    }
}

words! {
    /// The parts below the diagram.
    Drawer {
        /// The list of events.
        Events "events",
        /// The object that is looked into.
        Object "object",
        /// Commands and what they answered.
        Terminal "terminal",
    }
}

words! {
    /// As what an object is looked into.
    ObjectTab {
        /// `kubectl describe`.
        Describe "describe",
        /// `kubectl get -o yaml`.
        Yaml "yaml",
    }
}

words! {
    /// Whether steps follow each other by themselves.
    Pace {
        /// The viewer asks for each step.
        Still "still",
        /// They do.
        Flowing "flowing",
    }
}

/// A dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The keys.
    Help,
    /// The link would carry a Secret.
    Secret,
    /// The link, for copying by hand.
    Link(String),
}

/// Something that the page has to say: a key of the catalogue and what fills its gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The key.
    pub key: &'static str,
    /// Names and values.
    pub args: Vec<(&'static str, String)>,
}

impl Notice {
    /// A sentence without gaps.
    pub fn plain(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }
}

/// The size of the diagram's place, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Width; 0 while it is hidden or not measured.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// Widths of pictures, in scene units.
const WIDTHS: std::ops::RangeInclusive<i32> = 360..=1200;
/// They grow in steps, so that a picture is not arranged anew for every pixel.
const WIDTH_STEP: i32 = 40;

/// Below this scale the smallest writing cannot be read, in thousandths of a CSS pixel.
const READABLE: i32 = 640;
/// Narrower places belong to phones.
const WIDE: i32 = 640;
/// What stands around the picture: the caption.
const AROUND: i32 = 72;

impl Stage {
    /// How large the picture is drawn here, in thousandths of a CSS pixel.
    pub fn scale_of(self, scene: &Scene) -> i32 {
        let across = self.width.max(1) * 1000 / scene.width.max(1);
        let down = (self.height - AROUND).max(1) * 1000 / scene.height.max(1);
        across.min(down)
    }

    /// Whether the writing of the picture is too small to be read here. On a phone the picture is
    /// as wide as the place and scrolls.
    pub fn is_too_small_for(self, scene: &Scene) -> bool {
        self.width >= WIDE && self.height > 0 && self.scale_of(scene) < READABLE
    }

    /// All widths that pictures have.
    pub fn scene_widths() -> impl Iterator<Item = i32> {
        WIDTHS.step_by(usize::try_from(WIDTH_STEP).unwrap_or(1))
    }

    /// The width of the picture for this place.
    pub fn scene_width(self) -> i32 {
        let width = if self.width <= 0 { *WIDTHS.end() } else { self.width };
        (width / WIDTH_STEP * WIDTH_STEP).clamp(*WIDTHS.start(), *WIDTHS.end())
    }
}
