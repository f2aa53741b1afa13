//! The QEMU program: where it is, which version, and how to get it.
use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use berth_machine::MachineError;
use tokio::process::Command;

/// Program of the PC machine types.
pub(crate) const PROGRAM: &str = "qemu-system-x86_64";

/// Overrides the program, for tests and for a QEMU outside `PATH`.
pub(crate) const PROGRAM_VARIABLE: &str = "BERTH_QEMU";

/// Oldest version that takes our arguments.
pub(crate) const OLDEST: Version = Version { major: 6, minor: 2 };

/// Version of QEMU, as far as it decides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A QEMU that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) version: Version,
    /// The whole version, such as `7.2.22`.
    pub(crate) full_version: String,
    /// It was built with seccomp, so that it can lock itself in.
    pub(crate) sandbox: bool,
}

impl Program {
    /// Looks at `program` and asks it for its version.
    ///
    /// # Errors
    /// [`MachineError::Missing`] when it isn't there or is too old,
    /// [`MachineError::Permission`] when it may not be run.
    pub(crate) async fn find(program: &Path) -> Result<Self, MachineError> {
        let plain = run(program, &["--version"]).await?;
        let text = String::from_utf8_lossy(&plain.stdout).into_owned();
        let (version, full_version) =
            parse_version(&text).ok_or_else(|| too_odd(program, &text))?;
        if version < OLDEST {
            return Err(too_old(program, &full_version));
        }
        // A build without seccomp refuses the option while it reads its
        // arguments; a build with it gets as far as --version and obeys that.
        let sandbox = run(program, &["-sandbox", "on", "--version"]).await?;
        Ok(Self {
            path: program.into(),
            version,
            full_version,
            sandbox: sandbox.status.success(),
        })
    }
}

/// The program to use: the caller's, else the environment's, else the usual.
pub(crate) fn pick(option: Option<PathBuf>, environment: Option<OsString>) -> PathBuf {
    option
        .or_else(|| environment.filter(|v| !v.is_empty()).map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from(PROGRAM))
}

async fn run(program: &Path, arguments: &[&str]) -> Result<std::process::Output, MachineError> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    match output {
        Ok(output) => Ok(output),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(MachineError::Missing {
            program: program.display().to_string(),
            hint: install_hint(&os_release().await),
        }),
        Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(MachineError::Permission {
                what: format!("running {}", program.display()),
                hint: format!("make it executable: sudo chmod a+rx {}", program.display()),
            })
        }
        Err(source) => Err(MachineError::Io {
            what: format!("could not run {}", program.display()),
            source,
        }),
    }
}

async fn os_release() -> String {
    tokio::fs::read_to_string("/etc/os-release")
        .await
        .unwrap_or_default()
}

fn too_old(program: &Path, found: &str) -> MachineError {
    MachineError::Missing {
        program: format!("QEMU {OLDEST} or newer"),
        hint: format!(
            "{} is version {found}; update it, or name a newer one in {PROGRAM_VARIABLE}",
            program.display()
        ),
    }
}

fn too_odd(program: &Path, text: &str) -> MachineError {
    MachineError::Missing {
        program: format!("QEMU {OLDEST} or newer"),
        hint: format!(
            "{} answers '{}' to --version, which is not QEMU's answer; \
             name QEMU's program in {PROGRAM_VARIABLE}",
            program.display(),
            text.lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(80)
                .collect::<String>()
        ),
    }
}

/// Reads `QEMU emulator version 7.2.22 (Debian ...)`.
pub(crate) fn parse_version(text: &str) -> Option<(Version, String)> {
    let rest = text.split_once("QEMU emulator version ")?.1;
    let full: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let mut numbers = full.split('.').map(str::parse::<u32>);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next()?.ok()?;
    Some((Version { major, minor }, full))
}

