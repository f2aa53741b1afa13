//! Which accelerator to use: the one that works here, not the one that is
//! compiled in. The facts come from [`crate::sys`]; the decision is pure.
use berth_machine::Accelerator;

/// What the host offers, gathered without changing anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostFacts {
    /// A Linux host.
    Linux {
        /// `/proc/cpuinfo` lists `vmx` or `svm`.
        virtualization_flag: bool,
        /// What opening `/dev/kvm` for reading and writing gave.
        kvm_device: DeviceAccess,
    },
    /// A Mac; `kern.hv_support` tells.
    #[cfg_attr(not(target_os = "macos"), allow(dead_code))]
    MacOs {
        /// Hypervisor.framework may be used.
        hypervisor_framework: bool,
    },
    /// A PC with Windows.
    #[cfg_attr(not(windows), allow(dead_code))]
    Windows {
        /// The feature "Windows Hypervisor Platform" is on.
        hypervisor_platform: bool,
    },
}

/// Result of opening a device node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceAccess {
    /// It opened.
    Usable,
    /// There is no such node.
    Absent,
    /// It is there, but not for this user.
    Forbidden,
    /// It is there and does not open.
    Broken,
}

/// The accelerator to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) accelerator: Accelerator,
    /// Why it is emulation and what to do; `None` when it is not.
    pub(crate) slow_because: Option<String>,
}

/// Decides by what works.
pub(crate) fn choose(facts: HostFacts) -> Choice {
    match facts {
        HostFacts::Linux {
            virtualization_flag,
            kvm_device,
        } => choose_linux(virtualization_flag, kvm_device),
        HostFacts::MacOs {
            hypervisor_framework: true,
        } => fast(Accelerator::Hvf),
        HostFacts::MacOs { .. } => slow(
            "this Mac does not allow virtualization; if it is itself a virtual machine, \
             turn on nested virtualization for it",
        ),
        HostFacts::Windows {
            hypervisor_platform: true,
        } => fast(Accelerator::Whpx),
        HostFacts::Windows { .. } => slow(
            "the Windows feature 'Windows Hypervisor Platform' is off; turn it on in \
             'Turn Windows features on or off' and restart",
        ),
    }
}

fn choose_linux(virtualization_flag: bool, kvm_device: DeviceAccess) -> Choice {
    match (virtualization_flag, kvm_device) {
        (true, DeviceAccess::Usable) => fast(Accelerator::Kvm),
        (true, DeviceAccess::Forbidden) => slow(
            "this user may not open /dev/kvm; add yourself to the group kvm with \
             'sudo usermod -aG kvm $USER', then log out and in again",
        ),
        (true, DeviceAccess::Absent) => slow(
            "/dev/kvm is missing; load it with 'sudo modprobe kvm_intel' or \
             'sudo modprobe kvm_amd'",
        ),
        (_, DeviceAccess::Broken) => {
            slow("/dev/kvm exists but does not open; see 'sudo dmesg | grep kvm' for the reason")
        }
        (false, DeviceAccess::Absent) => slow(
            "the processor offers no virtualization; turn on VT-x or AMD-V in the \
             firmware settings, or nested virtualization if this is a virtual machine",
        ),
        (false, DeviceAccess::Usable | DeviceAccess::Forbidden) => slow(
            "/dev/kvm exists but the processor offers no virtualization; turn on VT-x or \
             AMD-V in the firmware settings, or nested virtualization if this is a \
             virtual machine",
        ),
    }
}

fn fast(accelerator: Accelerator) -> Choice {
    Choice {
        accelerator,
        slow_because: None,
    }
}

fn slow(reason: &str) -> Choice {
    Choice {
        accelerator: Accelerator::Emulation,
        slow_because: Some(reason.to_owned()),
    }
}

/// Does a flag line of `/proc/cpuinfo` promise hardware virtualization?
pub(crate) fn has_virtualization_flag(cpuinfo: &str) -> bool {
    cpuinfo
        .lines()
        .filter(|line| line.starts_with("flags"))
        .filter_map(|line| line.split_once(':'))
        .any(|(_, flags)| flags.split_whitespace().any(|f| f == "vmx" || f == "svm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux(virtualization_flag: bool, kvm_device: DeviceAccess) -> Choice {
        choose(HostFacts::Linux {
            virtualization_flag,
            kvm_device,
        })
    }

    #[track_caller]
    fn is_slow_because(choice: &Choice, words: &str) {
        assert_eq!(choice.accelerator, Accelerator::Emulation);
        let reason = choice.slow_because.as_deref().unwrap_or_default();
        assert!(reason.contains(words), "{reason}");
    }

    #[test]
    fn kvm_is_used_only_when_flag_and_device_agree() {
        assert_eq!(linux(true, DeviceAccess::Usable), fast(Accelerator::Kvm));
        is_slow_because(
            &linux(false, DeviceAccess::Usable),
            "offers no virtualization",
        );
        is_slow_because(
            &linux(false, DeviceAccess::Forbidden),
            "/dev/kvm exists but",
        );
    }

    #[test]
    fn every_slow_reason_on_linux_names_the_next_step() {
        is_slow_because(
            &linux(true, DeviceAccess::Forbidden),
            "sudo usermod -aG kvm $USER",
        );
        is_slow_because(&linux(true, DeviceAccess::Absent), "modprobe kvm_intel");
        is_slow_because(&linux(true, DeviceAccess::Broken), "dmesg");
        is_slow_because(&linux(false, DeviceAccess::Broken), "dmesg");
        is_slow_because(&linux(false, DeviceAccess::Absent), "firmware settings");
    }

    #[test]
    fn other_systems_use_their_own_hypervisor_or_say_why_not() {
        let mac = |hypervisor_framework| {
            choose(HostFacts::MacOs {
                hypervisor_framework,
            })
        };
        let windows = |hypervisor_platform| {
            choose(HostFacts::Windows {
                hypervisor_platform,
            })
        };
        assert_eq!(mac(true), fast(Accelerator::Hvf));
        assert_eq!(windows(true), fast(Accelerator::Whpx));
        is_slow_because(&mac(false), "nested virtualization");
        is_slow_because(&windows(false), "Windows Hypervisor Platform");
    }

    #[test]
    fn a_flag_counts_only_as_a_whole_word_on_a_flags_line() {
        assert!(has_virtualization_flag("flags\t\t: fpu vmx sse\n"));
        assert!(has_virtualization_flag("processor: 0\nflags : fpu svm\n"));
        assert!(!has_virtualization_flag("flags : fpu svm_lock vmxnet\n"));
        assert!(!has_virtualization_flag(
            "vmx flags\t: ept vpid\nbugs : vmx\n"
        ));
        assert!(!has_virtualization_flag(""));
    }
}
