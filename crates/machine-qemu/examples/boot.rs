//! Boots an image by hand: `cargo run -p berth-machine-qemu --example boot --
//! KERNEL INITRD ROOT DATA RUN_DIR [CMDLINE]`. Runs the machine until it ends.
//! Lines on standard input: `info` asks the agent how it is, `save FILE`,
//! `grow BYTES`, `shutdown`, `kill`, which is also what the end of the input
//! does. A machine that runs already is adopted; `BERTH_LEAVE=1` leaves it
//! running; `BERTH_STATE=FILE` restores it from what `save FILE` wrote.
use std::{error::Error, path::PathBuf, time::Instant};

use berth_link::{
    frame, handshake,
    mux::{Role, start},
    proto::{ControlReply, ControlRequest, GuestService},
};
use berth_machine::{Backend, Machine, MachineSpec};
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
#[expect(clippy::print_stderr, reason = "this is a program for a terminal")]
async fn main() -> Result<(), Box<dyn Error>> {
    let spec = spec()?;
    let backend = berth_machine_qemu::backend();
    eprintln!("{:?}", backend.probe().await?);
    let begin = Instant::now();
    let adopted = backend.adopt(&spec).await?;
    let machine = match (adopted, std::env::var_os("BERTH_STATE")) {
        (Some(machine), _) => machine,
        (None, Some(file)) => backend.restore(&spec, &PathBuf::from(file)).await?,
        (None, None) => backend.start(&spec).await?,
    };
    eprintln!(
        "runs after {:?}: pid {:?}, {}, warning {:?}",
        begin.elapsed(),
        machine.pid(),
        machine.accelerator(),
        machine.warning()
    );
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            exit = machine.exited() => { eprintln!("{exit:?}"); return Ok(()); }
            line = input.next_line() => match line?.as_deref() {
                None if std::env::var_os("BERTH_LEAVE").is_some() => return Ok(()),
                None => machine.kill().await?,
                Some(line) => {
                    let begin = Instant::now();
                    let outcome = obey(machine.as_ref(), line).await;
                    eprintln!("{line}: {outcome:?} after {:?}", begin.elapsed());
                }
            }
        }
    }
}

async fn obey(machine: &dyn Machine, line: &str) -> Result<String, Box<dyn Error>> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("kill", _) => machine.kill().await?,
        ("grow", bytes) => machine.grow_data_disk(bytes.parse()?).await?,
        ("save", file) => machine.save(&PathBuf::from(file)).await?,
        ("info", _) => return ask(machine, ControlRequest::Info).await,
        ("shutdown", _) => {
            let request = ControlRequest::Shutdown { grace_seconds: 10 };
            return ask(machine, request).await;
        }
        _ => return Err("no such command".into()),
    }
    Ok("done".to_owned())
}

async fn ask(machine: &dyn Machine, request: ControlRequest) -> Result<String, Box<dyn Error>> {
    let mut channel = machine.open_channel().await?;
    let nonce = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let (_, early) = handshake::host(&mut channel, nonce.as_nanos() as u64).await?;
    let (session, _incoming) = start(channel, early, Role::Host);
    let mut stream = session.open(&GuestService::Control).await?;
    frame::write(&mut stream, &request).await?;
    let reply: ControlReply = frame::read(&mut stream).await?;
    Ok(format!("{reply:?}"))
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
