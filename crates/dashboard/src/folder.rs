//! Folders of the host to choose from.
use std::{
    fs::{self, DirEntry},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use berth_api::{
    dashboard::{HostEntry, HostFolder},
    error::ApiError,
};

use crate::failure::{self, bad_request};

/// Most entries that are listed.
const MOST: usize = 2000;

/// Most entries that are looked at, so that a folder of millions ends too.
const LOOKED_AT: usize = 20_000;

/// Lists a folder: folders first, by name. Blocks.
///
/// # Errors
/// When the path is relative, or can't be read as a folder.
pub(crate) fn list(path: &str) -> Result<HostFolder, ApiError> {
    let path = absolute(path)?;
    let failed = |error| failure::file(&path, &error);
    let mut all = Vec::new();
    let mut cut = false;
    for entry in fs::read_dir(&path).map_err(failed)? {
        if all.len() == LOOKED_AT {
            cut = true;
            break;
        }
        all.push(describe(&entry.map_err(failed)?));
    }
    all.sort_by_cached_key(|entry| (!entry.folder, entry.name.to_lowercase(), entry.name.clone()));
    cut |= all.len() > MOST;
    all.truncate(MOST);
    Ok(HostFolder {
        parent: path.parent().map(|parent| parent.display().to_string()),
        path: path.display().to_string(),
        entries: all,
        cut,
    })
}

/// The path itself, or the user's home folder.
fn absolute(path: &str) -> Result<PathBuf, ApiError> {
    if path.is_empty() {
        return std::env::home_dir()
            .filter(|home| home.is_absolute())
            .ok_or_else(|| bad_request("there is no home folder", "name a folder"));
    }
    let path = Path::new(path);
    if !path.is_absolute() {
        let message = format!("'{}' is no absolute path", path.display());
        return Err(bad_request(message, "name the whole path"));
    }
    Ok(path.components().collect())
}

fn describe(entry: &DirEntry) -> HostEntry {
    // A link that leads nowhere is shown as the link.
    let facts = fs::metadata(entry.path()).or_else(|_| entry.metadata());
    let facts = facts.as_ref().ok();
    let modified = facts.and_then(|facts| facts.modified().ok());
    let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    HostEntry {
        name: entry.file_name().to_string_lossy().into_owned(),
        folder: facts.is_some_and(fs::Metadata::is_dir),
        size: facts.map_or(0, fs::Metadata::len),
        modified_ms: since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::{MOST, list};

    #[test]
    fn folders_come_first_and_a_link_to_one_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("B.txt"), "12").unwrap();
        fs::write(at("a.txt"), "").unwrap();
        fs::create_dir(at("zoo")).unwrap();
        symlink(at("zoo"), at("link")).unwrap();
        symlink(at("nowhere"), at("broken")).unwrap();
        let listed = list(folder.path().to_str().unwrap()).unwrap();
        let names: Vec<_> = listed.entries.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["link", "zoo", "a.txt", "B.txt", "broken"]);
        assert_eq!(listed.entries[3].size, 2);
        assert_eq!(
            listed.parent.as_deref(),
            folder.path().parent().unwrap().to_str()
        );
        assert!(!listed.cut);
    }

    #[test]
    fn a_large_folder_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..=MOST {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        let listed = list(folder.path().to_str().unwrap()).unwrap();
        assert_eq!(listed.entries.len(), MOST);
        assert!(listed.cut);
    }

    #[test]
    fn what_is_no_folder_is_an_error_with_a_next_step() {
        for path in ["relative", "/no/such/folder", "/dev/null"] {
            assert!(list(path).unwrap_err().hint.is_some(), "{path}");
        }
    }

    #[test]
    fn the_home_folder_is_listed_without_a_path() {
        assert!(list("").unwrap().path.starts_with('/'));
    }
}
