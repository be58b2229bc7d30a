//! `kubectl get deployment` (`printDeployment`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::Deployment;

use super::{Column, Sight, Table, age_of, images_of, names_of, selector_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::Deployment, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("READY"),
    shown("UP-TO-DATE"),
    shown("AVAILABLE"),
    shown("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(deployment) = Deployment::of(object) else { return Vec::new() };
    let (status, spec) = (&deployment.status, &deployment.spec);
    let containers = &spec.template.spec.containers;
    vec![
        deployment.metadata.name.clone(),
        format!("{}/{}", status.ready_replicas, spec.replicas.unwrap_or(1)),
        status.updated_replicas.to_string(),
        status.available_replicas.to_string(),
        age_of(object, sight),
        names_of(containers),
        images_of(containers),
        selector_of(spec.selector.as_ref()),
    ]
}
