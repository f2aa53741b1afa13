//! `berth`: the command line, a client of the control API.
//!
//! Each command is a module of [`commands`]; all of them print through
//! [`output::Output`] and fail with a [`failure::Failure`], which knows its
//! exit code.
mod args;
mod commands;
mod docker_context;
mod failure;
mod host_side;
mod output;
mod progress;
mod session;
mod terminal;

use std::process::exit;

use clap::Parser;

use crate::{args::Cli, output::Output};

fn main() {
    let cli = Cli::parse();
    let output = Output::new(cli.json);
    let code = match run(&output, cli) {
        Ok(code) => code,
        Err(failure) => {
            failure.print(&output);
            failure.code
        }
    };
    // A thread may still wait for input that nobody needs any more.
    exit(code);
}

fn run(output: &Output, cli: Cli) -> Result<i32, failure::Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(Box::pin(commands::run(output, cli.command)));
    runtime.shutdown_background();
    code
}
