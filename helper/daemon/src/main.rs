//! `berthd`: owns the virtual machine, and serves the Docker socket, the
//! control API, the dashboard and the published ports. One for each user and home folder.
//!
//! Starting is a list of phases, each of which needs the ones before it: home
//! folder, lock, log, sockets, machine. Both sockets answer before the machine
//! boots, so that clients can watch it.
mod arguments;
mod backends;
mod desk;
mod live;
mod log;
mod phases;
mod ready;
mod services;
mod sys;
mod web;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use ready::Ready;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ready = Ready::new(arguments.ready_fd);
    match phases::run(ready) {
        Ok(()) => ExitCode::SUCCESS,
        Err(()) => ExitCode::FAILURE,
    }
}
