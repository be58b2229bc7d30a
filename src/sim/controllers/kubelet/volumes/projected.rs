//! `projected` (`pkg/volume/projected/projected.go` `collectData`).

use crate::api::volume::ProjectedVolumeSource;
use crate::sim::machines::{api_volume, payload};

use super::super::work::Work;
use super::{Place, api_data};

/// Whether all sources are there; all that is wrong is named together. The volume that every Pod
/// has is filled when somebody looks into it.
pub(super) fn set_up(
    work: &mut Work<'_>,
    volume: &str,
    source: &ProjectedVolumeSource,
) -> Result<Place, String> {
    if api_volume::is_token(volume) {
        payload::check_projected(work.cluster, &work.pod, source)?;
        return Ok(api_data::place(work, "projected", volume));
    }
    let items = payload::projected(work.cluster, &work.pod, source)?;
    Ok(api_data::filled(work, "projected", volume, &items))
}
