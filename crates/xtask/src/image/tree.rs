//! Lays the root file system out: packages, overlay, links and mount points.
use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{linkage::Loader, pattern, recipe, recipe::Recipe};

const CERTIFICATES: &str = "usr/share/ca-certificates";
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";

/// Extracts the wanted files of the package in `file` into `root`.
pub(super) fn extract(file: &Path, name: &str, recipe: &Recipe, root: &Path) -> Result<()> {
    let mut unpacker = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run dpkg-deb. Next: install dpkg")?;
    let stream = unpacker.stdout.take().context("dpkg-deb has no output")?;
    let unpacked = unpack(stream, name, recipe, root);
    let status = unpacker.wait()?;
    unpacked.with_context(|| format!("cannot extract {name}"))?;
    ensure!(status.success(), "dpkg-deb failed on {name}: {status}");
    Ok(())
}

fn unpack(stream: impl Read, package: &str, recipe: &Recipe, root: &Path) -> Result<()> {
    let mut archive = tar::Archive::new(stream);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let path = path.trim_start_matches("./").trim_end_matches('/');
        let is_folder = entry.header().entry_type().is_dir();
        if !is_folder && is_wanted(path, recipe.patterns(package), &recipe.drop.paths) {
            ensure!(entry.unpack_in(root)?, "{path} leads out of the root");
        }
    }
    Ok(())
}

fn is_wanted(path: &str, patterns: &[String], dropped: &[String]) -> bool {
    if pattern::matches("usr/share/doc/*/copyright", path) {
        return true;
    }
    (patterns.is_empty() || pattern::any(patterns, path)) && !pattern::any(dropped, path)
}

/// Adds everything that comes from no package.
pub(super) fn finish(root: &Path, recipe: &Recipe, workspace: &Path) -> Result<()> {
    copy_overlay(&recipe::overlay(workspace), root)?;
    for folder in &recipe.directories.empty {
        fs::create_dir_all(root.join(folder))?;
    }
    for (path, target) in &recipe.links {
        link(target, &root.join(path))?;
    }
    bundle_certificates(root)?;
    link_applets(root)
}

/// Runs `depmod` of the root on its modules of `release`.
pub(super) fn depmod(loader: &Loader, root: &Path, release: &str) -> Result<()> {
    let output = loader
        .command("usr/bin/kmod", "depmod")
        .arg("-b")
        .arg(root)
        .arg(release)
        .output()
        .context("cannot run the root's depmod")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "depmod failed: {}", errors.trim());
    Ok(())
}

/// Sets modes that depend neither on the umask nor on the file system.
pub(super) fn normalize_modes(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            continue;
        }
        let is_program = entry.metadata()?.permissions().mode() & 0o111 != 0;
        let mode = if kind.is_dir() || is_program {
            0o755
        } else {
            0o644
        };
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode))?;
        if kind.is_dir() {
            normalize_modes(&entry.path())?;
        }
    }
    Ok(())
}

fn copy_overlay(overlay: &Path, root: &Path) -> Result<()> {
    for file in recipe::files_under(overlay)? {
        let target = root.join(file.strip_prefix(overlay)?);
        make_parent(&target)?;
        fs::copy(&file, &target).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

fn link(target: &str, path: &Path) -> Result<()> {
    make_parent(path)?;
    symlink(target, path).with_context(|| format!("cannot link {}", path.display()))
}

fn make_parent(path: &Path) -> Result<()> {
    let parent = path.parent().context("a path without a parent")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))
}

// What the package's own script would do, of which programs only read the bundle.
fn bundle_certificates(root: &Path) -> Result<()> {
    let source = root.join(CERTIFICATES);
    let mut bundle = String::new();
    for file in recipe::files_under(&source)? {
        bundle.push_str(fs::read_to_string(file)?.trim());
        bundle.push('\n');
    }
    let target = root.join(BUNDLE);
    make_parent(&target)?;
    fs::write(&target, bundle)?;
    Ok(fs::remove_dir_all(source)?)
}

// A shell to look around with; real programs keep their names.
fn link_applets(root: &Path) -> Result<()> {
    let busybox = root.join("usr/bin/busybox");
    let output = Command::new(&busybox)
        .arg("--list")
        .output()
        .context("cannot run busybox")?;
    let applets = String::from_utf8(output.stdout)?;
    for name in missing_applets(&applets, &names_of_programs(root)?) {
        symlink("busybox", root.join("usr/bin").join(name))?;
    }
    Ok(())
}

fn names_of_programs(root: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in ["usr/bin", "usr/sbin"] {
        for entry in fs::read_dir(root.join(folder))? {
            names.insert(entry?.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn missing_applets<'a>(applets: &'a str, present: &BTreeSet<String>) -> Vec<&'a str> {
    // The agent is init; a second one must not be found by accident.
    let is_free = |name: &&str| !present.contains(*name) && *name != "init" && *name != "linuxrc";
    applets.lines().filter(is_free).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copyright_files_stay_though_documentation_is_dropped() {
        let dropped = ["usr/share/doc/*".to_owned()];

        assert!(is_wanted("usr/share/doc/a/copyright", &[], &dropped));
        assert!(!is_wanted("usr/share/doc/a/changelog.gz", &[], &dropped));
    }

    #[test]
    fn a_package_without_patterns_gives_all_that_is_not_dropped() {
        let only = ["usr/bin/a".to_owned()];

        assert!(is_wanted("usr/bin/b", &[], &[]));
        assert!(!is_wanted("usr/bin/b", &only, &[]));
        assert!(!is_wanted("usr/bin/a", &only, &only));
    }

    #[test]
    fn an_applet_never_hides_a_program() {
        let present = BTreeSet::from(["ps".to_owned(), "busybox".to_owned()]);

        assert_eq!(
            missing_applets("busybox\nls\nps\ninit\nsh\n", &present),
            ["ls", "sh"]
        );
    }

    #[test]
    fn modes_come_from_the_executable_bit_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| {
            fs::metadata(folder.path().join(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o7777
        };
        for (name, before) in [("set-uid", 0o4711), ("secret", 0o600)] {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
        }

        normalize_modes(folder.path()).unwrap();

        assert_eq!((mode("set-uid"), mode("secret")), (0o755, 0o644));
    }
}
