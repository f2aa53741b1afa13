//! `berth doctor`: the daemon's checks, and those of this side: what Docker's
//! clients on this host will do.
mod checks;
mod link;

use std::{env, io, path::Path};

use berth_api::{
    call::Call,
    report::{Check, CheckStatus, DoctorReport},
};

use self::{
    checks::{Facts, client_checks},
    link::Linked,
};
use super::{Context, context};
use crate::{
    args::DoctorArgs,
    docker_context::DockerFolder,
    failure::{Failure, UNHEALTHY},
    host_side::{self, SYSTEM_SOCKET},
    output::{Color, Output},
    session,
};

/// Checks, repairs if asked, and shows what was found.
pub(crate) async fn run(context: &Context<'_>, args: &DoctorArgs) -> Result<i32, Failure> {
    if args.fix {
        fix(context)?;
    }
    let mut checks = daemon_checks(context).await;
    checks.extend(client_checks(&gather(context)));
    let report = DoctorReport { checks };
    if context.output.json {
        context.output.json(&report)?;
    } else {
        show(context.output, &report)?;
    }
    Ok(if report.is_healthy() { 0 } else { UNHEALTHY })
}

/// A daemon that does not answer is a finding, not a failure of this command.
async fn daemon_checks(context: &Context<'_>) -> Vec<Check> {
    let mut client = match session::connect(&context.home).await {
        Ok(client) => client,
        Err(error) => return vec![checks::daemon_failed(&error)],
    };
    let mut all = vec![checks::daemon_answers()];
    match client.call::<DoctorReport>(Call::Doctor).await {
        Ok(report) => all.extend(report.checks),
        Err(error) => all.push(checks::daemon_failed(&error)),
    }
    all
}

fn gather(context: &Context<'_>) -> Facts {
    let socket = context.home.docker_socket();
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let folder = DockerFolder::from_env(&context.home);
    let docker = folder.as_ref().ok().map(DockerFolder::root);
    let plugin = |name| docker.and_then(|docker| host_side::plugin(docker, name));
    Facts {
        docker: host_side::program("docker"),
        compose: plugin("docker-compose"),
        buildx: plugin("docker-buildx"),
        berth: host_side::program("berth"),
        docker_host: variable("DOCKER_HOST"),
        docker_context: variable("DOCKER_CONTEXT"),
        selection: folder.ok().and_then(|folder| folder.selection().ok()),
        system_socket: host_side::lead(Path::new(SYSTEM_SOCKET), &socket),
        run_dir_mode: mode(&context.home.run_dir()),
        socket,
    }
}

fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let meta = path.metadata().ok()?;
    Some(meta.permissions().mode() & 0o777)
}

fn fix(context: &Context<'_>) -> Result<(), Failure> {
    let output = context.output;
    if let Some(note) = context::offer(context)? {
        output.note(&note);
    }
    let socket = context.home.docker_socket();
    match link::link(Path::new(SYSTEM_SOCKET), &socket) {
        Ok(Linked::Already | Linked::NotOurs) => {}
        Ok(Linked::Now) => output.note(&format!("Linked {SYSTEM_SOCKET} to {}", socket.display())),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let command = checks::link_command(&socket);
            output.complain_as("hint", &format!("this needs the administrator: {command}"));
        }
        Err(error) => return Err(Failure::io(SYSTEM_SOCKET, &error)),
    }
    Ok(())
}

fn show(output: &Output, report: &DoctorReport) -> Result<(), Failure> {
    for check in &report.checks {
        let (color, mark) = match check.status {
            CheckStatus::Ok => (Color::Green, "ok  "),
            CheckStatus::Warn => (Color::Yellow, "warn"),
            CheckStatus::Fail => (Color::Red, "FAIL"),
            CheckStatus::Skip => (Color::Dim, "skip"),
        };
        let mark = output.paint(color, mark);
        output.line(&format!("{mark}  {}: {}", check.title, check.detail))?;
        let shown = matches!(check.status, CheckStatus::Warn | CheckStatus::Fail);
        if let Some(fix) = check.fix.as_ref().filter(|_| shown) {
            output.line(&format!(
                "      {} {fix}",
                output.paint(Color::Cyan, "fix:")
            ))?;
        }
    }
    Ok(())
}
