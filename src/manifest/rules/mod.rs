//! Rules that teach: what Kubernetes takes without a word, or refuses with words that do not
//! help. One file each, named after the mistake, and one line in [`ALL`].

mod access_mode_unknown;
mod claim_larger_than_volumes;
mod claim_name_not_here;
mod service_name_not_here;
mod storage_request_missing;
mod storage_without_unit;

use super::diagnostic::Finding;
use super::document::Document;

/// What a rule looks at: one object, and all objects of the text.
pub(super) struct Case<'d> {
    pub(super) document: &'d Document,
    pub(super) all: &'d [Document],
}

/// The names to choose from, the first few of them.
pub(super) fn listed(names: &[&str]) -> String {
    const NAMES_MAX: usize = 5;
    let more = if names.len() > NAMES_MAX { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(NAMES_MAX)].join(", "))
}

/// A rule adds what it finds.
pub(super) type Rule = fn(&Case<'_>, &mut Vec<Finding>);

/// Every rule.
pub(super) const ALL: &[Rule] = &[
    access_mode_unknown::access_mode_unknown,
    claim_larger_than_volumes::claim_larger_than_volumes,
    claim_name_not_here::claim_name_not_here,
    service_name_not_here::service_name_not_here,
    storage_request_missing::storage_request_missing,
    storage_without_unit::storage_without_unit,
];
