//! `berth docker-cli`: Docker's command line and its plugins, for hosts that
//! have none. What a host has is never replaced.
use std::{
    env, fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::Context;
use crate::{
    args::{ClientsArgs, ClientsCommand},
    docker_context::DockerFolder,
    failure::{FAILED, Failure},
    host_side,
    output::Output,
};

/// One client.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Client {
    name: &'static str,
    #[serde(flatten)]
    step: Step,
}

/// What is to be done about it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Step {
    /// The host has it.
    Keep { file: PathBuf },
    /// It can be installed.
    Install { from: PathBuf, to: PathBuf },
    /// It is not there and there is nothing to install.
    Missing,
}

/// Shows what there is, or installs what is missing.
pub(crate) fn run(context: &Context<'_>, args: ClientsArgs) -> Result<i32, Failure> {
    let (from, install, yes) = match args.command {
        Some(ClientsCommand::Install { yes, from }) => (from, true, yes),
        None => (
            env::var_os("BERTH_CLIENTS").map(PathBuf::from),
            false,
            false,
        ),
    };
    let folder = from.or_else(|| bundled(context));
    let docker = DockerFolder::from_env(&context.home)?;
    let plan = plan(docker.root(), folder.as_deref());
    show(context.output, &plan)?;
    if !install {
        return Ok(0);
    }
    if plan.iter().any(|client| client.step == Step::Missing) {
        return Err(no_source(folder.as_deref()));
    }
    let steps: Vec<_> = plan.iter().filter_map(Client::copy).collect();
    if steps.is_empty() {
        context.output.note("Nothing to install");
        return Ok(0);
    }
    if !yes && !confirmed()? {
        context
            .output
            .note("Nothing was changed: add --yes to install");
        return Ok(0);
    }
    for (from, to) in steps {
        copy(from, to).map_err(|error| Failure::io(&to.display().to_string(), &error))?;
    }
    tell_path(context.output);
    Ok(0)
}

impl Client {
    fn copy(&self) -> Option<(&Path, &Path)> {
        match &self.step {
            Step::Install { from, to } => Some((from, to)),
            Step::Keep { .. } | Step::Missing => None,
        }
    }
}

fn bundled(context: &Context<'_>) -> Option<PathBuf> {
    let images = context.home.image_candidates().into_iter();
    let mut folders = images.map(|image| image.join("clients/bin"));
    folders.find(|folder| folder.is_dir())
}

fn no_source(folder: Option<&Path>) -> Failure {
    let text = match folder {
        Some(folder) => format!("'{}' does not have all of them", folder.display()),
        None => "no clients came with this VM image".to_owned(),
    };
    Failure::new(FAILED, text).hint(
        "install the packages docker-cli, docker-buildx and docker-compose of your system, or \
         name a folder that holds docker, docker-buildx and docker-compose with --from",
    )
}

fn plan(docker: &Path, folder: Option<&Path>) -> Vec<Client> {
    let bin = env::home_dir().unwrap_or_default().join(".local/bin");
    let plugins = docker.join("cli-plugins");
    let client = |name, found, to: &Path| Client {
        name,
        step: step(name, found, to, folder),
    };
    let plugin = |name| client(name, host_side::plugin(docker, name), &plugins);
    vec![
        client("docker", host_side::program("docker"), &bin),
        plugin("docker-buildx"),
        plugin("docker-compose"),
    ]
}

fn step(name: &str, found: Option<PathBuf>, to: &Path, folder: Option<&Path>) -> Step {
    let to = to.join(name);
    // A file at the target that can't be run is the user's to deal with.
    let found = found.or_else(|| to.exists().then(|| to.clone()));
    if let Some(file) = found {
        return Step::Keep { file };
    }
    let source = folder.map(|folder| folder.join(name));
    match source.filter(|file| host_side::is_executable(file)) {
        Some(from) => Step::Install { from, to },
        None => Step::Missing,
    }
}

fn show(output: &Output, plan: &[Client]) -> Result<(), Failure> {
    if output.json {
        output.json(&plan)?;
        return Ok(());
    }
    let rows = plan.iter().map(|client| {
        let text = match &client.step {
            Step::Keep { file } => format!("there: {}", file.display()),
            Step::Install { from, to } => {
                format!("to install: {} from {}", to.display(), from.display())
            }
            Step::Missing => "missing".to_owned(),
        };
        vec![client.name.to_owned(), text]
    });
    output.table(&rows.collect::<Vec<_>>())?;
    Ok(())
}

fn confirmed() -> io::Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(false);
    }
    let mut question = io::stderr().lock();
    question.write_all(b"Install? [y/N] ")?;
    question.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Copies rather than links: the folder goes when the image is updated.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = to.with_extension("new");
    fs::copy(from, &beside)?;
    fs::rename(beside, to)
}

fn tell_path(output: &Output) {
    if host_side::program("docker").is_none() {
        output.complain_as("hint", "add ~/.local/bin to your PATH to find docker");
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::{Step, copy, step};

    #[test]
    fn what_is_there_is_kept_and_only_programs_are_installed() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir(&from).unwrap();
        assert_eq!(step("docker", None, &to, None), Step::Missing);
        fs::write(from.join("docker"), "#!").unwrap();
        assert_eq!(step("docker", None, &to, Some(&from)), Step::Missing);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(from.join("docker"), mode).unwrap();
        let found = step("docker", Some("/usr/bin/docker".into()), &to, Some(&from));
        assert_eq!(
            found,
            Step::Keep {
                file: "/usr/bin/docker".into()
            }
        );
        let install = Step::Install {
            from: from.join("docker"),
            to: to.join("docker"),
        };
        assert_eq!(step("docker", None, &to, Some(&from)), install);
        copy(&from.join("docker"), &to.join("docker")).unwrap();
        let kept = Step::Keep {
            file: to.join("docker"),
        };
        assert_eq!(step("docker", None, &to, Some(&from)), kept);
        let mode = to.join("docker").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
    }
}
