//! `kubectl describe serviceaccount` (`describeServiceAccount`).

use crate::api::kind::{Kind, Object};

use super::super::tables::Sight;
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer =
    Describer { kind: Kind::ServiceAccount, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let value = object.to_value();
    page.object(object.meta());
    let secrets = value["imagePullSecrets"].as_array().cloned().unwrap_or_default();
    let names = secrets.iter().filter_map(|one| one["name"].as_str().map(str::to_owned));
    page.lines(0, "Image pull secrets", &names.collect::<Vec<_>>());
}
