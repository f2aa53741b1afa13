//! Kernel modules of the initramfs: few, in the order that the image builder
//! computed, so that no dependency resolver is needed here.
use std::{
    fs::{self, File},
    path::Path,
};

use rustix::io::Errno;

use crate::console::say;

/// Loads what `<folder>/load` lists. One that fails is reported and skipped: it
/// may be built into the kernel, and what truly lacks shows by its device.
pub(super) fn load_all(folder: &Path) {
    let list = fs::read_to_string(folder.join("load")).unwrap_or_default();
    for name in names(&list) {
        match load(&folder.join(&name)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => say!("module {name}: {error}"),
        }
    }
}

fn load(path: &Path) -> Result<(), Errno> {
    let file = File::open(path).map_err(|e| Errno::from_io_error(&e).unwrap_or(Errno::IO))?;
    rustix::system::finit_module(&file, c"", 0)
}

/// File names in a list: one a line, `.ko` optional, `#` begins a comment.
fn names(list: &str) -> Vec<String> {
    list.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(|line| line.rsplit('/').next().unwrap_or(line))
        .map(|line| {
            if line.contains(".ko") {
                line.into()
            } else {
                format!("{line}.ko")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn the_order_of_the_list_is_kept() {
        let list = "virtio_blk.ko\nsquashfs\n\n# why\nkernel/fs/xfs/xfs.ko # data\n";
        assert_eq!(names(list), ["virtio_blk.ko", "squashfs.ko", "xfs.ko"]);
    }

    #[test]
    fn no_list_is_no_modules() {
        assert!(names("").is_empty());
    }
}
