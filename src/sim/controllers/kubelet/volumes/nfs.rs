//! `nfs` (`pkg/volume/nfs/nfs.go` `SetUpAt`, `k8s.io/mount-utils/mount_linux.go` `doMount`).
//!
//! Deviations:
//! - A server is taken to be there and to export the path.

use crate::api::volume::NfsVolumeSource;
use crate::sim::runtime::NfsClient;

use super::super::work::Work;

/// Mounts the export as the node's `mount` would.
pub(super) fn set_up(
    work: &Work<'_>,
    volume: &str,
    options: &[String],
    source: &NfsVolumeSource,
) -> Result<String, String> {
    let remote = format!("{}:{}", source.server, source.path);
    let directory = super::work_path(work, "nfs", volume);
    let problem = match work.machine.nfs {
        NfsClient::Installed => return Ok(remote),
        NfsClient::NoKernelModule => "unknown filesystem type 'nfs'.",
        NfsClient::NoHelper => {
            "bad option; for several filesystems (e.g. nfs, cifs) you might need a \
             /sbin/mount.nfs helper program."
        }
    };
    let mut options = options.to_vec();
    if source.read_only {
        options.push("ro".to_owned());
    }
    let options = options.join(",");
    let options = if options.is_empty() { options } else { format!("-o {options} ") };
    Err(format!(
        "mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs \
         {options}{remote} {directory}\nOutput: mount: {directory}: {problem}\n       dmesg(1) may \
         have more information after failed mount system call.\n"
    ))
}
