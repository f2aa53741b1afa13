//! How a machine ended, in one sentence: from QEMU's last words, its exit
//! status and what it announced over QMP.
use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use berth_machine::Exit;

/// Why QEMU shut down, as its `SHUTDOWN` event says. Source: QEMU's
/// `qapi/run-state.json`, `ShutdownCause`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Shutdown {
    /// The guest asked for it.
    pub(crate) guest: bool,
    /// Such as `guest-shutdown`, `guest-reset`, `host-qmp-quit`.
    #[serde(default)]
    pub(crate) reason: String,
}

/// Describes the end. `status` is unknown for an adopted process, which is not
/// our child; `last_line` is QEMU's last line of output.
pub(crate) fn describe(
    shutdown: Option<&Shutdown>,
    status: Option<ExitStatus>,
    last_line: Option<&str>,
) -> Exit {
    match shutdown {
        Some(s) if s.guest && s.reason == "guest-reset" => ended(
            false,
            "the guest restarted itself, as it does after a kernel panic".into(),
        ),
        Some(s) if s.guest && s.reason == "guest-panic" => {
            ended(false, "the guest's kernel panicked".into())
        }
        Some(s) if s.guest => ended(true, "the guest powered off".into()),
        Some(s) if s.reason == "host-signal" => {
            ended(false, "QEMU was asked to end by a signal".into())
        }
        Some(s) if s.reason.starts_with("host-qmp") => {
            ended(false, "the virtual machine was switched off".into())
        }
        Some(_) | None => describe_status(status, last_line),
    }
}

/// The end of a machine that was saved.
pub(crate) fn saved() -> Exit {
    ended(true, "the machine was saved".into())
}

fn describe_status(status: Option<ExitStatus>, last_line: Option<&str>) -> Exit {
    let words = last_line
        .map(|line| format!(": {line}"))
        .unwrap_or_default();
    let Some(status) = status else {
        return ended(false, format!("QEMU ended{words}"));
    };
    match (status.signal(), status.code()) {
        (Some(signal), _) => ended(false, format!("QEMU was killed by signal {signal}")),
        (None, Some(0)) => ended(true, "QEMU exited".into()),
        (None, Some(code)) => ended(false, format!("QEMU exited with code {code}{words}")),
        (None, None) => ended(false, format!("QEMU ended{words}")),
    }
}

fn ended(orderly: bool, description: String) -> Exit {
    Exit {
        orderly,
        description,
    }
}

/// The last line that says something, without the program's name.
pub(crate) fn last_line(log: &str) -> Option<&str> {
    let line = log.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let line = line.strip_prefix("qemu-system-x86_64: ").unwrap_or(line);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shutdown(guest: bool, reason: &str) -> Shutdown {
        Shutdown {
            guest,
            reason: reason.into(),
        }
    }

    #[track_caller]
    fn check(
        shutdown: Option<&Shutdown>,
        raw_status: Option<i32>,
        last_line: Option<&str>,
        orderly: bool,
        description: &str,
    ) {
        let exit = describe(shutdown, raw_status.map(ExitStatus::from_raw), last_line);
        assert_eq!(exit, ended(orderly, description.into()));
    }

    #[test]
    fn a_guest_that_powers_off_is_orderly_and_one_that_restarts_is_not() {
        let off = shutdown(true, "guest-shutdown");
        check(Some(&off), Some(0), None, true, "the guest powered off");
        check(Some(&off), None, None, true, "the guest powered off");
        let reset = shutdown(true, "guest-reset");
        let words = "the guest restarted itself, as it does after a kernel panic";
        check(Some(&reset), Some(0), None, false, words);
        let panic = shutdown(true, "guest-panic");
        check(
            Some(&panic),
            Some(0),
            None,
            false,
            "the guest's kernel panicked",
        );
    }

    #[test]
    fn an_end_from_the_host_is_not_orderly() {
        let quit = shutdown(false, "host-qmp-quit");
        check(
            Some(&quit),
            Some(0),
            None,
            false,
            "the virtual machine was switched off",
        );
        let signal = shutdown(false, "host-signal");
        check(
            Some(&signal),
            Some(0),
            None,
            false,
            "QEMU was asked to end by a signal",
        );
    }

    #[test]
    fn without_an_announcement_the_exit_status_speaks() {
        check(
            None,
            Some(9),
            Some("noise"),
            false,
            "QEMU was killed by signal 9",
        );
        check(
            None,
            Some(1 << 8),
            Some("no disk"),
            false,
            "QEMU exited with code 1: no disk",
        );
        check(None, Some(1 << 8), None, false, "QEMU exited with code 1");
        check(None, Some(0), None, true, "QEMU exited");
        check(
            None,
            None,
            Some("no memory"),
            false,
            "QEMU ended: no memory",
        );
    }

    #[test]
    fn the_last_line_skips_blanks_and_the_programs_name() {
        assert_eq!(
            last_line("a\nqemu-system-x86_64: no disk\n \n"),
            Some("no disk")
        );
        assert_eq!(last_line("\n\n"), None);
    }
}
