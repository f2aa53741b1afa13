//! `cargo xtask run`: from a fresh machine to a container that ran.
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use berth_model::home::Home;

use crate::{clients, prepared::prepare, programs, setup::which, stopwatch::stage, ui};

/// Sets everything up and brings Berth up.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Install missing system packages without asking
    #[arg(long)]
    yes: bool,
}

/// Name of the image that the proof runs; built here, since no registry may be
/// reachable.
const PROOF: &str = "berth/hello";

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (programs, folder) = prepare(&[], arguments.yes)?;
    let home = Home::from_env()?;
    link_image(&home, &folder)?;
    // Containers run without it too.
    if let Err(error) = stage("dashboard", || link_ui(&home, arguments.yes)) {
        println!("   no dashboard: {error:#}");
    }
    stage("virtual machine", || berth(&programs.cli, &["start"]))?;
    stage("Docker context", || {
        berth(&programs.cli, &["context", "use"])
    })?;
    let docker = docker(&programs.cli, &folder)?;
    stage("first container", || prove(&docker))?;
    berth(&programs.cli, &["status"])?;
    print_next(&programs.cli);
    Ok(())
}

fn berth(cli: &Path, arguments: &[&str]) -> Result<()> {
    programs::run(Command::new(cli).args(arguments))
}

/// Points the home at the image; a machine that runs keeps its own.
pub(crate) fn link_image(home: &Home, folder: &Path) -> Result<()> {
    link(&home.image_dir(), folder)
}

/// Points the home at the dashboard's files, which are built if need be.
pub(crate) fn link_ui(home: &Home, yes: bool) -> Result<()> {
    link(&home.ui_dir(), &ui::ensure(yes)?)
}

fn link(link: &Path, folder: &Path) -> Result<()> {
    if let Some(home) = link.parent() {
        fs::create_dir_all(home)?;
    }
    match fs::symlink_metadata(link) {
        Ok(found) if !found.is_symlink() => {
            bail!(
                "'{}' is not a link; move it away, then try again",
                link.display()
            );
        }
        Ok(_) => fs::remove_file(link)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    std::os::unix::fs::symlink(folder, link)
        .with_context(|| format!("linking '{}'", link.display()))
}

/// A Docker client: the user's, else the one that comes with the image.
fn docker(cli: &Path, image: &Path) -> Result<PathBuf> {
    if let Some(found) = which("docker") {
        return Ok(found);
    }
    let clients = clients::ensure(image)?;
    programs::run(
        Command::new(cli)
            .args(["docker-cli", "install", "--yes"])
            .env("BERTH_CLIENTS", &clients),
    )?;
    Ok(clients.join("docker"))
}

fn prove(docker: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let archive = busybox_image(folder.path(), &[])?;
    let context = |arguments: &[&str]| {
        let mut command = Command::new(docker);
        command.args(["--context", "berth"]).args(arguments);
        command
    };
    programs::run(context(&["import"]).arg(&archive).arg(PROOF))?;
    let hello = "A container ran: $(uname -sr), process $$ of its own world.";
    programs::run(&mut context(&[
        "run",
        "--rm",
        PROOF,
        "/bin/sh",
        "-c",
        &format!("echo \"{hello}\""),
    ]))
}

/// A root file system that holds busybox and other programs, each with its
/// place, as `docker import` takes it.
pub(crate) fn busybox_image(folder: &Path, others: &[(&str, &Path)]) -> Result<PathBuf> {
    let busybox = which("busybox").context("busybox is not there; is busybox-static installed?")?;
    let path = folder.join("busybox.tar");
    let mut archive = tar::Builder::new(fs::File::create(&path)?);
    for (place, program) in others.iter().chain(&[("bin/busybox", busybox.as_path())]) {
        let mut header = tar::Header::new_gnu();
        let bytes = fs::read(program)?;
        header.set_size(bytes.len() as u64);
        header.set_mode(0o755);
        archive.append_data(&mut header, place, bytes.as_slice())?;
    }
    let applets = Command::new(&busybox).arg("--list").output()?;
    for applet in String::from_utf8_lossy(&applets.stdout)
        .lines()
        .filter(|a| *a != "busybox")
    {
        let mut link = tar::Header::new_gnu();
        link.set_entry_type(tar::EntryType::Symlink);
        link.set_size(0);
        archive.append_link(&mut link, format!("bin/{applet}"), "busybox")?;
    }
    let mut tmp = tar::Header::new_gnu();
    tmp.set_entry_type(tar::EntryType::Directory);
    tmp.set_size(0);
    tmp.set_mode(0o1777);
    archive.append_data(&mut tmp, "tmp/", io::empty())?;
    archive.finish()?;
    Ok(path)
}

fn print_next(cli: &Path) {
    println!("\nBerth runs, and the Docker context 'berth' is selected. Try:");
    // Where 'berth docker-cli install' puts it, when the host had none.
    let docker = which("docker").map_or("~/.local/bin/docker", |_| "docker");
    println!("  {docker} run --rm {PROOF} echo hello");
    println!("  {docker} compose up");
    println!("  {} dashboard", cli.display());
    println!("  {} status", cli.display());
    println!("  {} stop", cli.display());
}
