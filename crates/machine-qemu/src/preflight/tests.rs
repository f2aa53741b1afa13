use super::*;

/// A bzImage as far as preflight looks.
pub(crate) fn bzimage() -> Vec<u8> {
    let mut kernel = vec![0; 4096];
    kernel[0x202..0x206].copy_from_slice(b"HdrS");
    kernel
}

/// An ELF file with one segment of `size` bytes at 4096.
fn elf(size: u64) -> Vec<u8> {
    let mut kernel = vec![0; 4096];
    kernel[..5].copy_from_slice(b"\x7fELF\x02");
    kernel[0x20] = 64;
    kernel[0x36] = 56;
    kernel[0x38] = 1;
    kernel[64 + 8..64 + 16].copy_from_slice(&4096_u64.to_le_bytes());
    kernel[64 + 32..64 + 40].copy_from_slice(&size.to_le_bytes());
    kernel.resize(4096 + 512, 0);
    kernel
}

fn squashfs(used: u64) -> Vec<u8> {
    let mut image = vec![0; 4096];
    image[..4].copy_from_slice(b"hsqs");
    image[40..48].copy_from_slice(&used.to_le_bytes());
    image
}

fn erofs(blocks: u32) -> Vec<u8> {
    let mut image = vec![0; 8192];
    image[1024..1028].copy_from_slice(&0xE0F5_E1E2_u32.to_le_bytes());
    image[1024 + 12] = 12;
    image[1024 + 36..1024 + 40].copy_from_slice(&blocks.to_le_bytes());
    image
}

/// A folder with a machine that passes.
fn good() -> (tempfile::TempDir, MachineSpec) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let spec = MachineSpec {
        run_dir: folder.path().into(),
        kernel: at("kernel", &bzimage()),
        initrd: at("initrd", b"x"),
        root_image: at("root", &squashfs(4096)),
        data_disk: at("data", &[0; 512]),
        cmdline: String::new(),
        cpus: 1,
        memory_bytes: 1 << 30,
        console_log: folder.path().join("console.log"),
    };
    (folder, spec)
}

#[track_caller]
fn refuses(change: impl Fn(&mut MachineSpec), words: &str) {
    let (_folder, mut spec) = good();
    change(&mut spec);
    let error = check(&spec).unwrap_err();
    assert!(error.to_string().contains(words), "{error}");
    assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
}

#[test]
fn a_good_machine_passes() {
    let (_folder, spec) = good();
    check(&spec).unwrap();
}

#[test]
fn whole_kernels_and_images_of_each_kind_pass() {
    assert_eq!(kernel_fault(&elf(512), 4608), None);
    assert_eq!(root_fault(&erofs(2), 8192), None);
    assert_eq!(root_fault(&[0; 1024], 1024), None);
}

#[test]
fn what_is_missing_or_empty_is_named() {
    refuses(
        |s| s.kernel = "/nonexistent/k".into(),
        "the kernel /nonexistent/k can't be read",
    );
    refuses(|s| s.initrd = "/nonexistent/i".into(), "initial RAM disk");
    refuses(|s| s.root_image = "/nonexistent/r".into(), "root image");
    refuses(|s| s.root_image = s.run_dir.clone(), "root image");
    refuses(|s| s.data_disk = "/nonexistent/d".into(), "data disk");
    refuses(|s| s.run_dir = "/nonexistent/run".into(), "run folder");
    refuses(|s| std::fs::write(&s.kernel, "").unwrap(), "is empty");
    refuses(|s| std::fs::write(&s.root_image, "").unwrap(), "is empty");
    refuses(
        |s| std::fs::write(&s.data_disk, "").unwrap(),
        "no whole disk",
    );
}

#[test]
fn what_is_cut_off_or_of_another_kind_is_named() {
    refuses(
        |s| std::fs::write(&s.kernel, "#!/bin/sh").unwrap(),
        "is no Linux kernel",
    );
    refuses(
        |s| std::fs::write(&s.kernel, elf(513)).unwrap(),
        "is cut off",
    );
    refuses(
        |s| std::fs::write(&s.kernel, &elf(1)[..70]).unwrap(),
        "is damaged",
    );
    refuses(
        |s| std::fs::write(&s.kernel, elf(u64::MAX)).unwrap(),
        "is damaged",
    );
    refuses(
        |s| std::fs::write(&s.root_image, squashfs(4097)).unwrap(),
        "is cut off",
    );
    refuses(
        |s| std::fs::write(&s.root_image, "hsqs").unwrap(),
        "is cut off",
    );
    refuses(
        |s| std::fs::write(&s.root_image, erofs(3)).unwrap(),
        "is cut off",
    );
    refuses(|s| std::fs::write(&s.root_image, "odd").unwrap(), "sectors");
    refuses(
        |s| std::fs::write(&s.data_disk, "odd").unwrap(),
        "no whole disk",
    );
}

#[test]
fn sizes_and_paths_that_cannot_work_are_refused() {
    refuses(|s| s.cpus = 0, "at least one CPU");
    refuses(|s| s.memory_bytes = 1 << 20, "256 MiB");
    refuses(
        |s| {
            s.run_dir.push("x".repeat(100));
            std::fs::create_dir(&s.run_dir).unwrap();
        },
        "too long a path",
    );
}
