//! Chores of the repository that a shell script would do badly: `cargo xtask <chore>`.
#![expect(clippy::print_stdout, reason = "chores talk to people")]

mod bench;
mod bindings;
mod clients;
mod conformance;
mod image;
mod prepared;
mod programs;
mod run;
mod setup;
mod stopwatch;
mod test;
mod ui;
mod window;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Measures Berth against QEMU's user network, OpenSSH and a stock VM
    Bench(bench::Arguments),
    /// Writes the dashboard's TypeScript declarations of the control API
    Bindings(bindings::Arguments),
    /// Runs bollard's tests on both sides of the socket and compares
    Conformance(conformance::Arguments),
    /// Builds the guest image and prints its folder
    Image(image::Arguments),
    /// Sets everything up on a fresh machine and brings Berth up
    Run(run::Arguments),
    /// Passes every test, the real-VM ones too
    Test(test::Arguments),
    /// Builds the dashboard's files and prints their folder
    Ui(ui::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().chore {
        Chore::Bench(arguments) => bench::run(&arguments),
        Chore::Bindings(arguments) => bindings::run(&arguments),
        Chore::Conformance(arguments) => conformance::run(&arguments),
        Chore::Image(arguments) => image::run(&arguments),
        Chore::Run(arguments) => run::run(&arguments),
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Ui(arguments) => ui::build(&arguments),
    }
}
