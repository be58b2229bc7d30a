//! What a picture is made of.

use std::rc::Rc;

use crate::api::object::ObjectKey;

use super::measure::TextRole;

/// A picture: boxes within boxes and the lines between them, in the order of drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// Width in scene units.
    pub width: i32,
    /// Height in scene units.
    pub height: i32,
    /// Parents come before their children.
    pub shapes: Vec<Shape>,
    /// Drawn over the boxes.
    pub links: Vec<Link>,
    /// The same content as text.
    pub alt: Vec<AltLine>,
}

/// The identity of a shape or a link, the same in every picture: `pod/default/web-0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShapeId(pub Rc<str>);

/// One box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Its identity.
    pub id: ShapeId,
    /// The box it lies in.
    pub parent: Option<ShapeId>,
    /// What it stands for.
    pub role: Role,
    /// How much of it is shown.
    pub detail: Detail,
    /// How it fares.
    pub status: Status,
    /// Left edge, absolute.
    pub x: i32,
    /// Upper edge, absolute.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// The whole name, a Kubernetes name or empty.
    pub label: String,
    /// The word that Kubernetes prints for how it fares, such as `ContainerCreating`; or empty.
    pub state: String,
    /// What is written in the box.
    pub texts: Vec<Text>,
    /// Whether it takes part in the step.
    pub active: bool,
    /// The object for the inspector.
    pub key: Option<ObjectKey>,
}

/// A line of writing in a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Size and style.
    pub role: TextRole,
    /// What is written.
    pub words: Words,
    /// Where, from the left edge of the box.
    pub x: i32,
    /// The base line, from the upper edge of the box.
    pub y: i32,
    /// Which end of the line stands at `x`.
    pub anchor: Anchor,
}

/// Kubernetes' own words, or a sentence of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// A name or word of Kubernetes, shortened to fit.
    Name(String),
    /// A key of the catalogue.
    Key(&'static str),
    /// A key of the catalogue whose placeholder `{count}` is this number.
    Count(&'static str, usize),
}

/// Which end of a line of writing is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// How much of an object is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// A small square.
    Tile,
    /// A name.
    Chip,
    /// Everything.
    Full,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word for style sheets and snapshots.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// What a shape stands for.
    Role {
        /// The side of those who use storage.
        UserSide "user-side",
        /// The side of those who provide it.
        AdminSide "admin-side",
        /// The line between the two.
        Border "border",
        /// A machine.
        Node "node",
        /// The machine of the control plane, or what stands for it.
        ControlPlane "control-plane",
        /// A program of the control plane.
        Component "component",
        /// The file system of a machine.
        FileSystem "file-system",
        /// A directory of a machine.
        HostPath "host-path",
        /// Pods that have no node yet.
        WaitingArea "waiting-area",
        /// A Pod.
        Pod "pod",
        /// A Pod of a set on its node, the Pod itself being drawn in its column.
        PodMark "pod-mark",
        /// A container.
        Container "container",
        /// A mount point of a container.
        Socket "socket",
        /// A mount point that cannot be written to.
        SocketReadOnly "socket-read-only",
        /// A volume of a Pod.
        Volume "volume",
        /// A claim.
        Claim "claim",
        /// A persistent volume.
        PersistentVolume "persistent-volume",
        /// A class of storage.
        StorageClass "storage-class",
        /// The program that makes volumes of a class.
        Provisioner "provisioner",
        /// A file server.
        NfsServer "nfs-server",
        /// A directory of a file server.
        Export "export",
        /// A disk of the cloud.
        Disk "disk",
        /// A set of Pods with numbers.
        StatefulSet "stateful-set",
        /// The place of a Pod of a set: Pod and claims above, volumes below.
        Column "column",
        /// A Pod of a set that is not there yet.
        Outline "outline",
        /// Another object that makes Pods.
        Workload "workload",
        /// A Service.
        Service "service",
        /// A `ConfigMap` or a Secret.
        Config "config",
        /// What is left out.
        More "more",
    }
}

words! {
    /// How an object fares. It is drawn with a sign of its own, never by colour alone.
    Status {
        /// Nothing is said about it.
        Plain "plain",
        /// Not there yet.
        Absent "absent",
        /// Asked for and not there: Pending, `ContainerCreating`.
        Pending "pending",
        /// Free to be taken: Available.
        Available "available",
        /// Given to each other: Bound.
        Bound "bound",
        /// Running and not ready.
        Running "running",
        /// Ready.
        Ready "ready",
        /// Ended well: Succeeded, Completed.
        Succeeded "succeeded",
        /// Being deleted.
        Terminating "terminating",
        /// Left by its claim: Released.
        Released "released",
        /// Without its volume: Lost.
        Lost "lost",
        /// Failed.
        Failed "failed",
    }
}

impl Status {
    /// Its sign.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Plain | Self::Absent => "",
            Self::Pending => "\u{25cb}",
            Self::Available => "\u{25c7}",
            Self::Bound => "\u{25c6}",
            Self::Running => "\u{25b7}",
            Self::Ready => "\u{2713}",
            Self::Succeeded => "\u{25a0}",
            Self::Terminating => "\u{2298}",
            Self::Released => "\u{2013}",
            Self::Lost => "?",
            Self::Failed => "\u{2715}",
        }
    }
}

/// A line between two shapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its identity.
    pub id: ShapeId,
    /// Where it begins.
    pub from: ShapeId,
    /// Where it ends.
    pub to: ShapeId,
    /// What it means.
    pub role: LinkRole,
    /// How it stands.
    pub state: LinkState,
    /// Its corners, absolute.
    pub points: Vec<(i32, i32)>,
    /// Whether it takes part in the step.
    pub active: bool,
}

words! {
    /// What a line means; one meaning each.
    LinkRole {
        /// A container sees a volume of its Pod.
        Mount "mount",
        /// A volume of a Pod is this claim.
        Uses "uses",
        /// Claim and volume belong to each other.
        Bound "bound",
        /// A claim waits for this class.
        Wants "wants",
        /// A provisioner made this volume, or is about to.
        Provisions "provisions",
        /// What stands behind a volume.
        Storage "storage",
        /// A disk is attached to a node.
        Attached "attached",
        /// A file system is mounted over the network.
        Network "network",
        /// A directory of the node is mounted.
        HostPath "host-path",
        /// A service finds this Pod.
        Endpoint "endpoint",
    }
}

words! {
    /// How a line stands: it is drawn in a way of its own, never told by colour alone.
    LinkState {
        /// What it means is so.
        Made "made",
        /// It is asked for and not so yet: the volume is not mounted, the claim not bound.
        Waiting "waiting",
        /// It was tried and failed.
        Broken "broken",
    }
}

/// A line of the text that says what the picture shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AltLine {
    /// How deep it stands in the list.
    pub depth: usize,
    /// A key of the catalogue, without its prefix `alt.`.
    pub code: &'static str,
    /// Names and values.
    pub args: Vec<(&'static str, String)>,
    /// The shape it is about.
    pub shape: Option<ShapeId>,
}

impl Scene {
    /// The shape of that identity.
    pub fn shape(&self, id: &ShapeId) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.id == *id)
    }
}
