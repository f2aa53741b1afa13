//! What the daemon must remember across its own death: `state.json`.
//!
//! Losing it loses no data of the user's, so a file that can't be read is put
//! aside with a warning and never stops the daemon.
use std::{
    fs, io,
    path::{Path, PathBuf},
};

use berth_api::status::Incident;
use serde::{Deserialize, Serialize};

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Journal {
    /// A machine was running, or being started, when this was written.
    pub running: bool,
    /// The user stopped it, so that nothing but the user starts it again.
    pub stopped_by_user: bool,
    /// The last thing that went wrong.
    pub incident: Option<Incident>,
}

/// Reads the journal. The second half is where a file that can't be understood
/// was put, and why.
pub fn read(path: &Path) -> (Journal, Option<(PathBuf, String)>) {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Default::default(),
        Err(error) => {
            return (
                Journal::default(),
                Some((path.to_owned(), error.to_string())),
            );
        }
    };
    match serde_json::from_slice(&text) {
        Ok(journal) => (journal, None),
        Err(error) => {
            let aside = path.with_extension("json.damaged");
            let _ = fs::rename(path, &aside);
            (Journal::default(), Some((aside, error.to_string())))
        }
    }
}

/// Writes the journal, whole or not at all.
///
/// # Errors
/// When the folder can't be written.
pub fn write(path: &Path, journal: &Journal) -> io::Result<()> {
    let temporary = path.with_extension("json.new");
    fs::write(
        &temporary,
        serde_json::to_vec_pretty(journal).map_err(io::Error::other)?,
    )?;
    fs::rename(&temporary, path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use berth_api::status::Incident;

    use super::{Journal, read, write};

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let incident = Incident {
            what: "It fell.".into(),
            unix_seconds: 1,
            next_step: None,
        };
        let journal = Journal {
            running: true,
            stopped_by_user: false,
            incident: Some(incident),
        };
        write(&path, &journal).unwrap();
        assert_eq!(read(&path), (journal, None));
    }

    #[test]
    fn a_missing_file_is_an_empty_journal() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            read(&folder.path().join("state.json")),
            (Journal::default(), None)
        );
    }

    #[test]
    fn a_corrupt_file_is_put_aside_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, b"{\"running\": tru").unwrap();
        let (journal, problem) = read(&path);
        assert_eq!(journal, Journal::default());
        let (aside, _why) = problem.unwrap();
        assert_eq!(fs::read(aside).unwrap(), b"{\"running\": tru");
        assert!(!path.exists());
    }
}
