//! What stands behind volumes: disks, directories of nodes, file servers.

use crate::api::persistent_volume::PersistentVolume;
use crate::api::volume::Volume;

use super::id;
use super::layout::{Area, Block, Draft};
use super::measure::TextRole;
use super::shape::{Role, ShapeId};

/// Height of the boxes.
pub(super) const HEIGHT: i32 = 56;

/// Something real.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Storage {
    /// Its shape.
    pub(super) id: ShapeId,
    /// The shape at which lines end.
    pub(super) end: ShapeId,
    role: Role,
    label: String,
    path: String,
    kind: &'static str,
}

impl Storage {
    fn disk(name: &str, kind: &'static str) -> Self {
        let own = id::named("disk", name);
        let (label, path) = (name.to_owned(), String::new());
        Self { end: own.clone(), id: own, role: Role::Disk, label, path, kind }
    }

    fn nfs(server: &str, path: &str) -> Self {
        let own = id::named("nfs", server);
        Self {
            end: id::part(&own, "export", path),
            id: own,
            role: Role::NfsServer,
            label: server.to_owned(),
            path: path.to_owned(),
            kind: "nfs",
        }
    }

    fn directory(volume: &str, path: &str, kind: &'static str) -> Self {
        let own = id::named("directory", volume);
        let (label, path) = (String::new(), path.to_owned());
        Self { end: own.clone(), id: own, role: Role::HostPath, label, path, kind }
    }

    /// What stands behind a persistent volume.
    pub(super) fn of_volume(volume: &PersistentVolume) -> Option<Self> {
        let spec = &volume.spec;
        if let Some(source) = &spec.host_path {
            return Some(Self::directory(&volume.metadata.name, &source.path, "hostPath"));
        }
        if let Some(source) = &spec.local {
            return Some(Self::directory(&volume.metadata.name, &source.path, "local"));
        }
        if let Some(source) = &spec.nfs {
            return Some(Self::nfs(&source.server, &source.path));
        }
        if let Some(source) = &spec.gce_persistent_disk {
            return Some(Self::disk(&source.pd_name, "gcePersistentDisk"));
        }
        if let Some(source) = &spec.aws_elastic_block_store {
            return Some(Self::disk(&source.volume_id, "awsElasticBlockStore"));
        }
        let source = spec.csi.as_ref()?;
        let name = source.volume_handle.rsplit('/').next().unwrap_or_default();
        Some(Self::disk(name, "csi"))
    }

    /// What stands outside the node behind a volume of a Pod.
    pub(super) fn of_pod_volume(volume: &Volume) -> Option<Self> {
        if let Some(source) = &volume.nfs {
            return Some(Self::nfs(&source.server, &source.path));
        }
        if let Some(source) = &volume.gce_persistent_disk {
            return Some(Self::disk(&source.pd_name, "gcePersistentDisk"));
        }
        let source = volume.aws_elastic_block_store.as_ref()?;
        Some(Self::disk(&source.volume_id, "awsElasticBlockStore"))
    }

    /// Its name or path.
    pub(super) fn called(&self) -> &str {
        if self.path.is_empty() { &self.label } else { &self.path }
    }

    /// The address of a server, else a name or nothing.
    pub(super) fn called_at(&self) -> &str {
        &self.label
    }

    /// Its box; `place` says where a directory is.
    pub(super) fn block(&self, width: i32, place: &str, active: bool) -> Block {
        let mut draft = Draft::new(self.id.clone(), self.role, &self.label);
        draft.active = active;
        match self.role {
            Role::NfsServer => {
                let mut export = Draft::new(self.end.clone(), Role::Export, &self.path).line(
                    TextRole::Path,
                    &self.path,
                    (8, 6),
                    15,
                );
                export.active = active;
                let area = Area { x: 8, y: 27, w: width - 16, h: 22 };
                let draft = draft
                    .line(TextRole::Name, format!("NFS {}", self.label), (10, 60), 19)
                    .at_end(TextRole::Kind, place, 18);
                Block { fixed: vec![(export, area)], ..Block::of(draft, width, HEIGHT) }
            }
            Role::Disk => Block::of(
                draft.line(TextRole::Name, &self.label, (12, 12), 28).line(
                    TextRole::Kind,
                    self.kind,
                    (12, 12),
                    44,
                ),
                width,
                HEIGHT,
            ),
            _ => {
                draft.label.clone_from(&self.path);
                let dot = if place.is_empty() { "" } else { " \u{b7} " };
                let second = format!("{}{dot}{place}", self.kind);
                let draft = draft.line(TextRole::Path, &self.path, (10, 10), 22).line(
                    TextRole::Kind,
                    second.trim_end(),
                    (10, 10),
                    40,
                );
                Block::of(draft, width, HEIGHT)
            }
        }
    }
}
