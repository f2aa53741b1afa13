//! What a task must be before it begins.
//!
//! Names go to programs as arguments and to the engine as parts of URLs, so
//! what could be taken for an option is refused here, once.
use std::path::Path;

use berth_api::{error::ApiError, task::TaskSpec};

use super::command::Format;
use crate::failure::bad_request;

/// Most items of one clean-up or save.
const ITEMS: usize = 4000;

/// Longest name or path, in bytes.
const LONGEST: usize = 4096;

/// # Errors
/// `bad_request` with what to change.
pub(super) fn spec(spec: &TaskSpec) -> Result<(), ApiError> {
    match spec {
        TaskSpec::Pull {
            reference,
            platform,
        } => {
            name("image", reference)?;
            platform.as_ref().map_or(Ok(()), |p| name("platform", p))
        }
        TaskSpec::Push { reference } => name("image", reference),
        TaskSpec::Build(build) => {
            path(&build.context)?;
            build.dockerfile.as_deref().map_or(Ok(()), path)
        }
        TaskSpec::Compose(compose) => {
            name("project", &compose.project)?;
            compose.folder.as_deref().map_or(Ok(()), path)?;
            compose.files.iter().try_for_each(|file| path(file))
        }
        TaskSpec::SaveImages { images, path: to } => {
            count(images.len())?;
            images.iter().try_for_each(|image| name("image", image))?;
            path(to)
        }
        TaskSpec::LoadImages { path: from } => path(from),
        TaskSpec::CloneVolume { from, to } => {
            name("volume", from)?;
            name("volume", to)
        }
        TaskSpec::ExportVolume { volume, path: to } => {
            name("volume", volume)?;
            path(to)?;
            archive(to)
        }
        TaskSpec::ImportVolume { volume, path: from } => {
            name("volume", volume)?;
            path(from)
        }
        TaskSpec::EmptyVolume { volume } => name("volume", volume),
        TaskSpec::CleanUp { items } => count(items.len()),
    }
}

fn name(what: &str, name: &str) -> Result<(), ApiError> {
    let odd = |c: char| c.is_control() || c.is_whitespace();
    if name.is_empty() || name.len() > LONGEST || name.starts_with('-') || name.contains(odd) {
        let message = format!("{name:?} can't be the name of this {what}");
        return Err(bad_request(message, "check the name"));
    }
    Ok(())
}

fn path(path: &str) -> Result<(), ApiError> {
    if path.len() > LONGEST || path.contains('\0') || !Path::new(path).is_absolute() {
        let message = format!("{path:?} is no absolute path");
        return Err(bad_request(message, "name the whole path"));
    }
    Ok(())
}

fn archive(path: &str) -> Result<(), ApiError> {
    if Format::of(path).is_none() {
        let message = format!("'{path}' does not say which kind of archive it shall be");
        return Err(bad_request(
            message,
            "end its name in .tar, .tar.gz or .tar.zst",
        ));
    }
    Ok(())
}

fn count(items: usize) -> Result<(), ApiError> {
    if items == 0 || items > ITEMS {
        let message = format!("{items} things at once are none or too many");
        return Err(bad_request(message, "choose from 1 to 4000 of them"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use berth_api::task::{BuildSpec, TaskSpec};

    use super::spec;

    #[test]
    fn what_could_be_an_option_or_is_relative_is_refused() {
        let pull = |reference: &str| TaskSpec::Pull {
            reference: reference.into(),
            platform: None,
        };
        for reference in ["", "--help", "a b", "a\nb"] {
            assert!(spec(&pull(reference)).unwrap_err().hint.is_some());
        }
        spec(&pull("nginx:1")).unwrap();
        let build = BuildSpec {
            context: "https://example.org/x.git".into(),
            ..BuildSpec::default()
        };
        spec(&TaskSpec::Build(build)).unwrap_err();
        let export = |path: &str| TaskSpec::ExportVolume {
            volume: "v".into(),
            path: path.into(),
        };
        spec(&export("/a.zip")).unwrap_err();
        spec(&export("a.tar")).unwrap_err();
        spec(&export("/a.tar.zst")).unwrap();
    }
}
