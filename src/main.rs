//! The lab, which computes: mounts it, nothing else.

use volume_lab::ui::{boot, panic};

fn main() {
    panic::install();
    boot::lab();
}
