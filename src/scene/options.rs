//! What the viewer chose.

use std::rc::Rc;

use crate::api::sorted::SortedSet;

use super::plan::Plan;
use super::shape::ShapeId;

/// Which arrangement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Sets as columns, other Pods in their nodes.
    #[default]
    Auto,
    /// Every Pod in its node.
    Cluster,
}

/// What the viewer chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Which arrangement.
    pub view: View,
    /// The greatest width in scene units, such as 1200 for a screen and 390 for a phone.
    pub width: i32,
    /// How much of each thing is drawn.
    pub density: Density,
    /// Whether objects of the namespaces `kube-*` and what the cluster itself keeps are shown.
    pub system: System,
    /// Groups (nodes, sets) whose Pods are drawn as small as possible.
    pub collapsed: SortedSet<ShapeId>,
    /// The places of the whole run; without it only what is there now gets a place.
    pub plan: Option<Rc<Plan>>,
}

/// How much of each thing is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// As much as the width allows.
    #[default]
    Full,
    /// Names and how things fare: for places so low that the rest could not be read.
    Compact,
}

/// Whether the cluster's own objects are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum System {
    /// They are not.
    #[default]
    Hidden,
    /// They are.
    Shown,
}

impl Options {
    /// The usual picture of that width.
    pub fn of_width(width: i32) -> Self {
        Self {
            view: View::Auto,
            width,
            density: Density::Full,
            system: System::Hidden,
            collapsed: SortedSet::new(),
            plan: None,
        }
    }
}
