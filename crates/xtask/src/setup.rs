//! System packages: which are missing, and installing them.
use std::{
    io::{IsTerminal, Write},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// What running Berth needs, as packages of Debian and Ubuntu.
pub(crate) const RUN: &[&str] = &["qemu-system-x86", "busybox-static"];

/// What the tests need besides.
pub(crate) const TEST: &[&str] = &["docker-registry", "curl"];

/// Installs what is missing of `packages`. Asks first where there is somebody
/// to ask, unless `yes`.
///
/// # Errors
/// When it is refused, or apt fails.
pub(crate) fn ensure(packages: &[&str], yes: bool) -> Result<()> {
    if which("dpkg-query").is_none() {
        println!(
            "   no dpkg here; install the counterparts of: {}",
            packages.join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = packages.iter().copied().filter(|p| !installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("   needs these system packages: {}", missing.join(" "));
    if !yes && std::io::stdin().is_terminal() && !agreed("   Install them with apt-get?")? {
        bail!(
            "nothing was installed; run 'sudo apt-get install {}', then try again",
            missing.join(" ")
        );
    }
    // Lists of a fresh machine are empty or old.
    apt(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing);
    apt(&arguments)
}

fn installed(package: &str) -> bool {
    let asked = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Status}", package])
        .output();
    asked.is_ok_and(|answer| answer.stdout == b"installed")
}

fn agreed(question: &str) -> Result<bool> {
    print!("{question} [Y/n] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(
        answer.trim().to_lowercase().as_str(),
        "" | "y" | "yes"
    ))
}

fn apt(arguments: &[&str]) -> Result<()> {
    let root = rustix::process::geteuid().is_root();
    let mut command = if root {
        Command::new("apt-get")
    } else {
        Command::new("sudo")
    };
    if !root {
        // Without a terminal sudo must fail rather than wait for a password.
        if !std::io::stdin().is_terminal() {
            command.arg("-n");
        }
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    let status = command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("starting apt-get")?;
    if !status.success() {
        bail!("apt-get {} failed", arguments.join(" "));
    }
    Ok(())
}

/// Finds a program on `PATH`, and in the folders that users often lack there.
pub(crate) fn which(name: &str) -> Option<std::path::PathBuf> {
    if name.starts_with('/') {
        return Path::new(name).exists().then(|| name.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
