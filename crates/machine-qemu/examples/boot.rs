//! Boots an image by hand: `cargo run -p berth-machine-qemu --example boot --
//! KERNEL INITRD ROOT DATA RUN_DIR [CMDLINE]`. Runs the machine until it ends
//! or a line comes on standard input, which kills it. A machine that runs
//! already is adopted; `BERTH_LEAVE=1` leaves it running.
use std::{error::Error, path::PathBuf, time::Instant};

use berth_machine::{Backend, MachineSpec};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

#[tokio::main]
#[expect(clippy::print_stderr, reason = "this is a program for a terminal")]
async fn main() -> Result<(), Box<dyn Error>> {
    let spec = spec()?;
    let backend = berth_machine_qemu::backend();
    eprintln!("{:?}", backend.probe().await?);
    let begin = Instant::now();
    let machine = match backend.adopt(&spec).await? {
        Some(machine) => machine,
        None => backend.start(&spec).await?,
    };
    eprintln!(
        "runs after {:?}: pid {:?}, {}, warning {:?}",
        begin.elapsed(),
        machine.pid(),
        machine.accelerator(),
        machine.warning()
    );
    let (mut from_guest, mut to_guest) = tokio::io::split(machine.open_channel().await?);
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    let mut bytes = [0; 4096];
    loop {
        tokio::select! {
            exit = machine.exited() => { eprintln!("{exit:?}"); return Ok(()); }
            read = from_guest.read(&mut bytes) => {
                let read = read?;
                if read == 0 { eprintln!("channel ended: {:?}", machine.exited().await); return Ok(()); }
                eprintln!("guest: {:?}", String::from_utf8_lossy(&bytes[..read]));
            }
            line = input.next_line() => match line?.as_deref() {
                None if std::env::var_os("BERTH_LEAVE").is_some() => return Ok(()),
                None | Some("kill") => { machine.kill().await?; eprintln!("killed"); }
                Some(line) if line.starts_with("grow ") => {
                    eprintln!("{:?}", machine.grow_data_disk(line[5..].parse()?).await);
                }
                Some("reopen") => {
                    (from_guest, to_guest) = tokio::io::split(machine.open_channel().await?);
                }
                Some(line) => to_guest.write_all(format!("{line}\n").as_bytes()).await?,
            }
        }
    }
}

fn spec() -> Result<MachineSpec, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut path = |what| arguments.next().map(PathBuf::from).ok_or(what);
    let (kernel, initrd) = (path("KERNEL is missing")?, path("INITRD is missing")?);
    let (root_image, data_disk) = (path("ROOT is missing")?, path("DATA is missing")?);
    let run_dir = path("RUN_DIR is missing")?;
    Ok(MachineSpec {
        console_log: run_dir.join("console.log"),
        run_dir,
        kernel,
        initrd,
        root_image,
        data_disk,
        cmdline: arguments.next().unwrap_or_default(),
        cpus: 2,
        memory_bytes: 2 << 30,
    })
}
