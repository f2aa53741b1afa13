//! `berth env`: what makes Docker clients of one shell use this engine.
use std::{env, path::Path};

use super::Context;
use crate::{
    args::{EnvArgs, EnvShell},
    docker_context::host,
    failure::Failure,
};

const VARIABLE: &str = "DOCKER_HOST";

/// Prints it.
pub(crate) fn run(context: &Context<'_>, args: &EnvArgs) -> Result<i32, Failure> {
    let host = host(&context.home.docker_socket());
    let output = context.output;
    if output.json {
        output.json(&serde_json::json!({ VARIABLE: host }))?;
        return Ok(0);
    }
    let shell = args
        .shell
        .unwrap_or_else(|| shell_of(env::var_os("SHELL").as_deref().map(Path::new)));
    let line = match args.unset {
        true => unset(shell),
        false => set(shell, &host),
    };
    output.line(&line)?;
    Ok(0)
}

fn shell_of(program: Option<&Path>) -> EnvShell {
    match program
        .and_then(Path::file_stem)
        .and_then(|name| name.to_str())
    {
        Some("fish") => EnvShell::Fish,
        Some("pwsh" | "powershell") => EnvShell::PowerShell,
        _ => EnvShell::Sh,
    }
}

fn set(shell: EnvShell, value: &str) -> String {
    match shell {
        EnvShell::Sh => format!("export {VARIABLE}='{}'", value.replace('\'', r"'\''")),
        EnvShell::Fish => {
            let value = value.replace('\\', r"\\").replace('\'', r"\'");
            format!("set -gx {VARIABLE} '{value}'")
        }
        EnvShell::PowerShell => format!("$Env:{VARIABLE} = '{}'", value.replace('\'', "''")),
    }
}

fn unset(shell: EnvShell) -> String {
    match shell {
        EnvShell::Sh => format!("unset {VARIABLE}"),
        EnvShell::Fish => format!("set -e {VARIABLE}"),
        EnvShell::PowerShell => format!("Remove-Item Env:{VARIABLE}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{set, shell_of};
    use crate::args::EnvShell;

    #[test]
    fn quotes_in_the_path_stay_in_the_path() {
        let value = "unix:///it's/s";
        assert_eq!(
            set(EnvShell::Sh, value),
            r"export DOCKER_HOST='unix:///it'\''s/s'"
        );
        assert_eq!(
            set(EnvShell::Fish, value),
            r"set -gx DOCKER_HOST 'unix:///it\'s/s'"
        );
        let line = set(EnvShell::PowerShell, value);
        assert_eq!(line, "$Env:DOCKER_HOST = 'unix:///it''s/s'");
    }

    #[test]
    fn the_shell_is_known_by_its_program() {
        assert_eq!(shell_of(Some(Path::new("/usr/bin/fish"))), EnvShell::Fish);
        assert_eq!(shell_of(Some(Path::new("pwsh.exe"))), EnvShell::PowerShell);
        assert_eq!(shell_of(Some(Path::new("/bin/zsh"))), EnvShell::Sh);
        assert_eq!(shell_of(None), EnvShell::Sh);
    }
}
