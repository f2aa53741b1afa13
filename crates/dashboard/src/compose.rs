//! Compose projects: which there are, and their files.
//!
//! A file is written only by who has read it as it is now, and only where a
//! compose file may be: this is an editor for compose files, not a way to write
//! any file.
mod file;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use berth_api::{
    dashboard::{ComposeFile, ComposeProject, ComposeWrite},
    error::{ApiError, ErrorCode},
};
use berth_engine::Model;
use berth_store::{RememberedProject, Store};
use tokio::time::{Duration, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    blocking, failure,
    parts::Inner,
    programs::{self, End, Programs},
};

/// How long a check of a file may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// All projects, by name: those that containers belong to, and those that were
/// seen before.
///
/// # Errors
/// When the database fails.
pub(crate) async fn projects(inner: &Arc<Inner>) -> Result<Vec<ComposeProject>, ApiError> {
    let model = inner.engine.snapshot();
    let store = Arc::clone(&inner.store);
    blocking::run(move || {
        let failed = |error| failure::store(&error);
        let seen = seen(&model);
        let mut all: BTreeMap<String, RememberedProject> = BTreeMap::new();
        for project in store.projects().map_err(failed)? {
            all.insert(project.name.clone(), project);
        }
        for (name, project) in seen {
            if !project.files.is_empty() {
                store.remember_project(&project).map_err(failed)?;
            }
            all.insert(name, project);
        }
        Ok(all.into_values().map(describe).collect())
    })
    .await
}

fn seen(model: &Model) -> BTreeMap<String, RememberedProject> {
    let mut projects: BTreeMap<String, RememberedProject> = BTreeMap::new();
    let members = model.containers.values().filter_map(|c| c.project.as_ref());
    for member in members {
        let project = projects
            .entry(member.project.clone())
            .or_insert_with(|| RememberedProject {
                name: member.project.clone(),
                folder: None,
                files: Vec::new(),
            });
        project.folder = project.folder.take().or_else(|| member.folder.clone());
        for file in &member.files {
            if !project.files.contains(file) {
                project.files.push(file.clone());
            }
        }
    }
    projects
}

fn describe(project: RememberedProject) -> ComposeProject {
    let texts = project.files.iter().map(|path| file::text(Path::new(path)));
    let texts: Option<Vec<String>> = texts.map(Result::ok).collect();
    let mut services: Vec<String> = Vec::new();
    for text in texts.iter().flatten() {
        services.extend(file::services(text));
    }
    services.sort();
    services.dedup();
    ComposeProject {
        name: project.name,
        folder: project.folder,
        files_present: !project.files.is_empty() && texts.is_some(),
        files: project.files,
        services,
    }
}

/// Forgets a project that no container belongs to.
///
/// # Errors
/// When it is not known, or has containers.
pub(crate) async fn forget(inner: &Arc<Inner>, name: String) -> Result<(), ApiError> {
    if seen(&inner.engine.snapshot()).contains_key(&name) {
        let message = format!("the project '{name}' has containers");
        return Err(failure::bad_request(
            message,
            "take it down first; then it can be forgotten",
        ));
    }
    let store = Arc::clone(&inner.store);
    blocking::run(move || {
        let known = store.forget_project(&name);
        if known.map_err(|error| failure::store(&error))? {
            return Ok(());
        }
        let message = format!("there is no project '{name}'");
        Err(failure::bad_request(
            message,
            "look at the list of projects",
        ))
    })
    .await
}

/// Reads a compose file and has it checked.
///
/// # Errors
/// When it is no file that can be edited.
pub(crate) async fn read(inner: &Arc<Inner>, path: String) -> Result<ComposeFile, ApiError> {
    let reading = path.clone();
    let text = blocking::run(move || file::read(&reading)).await?;
    let problem = problem(&inner.programs, &path).await;
    Ok(ComposeFile {
        version: file::version(&text),
        path,
        text,
        problem,
    })
}

/// Writes a compose file, remembers its project, and has it checked.
///
/// # Errors
/// When somebody else has changed it, or it can't be written.
pub(crate) async fn write(
    inner: &Arc<Inner>,
    write: ComposeWrite,
) -> Result<ComposeFile, ApiError> {
    let path = write.path.clone();
    let text = blocking::run(move || file::write(&write)).await?;
    let problem = problem(&inner.programs, &path).await;
    if problem.is_none() {
        remember(&inner.programs, &inner.store, &path).await;
    }
    Ok(ComposeFile {
        version: file::version(&text),
        path,
        text,
        problem,
    })
}

/// What compose finds wrong with a file; `None` also when it can't be asked.
async fn problem(programs: &Programs, path: &str) -> Option<String> {
    match config(programs, path, &["--quiet"]).await {
        Ok(_) => None,
        Err(error) if error.code == ErrorCode::BadValue => Some(error.message),
        Err(error) => {
            tracing::debug!(%error, "a compose file could not be checked");
            None
        }
    }
}

/// The project's name is compose's to tell: the folder's, or one in the file.
async fn remember(programs: &Programs, store: &Arc<Store>, path: &str) {
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    let Ok(text) = config(programs, path, &["--format=json", "--no-interpolate"]).await else {
        return;
    };
    let Ok(Named { name }) = serde_json::from_str(&text) else {
        return;
    };
    let folder = Path::new(path).parent().map(|at| at.display().to_string());
    let project = RememberedProject {
        name,
        folder,
        files: vec![path.to_owned()],
    };
    let store = Arc::clone(store);
    let keep = move || {
        // One that is known may consist of more files.
        let known = store.projects().map_err(|error| failure::store(&error))?;
        if known.iter().any(|known| known.name == project.name) {
            return Ok(());
        }
        let kept = store.remember_project(&project);
        kept.map_err(|error| failure::store(&error))
    };
    if let Err(error) = blocking::run(keep).await {
        tracing::warn!(%error, "a compose project was not remembered");
    }
}

async fn config(programs: &Programs, path: &str, options: &[&str]) -> Result<String, ApiError> {
    let program = programs.plugin("docker-compose")?;
    let file = format!("--file={path}");
    let words = [file.as_str(), "config"].into_iter();
    let mut command = programs.command(&program, words.chain(options.iter().copied()));
    if let Some(folder) = Path::new(path)
        .parent()
        .filter(|at| fs::metadata(at).is_ok())
    {
        command.current_dir(folder);
    }
    let (mut output, mut errors) = (String::new(), Vec::new());
    let cancel = CancellationToken::new();
    let ended = programs::run(command, &cancel, |line| {
        if line.stderr {
            errors.push(line.text);
        } else if output.len() < 4 << 20 {
            output.push_str(&line.text);
            output.push('\n');
        }
    });
    let ended = timeout(PATIENCE, ended).await.map_err(|_| {
        ApiError::new(ErrorCode::Timeout, "compose does not answer").with_hint("try again")
    })?;
    match ended.map_err(|error| failure::file(&program, &error))? {
        End::Done => Ok(output),
        End::Failed(_) => {
            // Warnings come first and have a level; what is wrong comes last.
            let wrong = errors.iter().rfind(|line| !line.starts_with("time="));
            let wrong = wrong.or_else(|| errors.last()).cloned().unwrap_or_default();
            Err(ApiError::new(ErrorCode::BadValue, wrong).with_hint("mend the file"))
        }
    }
}

#[cfg(test)]
mod tests;
