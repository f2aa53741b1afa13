//! Chores of the repository that a shell script would do badly: `cargo xtask <chore>`.
#![expect(clippy::print_stdout, reason = "chores talk to people")]

mod clients;
mod image;
mod programs;
mod run;
mod setup;
mod stopwatch;
mod test;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Builds the guest image and prints its folder
    Image(image::Arguments),
    /// Sets everything up on a fresh machine and brings Berth up
    Run(run::Arguments),
    /// Passes every test, the real-VM ones too
    Test(test::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().chore {
        Chore::Image(arguments) => image::run(&arguments),
        Chore::Run(arguments) => run::run(&arguments),
        Chore::Test(arguments) => test::run(&arguments),
    }
}
