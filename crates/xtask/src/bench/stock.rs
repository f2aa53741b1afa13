//! Booting the stock Debian VM in the QEMU that Berth uses, with the same
//! accelerator, CPU model, CPUs and memory.
use std::{
    io::Write,
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    http::Endpoint,
    lab::{PATIENCE, free_addresses, wait_for_engine},
};

/// How long it may take to power off, before it is killed.
const POWER_OFF: Duration = Duration::from_secs(120);

/// A stock VM that can be started.
#[derive(Debug)]
pub(super) struct Stock {
    arguments: Vec<String>,
    monitor: PathBuf,
    engine: SocketAddr,
    /// Whether what it writes outlives it.
    keeps: bool,
}

impl Stock {
    /// From its folder and its disk, like the machine whose QEMU has the
    /// command line `like`.
    pub(super) fn new(folder: &Path, disk: &Path, like: &[String]) -> Result<Self> {
        let [engine] = free_addresses()?;
        let monitor = disk.with_extension("monitor");
        let mut arguments = shared(like)?;
        let show = |path: &Path| path.display().to_string();
        for (name, value) in [
            ("-machine", "q35".to_owned()),
            ("-display", "none".to_owned()),
            ("-kernel", show(&folder.join("vmlinuz"))),
            ("-initrd", show(&folder.join("initrd.img"))),
            ("-append", "root=/dev/vda rw quiet console=ttyS0".to_owned()),
            (
                "-drive",
                format!("file={},if=virtio,format=raw", show(disk)),
            ),
            ("-netdev", format!("user,id=net,hostfwd=tcp:{engine}-:2375")),
            ("-device", "virtio-net-pci,netdev=net".to_owned()),
            ("-device", "virtio-rng-pci".to_owned()),
            (
                "-serial",
                format!("file:{}", show(&disk.with_extension("console"))),
            ),
            (
                "-monitor",
                format!("unix:{},server=on,wait=off", show(&monitor)),
            ),
        ] {
            arguments.extend([name.to_owned(), value]);
        }
        arguments.extend(["-nodefaults".to_owned(), "-no-reboot".to_owned()]);
        Ok(Self {
            arguments,
            monitor,
            engine,
            keeps: true,
        })
    }

    /// From now on each start finds the disk as it is now.
    pub(super) fn freeze(&mut self) {
        self.arguments.push("-snapshot".to_owned());
        self.keeps = false;
    }

    /// Boots it, stops it, and says how long it took until the engine answered.
    pub(super) fn boot(&self) -> Result<Duration> {
        let start = Instant::now();
        let qemu = Command::new(&self.arguments[0])
            .args(&self.arguments[1..])
            .stdin(Stdio::null())
            .spawn();
        let mut guard = Killed(qemu.context("starting QEMU")?);
        wait_for_engine(&Endpoint::Tcp(self.engine), PATIENCE).context("the stock VM")?;
        let took = start.elapsed();
        if self.keeps {
            self.power_off(&mut guard.0)?;
        }
        Ok(took)
    }

    fn power_off(&self, qemu: &mut Child) -> Result<()> {
        let mut monitor = UnixStream::connect(&self.monitor)?;
        monitor.write_all(b"system_powerdown\n")?;
        let deadline = Instant::now() + POWER_OFF;
        while qemu.try_wait()?.is_none() {
            if Instant::now() > deadline {
                bail!("the stock VM does not power off");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It fails only when it has ended, and that is what we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program and the arguments that decide how fast a machine is.
fn shared(like: &[String]) -> Result<Vec<String>> {
    let mut arguments = vec![like.first().context("an empty command line")?.clone()];
    for name in ["-accel", "-cpu", "-smp", "-m"] {
        let value = value(like, name).with_context(|| format!("Berth's QEMU has no {name}"))?;
        arguments.extend([name.to_owned(), value.to_owned()]);
    }
    Ok(arguments)
}

/// The value of an argument on a command line.
pub(super) fn value<'a>(line: &'a [String], name: &str) -> Option<&'a str> {
    let at = line.iter().position(|argument| argument == name)?;
    line.get(at + 1).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Stock, value};

    fn line(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_stock_machine_gets_the_processor_and_memory_of_ours() {
        let ours = line("/usr/bin/qemu -machine q35,x=y -accel tcg -cpu max -smp 1 -m 5888M");
        let stock = Stock::new(Path::new("/s"), Path::new("/t/disk.raw"), &ours).unwrap();
        assert_eq!(stock.arguments[0], "/usr/bin/qemu");
        assert_eq!(value(&stock.arguments, "-accel"), Some("tcg"));
        assert_eq!(value(&stock.arguments, "-m"), Some("5888M"));
        assert_eq!(value(&stock.arguments, "-machine"), Some("q35"));
    }

    #[test]
    fn a_command_line_without_a_processor_is_refused() {
        let error = Stock::new(Path::new("/s"), Path::new("/d"), &line("qemu -accel tcg"));
        assert!(error.unwrap_err().to_string().contains("-cpu"));
    }
}
