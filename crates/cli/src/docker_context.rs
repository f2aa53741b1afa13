//! The Docker context `berth`: how Docker's own clients find our socket.
//!
//! Written directly in the format of Docker's context store (docker/cli,
//! `cli/context/store`): `contexts/meta/<SHA-256 of the name>/meta.json` holds
//! the context, `currentContext` in `config.json` selects one. Needs no Docker
//! client to be installed. All else in `config.json` stays: it holds logins.
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use berth_model::{atomic, home::Home};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::failure::{FAILED, Failure};

/// Name of our context.
pub(crate) const NAME: &str = "berth";
/// Docker's name for no context.
const DEFAULT: &str = "default";

/// The folder of Docker's clients, and the file where we remember what was
/// selected before us.
#[derive(Debug)]
pub(crate) struct DockerFolder {
    root: PathBuf,
    memory: PathBuf,
}

/// What Docker's clients will use.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The selected context, `default` if none is.
    pub(crate) current: String,
    /// Where our context leads, `None` if there is none.
    pub(crate) target: Option<String>,
}

impl Selection {
    /// Our context is there and leads to `socket`.
    pub(crate) fn leads_to(&self, socket: &Path) -> bool {
        self.target.as_deref() == Some(host(socket).as_str())
    }

    /// Our context is the selected one.
    pub(crate) fn is_selected(&self) -> bool {
        self.current == NAME
    }

    /// The user has chosen another one.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.current != NAME && self.current != DEFAULT
    }
}

/// Why the context can't be read or changed.
#[derive(Debug)]
pub(crate) enum ContextError {
    /// There is no home folder to have it in.
    NoFolder,
    /// A file can't be read or written.
    File(PathBuf, io::Error),
    /// A file is not what Docker would have written.
    Damaged(PathBuf, serde_json::Error),
}

impl From<ContextError> for Failure {
    fn from(error: ContextError) -> Self {
        match error {
            ContextError::NoFolder => {
                Self::new(FAILED, "Docker's folder is not known").hint("set DOCKER_CONFIG or HOME")
            }
            ContextError::File(file, error) => Self::io(&file.display().to_string(), &error),
            ContextError::Damaged(file, error) => {
                Self::new(FAILED, format!("{}: {error}", file.display()))
                    .hint("correct the file; Berth leaves it alone until then")
            }
        }
    }
}

impl DockerFolder {
    /// `$DOCKER_CONFIG` or `~/.docker`.
    pub(crate) fn from_env(home: &Home) -> Result<Self, ContextError> {
        let named = env::var_os("DOCKER_CONFIG").filter(|value| !value.is_empty());
        let root = named
            .map(PathBuf::from)
            .or_else(|| env::home_dir().map(|home| home.join(".docker")))
            .ok_or(ContextError::NoFolder)?;
        Ok(Self::new(root, home))
    }

    fn new(root: PathBuf, home: &Home) -> Self {
        let memory = home.root().join("docker-context.json");
        Self { root, memory }
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What Docker's clients will use.
    pub(crate) fn selection(&self) -> Result<Selection, ContextError> {
        let config = read_object(&self.config_file())?;
        let meta = read_object(&self.meta_file(NAME))?;
        Ok(Selection {
            current: current_of(&config).to_owned(),
            target: target_of(&meta).map(str::to_owned),
        })
    }

    /// Writes our context.
    pub(crate) fn create(&self, socket: &Path) -> Result<(), ContextError> {
        write(&self.meta_file(NAME), &meta(socket).to_string())
    }

    /// Selects our context and remembers which one was selected.
    pub(crate) fn select(&self) -> Result<(), ContextError> {
        let mut config = read_object(&self.config_file())?;
        let before = current_of(&config).to_owned();
        if before == NAME {
            return Ok(());
        }
        write(&self.memory, &json!({ "previous": before }).to_string())?;
        set_current(&mut config, NAME);
        write(&self.config_file(), &pretty(&config))
    }

    /// Removes our context; if it was selected, the one before it is again.
    /// Gives the name of the one that is selected now.
    pub(crate) fn remove(&self) -> Result<String, ContextError> {
        let mut config = read_object(&self.config_file())?;
        if current_of(&config) == NAME {
            let memory = read_object(&self.memory)?;
            let before = memory.get("previous").and_then(Value::as_str);
            let before = before.filter(|name| self.meta_file(name).is_file());
            set_current(&mut config, before.unwrap_or(DEFAULT));
            write(&self.config_file(), &pretty(&config))?;
        }
        remove_file(&self.memory)?;
        let meta = self.meta_file(NAME);
        remove_file(&meta)?;
        if let Some(folder) = meta.parent() {
            // Docker lists folders; one with files of others in it stays.
            let _ = fs::remove_dir(folder);
        }
        Ok(current_of(&config).to_owned())
    }

    fn config_file(&self) -> PathBuf {
        self.root.join("config.json")
    }

    fn meta_file(&self, name: &str) -> PathBuf {
        let folder = self.root.join("contexts/meta").join(folder_of(name));
        folder.join("meta.json")
    }
}

/// The socket as Docker's clients name it.
pub(crate) fn host(socket: &Path) -> String {
    format!("unix://{}", socket.display())
}

fn folder_of(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn meta(socket: &Path) -> Value {
    json!({
        "Name": NAME,
        "Metadata": {"Description": "Berth"},
        "Endpoints": {"docker": {"Host": host(socket), "SkipTLSVerify": false}},
    })
}

fn target_of(meta: &Map<String, Value>) -> Option<&str> {
    let endpoint = meta.get("Endpoints")?.get("docker")?;
    endpoint.get("Host")?.as_str()
}

fn current_of(config: &Map<String, Value>) -> &str {
    let current = config.get("currentContext").and_then(Value::as_str);
    current.filter(|name| !name.is_empty()).unwrap_or(DEFAULT)
}

fn set_current(config: &mut Map<String, Value>, name: &str) {
    if name == DEFAULT {
        config.remove("currentContext");
    } else {
        config.insert("currentContext".to_owned(), name.into());
    }
}

/// Indented by tabs, as Docker's own clients do.
fn pretty(config: &Map<String, Value>) -> String {
    let mut bytes = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, format);
    match serde::Serialize::serialize(config, &mut writer) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => Value::Object(config.clone()).to_string(),
    }
}

fn read_object(file: &Path) -> Result<Map<String, Value>, ContextError> {
    let bytes = match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
        other => other.map_err(|error| ContextError::File(file.to_owned(), error))?,
    };
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(&bytes).map_err(|error| ContextError::Damaged(file.to_owned(), error))
}

fn write(file: &Path, text: &str) -> Result<(), ContextError> {
    atomic::replace(file, text.as_bytes())
        .map_err(|error| ContextError::File(file.to_owned(), error))
}

fn remove_file(file: &Path) -> Result<(), ContextError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ContextError::File(file.to_owned(), error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
