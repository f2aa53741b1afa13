//! PID 1 of Berth's guest.
//!
//! One static binary with three faces: `/init` of the initramfs, (started by
//! dockerd with `-proto`) the program that stands behind each published port, and
//! (started by the host with `clone`) the program that copies volumes.
//! It runs nowhere but in the guest.
mod agent;
mod boot;
mod children;
mod clone;
mod console;
mod engine;
mod expose;
mod hostnet;
mod log_ring;
mod network;
mod port;
mod power;
mod proxy;
mod services;
mod session;
mod stages;
mod vsock;

use std::process::ExitCode;

fn main() -> ExitCode {
    let argv: Vec<String> = std::env::args().collect();
    if argv.iter().any(|word| word == "-proto") {
        return proxy::main(&argv[1..]);
    }
    if argv.get(1).is_some_and(|word| word == "clone") {
        return clone::main(&argv[2..]);
    }
    if std::process::id() == 1 {
        return agent::main();
    }
    console::line("berth-agent runs as PID 1 of Berth's guest, and nowhere else");
    ExitCode::from(2)
}
