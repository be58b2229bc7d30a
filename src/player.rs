//! The player, with which the page starts: mounts it, nothing else. Everything that this program
//! reaches is part of the first load.

use volume_lab::ui::{boot, panic};

fn main() {
    panic::install();
    boot::player();
}
