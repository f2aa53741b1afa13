//! Boots a base under QEMU with a shell script as init, and times its steps.
//!
//! For choosing the root's format, and for seeing that a new base works before
//! the agent does.
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use berth_model::image::{KERNEL, ROOT};

use super::{
    Progress,
    base::{self, Base},
    initramfs,
};

const MARK: &str = "probe: ";
const DONE: &str = "done";
const SCRIPT: &str = include_str!("probe/init.sh");

/// Boots `base` and reports when each step of the script was reached.
pub(super) fn boot(base: &Base, progress: Progress<'_>) -> Result<()> {
    let work = tempfile::tempdir()?;
    let initramfs = work.path().join("initramfs");
    let script = SCRIPT.replace("@ROOT_FILESYSTEM@", &base.description.root_filesystem);
    let mut archive = initramfs::archive(base, script.as_bytes())?;
    archive.directory("bin")?;
    archive.program("bin/busybox", &fs::read(base.folder.join(base::SHELL))?)?;
    fs::write(&initramfs, archive.finish()?)?;
    let start = Instant::now();
    let mut machine = start_machine(&base.folder, &initramfs)?;
    let outcome = follow(&mut machine, start, progress);
    machine.kill()?;
    machine.wait()?;
    outcome
}

fn start_machine(folder: &Path, initramfs: &Path) -> Result<Child> {
    let root = folder.join(ROOT);
    // Software emulation even where there is better: it shows the differences,
    // and a /dev/kvm that exists but doesn't work makes QEMU hang.
    Command::new("qemu-system-x86_64")
        .args([
            "-machine",
            "q35,accel=tcg",
            "-cpu",
            "max",
            "-smp",
            "2",
            "-m",
            "2048",
        ])
        .args([
            "-nodefaults",
            "-no-user-config",
            "-nographic",
            "-serial",
            "stdio",
            "-no-reboot",
        ])
        .args(["-append", "console=ttyS0 quiet panic=-1"])
        .arg("-kernel")
        .arg(folder.join(KERNEL))
        .arg("-initrd")
        .arg(initramfs)
        .arg("-drive")
        .arg(format!(
            "if=none,id=root,format=raw,readonly=on,file={}",
            root.display()
        ))
        .args(["-device", "virtio-blk-pci,drive=root,serial=berth-root"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run qemu-system-x86_64. Next: install it")
}

fn follow(machine: &mut Child, start: Instant, progress: Progress<'_>) -> Result<()> {
    let output = machine.stdout.take().context("QEMU has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        // The first mark follows the firmware's last words on the same line.
        match line.split_once(MARK) {
            Some((_, DONE)) => return Ok(()),
            Some((_, step)) => progress(&format!("{:>6} ms  {step}", start.elapsed().as_millis())),
            None => progress(line),
        }
    }
    bail!("the machine ended before the probe was done; its console is above")
}
