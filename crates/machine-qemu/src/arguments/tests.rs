use super::*;

fn spec() -> MachineSpec {
    MachineSpec {
        run_dir: "/b/run".into(),
        kernel: "/i/vmlinux".into(),
        initrd: "/i/initrd".into(),
        root_image: "/i/root.img".into(),
        data_disk: "/b/data.raw".into(),
        cmdline: "quiet berth.x=1".into(),
        cpus: 4,
        memory_bytes: 2 << 30,
        console_log: "/b/logs/console.log".into(),
    }
}

fn program(major: u32, minor: u32, sandbox: bool) -> Program {
    Program {
        path: "qemu".into(),
        version: Version { major, minor },
        full_version: format!("{major}.{minor}.0"),
        sandbox,
    }
}

fn lines(arguments: &[OsString]) -> String {
    let mut text = String::new();
    for argument in arguments {
        let argument = argument.to_string_lossy();
        text.push(if argument.starts_with('-') { '\n' } else { ' ' });
        text.push_str(&argument);
    }
    text.trim_start().to_owned()
}

const DISKS_TO_END: &str = r#"-object iothread,id=io-root
-blockdev {"auto-read-only":false,"driver":"file","filename":"/i/root.img","node-name":"root-file","read-only":true}
-blockdev {"driver":"raw","file":"root-file","node-name":"root","read-only":true}
-device virtio-blk-pci,drive=root,serial=berth-root,iothread=io-root
-object iothread,id=io-data
-blockdev {"aio":"threads","cache":{"direct":false,"no-flush":false},"discard":"unmap","driver":"file","filename":"/b/data.raw","node-name":"data-file"}
-blockdev {"detect-zeroes":"unmap","discard":"unmap","driver":"raw","file":"data-file","node-name":"data"}
-device virtio-blk-pci,drive=data,serial=berth-data,iothread=io-data
-device virtio-serial-pci,id=ports
-chardev socket,id=channel,path=/b/run/channel.sock,server=on,wait=off
-device virtserialport,bus=ports.0,chardev=channel,name=dev.berth.channel
-object rng-random,id=entropy,filename=/dev/urandom
-device virtio-rng-pci,rng=entropy
-device virtio-balloon-pci,id=balloon,free-page-reporting=on,deflate-on-oom=on
-chardev file,id=console,path=/b/logs/console.log,append=on
-serial chardev:console
-chardev socket,id=qmp,path=/b/run/qmp.sock,server=on,wait=off
-mon chardev=qmp,mode=control"#;

const GENERAL: &str = "-name berth,debug-threads=on
-nodefaults
-no-user-config
-display none
-no-reboot
-rtc base=utc,clock=host
-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
-machine q35,usb=off,vmport=off,sata=off,smbus=off,mem-merge=off,dump-guest-core=off,i8042=off";

#[test]
fn the_whole_line_for_kvm_keeps_mitigations_and_the_hosts_processor() {
    let found = arguments(&spec(), &program(7, 2, true), Accelerator::Kvm, None);
    let expected = format!(
        "{GENERAL},hpet=off
-accel kvm
-cpu host
-smp 4
-m 2048M
-kernel /i/vmlinux
-initrd /i/initrd
-append console=ttyS0 8250.nr_uarts=1 random.trust_cpu=on quiet berth.x=1
{DISKS_TO_END}"
    );
    assert_eq!(lines(&found), expected);
}

#[test]
fn the_whole_line_for_emulation_trusts_the_clock_and_uses_many_threads() {
    let found = arguments(&spec(), &program(10, 0, true), Accelerator::Emulation, None);
    let expected = format!(
        "{GENERAL},hpet=on
-accel tcg,thread=multi
-cpu max,erms=off,fsrm=off
-smp 4
-m 2048M
-kernel /i/vmlinux
-initrd /i/initrd
-append console=ttyS0 8250.nr_uarts=1 random.trust_cpu=on tsc=reliable no_timer_check mitigations=off quiet berth.x=1
{DISKS_TO_END}"
    );
    assert_eq!(lines(&found), expected);
}

#[test]
fn vsock_adds_its_device_and_a_file_with_the_key_and_nothing_else() {
    let vsock = Vsock::random().unwrap();
    let of = |vsock| arguments(&spec(), &program(7, 2, true), Accelerator::Kvm, vsock);
    let added = format!(
        "name=dev.berth.channel
-device vhost-vsock-pci,guest-cid={}
-smbios type=11,path=/b/run/vsock.key",
        vsock.cid
    );
    let expected = lines(&of(None)).replace("name=dev.berth.channel", &added);
    assert_eq!(lines(&of(Some(&vsock))), expected);
    assert_ne!(hardware(&of(Some(&vsock))), hardware(&of(None)));
}

#[test]
fn an_old_qemu_without_seccomp_gets_neither_sandbox_nor_i8042() {
    let found = lines(&arguments(
        &spec(),
        &program(6, 2, false),
        Accelerator::Kvm,
        None,
    ));
    assert!(!found.contains("-sandbox"), "{found}");
    assert!(!found.contains("i8042"), "{found}");
}

#[test]
fn commas_and_quotes_in_paths_cannot_add_options() {
    let spec = MachineSpec {
        run_dir: "/b,server=off".into(),
        data_disk: "/b/\"x\",read-only=on".into(),
        ..spec()
    };
    let found = lines(&arguments(
        &spec,
        &program(7, 2, true),
        Accelerator::Kvm,
        None,
    ));
    assert!(
        found.contains("path=/b,,server=off/qmp.sock,server=on"),
        "{found}"
    );
    assert!(
        found.contains(r#""filename":"/b/\"x\",read-only=on""#),
        "{found}"
    );
}

#[test]
fn an_empty_command_line_leaves_no_stray_blank() {
    let spec = MachineSpec {
        cmdline: "  ".into(),
        ..spec()
    };
    let found = lines(&arguments(
        &spec,
        &program(7, 2, true),
        Accelerator::Kvm,
        None,
    ));
    assert!(found.contains("-append console=ttyS0 8250.nr_uarts=1 random.trust_cpu=on\n"));
}

#[test]
fn the_hardware_is_what_the_guest_sees_wherever_the_host_keeps_it() {
    let of = |spec: &MachineSpec| {
        let program = program(7, 2, true);
        hardware(&arguments(spec, &program, Accelerator::Emulation, None))
    };
    let here = of(&spec());
    assert!(here.iter().any(|one| one.contains("serial=berth-data")));
    assert!(!here.iter().any(|one| one.contains('/')), "{here:?}");
    let mut elsewhere = spec();
    elsewhere.run_dir = "/c/run".into();
    elsewhere.data_disk = "/c/data.raw".into();
    assert_eq!(of(&elsewhere), here);
    elsewhere.memory_bytes *= 2;
    assert_ne!(of(&elsewhere), here);
}

#[test]
fn a_machine_that_waits_for_its_state_does_not_run_by_itself() {
    assert_eq!(incoming(), ["-S", "-incoming", "defer"]);
}
