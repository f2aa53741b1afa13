//! The ways into one guest that are compared: Berth's, QEMU's user network, and
//! OpenSSH's forwarding.
//!
//! All three reach the same container and the same engine. For the peers the
//! machine has a network card besides, which only QEMU's user network serves.
//! `hostfwd` reaches the engine over a relay in the guest, since Berth's engine
//! listens on no TCP port; OpenSSH's own client asks for the Unix socket.
//! OpenSSH comes in over `hostfwd`, as it does in VMs of that kind.
use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    http::Endpoint,
    lab::{Lab, free_addresses, output, wait_for_engine},
    report::BERTH,
};

/// The guest's address on the network card that only the benchmark has.
const GUEST: &str = "10.0.99.15";

/// Image of the peers: busybox and the program that connections end at.
pub(super) const IMAGE: &str = "berth/bench";
const SSH_IMAGE: &str = "berth/bench-sshd";

/// How long a way may take to open once the machine is up.
const WAY: Duration = Duration::from_secs(60);

/// Where the container that serves connections listens.
const SERVICE: u16 = 9000;

/// One way into the guest.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// Its name in the report.
    pub(super) name: &'static str,
    /// Where it gives the engine.
    pub(super) engine: Endpoint,
    /// Where it gives the container's port.
    pub(super) service: SocketAddr,
}

/// Addresses on the host, fixed before the machine starts.
#[derive(Debug)]
pub(super) struct Plan {
    /// Published by Berth; the same port in the guest is what `hostfwd` leads to.
    published: SocketAddr,
    relay: SocketAddr,
    sshd: SocketAddr,
    hostfwd_service: SocketAddr,
    hostfwd_engine: SocketAddr,
    hostfwd_ssh: SocketAddr,
    ssh_service: SocketAddr,
}

impl Plan {
    /// Picks free ports.
    pub(super) fn new() -> Result<Self> {
        let [
            published,
            relay,
            sshd,
            hostfwd_service,
            hostfwd_engine,
            hostfwd_ssh,
            ssh_service,
        ] = free_addresses()?;
        Ok(Self {
            published,
            relay,
            sshd,
            hostfwd_service,
            hostfwd_engine,
            hostfwd_ssh,
            ssh_service,
        })
    }

    /// QEMU's arguments for the network card.
    pub(super) fn qemu_arguments(&self) -> String {
        let forward = |host: SocketAddr, guest: SocketAddr| {
            format!(",hostfwd=tcp:{host}-{GUEST}:{}", guest.port())
        };
        let forwards = [
            forward(self.hostfwd_service, self.published),
            forward(self.hostfwd_engine, self.relay),
            forward(self.hostfwd_ssh, self.sshd),
        ];
        format!(
            "-netdev user,id=bench,net=10.0.99.0/24{} -device virtio-net-pci,netdev=bench",
            forwards.concat()
        )
    }

    /// Brings the card up in the guest, starts what the peers need there, and
    /// opens all ways. OpenSSH's process ends with the returned guard.
    pub(super) fn open(&self, lab: &Lab, images: &Images<'_>) -> Result<(Vec<Way>, Ssh)> {
        lab.script(&format!(
            "modprobe virtio_net\n\
             until [ -d /sys/class/net/eth0 ]; do usleep 10000; done\n\
             ip address add {GUEST}/24 dev eth0\n\
             ip link set eth0 up"
        ))
        .context("bringing up the network card for the comparison")?;
        let service = self.run_containers(lab, images)?;
        let ssh = Ssh::start(self, lab, images.key, &service)?;
        let ways = vec![
            Way {
                name: BERTH,
                engine: lab.endpoint(),
                service: self.published,
            },
            Way {
                name: "hostfwd",
                engine: Endpoint::Tcp(self.hostfwd_engine),
                service: self.hostfwd_service,
            },
            Way {
                name: "ssh",
                engine: ssh.engine.clone(),
                service: self.ssh_service,
            },
        ];
        for way in &ways {
            wait_for_engine(&way.engine, WAY)
                .with_context(|| format!("the way of {}", way.name))?;
        }
        Ok((ways, ssh))
    }

