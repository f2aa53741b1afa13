//! Opens the database, whatever is in its place.
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rusqlite::Connection;

use crate::{Store, StoreError, schema};

/// A database that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub store: Store,
    /// Where the one before it was put, because it was damaged.
    pub put_aside: Option<PathBuf>,
}

impl Store {
    /// Opens the database at `path`; makes one where there is none, and where
    /// there is a damaged one.
    ///
    /// # Errors
    /// When the folder can't be written, or a newer Berth wrote the database.
    pub fn open(path: &Path) -> Result<Opened, StoreError> {
        match connect(path) {
            Ok(store) => Ok(Opened {
                store,
                put_aside: None,
            }),
            Err(error) if error.is_damage() => {
                tracing::warn!(%error, path = %path.display(), "the database is damaged");
                let aside = put_aside(path)?;
                let store = connect(path)?;
                Ok(Opened {
                    store,
                    put_aside: Some(aside),
                })
            }
            Err(error) => Err(error),
        }
    }

    /// A database that is gone with the process, for when no file can be had.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn in_memory() -> Result<Self, StoreError> {
        prepare(Connection::open_in_memory()?)
    }
}

fn connect(path: &Path) -> Result<Store, StoreError> {
    let connection = Connection::open(path)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        tracing::warn!(verdict, "the database fails its check");
        let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(corrupt, Some(verdict)).into());
    }
    prepare(connection)
}

fn prepare(mut connection: Connection) -> Result<Store, StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    // Losing the last second with the power is fine; waiting for the disk isn't.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    schema::migrate(&mut connection)?;
    Ok(Store {
        connection: Mutex::new(connection),
    })
}

fn put_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = now.map_or(0, |now| now.as_secs());
    let aside = beside(path, &format!(".damaged-{seconds}"));
    rename(path, &aside)?;
    // They belong to the file that was moved; a new one must not meet them.
    for end in ["-wal", "-shm"] {
        match fs::remove_file(beside(path, end)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                let path = beside(path, end);
                return Err(StoreError::File { path, source });
            }
            _ => {}
        }
    }
    Ok(aside)
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|source| StoreError::File {
        path: from.to_owned(),
        source,
    })
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;

    use crate::{Store, StoreError, schema::VERSION};

    #[test]
    fn what_was_written_is_there_when_it_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dashboard.db");
        let opened = Store::open(&path).unwrap();
        assert_eq!(opened.put_aside, None);
        opened.store.set_pref("a", &1.into()).unwrap();
        drop(opened);
        let again = Store::open(&path).unwrap();
        assert_eq!(again.put_aside, None);
        assert_eq!(again.store.prefs().unwrap()["a"], 1);
    }

    #[test]
    fn a_file_that_is_no_database_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dashboard.db");
        let garbage = b"not a database, but longer than its header is".repeat(9);
        fs::write(&path, &garbage).unwrap();
        let opened = Store::open(&path).unwrap();
        assert_eq!(fs::read(opened.put_aside.unwrap()).unwrap(), garbage);
        opened.store.set_pref("a", &1.into()).unwrap();
    }

    #[test]
    fn a_database_with_overwritten_pages_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dashboard.db");
        let store = Store::open(&path).unwrap().store;
        for number in 0..200 {
            let value = "x".repeat(400).into();
            store.set_pref(&format!("pref-{number}"), &value).unwrap();
        }
        drop(store);
        let mut bytes = fs::read(&path).unwrap();
        let length = bytes.len();
        bytes[4096..length - 4096].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        let opened = Store::open(&path).unwrap();
        assert!(opened.put_aside.is_some());
        assert!(opened.store.prefs().unwrap().is_empty());
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dashboard.db");
        let newer = Connection::open(&path).unwrap();
        newer
            .pragma_update(None, "user_version", VERSION + 1)
            .unwrap();
        drop(newer);
        let error = Store::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found, .. } if found == VERSION + 1));
        assert!(path.exists());
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = Store::open(&folder.path().join("no/dashboard.db")).unwrap_err();
        assert!(!error.is_damage());
    }
}
