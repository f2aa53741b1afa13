//! QEMU's command line: a pure function from the machine to its arguments.
//!
//! Accepted by QEMU 6.2 to 10. The machine is `q35` and not `microvm`: that one
//! hangs in early boot now and then under emulation, where it has nothing to
//! calibrate its clock against. Everything that the guest does not use is off,
//! because each device costs boot time and is a way out of the guest.
use std::{ffi::OsString, path::Path};

use berth_machine::{Accelerator, MachineSpec};

use crate::{paths::RunPaths, program::Program, program::Version, vsock::Vsock};

/// Name of the port in the guest's `/sys/class/virtio-ports/*/name`.
pub(crate) const CHANNEL_PORT: &str = "dev.berth.channel";

/// Block node of the data disk, as `block_resize` names it.
pub(crate) const DATA_NODE: &str = "data";

/// Machine property `i8042` came with QEMU 7.1 (commit "hw/i386/pc: Add i8042
/// property"); without it the guest spends time on a keyboard that isn't there.
const I8042_SINCE: Version = Version { major: 7, minor: 1 };

/// The arguments, without the program.
pub(crate) fn arguments(
    spec: &MachineSpec,
    program: &Program,
    accelerator: Accelerator,
    vsock: Option<&Vsock>,
) -> Vec<OsString> {
    let paths = RunPaths::new(&spec.run_dir);
    let mut arguments = Arguments::default();
    general(&mut arguments, program);
    processor(&mut arguments, spec, program, accelerator);
    boot(&mut arguments, spec, accelerator);
    disks(&mut arguments, spec);
    channel(&mut arguments, &paths);
    if let Some(vsock) = vsock {
        channel_by_vsock(&mut arguments, &paths, vsock);
    }
    memory_and_entropy(&mut arguments);
    console_and_control(&mut arguments, spec, &paths);
    arguments.0
}

/// What makes QEMU wait for the state of a saved machine.
///
/// Such a machine has no say in when its CPUs run: it was paused when it was
/// saved and stays so; `-S` says the same once more.
pub(crate) fn incoming() -> [OsString; 3] {
    ["-S", "-incoming", "defer"].map(OsString::from)
}

/// Those of the arguments that a saved state depends on: what the guest sees,
/// without where the host keeps it.
pub(crate) fn hardware(arguments: &[OsString]) -> Vec<String> {
    let visible = ["-machine", "-cpu", "-smp", "-m", "-device", "-serial"];
    let pairs = arguments.windows(2);
    pairs
        .filter(|pair| visible.iter().any(|name| pair[0] == *name))
        .map(|pair| pair[1].to_string_lossy().into_owned())
        .collect()
}

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn flag(&mut self, name: &str) {
        self.0.push(name.into());
    }

    fn pair(&mut self, name: &str, value: impl Into<OsString>) {
        self.0.push(name.into());
        self.0.push(value.into());
    }
}

fn general(arguments: &mut Arguments, program: &Program) {
    arguments.pair("-name", "berth,debug-threads=on");
    arguments.flag("-nodefaults");
    arguments.flag("-no-user-config");
    arguments.pair("-display", "none");
    // A guest that restarts itself (a panic does) ends the process: starting
    // again is for the owner to decide.
    arguments.flag("-no-reboot");
    arguments.pair("-rtc", "base=utc,clock=host");
    if program.sandbox {
        // An escape from the guest finds no way to run programs, to get rights
        // or to change its own limits.
        arguments.pair(
            "-sandbox",
            "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        );
    }
}

fn processor(
    arguments: &mut Arguments,
    spec: &MachineSpec,
    program: &Program,
    accelerator: Accelerator,
) {
    // graphics=off is left out on purpose: it makes the firmware write to the
    // console, and the watchdog takes the first byte there for the kernel's.
    // Broken KVM runs the firmware and hangs after it.
    // mem-merge and dump-guest-core keep the guest's memory out of page
    // merging, a side channel, and out of core dumps.
    let mut machine =
        String::from("q35,usb=off,vmport=off,sata=off,smbus=off,mem-merge=off,dump-guest-core=off");
    if program.version >= I8042_SINCE {
        machine.push_str(",i8042=off");
    }
    machine.push_str(hpet(accelerator));
    arguments.pair("-machine", machine);
    arguments.pair("-accel", accel(accelerator));
    arguments.pair("-cpu", cpu(accelerator));
    arguments.pair("-smp", spec.cpus.to_string());
    arguments.pair("-m", format!("{}M", spec.memory_bytes >> 20));
}

fn accel(accelerator: Accelerator) -> &'static str {
    match accelerator {
        Accelerator::Kvm => "kvm",
        Accelerator::Hvf => "hvf",
        Accelerator::Whpx => "whpx",
        // One host thread for each guest CPU.
        Accelerator::Emulation => "tcg,thread=multi",
    }
}

/// Emulation needs the HPET to correct its first, rough guess of the clock's
/// rate; with KVM the guest reads kvm-clock and the HPET only wakes the host.
fn hpet(accelerator: Accelerator) -> &'static str {
    match accelerator {
        Accelerator::Kvm => ",hpet=off",
        Accelerator::Hvf | Accelerator::Whpx | Accelerator::Emulation => ",hpet=on",
    }
}