/// How to install QEMU on the system that this `/etc/os-release` describes.
pub(crate) fn install_hint(os_release: &str) -> String {
    let command = ids(os_release).find_map(|id| match id {
        "debian" | "ubuntu" => Some("sudo apt install qemu-system-x86"),
        "fedora" | "rhel" | "centos" => Some("sudo dnf install qemu-system-x86-core"),
        "arch" => Some("sudo pacman -S qemu-system-x86"),
        "suse" | "opensuse" => Some("sudo zypper install qemu-x86"),
        "alpine" => Some("sudo apk add qemu-system-x86_64"),
        _ => None,
    });
    match command {
        Some(command) => format!("install it with '{command}'"),
        None => format!("install the package of your system that has {PROGRAM}"),
    }
}

/// `ID` first, then what it is like, nearest first.
fn ids(os_release: &str) -> impl Iterator<Item = &str> {
    ["ID=", "ID_LIKE="].into_iter().flat_map(move |key| {
        os_release
            .lines()
            .filter_map(move |line| line.strip_prefix(key))
            .flat_map(|value| value.trim_matches(['"', '\'']).split_whitespace())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_every_distributions_form() {
        let check = |text, expected: Option<(u32, u32, &str)>| {
            let expected =
                expected.map(|(major, minor, full)| (Version { major, minor }, full.to_owned()));
            assert_eq!(parse_version(text), expected, "{text}");
        };
        check(
            "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright",
            Some((7, 2, "7.2.22")),
        );
        check("QEMU emulator version 10.0.2", Some((10, 0, "10.0.2")));
        check(
            "QEMU emulator version 6.2.0 (qemu-6.2.0-1.fc36)",
            Some((6, 2, "6.2.0")),
        );
        check("QEMU emulator version 9", None);
        check("GNU bash, version 5.2", None);
        check("", None);
        check("QEMU emulator version 99999999999.1", None);
    }

    #[test]
    fn versions_compare_by_number_and_not_by_letters() {
        assert!(
            Version {
                major: 10,
                minor: 0
            } > Version { major: 9, minor: 2 }
        );
        assert!(Version { major: 6, minor: 1 } < OLDEST);
    }

    #[test]
    fn the_install_hint_fits_the_distribution_or_its_parent() {
        let check = |text, words: &str| {
            let hint = install_hint(text);
            assert!(hint.contains(words), "{text}: {hint}");
        };
        check("NAME=x\nID=debian\n", "sudo apt install qemu-system-x86");
        check("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt install");
        check("ID=fedora\n", "sudo dnf install");
        check(
            "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
            "sudo dnf install",
        );
        check("ID=arch\n", "sudo pacman -S");
        check(
            "ID=opensuse-tumbleweed\nID_LIKE=\"opensuse suse\"\n",
            "zypper",
        );
        check("", PROGRAM);
    }

    #[test]
    fn the_caller_goes_before_the_environment_and_an_empty_variable_is_none() {
        let set = || Some(OsString::from("/opt/qemu"));
        assert_eq!(pick(Some("/my/qemu".into()), set()), Path::new("/my/qemu"));
        assert_eq!(pick(None, set()), Path::new("/opt/qemu"));
        assert_eq!(pick(None, Some(OsString::new())), Path::new(PROGRAM));
        assert_eq!(pick(None, None), Path::new(PROGRAM));
    }

    #[tokio::test]
    async fn a_missing_program_says_how_to_get_it() {
        let error = Program::find(Path::new("/nonexistent/qemu"))
            .await
            .unwrap_err();
        assert!(matches!(error, MachineError::Missing { .. }), "{error:?}");
        assert!(error.hint().unwrap().contains("install"));
    }

    #[tokio::test]
    async fn a_program_that_is_not_qemu_is_refused_by_its_answer() {
        let error = Program::find(Path::new("/bin/echo")).await.unwrap_err();
        assert!(
            error.hint().unwrap().contains("is not QEMU's answer"),
            "{error:?}"
        );
    }
}
