//! `recorded-engine`: a dashboard on an engine that was never started. Prints one
//! line of JSON, `{"url", "origin", "token", "socket"}`, and runs until its
//! standard input ends.
use std::{io::Write, path::PathBuf};

use anyhow::Context;
use berth_recorded::{Options, World, site};
use clap::Parser;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

/// Serves a dashboard on an engine that was never started.
#[derive(Debug, Parser)]
struct Arguments {
    /// Number of containers.
    #[arg(long, default_value_t = 12)]
    containers: usize,
    /// Number of images.
    #[arg(long, default_value_t = 20)]
    images: usize,
    /// Number of volumes.
    #[arg(long, default_value_t = 8)]
    volumes: usize,
    /// Things that happen each second.
    #[arg(long, default_value_t = 0)]
    events: u64,
    /// Names, labels and logs try to break whoever shows them.
    #[arg(long)]
    hostile: bool,
    /// State of the machine.
    #[arg(long, default_value = "running")]
    #[arg(value_parser = ["running", "stopped", "suspended", "starting", "failed"])]
    vm: String,
    /// Folder of the dashboard's files.
    #[arg(long)]
    ui: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Runtime::new()?.block_on(run(arguments))
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let home = tempfile::Builder::new()
        .prefix("berth-recorded")
        .tempdir()?;
    let built = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist");
    let named = std::env::var_os("BERTH_UI").map(PathBuf::from);
    let quit = CancellationToken::new();
    let plan = site::Plan {
        home: home.path().to_owned(),
        world: World::new(&Options {
            containers: arguments.containers,
            images: arguments.images,
            volumes: arguments.volumes,
            hostile: arguments.hostile,
        }),
        events: arguments.events,
        vm: arguments.vm,
        ui: arguments.ui.or(named).or(Some(built)),
    };
    let address = site::start(plan, quit.clone()).await?;
    let line = json!({
        "url": address.url, "origin": address.origin, "token": address.token,
        "socket": home.path().join("run/docker.sock"),
    });
    writeln!(std::io::stdout(), "{line}").context("the address could not be told")?;
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    quit.cancel();
    Ok(())
}