    /// Gives the address of the serving container in the guest.
    fn run_containers(&self, lab: &Lab, images: &Images<'_>) -> Result<String> {
        let path = |path: &Path| path.display().to_string();
        lab.docker(&["import", &path(images.peer), IMAGE])?;
        lab.docker(&["import", &path(images.sshd), SSH_IMAGE])?;
        let publish = format!("0.0.0.0:{}:{SERVICE}", self.published.port());
        let port = SERVICE.to_string();
        let serve = ["/peer", "serve", &port];
        lab.docker(
            &[
                &["run", "-d", "--name", "service", "-p", &publish, IMAGE],
                &serve[..],
            ]
            .concat(),
        )?;
        let socket = "/var/run/docker.sock";
        let mount = format!("{socket}:{socket}");
        let host = ["run", "-d", "--network", "host", "-v", &mount];
        let port = self.relay.port().to_string();
        lab.docker(&[&host[..], &[IMAGE, "/peer", "relay", &port, socket]].concat())?;
        let port = self.sshd.port().to_string();
        let sshd = [SSH_IMAGE, "/usr/sbin/sshd", "-D", "-e", "-p", &port];
        let own = ["--privileged", "--tmpfs", "/run/sshd:mode=0755"];
        lab.docker(&[&host[..], &own, &sshd[..]].concat())?;
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        lab.docker(&["inspect", "-f", format, "service"])
    }
}

/// What the guest's containers are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Images<'a> {
    /// Root file system with busybox and `/peer`.
    pub(super) peer: &'a Path,
    /// Root file system with an SSH server that `key` opens.
    pub(super) sshd: &'a Path,
    /// The private key.
    pub(super) key: &'a Path,
}

/// OpenSSH's client; killed when dropped.
#[derive(Debug)]
pub(super) struct Ssh {
    client: Child,
    engine: Endpoint,
}

impl Ssh {
    fn start(plan: &Plan, lab: &Lab, key: &Path, service: &str) -> Result<Self> {
        let socket = lab.folder().join("ssh.sock");
        wait_for_banner(plan.hostfwd_ssh)?;
        let mut ssh = Command::new("ssh");
        ssh.args(["-N", "-F", "none", "-l", "root", "-i"]).arg(key);
        for option in [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "ExitOnForwardFailure=yes",
            "BatchMode=yes",
            "LogLevel=ERROR",
        ] {
            ssh.args(["-o", option]);
        }
        ssh.arg("-p").arg(plan.hostfwd_ssh.port().to_string());
        ssh.arg("-L")
            .arg(format!("{}:{service}:{SERVICE}", plan.ssh_service));
        ssh.arg("-L")
            .arg(format!("{}:/var/run/docker.sock", socket.display()));
        ssh.arg(plan.hostfwd_ssh.ip().to_string());
        let client = ssh.stdin(Stdio::null()).spawn();
        Ok(Self {
            client: client.context("starting ssh")?,
            engine: Endpoint::Unix(socket),
        })
    }
}

impl Drop for Ssh {
    fn drop(&mut self) {
        // It fails only when it has ended, and that is what we want.
        let _ = self.client.kill();
        let _ = self.client.wait();
    }
}

/// The user network accepts before anybody in the guest listens.
fn wait_for_banner(sshd: SocketAddr) -> Result<()> {
    let deadline = Instant::now() + WAY;
    let mut keyscan = Command::new("ssh-keyscan");
    keyscan.args([
        "-T",
        "10",
        "-t",
        "ed25519",
        "-p",
        &sshd.port().to_string(),
        "127.0.0.1",
    ]);
    while !output(&mut keyscan).is_ok_and(|keys| !keys.is_empty()) {
        if Instant::now() > deadline {
            bail!("the SSH server in the guest does not answer on {sshd}");
        }
    }
    Ok(())
}
