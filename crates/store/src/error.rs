//! Why the database failed.
use std::{io, path::PathBuf};

use rusqlite::ErrorCode;

/// Why the database failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A statement failed.
    #[error("the dashboard's database failed")]
    Sql(#[from] rusqlite::Error),
    /// Something in it is not what was written.
    #[error("a record of the dashboard's database can't be read")]
    Record(#[from] serde_json::Error),
    /// A file operation failed.
    #[error("'{}' can't be used", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Compressed lines can't be read or made.
    #[error("kept log lines can't be read or written")]
    Lines(#[source] io::Error),
    /// A newer Berth wrote it.
    #[error("the dashboard's database has version {found}, this Berth knows {known}")]
    Newer {
        /// Its version.
        found: u32,
        /// Ours.
        known: u32,
    },
}

impl StoreError {
    /// The file is no database, or parts of it are wrong.
    pub fn is_damage(&self) -> bool {
        matches!(
            self.code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    /// The disk is full.
    pub fn is_full(&self) -> bool {
        self.code() == Some(ErrorCode::DiskFull)
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sql(error) => error.sqlite_error_code(),
            _ => None,
        }
    }
}
