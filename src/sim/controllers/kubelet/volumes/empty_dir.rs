//! `emptyDir` (`pkg/volume/emptydir/empty_dir.go`).

use crate::api::volume::Volume;

use super::super::work::Work;

/// Whether the volume lives and dies with its Pod. A volume without any source is one.
pub(super) fn is_one(volume: &Volume) -> bool {
    volume.empty_dir.is_some()
}

/// Where it is.
pub(super) fn path(work: &Work<'_>, volume: &Volume) -> String {
    super::work_path(work, "empty-dir", &volume.name)
}
