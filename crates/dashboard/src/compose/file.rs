//! One compose file on the host. All of this blocks.
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use berth_api::{
    dashboard::ComposeWrite,
    error::{ApiError, ErrorCode},
};
use sha2::{Digest, Sha256};

use crate::failure::{self, bad_request};

/// Largest file, in bytes.
const LARGEST: u64 = 1 << 20;

/// Reads a file that may be edited here.
///
/// # Errors
/// When it is none.
pub(super) fn read(path: &str) -> Result<String, ApiError> {
    let path = checked(path)?;
    text(&path).map_err(|error| failure::file(&path, &error))
}

/// A file's text, if it is one of a size that is read.
pub(super) fn text(path: &Path) -> io::Result<String> {
    // Opening a pipe would wait for its writer.
    let facts = fs::metadata(path)?;
    if !facts.is_file() || facts.len() > LARGEST {
        let wrong = "it is no file of at most 1 MiB";
        return Err(io::Error::new(io::ErrorKind::InvalidData, wrong));
    }
    let mut text = String::new();
    File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// Names the text, to be sent back with a change of it.
pub(super) fn version(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file that is still as the writer has read it, or that is new. Gives
/// the text.
///
/// # Errors
/// When it was changed meanwhile, exists though it should be new, or can't be
/// written.
pub(super) fn write(write: &ComposeWrite) -> Result<String, ApiError> {
    if write.text.len() as u64 > LARGEST {
        return Err(bad_request(
            "the file is larger than 1 MiB",
            "make it smaller",
        ));
    }
    let path = checked(&write.path)?;
    match (&write.version, fs::symlink_metadata(&path)) {
        (None, Ok(_)) => return Err(failure::file(&path, &io::ErrorKind::AlreadyExists.into())),
        (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => {}
        (_, Err(error)) => return Err(failure::file(&path, &error)),
        (Some(version), Ok(_)) => {
            let now = text(&path).map_err(|error| failure::file(&path, &error))?;
            if super::file::version(&now) != *version {
                return Err(changed(&path));
            }
        }
    }
    replace(&path, &write.text).map_err(|error| failure::file(&path, &error))?;
    Ok(write.text.clone())
}

fn changed(path: &Path) -> ApiError {
    let message = format!(
        "'{}' was changed by somebody else meanwhile",
        path.display()
    );
    ApiError::new(ErrorCode::BadRequest, message)
        .with_hint("read it again, then make your change anew")
        .with_details(serde_json::json!({"conflict": true}))
}

/// The file itself: a link is followed, so that it stays one, as long as what it
/// leads to may be edited too.
fn checked(path: &str) -> Result<PathBuf, ApiError> {
    let given = Path::new(path);
    if !given.is_absolute() || path.contains('\0') {
        let message = format!("{path:?} is no absolute path");
        return Err(bad_request(message, "name the whole path"));
    }
    let real = match fs::canonicalize(given) {
        Ok(real) => real,
        // A new file in a folder that is there. A link that leads nowhere stays.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link(given) => {
            let folder = given.parent().unwrap_or(given);
            let failed = |error| failure::file(folder, &error);
            let folder = fs::canonicalize(folder).map_err(failed)?;
            folder.join(given.file_name().unwrap_or_default())
        }
        Err(error) => return Err(failure::file(given, &error)),
    };
    for path in [given, &real] {
        let end = path.extension().and_then(|end| end.to_str());
        if !end.is_some_and(|end| ["yaml", "yml"].contains(&end.to_lowercase().as_str())) {
            let message = format!("'{}' is no YAML file", path.display());
            return Err(bad_request(
                message,
                "only files that end in .yaml or .yml are edited here",
            ));
        }
    }
    Ok(real)
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|facts| facts.is_symlink())
}

/// Written beside and renamed, so that a reader sees one or the other; modes stay.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(name);
    let mut file = File::options().write(true).create_new(true).open(&beside)?;
    let written = (|| {
        file.write_all(text.as_bytes())?;
        if let Ok(facts) = fs::metadata(path) {
            file.set_permissions(facts.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        // It is ours: it was made anew above.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Names of the services in a compose file: the keys below `services:`. Only
/// block style is read, which people write; what is included from elsewhere is
/// not looked for.
pub(super) fn services(text: &str) -> Vec<String> {
    let mut services = Vec::new();
    let mut inside = false;
    let mut indent = None;
    for line in text.lines() {
        let body = line.trim_start();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let depth = line.len() - body.len();
        if depth == 0 {
            inside = body.trim_end() == "services:" || body.starts_with("services: #");
            continue;
        }
        if !inside || *indent.get_or_insert(depth) != depth {
            continue;
        }
        if let Some((key, _)) = body.split_once(':') {
            let key = key.trim().trim_matches(['"', '\'']);
            if is_name(key) {
                services.push(key.to_owned());
            }
        }
    }
    services
}

fn is_name(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !key.is_empty() && key.bytes().all(fits) && !key.starts_with("x-")
}
