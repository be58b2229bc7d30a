//! The picture as text, made of the same shapes and links.

use crate::api::order;
use crate::api::sorted::SortedMap;

use super::shape::{AltLine, Anchor, Link, LinkRole, Role, Shape, ShapeId, Words};

/// One line for every shape that has something to say, nested as the shapes are.
pub(super) fn describe(shapes: &[Shape], links: &[Link]) -> Vec<AltLine> {
    let mut out: SortedMap<&ShapeId, Vec<&Link>> = SortedMap::new();
    for link in links {
        out.entry(&link.from).or_default().push(link);
    }
    let labels = order::map(shapes.iter().map(|shape| (&shape.id, shape.label.as_str())));
    let mut depths: SortedMap<&ShapeId, usize> = SortedMap::new();
    let mut told = Vec::new();
    for shape in shapes {
        let above = shape.parent.as_ref().and_then(|parent| depths.get(parent)).copied();
        let Some(code) = code_of(shape.role) else {
            depths.insert(&shape.id, above.unwrap_or(0));
            continue;
        };
        let depth = above.unwrap_or(0);
        depths.insert(&shape.id, depth + 1);
        let link = out.get(&shape.id).and_then(|links| links.first());
        let other = link.map_or("", |link| labels.get(&link.to).copied().unwrap_or_default());
        let (code, args) = match (shape.role, link.map(|link| link.role)) {
            (Role::Claim, Some(LinkRole::Bound)) => {
                ("claim-bound", vec![("name", shape.label.clone()), ("volume", other.to_owned())])
            }
            (Role::Claim, _) => ("claim", with_details(shape)),
            (Role::Socket | Role::SocketReadOnly, _) => {
                (code, vec![("path", shape.label.clone()), ("volume", other.to_owned())])
            }
            (Role::More, _) => (code, vec![("count", shape.state.clone())]),
            (Role::UserSide | Role::AdminSide | Role::WaitingArea, _) => (code, Vec::new()),
            (Role::Outline, _) => (code, vec![("name", shape.label.clone())]),
            (Role::Volume, Some(_)) => {
                let mut args = with_details(shape);
                args[1].1 = format!("{}, {other}", args[1].1);
                (code, args)
            }
            _ => (code, with_details(shape)),
        };
        told.push(AltLine { depth, code, args, shape: Some(shape.id.clone()) });
    }
    told
}

fn code_of(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::UserSide => "user-side",
        Role::AdminSide => "admin-side",
        Role::Node => "node",
        Role::ControlPlane => "control-plane",
        Role::Component => "component",
        Role::WaitingArea => "waiting-area",
        Role::Pod => "pod",
        Role::Container => "container",
        Role::Socket => "socket",
        Role::SocketReadOnly => "socket-read-only",
        Role::Volume => "volume",
        Role::Claim => "claim",
        Role::PersistentVolume => "persistent-volume",
        Role::StorageClass => "storage-class",
        Role::Provisioner => "provisioner",
        Role::NfsServer => "nfs-server",
        Role::Export => "export",
        Role::Disk => "disk",
        Role::HostPath => "host-path",
        Role::StatefulSet => "stateful-set",
        Role::Outline => "outline",
        Role::Workload => "workload",
        Role::Service => "service",
        Role::Config => "config",
        Role::More => "more",
        Role::PodMark | Role::Border | Role::FileSystem | Role::Column => return None,
    })
}

/// Name, state and what else is written in the box.
fn with_details(shape: &Shape) -> Vec<(&'static str, String)> {
    let is_other = |word: &String| {
        *word != shape.label && *word != shape.state && word != shape.status.glyph()
    };
    // What stands at the right edge is the kind, which the sentence names.
    let words = shape.texts.iter().skip(1).filter_map(|text| match &text.words {
        Words::Name(word) if text.anchor == Anchor::Start => Some(word),
        _ => None,
    });
    let mut details: Vec<&str> = Vec::new();
    if !shape.state.is_empty() {
        details.push(&shape.state);
    }
    details.extend(words.filter(|word| is_other(word)).map(String::as_str));
    vec![("name", shape.label.clone()), ("details", details.join(", "))]
}
