//! The commands, one module each.
mod clients;
mod config;
mod context;
mod dashboard;
mod doctor;
mod env;
mod exec;
mod image;
mod lifecycle;
mod login_item;
mod logs;
mod status;
mod version;

use berth_model::home::Home;
use clap::CommandFactory;

use crate::{
    args::{Cli, Command},
    failure::Failure,
    output::Output,
};

/// What every command needs.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// Where to print.
    pub(crate) output: &'a Output,
    /// Whose daemon it is.
    pub(crate) home: Home,
}

/// Runs a command; its result is the exit code.
pub(crate) async fn run(output: &Output, command: Command) -> Result<i32, Failure> {
    if let Command::Completion { shell } = command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "berth", &mut script);
        output.raw(&script)?;
        return Ok(0);
    }
    let home = Home::from_env()?;
    let context = Context { output, home };
    dispatch(&context, command).await
}

async fn dispatch(context: &Context<'_>, command: Command) -> Result<i32, Failure> {
    match command {
        Command::Start(args) => lifecycle::start(context, &args).await,
        Command::Stop(args) => lifecycle::stop(context, &args).await,
        Command::Restart(args) => lifecycle::restart(context, &args).await,
        Command::Suspend => lifecycle::suspend(context).await,
        Command::Status(args) => status::run(context, &args).await,
        Command::Dashboard(args) => dashboard::run(context, &args).await,
        Command::Env(args) => env::run(context, &args),
        Command::Logs(args) => logs::run(context, &args).await,
        Command::Shell => exec::shell(context).await,
        Command::ExecInVm(args) => exec::exec(context, args).await,
        Command::Config(command) => config::run(context, command).await,
        Command::Doctor(args) => doctor::run(context, &args).await,
        Command::Version => version::run(context).await,
        Command::Image(command) => image::run(context, &command).await,
        Command::DockerCli(args) => clients::run(context, args),
        Command::Context(command) => context::run(context, &command),
        Command::LoginItem(command) => login_item::run(context, &command),
        // Needs no home and was done before one was looked for.
        Command::Completion { .. } => Ok(0),
    }
}