/// Under emulation `max` booted fastest of `max`, `qemu64`, `Nehalem` and
/// `Haswell` (QEMU 7.2), and the vector code of programs needs its features.
/// But it also promises fast byte-wise string instructions (ERMS, FSRM), which
/// the translator runs byte by byte; kernel and C library then copy with
/// nothing else. Without the promise a published port carries twice as much
/// out of the guest (55 to 105 MB/s) and two and a half times as much into it
/// (22 to 57 MB/s).
fn cpu(accelerator: Accelerator) -> &'static str {
    match accelerator {
        Accelerator::Kvm | Accelerator::Hvf => "host",
        Accelerator::Whpx => "max",
        Accelerator::Emulation => "max,erms=off,fsrm=off",
    }
}

fn boot(arguments: &mut Arguments, spec: &MachineSpec, accelerator: Accelerator) {
    arguments.pair("-kernel", spec.kernel.clone());
    arguments.pair("-initrd", spec.initrd.clone());
    let line = ["console=ttyS0", kernel_hints(accelerator), &spec.cmdline].map(str::trim);
    let line: Vec<&str> = line.into_iter().filter(|part| !part.is_empty()).collect();
    arguments.pair("-append", line.join(" "));
}

/// Kernel parameters that follow from the machine; the caller's come after
/// them, so that they win.
///
/// Emulation adds: `tsc=reliable`, else the kernel distrusts the counters of
/// two emulated CPUs and every reading of the clock becomes an access to the
/// HPET (a loop of 600 programs: 2.7 s instead of 7.2 s); `no_timer_check`,
/// since the timer check fails on a busy host and panics;
/// `mitigations=off`, since translated code does not run speculatively as the
/// guest's own, and the mitigations cost a third of the speed. With hardware
/// acceleration all mitigations stay on.
fn kernel_hints(accelerator: Accelerator) -> &'static str {
    match accelerator {
        Accelerator::Kvm | Accelerator::Hvf | Accelerator::Whpx => {
            "8250.nr_uarts=1 random.trust_cpu=on"
        }
        Accelerator::Emulation => {
            "8250.nr_uarts=1 random.trust_cpu=on tsc=reliable no_timer_check mitigations=off"
        }
    }
}

/// The host's page cache is used (it works on every file system, which
/// O_DIRECT does not) and a guest's flush becomes an fdatasync, so what the
/// guest synced is on the disk. Discards punch holes: deleting an image in the
/// guest gives the space back.
fn disks(arguments: &mut Arguments, spec: &MachineSpec) {
    disk(
        arguments,
        "root",
        // A read-only file takes a shared lock: two machines may share it.
        &serde_json::json!({"driver": "file", "filename": text(&spec.root_image),
            "node-name": "root-file", "read-only": true, "auto-read-only": false}),
        &serde_json::json!({"driver": "raw", "file": "root-file", "node-name": "root",
            "read-only": true}),
        "berth-root",
    );
    disk(
        arguments,
        DATA_NODE,
        &serde_json::json!({"driver": "file", "filename": text(&spec.data_disk),
            "node-name": "data-file", "aio": "threads", "discard": "unmap",
            "cache": {"direct": false, "no-flush": false}}),
        &serde_json::json!({"driver": "raw", "file": "data-file", "node-name": DATA_NODE,
            "discard": "unmap", "detect-zeroes": "unmap"}),
        "berth-data",
    );
}

/// Each disk has a thread of its own, so that its work does not wait for the
/// lock that the emulated devices share.
fn disk(
    arguments: &mut Arguments,
    node: &str,
    file: &serde_json::Value,
    format: &serde_json::Value,
    serial: &str,
) {
    arguments.pair("-object", format!("iothread,id=io-{node}"));
    arguments.pair("-blockdev", file.to_string());
    arguments.pair("-blockdev", format.to_string());
    arguments.pair(
        "-device",
        format!("virtio-blk-pci,drive={node},serial={serial},iothread=io-{node}"),
    );
}

fn channel(arguments: &mut Arguments, paths: &RunPaths) {
    arguments.pair("-device", "virtio-serial-pci,id=ports");
    arguments.pair("-chardev", listening("channel", &paths.channel_socket()));
    arguments.pair(
        "-device",
        format!("virtserialport,bus=ports.0,chardev=channel,name={CHANNEL_PORT}"),
    );
}

/// The key is in a file, since everybody may read the arguments of a process.
fn channel_by_vsock(arguments: &mut Arguments, paths: &RunPaths, vsock: &Vsock) {
    let device = format!("vhost-vsock-pci,guest-cid={}", vsock.cid);
    arguments.pair("-device", device);
    let key = escaped(&paths.vsock_key());
    arguments.pair("-smbios", format!("type=11,path={key}"));
}

fn memory_and_entropy(arguments: &mut Arguments) {
    arguments.pair("-object", "rng-random,id=entropy,filename=/dev/urandom");
    arguments.pair("-device", "virtio-rng-pci,rng=entropy");
    // Pages that the guest frees go back to the host by themselves.
    arguments.pair(
        "-device",
        "virtio-balloon-pci,id=balloon,free-page-reporting=on,deflate-on-oom=on",
    );
}

fn console_and_control(arguments: &mut Arguments, spec: &MachineSpec, paths: &RunPaths) {
    arguments.pair(
        "-chardev",
        format!(
            "file,id=console,path={},append=on",
            escaped(&spec.console_log)
        ),
    );
    arguments.pair("-serial", "chardev:console");
    arguments.pair("-chardev", listening("qmp", &paths.qmp_socket()));
    arguments.pair("-mon", "chardev=qmp,mode=control");
}

fn listening(id: &str, path: &Path) -> String {
    format!("socket,id={id},path={},server=on,wait=off", escaped(path))
}

/// In QEMU's key=value lists a comma is written twice.
fn escaped(path: &Path) -> String {
    text(path).replace(',', ",,")
}

/// Preflight has refused paths that are not UTF-8.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
