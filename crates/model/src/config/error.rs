//! What can be wrong with settings, each with a place and a next step.
use std::{io, path::PathBuf};

/// Why settings can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but can't be read.
    #[error("the settings file '{}' can't be read", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file can't be written.
    #[error("the settings file '{}' can't be written", .file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is no TOML.
    #[error("{}:{line}: {message}", .file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the parser says, one line.
        message: String,
    },
    /// A key in the file has a value that it can't have.
    #[error("{}:{line}: '{key}': {message}", .file.display())]
    BadEntry {
        /// The file.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The key.
        key: String,
        /// Why not.
        message: String,
    },
    /// There is no such setting.
    #[error("there is no setting '{key}'")]
    UnknownKey {
        /// What was asked for.
        key: String,
        /// The most similar one.
        nearest: Option<&'static str>,
    },
    /// A setting can't have this value.
    #[error("'{key}' can't be set: {message}")]
    BadValue {
        /// The setting.
        key: String,
        /// Why not.
        message: String,
    },
}

impl ConfigError {
    /// The next step for the user.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } | Self::Write { .. } => {
                "check who owns the file and its folder, and the free space".into()
            }
            Self::Syntax { .. } => "correct that line with 'berth config edit'".into(),
            Self::BadEntry { key, .. } => {
                format!("correct that line, or run 'berth config unset {key}'")
            }
            Self::UnknownKey { key, nearest } => nearest.map_or_else(
                || "'berth config list' shows all settings".into(),
                |nearest| match key.strip_prefix(nearest).and_then(|k| k.strip_prefix('.')) {
                    Some(_) => format!("'{nearest}' has no parts"),
                    None => format!("did you mean '{nearest}'? 'berth config list' shows all"),
                },
            ),
            Self::BadValue { key, .. } => format!("'berth config list' describes '{key}'"),
        }
    }
}

/// A key in the file that this build doesn't know. It is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}:{line}: there is no setting '{key}', it has no effect{}",
    .file.display(),
    .nearest.map(|nearest| format!(" (did you mean '{nearest}'?)")).unwrap_or_default()
)]
pub struct UnknownEntry {
    /// The file.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: usize,
    /// The key.
    pub key: String,
    /// The most similar setting.
    pub nearest: Option<&'static str>,
}
