//! The checks of the client's side: from facts to findings, nothing else.
use std::path::{Path, PathBuf};

use berth_api::{
    client::ClientError,
    error::ApiError,
    report::{
        Check,
        CheckStatus::{self, Fail, Ok as Good, Skip, Warn},
    },
};

use crate::{
    docker_context::{NAME, Selection, host},
    host_side::{Lead, SYSTEM_SOCKET},
};

/// What was found on this host.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) docker: Option<PathBuf>,
    pub(super) compose: Option<PathBuf>,
    pub(super) buildx: Option<PathBuf>,
    pub(super) berth: Option<PathBuf>,
    pub(super) docker_host: Option<String>,
    pub(super) docker_context: Option<String>,
    /// `None` when Docker's files can't be read.
    pub(super) selection: Option<Selection>,
    pub(super) system_socket: Lead,
    pub(super) run_dir_mode: Option<u32>,
    pub(super) socket: PathBuf,
}

fn check(
    id: &str,
    title: &str,
    status: CheckStatus,
    detail: impl Into<String>,
    fix: Option<&str>,
) -> Check {
    Check {
        id: id.to_owned(),
        title: title.to_owned(),
        status,
        detail: detail.into(),
        fix: fix.map(str::to_owned),
    }
}

/// The daemon answers.
pub(super) fn daemon_answers() -> Check {
    check("daemon", "Daemon", Good, "it answers", None)
}

/// The daemon, or its own checks, can't be asked.
pub(super) fn daemon_failed(error: &ClientError) -> Check {
    let detail = ApiError::internal(error).message;
    check("daemon", "Daemon", Fail, detail, error.hint())
}

/// All checks of the client's side, in the order in which people read them.
pub(super) fn client_checks(facts: &Facts) -> Vec<Check> {
    vec![
        programs(facts),
        plugins(facts),
        context(facts),
        environment(facts),
        system_socket(facts),
        run_dir(facts),
        path(facts),
    ]
}

fn programs(facts: &Facts) -> Check {
    let (id, title) = ("docker_cli", "Docker client");
    match &facts.docker {
        Some(file) => check(id, title, Good, file.display().to_string(), None),
        None => {
            let text = "there is no program 'docker' on the PATH";
            check(id, title, Warn, text, Some("berth docker-cli install"))
        }
    }
}

fn plugins(facts: &Facts) -> Check {
    let (id, title) = ("docker_plugins", "Docker plugins");
    let all = [("compose", &facts.compose), ("buildx", &facts.buildx)];
    let missing = all.iter().filter(|(_, file)| file.is_none());
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return check(id, title, Good, "compose and buildx are there", None);
    }
    let text = format!("without {}", missing.join(" and "));
    check(id, title, Warn, text, Some("berth docker-cli install"))
}

fn context(facts: &Facts) -> Check {
    let (id, title) = ("docker_context", "Docker context");
    let fix = Some("berth context use");
    let Some(selection) = &facts.selection else {
        let text = "Docker's configuration can't be read";
        return check(id, title, Warn, text, Some("berth context show"));
    };
    match &selection.target {
        None => check(
            id,
            title,
            Warn,
            format!("there is no context '{NAME}'"),
            fix,
        ),
        Some(target) if !selection.leads_to(&facts.socket) => {
            let text = format!("'{NAME}' leads to {target}, not here");
            check(id, title, Warn, text, fix)
        }
        Some(_) if selection.is_selected() => {
            check(id, title, Good, format!("'{NAME}' is selected"), None)
        }
        Some(_) => {
            let text = format!("'{}' is selected, not '{NAME}'", selection.current);
            check(id, title, Warn, text, fix)
        }
    }
}

fn environment(facts: &Facts) -> Check {
    let (id, title) = ("docker_host", "Environment");
    if let Some(value) = &facts.docker_host {
        if *value == host(&facts.socket) {
            return check(id, title, Good, "DOCKER_HOST leads here", None);
        }
        let text = format!("DOCKER_HOST is {value}, it comes before every context");
        return check(id, title, Warn, text, Some("unset DOCKER_HOST"));
    }
    match &facts.docker_context {
        Some(name) if name != NAME => {
            let text = format!("DOCKER_CONTEXT is {name}, it comes before the selected one");
            check(id, title, Warn, text, Some("unset DOCKER_CONTEXT"))
        }
        _ => check(id, title, Good, "no variable leads docker elsewhere", None),
    }
}

/// The command that makes `/var/run/docker.sock` lead here.
pub(super) fn link_command(socket: &Path) -> String {
    let quoted = socket.display().to_string().replace('\'', r"'\''");
    format!("sudo ln -sfn '{quoted}' {SYSTEM_SOCKET}")
}

fn system_socket(facts: &Facts) -> Check {
    let link = link_command(&facts.socket);
    let fix = Some(link.as_str());
    let say = |status, text: String, fix| check("system_socket", SYSTEM_SOCKET, status, text, fix);
    let why = "programs that know no contexts look here";
    match &facts.system_socket {
        Lead::Here => say(Good, "leads here".to_owned(), None),
        Lead::Nowhere => say(Warn, format!("is not there; {why}"), fix),
        Lead::Dangling(target) => {
            let text = format!("leads to {}, where nothing is; {why}", target.display());
            say(Warn, text, fix)
        }
        Lead::Elsewhere(target) => {
            let text = format!("leads to {}; {why}", target.display());
            say(Warn, text, fix)
        }
        Lead::OwnSocket => {
            let text = format!("belongs to another engine; {why}");
            let stop = format!("stop that engine, then {link}");
            say(Warn, text, Some(stop.as_str()))
        }
        Lead::NoSocket => say(Warn, "is no socket".to_owned(), None),
        Lead::Unknown(error) => say(Skip, format!("can't be looked at: {error}"), None),
    }
}

fn run_dir(facts: &Facts) -> Check {
    let (id, title) = ("run_dir", "Socket folder");
    let folder = facts.socket.parent().unwrap_or(&facts.socket).display();
    match facts.run_dir_mode {
        None => check(id, title, Skip, "is not there yet", None),
        Some(mode) if mode & 0o077 == 0 => check(id, title, Good, "is private", None),
        Some(mode) => {
            let text = format!(
                "others can enter it (mode {mode:o}): whoever reaches the socket rules the engine"
            );
            check(
                id,
                title,
                Warn,
                text,
                Some(&format!("chmod 700 '{folder}'")),
            )
        }
    }
}

fn path(facts: &Facts) -> Check {
    let (id, title) = ("path", "PATH");
    match &facts.berth {
        Some(file) => check(
            id,
            title,
            Good,
            format!("berth is {}", file.display()),
            None,
        ),
        None => {
            let text = "the folder of 'berth' is not on it";
            check(id, title, Warn, text, None)
        }
    }
}

#[cfg(test)]
mod tests;
