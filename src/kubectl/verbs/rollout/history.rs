//! `kubectl rollout history` (`polymorphichelpers/history.go`).

use crate::api::order;
use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::api::meta::StringMap;
use crate::api::object::{ObjectKey, Resource as _};
use crate::api::pod::PodTemplateSpec;
use crate::api::record::{Json as _, Reader};
use crate::api::workload::{ControllerRevision, ReplicaSet};

use super::super::super::align::align;
use super::super::super::describe::describe_template;
use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::session::{Session, shown};

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
const REVISION: &str = "deployment.kubernetes.io/revision";

/// A template that a workload had.
#[derive(Clone, Debug)]
pub(super) struct Revision {
    /// Its number.
    pub number: i64,
    /// The template.
    pub template: Value,
    /// The annotations of what keeps it.
    pub annotations: StringMap,
}

impl Revision {
    /// The template without what only tells it from others.
    pub(super) fn plain_template(&self) -> Value {
        let mut template = self.template.clone();
        let labels = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut);
        if let Some(labels) = labels {
            labels.remove("pod-template-hash");
        }
        template
    }

    fn cause(&self) -> Option<&String> {
        self.annotations.get(CHANGE_CAUSE).filter(|cause| !cause.is_empty())
    }
}

/// The revisions of a workload, oldest first.
pub(super) fn revisions(session: &Session<'_>, object: &Object) -> Result<Vec<Revision>, Failure> {
    let owned = || session.cluster().owned_by(&object.meta().uid);
    let mut list: Vec<Revision> = match object.kind() {
        Kind::StatefulSet | Kind::DaemonSet => owned()
            .filter_map(|owned| {
                let revision = ControllerRevision::of(owned)?;
                let mut template = revision.data.pointer("/spec/template")?.clone();
                if let Some(map) = template.as_object_mut() {
                    map.remove("$patch");
                }
                let annotations = revision.metadata.annotations.clone();
                Some(Revision { number: revision.revision, template, annotations })
            })
            .collect(),
        Kind::Deployment => owned()
            .filter_map(|owned| {
                let set = ReplicaSet::of(owned)?;
                let number = set.metadata.annotations.get(REVISION)?.parse().ok()?;
                let annotations = set.metadata.annotations.clone();
                Some(Revision { number, template: set.spec.template.to_json(), annotations })
            })
            .collect(),
        other => {
            let kind = other.info().name;
            let text = format!("no history viewer has been implemented for \"{kind}\"");
            return Err(Failure::message(text));
        }
    };
    order::sort_by_key(&mut list, |revision| revision.number);
    Ok(list)
}

pub(super) fn run(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
) -> Result<(), Failure> {
    let object = session.get(key)?;
    let list = revisions(session, &object)?;
    if let Some(wanted) = arguments.number("rollout history", "revision")?.filter(|n| *n > 0) {
        let Some(found) = list.iter().find(|revision| revision.number == wanted) else {
            return Err(Failure::message("unable to find the specified revision"));
        };
        let mut template = Reader::read::<PodTemplateSpec>(found.template.clone())
            .map_err(|error| Failure::message(error.to_string()))?;
        if let Some(cause) = found.cause() {
            template.metadata.annotations.insert(CHANGE_CAUSE.to_owned(), cause.clone());
        }
        let text = describe_template(&template);
        session.print(format!("{} with revision #{wanted}\n{text}", shown(key)));
        return Ok(());
    }
    if list.is_empty() {
        session.print(format!("{} \nNo rollout history found.", shown(key)));
        return Ok(());
    }
    let row = |revision: &Revision| {
        let cause = revision.cause().map_or("<none>", String::as_str);
        format!("{}\t{cause}", revision.number)
    };
    let rows: Vec<String> = list.iter().map(row).collect();
    let table = align(&format!("REVISION\tCHANGE-CAUSE\n{}\n", rows.join("\n")), 0, 2);
    session.print(format!("{} \n{table}", shown(key)));
    Ok(())
}
