//! What the benchmark runs besides Berth: the peers' programs and a stock
//! Debian VM. Everything large is kept in the cache, by a hash of what it is
//! made from.
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::{image, programs, setup::which};

/// Debian packages with the programs that this calls.
pub(super) const PACKAGES: &[&str] = &["mmdebstrap", "e2fsprogs", "openssh-client"];

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const SHELF: &str = "bench";

/// Builds the program at the other end of the connections, linked statically.
pub(super) fn peer(folder: &Path) -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bench_peer.rs");
    let program = folder.join("peer");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    programs::run(
        Command::new(rustc)
            .args([
                "--edition",
                "2024",
                "-O",
                "-C",
                "target-feature=+crt-static",
                "-o",
            ])
            .args([&program, &source]),
    )?;
    Ok(program)
}

/// An SSH server's root file system, and the private key that opens it.
pub(super) fn sshd() -> Result<(PathBuf, PathBuf)> {
    let customize = concat!(
        "set -e; cd \"$1\"; ",
        "for d in bin sbin lib lib64; do [ -e $d ] || ln -s usr/$d $d; done; ",
        "rm -rf usr/share/doc usr/share/man usr/share/locale var/lib/apt var/cache/apt; ",
        "mkdir -p run/sshd root/.ssh etc/ssh; chmod 700 root root/.ssh; ",
        "printf 'root:x:0:0::/root:/usr/sbin/sshd\\nsshd:x:100:65534::/run/sshd:/bin/false\\n' > etc/passwd; ",
        "printf 'root:x:0:\\nnogroup:x:65534:\\n' > etc/group; ",
        "printf 'root:*:1::::::\\nsshd:!:1::::::\\n' > etc/shadow; ",
        "ssh-keygen -q -t ed25519 -N '' -f etc/ssh/ssh_host_ed25519_key; ",
        "ssh-keygen -q -t ed25519 -N '' -f \"$BENCH_KEY\"; ",
        "cp \"$BENCH_KEY.pub\" root/.ssh/authorized_keys; ",
        "printf 'HostKey /etc/ssh/ssh_host_ed25519_key\\nStrictModes no\\n' > etc/ssh/sshd_config",
    );
    let place = image::cached(SHELF, &key(&["sshd", customize]), |folder| {
        mmdebstrap(
            Command::new("mmdebstrap")
                .args(["--variant=extract", "--include=openssh-server"])
                // Variants that install nothing run no later hook.
                .arg(format!("--extract-hook={customize}"))
                .arg("trixie")
                .arg(folder.join("sshd.tar"))
                .env("BENCH_KEY", folder.join("key")),
            &["trixie"],
        )
    })?;
    Ok((place.join("sshd.tar"), place.join("key")))
}

/// The stock VM's folder: `vmlinuz`, `initrd.img` and `disk.raw`.
///
/// Debian's own kernel and initramfs, systemd, and the engine in the very
/// versions of Berth's image. It is spared what a stock VM often has and the
/// comparison does not need: a boot loader, cloud-init, DHCP.
pub(super) fn stock() -> Result<PathBuf> {
    let engine = image::pinned("sid")?;
    let system = "systemd-sysv,udev,dbus,kmod,linux-image-cloud-amd64,initramfs-tools,\
                  iptables,ca-certificates";
    let include = format!("--include={system},{}", engine.join(","));
    let hooks = [
        // The socket's unit brings TCP without the pause that dockerd makes
        // before it listens there by itself.
        "mkdir -p \"$1/etc/systemd/system/docker.socket.d\" && \
         printf '[Socket]\\nListenStream=2375\\n' > \"$1/etc/systemd/system/docker.socket.d/tcp.conf\"",
        "printf '[Match]\\nName=e*\\n[Network]\\nAddress=10.0.2.15/24\\nGateway=10.0.2.2\\n' \
         > \"$1/etc/systemd/network/10-wired.network\"",
        "systemctl --quiet --root=\"$1\" enable systemd-networkd docker.service docker.socket",
        "printf 'stock\\n' > \"$1/etc/hostname\"; \
         printf '/dev/vda / ext4 defaults 0 1\\n' > \"$1/etc/fstab\"",
        "cp -L \"$1/vmlinuz\" \"$1/initrd.img\" \"$BENCH_FOLDER\"",
        // A bind mount shows the tree without what is mounted in it.
        "set -e; cd \"$BENCH_FOLDER\"; mkdir root; mount --bind \"$1\" root; \
         truncate -s 8G disk.raw; mke2fs -q -F -t ext4 -d root disk.raw; \
         umount root; rmdir root",
    ];
    let inputs: Vec<&str> = [include.as_str()].into_iter().chain(hooks).collect();
    image::cached(SHELF, &key(&inputs), |folder| {
        let mut command = Command::new("mmdebstrap");
        command.args(["--variant=minbase", "--format=null"]);
        command.args(["--aptopt=APT::Default-Release \"trixie\"", &include]);
        command.args(hooks.map(|hook| format!("--customize-hook={hook}")));
        command.args(["trixie", "-"]).env("BENCH_FOLDER", folder);
        mmdebstrap(&mut command, &["trixie", "sid"])
    })
}

fn mmdebstrap(command: &mut Command, suites: &[&str]) -> Result<()> {
    let mirror = image::mirror()?;
    // The versions are pinned: an index that has grown old names the same files.
    command
        .arg("--quiet")
        .arg("--aptopt=Acquire::Check-Valid-Until \"false\"");
    for suite in suites {
        command.arg(format!("deb [signed-by={KEYRING}] {mirror} {suite} main"));
    }
    let status = command.stdout(Stdio::null()).status();
    let status = status.context("starting mmdebstrap")?;
    ensure!(status.success(), "mmdebstrap failed ({status})");
    Ok(())
}

/// A name for what is made from `inputs`.
fn key(inputs: &[&str]) -> String {
    let mut digest = Sha256::new();
    for input in inputs {
        digest.update((input.len() as u64).to_le_bytes());
        digest.update(input);
    }
    let bytes = digest.finalize();
    bytes[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A copy of the stock VM's disk that may be written to; sparse stays sparse.
pub(super) fn copy_disk(stock: &Path, folder: &Path) -> Result<PathBuf> {
    let disk = folder.join("stock.raw");
    let copy = which("cp").context("no cp on PATH")?;
    programs::run(
        Command::new(copy)
            .args(["--sparse=always", "--reflink=auto"])
            .args([&stock.join("disk.raw"), &disk]),
    )?;
    ensure!(fs::metadata(&disk)?.len() > 0, "the disk's copy is empty");
    Ok(disk)
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_key_is_short_and_changes_when_an_input_or_its_bounds_do() {
        assert_eq!(key(&["a"]).len(), 32);
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
    }
}
