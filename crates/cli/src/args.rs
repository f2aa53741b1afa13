//! The command line's grammar and its help.
use std::path::PathBuf;

use berth_api::call::LogSource;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell as CompletionShell;

const EXIT_CODES: &str = "\
Exit codes:
  0  done            3  the virtual machine is not running
  1  failed          4  'doctor' found something broken
  2  wrong usage     5  the daemon does not answer
  'exec' and 'shell' end with the code of their program, 127 if it can't be started.

Environment:
  BERTH_HOME   where everything is kept (~/.berth)
  BERTH_IMAGE  folder of the VM image
  BERTHD       the daemon program
  NO_COLOR     no colors";

/// Runs a Docker Engine in a small virtual machine.
#[derive(Debug, Parser)]
#[command(name = "berth", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    /// Print JSON, with the field names of the control API.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the virtual machine, and the daemon if it does not run.
    Start(StartArgs),
    /// Stop the virtual machine.
    Stop(StopArgs),
    /// Stop the virtual machine and start it again.
    Restart(RestartArgs),
    /// Put the virtual machine to sleep on the disk, containers and all. The next
    /// Docker call or 'berth start' wakes it.
    Suspend,
    /// Show what runs.
    Status(StatusArgs),
    /// Open the dashboard in the browser, and print its address.
    Dashboard(DashboardArgs),
    /// Print what makes Docker clients use this engine: eval "$(berth env)".
    Env(EnvArgs),
    /// Show a log.
    Logs(LogsArgs),
    /// Open a shell in the virtual machine.
    Shell,
    /// Run a program in the virtual machine.
    #[command(visible_alias = "exec")]
    ExecInVm(ExecArgs),
    /// Show and change settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check that everything is as it should be, and say what to do if not.
    Doctor(DoctorArgs),
    /// Show the versions of all parts.
    Version,
    /// Print a completion script: berth completion bash.
    Completion {
        /// The shell that it is for.
        shell: CompletionShell,
    },
    /// About the VM image.
    #[command(subcommand)]
    Image(ImageCommand),
    /// Docker's command line and its plugins.
    DockerCli(ClientsArgs),
    /// The Docker context that leads here.
    #[command(subcommand)]
    Context(ContextCommand),
    /// Starting with your login session.
    #[command(subcommand)]
    LoginItem(LoginItemCommand),
}

#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// Return at once, before the engine answers.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    /// Pull the plug: containers get no chance to end by themselves.
    #[arg(long, short, conflicts_with = "grace")]
    pub(crate) force: bool,
    /// Seconds that containers may take to end.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) grace: Option<u32>,
    /// Then end the daemon too.
    #[arg(long)]
    pub(crate) quit: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RestartArgs {
    /// Pull the plug: containers get no chance to end by themselves.
    #[arg(long, short, conflicts_with = "grace")]
    pub(crate) force: bool,
    /// Seconds that containers may take to end.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) grace: Option<u32>,
    /// Return at once, before the engine answers.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Go on showing it as it changes.
    #[arg(long, short)]
    pub(crate) watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DashboardArgs {
    /// Only print its address; so does --json.
    #[arg(long)]
    pub(crate) no_open: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EnvArgs {
    /// The shell that it is for; the one that runs if unset.
    #[arg(long)]
    pub(crate) shell: Option<EnvShell>,
    /// Print what takes it back.
    #[arg(long)]
    pub(crate) unset: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvShell {
    /// Any shell of the Bourne family.
    #[value(aliases = ["bash", "zsh", "dash", "ksh"])]
    Sh,
    /// The friendly one.
    Fish,
    /// PowerShell.
    #[value(name = "powershell", alias = "pwsh")]
    PowerShell,
}

#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// daemon, console, agent, dockerd, containerd, kernel or qemu.
    #[arg(default_value_t = LogSource::Daemon)]
    pub(crate) source: LogSource,
    /// Go on with new lines.
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// How many of its newest lines.
    #[arg(long, short = 'n', default_value_t = 200)]
    pub(crate) lines: u32,
}

#[derive(Debug, Args)]
pub(crate) struct ExecArgs {
    /// Set a variable of its environment: NAME=VALUE.
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) env: Vec<(String, String)>,
    /// Give it a terminal, or none; by default it gets one if this is one.
    #[arg(long, short, overrides_with = "no_tty")]
    pub(crate) tty: bool,
    /// Give it no terminal.
    #[arg(long, short = 'T', overrides_with = "tty")]
    pub(crate) no_tty: bool,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) argv: Vec<String>,
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE"),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show all settings.
    List {
        /// With what they are for.
        #[arg(long, short)]
        verbose: bool,
    },
    /// Show one setting.
    Get {
        /// Its name.
        key: String,
    },
    /// Change a setting.
    Set {
        /// Its name.
        key: String,
        /// Its new value.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Give a setting its default again.
    Unset {
        /// Its name.
        key: String,
    },
    /// Open the settings file in $VISUAL or $EDITOR, then check it.
    Edit,
    /// Show where the settings file is.
    Path,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Repair what can be repaired without risk.
    #[arg(long)]
    pub(crate) fix: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImageCommand {
    /// Show what is in it.
    Info,
}

#[derive(Debug, Args)]
pub(crate) struct ClientsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ClientsCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClientsCommand {
    /// Install those that this host lacks.
    Install {
        /// Don't ask.
        #[arg(long, short)]
        yes: bool,
        /// Take them from this folder.
        #[arg(long, env = "BERTH_CLIENTS", value_name = "FOLDER")]
        from: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LoginItemCommand {
    /// Start the daemon at login.
    Enable,
    /// Don't.
    Disable,
    /// Say which.
    Status,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContextCommand {
    /// Make Docker clients use this engine.
    Use,
    /// Show it.
    Show,
    /// Remove it, and select the one that was selected before.
    Remove,
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Command};

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_after_the_program_are_the_programs() {
        for arguments in [
            ["berth", "exec", "ls", "--json", "-t"].as_slice(),
            &["berth", "exec", "--", "ls", "--json", "-t"],
        ] {
            let cli = Cli::parse_from(arguments);
            let Command::ExecInVm(exec) = cli.command else {
                panic!("{:?}", cli.command);
            };
            assert_eq!(exec.argv, ["ls", "--json", "-t"]);
            assert!(!cli.json && !exec.tty);
        }
    }

    #[test]
    fn values_may_begin_with_a_hyphen() {
        let cli = Cli::parse_from(["berth", "config", "set", "cpus", "-1", "--json"]);
        assert!(cli.json);
    }
}
