//! `projected` (`pkg/volume/projected/projected.go` `collectData`).

use crate::api::volume::ProjectedVolumeSource;

use super::super::work::Work;
use super::api_data;

/// Whether all sources are there; all that is wrong is named together.
pub(super) fn set_up(work: &Work<'_>, source: &ProjectedVolumeSource) -> Result<(), String> {
    let mut errors = Vec::new();
    for source in &source.sources {
        let config_map = source.config_map.as_ref().map(|map| api_data::config_map(work, map));
        let secret = source.secret.as_ref().map(|secret| {
            let optional = secret.optional == Some(true);
            api_data::named_secret(work, &secret.name, &secret.items, optional)
        });
        errors.extend(config_map.into_iter().chain(secret).filter_map(Result::err));
    }
    match errors.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        many => Err(format!("[{}]", many.join(", "))),
    }
}
