use super::*;

/// Any origin of a machine with this data disk.
pub(crate) fn any_origin(data_disk: &Path) -> Origin {
    let image = |size| ImageIdentity { size, modified: 7 };
    Origin {
        qemu: "7.2.0".into(),
        accelerator: "KVM".into(),
        processor: Some("fast".into()),
        cpus: 2,
        memory_bytes: 2 << 30,
        cmdline: "quiet".into(),
        images: Images {
            kernel: image(1),
            initrd: image(2),
            root_image: image(3),
        },
        hardware: vec!["q35".into()],
        vsock: None,
        data_disk: data_disk.into(),
    }
}

impl Origin {
    pub(crate) fn with_accelerator(self, accelerator: Accelerator) -> Self {
        let accelerator = accelerator.to_string();
        Self {
            accelerator,
            ..self
        }
    }
}

#[test]
fn a_state_fits_a_machine_of_the_same_origin_wherever_its_folder_is() {
    let saved = any_origin(Path::new("/a/data.raw"));
    assert_eq!(saved.misfit(&saved), None);
    assert_eq!(saved.misfit(&any_origin(Path::new("/b/data.raw"))), None);
}

#[test]
fn every_difference_is_found_and_named() {
    let check = |change: fn(&mut Origin), words: &str| {
        let saved = any_origin(Path::new("/data.raw"));
        let mut now = saved.clone();
        change(&mut now);
        let reason = saved.misfit(&now).unwrap_or_default();
        assert!(reason.contains(words), "{words}: {reason}");
    };
    check(
        |o| o.qemu = "8.0.0".into(),
        "QEMU 7.2.0 saved it and now QEMU 8.0.0",
    );
    check(|o| o.accelerator = "HVF".into(), "ran with KVM and not HVF");
    check(|o| o.processor = Some("slow".into()), "processor");
    check(|o| o.cpus = 4, "2 CPUs and not 4");
    check(
        |o| o.memory_bytes = 4 << 30,
        "2048 MiB of memory and not 4096",
    );
    check(|o| o.images.kernel.size = 9, "the kernel is");
    check(|o| o.images.kernel.modified = 9, "the kernel is");
    check(|o| o.images.initrd.modified = 9, "initial RAM disk");
    check(|o| o.images.root_image.modified = 9, "root image");
    check(|o| o.cmdline.push('x'), "command line");
    check(|o| o.hardware.push("disk".into()), "virtual hardware");
}

#[test]
fn each_accelerator_is_known_again_by_its_name() {
    let mut origin = any_origin(Path::new("/"));
    for accelerator in [Accelerator::Kvm, Accelerator::Emulation] {
        origin.accelerator = accelerator.to_string();
        assert_eq!(origin.accelerator(), Some(accelerator));
    }
    origin.accelerator = "magic".into();
    assert_eq!(origin.accelerator(), None);
}

#[test]
fn a_disk_that_was_written_or_replaced_or_resized_has_another_identity() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("data");
    std::fs::write(&disk, "0123").unwrap();
    let file = std::fs::File::options().write(true).open(&disk).unwrap();
    let time = |seconds| UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    file.set_modified(time(5)).unwrap();
    let before = DiskIdentity::look(&disk).unwrap();
    assert_eq!(DiskIdentity::look(&disk).unwrap(), before);

    file.set_modified(time(6)).unwrap();
    assert_ne!(DiskIdentity::look(&disk).unwrap(), before);
    file.set_len(8).unwrap();
    file.set_modified(time(5)).unwrap();
    assert_ne!(DiskIdentity::look(&disk).unwrap(), before);
    file.set_len(4).unwrap();
    file.set_modified(time(5)).unwrap();
    assert_eq!(DiskIdentity::look(&disk).unwrap(), before);

    let copy = folder.path().join("copy");
    std::fs::write(&copy, "0123").unwrap();
    let copied = std::fs::File::options().write(true).open(&copy).unwrap();
    copied.set_modified(time(5)).unwrap();
    std::fs::rename(&copy, &disk).unwrap();
    assert_ne!(DiskIdentity::look(&disk).unwrap(), before);
}
