//! `kubectl describe sc` (`describeStorageClass`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::storage_class::StorageClass;

use super::super::tables::{Sight, pairs};
use super::Describer;
use super::page::{Page, truth};

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::StorageClass, write, events: true };

fn write(object: &Object, _sight: Sight<'_>, page: &mut Page) {
    let Some(class) = StorageClass::of(object) else { return };
    page.line(0, "Name", &class.metadata.name);
    page.line(0, "IsDefaultClass", if class.is_default() { "Yes" } else { "No" });
    page.line(0, "Annotations", pairs(&class.metadata.annotations));
    page.line(0, "Provisioner", &class.provisioner);
    page.line(0, "Parameters", pairs(&class.parameters));
    page.line(0, "AllowVolumeExpansion", class.allow_volume_expansion.map_or("<unset>", truth));
    if class.mount_options.is_empty() {
        page.line(0, "MountOptions", "<none>");
    } else {
        page.head(0, "MountOptions");
        class.mount_options.iter().for_each(|option| page.plain(2, option));
    }
    if let Some(policy) = &class.reclaim_policy {
        page.line(0, "ReclaimPolicy", policy);
    }
    if let Some(mode) = &class.volume_binding_mode {
        page.line(0, "VolumeBindingMode", mode);
    }
    if class.allowed_topologies.is_empty() {
        return;
    }
    page.line(0, "AllowedTopologies", "");
    for (index, term) in class.allowed_topologies.iter().enumerate() {
        let list: Vec<String> = term
            .match_label_expressions
            .iter()
            .map(|one| format!("{} in [{}]", one.key, one.values.join(", ")))
            .collect();
        page.lines(2, &format!("Term {index}"), &list);
    }
}
