//! The command line; people use `berth` instead.
use clap::Parser;

/// Owns Berth's virtual machine. Started by `berth` when it is needed; stop it
/// with `berth stop --quit`. Its home is $BERTH_HOME or ~/.berth.
#[derive(Debug, Parser)]
#[command(name = "berthd", version)]
pub(crate) struct Arguments {
    /// Write "ready" to this file descriptor once the control socket answers,
    /// or the error as JSON if it can't.
    #[arg(long, value_name = "N")]
    pub(crate) ready_fd: Option<i32>,
}
