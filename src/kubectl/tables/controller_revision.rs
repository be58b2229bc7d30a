//! `kubectl get controllerrevision` (`printControllerRevision`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::ControllerRevision;

use super::{Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table {
    kind: Kind::ControllerRevision,
    columns: &[shown("NAME"), shown("CONTROLLER"), shown("REVISION"), shown("AGE")],
    row,
};

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(revision) = ControllerRevision::of(object) else { return Vec::new() };
    let controller = revision.metadata.controller().map_or_else(
        || "<none>".to_owned(),
        |owner| {
            let kind = Kind::named(&owner.kind)
                .map_or_else(|| owner.kind.to_ascii_lowercase(), Kind::qualified_singular);
            format!("{kind}/{}", owner.name)
        },
    );
    vec![
        revision.metadata.name.clone(),
        controller,
        revision.revision.to_string(),
        age_of(object, sight),
    ]
}
