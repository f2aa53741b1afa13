//! Which folders a new container may mount.
//!
//! The engine runs in the VM and would create a missing source of a `-v` bind
//! as an empty folder there, without a word. So sources are sorted before it
//! sees them: the Docker socket itself becomes the engine's own one, folders
//! that are shared or belong to the guest pass, and all others are refused with
//! a sentence that says what works instead. What the engine would refuse anyway
//! is left to it, for the sake of its own messages.
use std::{
    io,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::head::Create;

/// The engine's socket in the guest.
const GUEST_SOCKET: &str = "/var/run/docker.sock";

/// Places where programs look for the Docker socket on the host.
const USUAL_SOCKETS: [&str; 3] = [
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/private/var/run/docker.sock",
];

/// Sources that mean the guest's own, with all below them: what monitoring and
/// management containers mount (cadvisor, node-exporter, portainer, kind).
const GUEST_TREES: [&str; 13] = [
    "/proc",
    "/sys",
    "/dev",
    "/lib/modules",
    "/usr/lib/modules",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/run/docker",
    "/run/containerd",
    "/run/netns",
    "/run/lock",
    "/run/udev",
    "/run/xtables.lock",
];

/// Sources that mean the guest's own when they are named exactly. What lies
/// below `/run` and is not listed above are sockets of the host's services.
const GUEST_PATHS: [&str; 5] = ["/", "/run", "/var/run", "/etc/localtime", "/var/lock"];

const NOTHING_SHARED: &str = "bind mounts of host folders are not available in this version; \
     use a named volume (`-v name:/path`) or copy files with `docker cp`";

/// What [`check_create`] goes by.
#[derive(Debug, Clone)]
pub struct MountRules {
    sockets: Vec<PathBuf>,
    shares: Vec<PathBuf>,
    hint: String,
    resolve: fn(&Path) -> io::Result<PathBuf>,
}

/// Whether a body must be sent anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The engine gets what the client sent.
    Unchanged,
    /// At least one source was translated.
    Changed,
}

/// A mount that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The source is on the host only.
    #[error("{path} is not shared with the VM: {hint}")]
    NotShared {
        /// The source as the client named it.
        path: String,
        /// What to do instead.
        hint: String,
    },
}

impl MountRules {
    /// Rules for a proxy that listens on `socket`, with no folder shared.
    #[must_use]
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        let usual = USUAL_SOCKETS.iter().map(PathBuf::from);
        Self {
            sockets: usual.chain([socket.into()]).collect(),
            shares: Vec::new(),
            hint: NOTHING_SHARED.to_owned(),
            resolve: |path| std::fs::canonicalize(path),
        }
    }

    /// The same with `folders` shared at their host paths, and `hint` as the
    /// next step for a folder that isn't among them.
    #[must_use]
    pub fn with_shares(
        mut self,
        folders: impl IntoIterator<Item = PathBuf>,
        hint: impl Into<String>,
    ) -> Self {
        self.shares = folders.into_iter().collect();
        self.hint = hint.into();
        self
    }

    /// The same with another way to resolve symbolic links than the file system.
    #[must_use]
    pub fn with_resolver(mut self, resolve: fn(&Path) -> io::Result<PathBuf>) -> Self {
        self.resolve = resolve;
        self
    }

    /// What the engine shall mount instead of the absolute path `source`;
    /// `None` when that is `source` itself.
    fn translate(&self, source: &str) -> Result<Option<String>, CreateError> {
        let path = clean(source);
        if self.sockets.contains(&path) {
            return Ok((source != GUEST_SOCKET).then(|| GUEST_SOCKET.to_owned()));
        }
        if is_guests(&path) || self.shares.iter().any(|share| path.starts_with(share)) {
            return Ok(None);
        }
        if self.leads_to_socket(&path) {
            return Ok(Some(GUEST_SOCKET.to_owned()));
        }
        Err(CreateError::NotShared {
            path: source.to_owned(),
            hint: self.hint.clone(),
        })
    }

    fn leads_to_socket(&self, path: &Path) -> bool {
        let Ok(target) = (self.resolve)(path) else {
            return false;
        };
        let same = |socket: &PathBuf| {
            *socket == target || (self.resolve)(socket).is_ok_and(|real| real == target)
        };
        self.sockets.iter().any(same)
    }
}

/// Checks the body of `POST /containers/create` and translates the sources of
/// its bind mounts in place.
///
/// # Errors
/// [`CreateError`] for the first source that is refused.
pub fn check_create(body: &mut Value, rules: &MountRules) -> Result<Checked, CreateError> {
    check(Create::Container, body, rules)
}

/// The same for every kind of body that may name folders of the host.
pub(super) fn check(
    kind: Create,
    body: &mut Value,
    rules: &MountRules,
) -> Result<Checked, CreateError> {
    let mut changed = false;
    match kind {
        Create::Container => {
            for_each(body, &["HostConfig", "Binds"], &mut |binds| {
                changed |= check_binds(binds, rules)?;
                Ok(())
            })?;
            for_each(body, &["HostConfig", "Mounts"], &mut |mounts| {
                changed |= check_mounts(mounts, rules)?;
                Ok(())
            })?;
        }
        Create::Service => {
            let path = ["TaskTemplate", "ContainerSpec", "Mounts"];
            for_each(body, &path, &mut |mounts| {
                changed |= check_mounts(mounts, rules)?;
                Ok(())
            })?;
        }
        Create::Volume => changed = check_driver(body, "DriverOpts", rules)?,
    }
    Ok(if changed {
        Checked::Changed
    } else {
        Checked::Unchanged
    })
}

/// Calls `visit` for the value at `path`. The engine's decoder ignores the case
/// of names, so there may be several.
fn for_each(
    value: &mut Value,
    path: &[&str],
    visit: &mut impl FnMut(&mut Value) -> Result<(), CreateError>,
) -> Result<(), CreateError> {
    let Some((name, rest)) = path.split_first() else {
        return visit(value);
    };
    let Some(object) = value.as_object_mut() else {
        return Ok(());
    };
    let fields = object
        .iter_mut()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name));
    for (_, field) in fields {
        for_each(field, rest, visit)?;
    }
    Ok(())
}

fn check_binds(binds: &mut Value, rules: &MountRules) -> Result<bool, CreateError> {
    let mut changed = false;
    for bind in binds.as_array_mut().into_iter().flatten() {
        if let Some(new) = bind
            .as_str()
            .map(|b| check_bind(b, rules))
            .transpose()?
            .flatten()
        {
            *bind = Value::String(new);
            changed = true;
        }
    }
    Ok(changed)
}

/// `source:target[:mode]`. A single part is an anonymous volume, and so is a
/// target with a mode: only an absolute path before another one is a source.
fn check_bind(bind: &str, rules: &MountRules) -> Result<Option<String>, CreateError> {
    let Some((source, rest)) = bind.split_once(':') else {
        return Ok(None);
    };
    if !source.starts_with('/') || !rest.starts_with('/') {
        return Ok(None);
    }
    let new = rules.translate(source)?;
    Ok(new.map(|source| format!("{source}:{rest}")))
}

fn check_mounts(mounts: &mut Value, rules: &MountRules) -> Result<bool, CreateError> {
    let mut changed = false;
    for mount in mounts.as_array_mut().into_iter().flatten() {
        changed |= match text(mount, "Type").as_deref() {
            Some("bind") => check_source(mount, "Source", rules)?,
            Some("volume") => check_volume(mount, rules)?,
            _ => false,
        };
    }
    Ok(changed)
}

fn check_source(object: &mut Value, name: &str, rules: &MountRules) -> Result<bool, CreateError> {
    let mut changed = false;
    for_each(object, &[name], &mut |source| {
        let path = source.as_str().filter(|path| path.starts_with('/'));
        if let Some(new) = path.map(|p| rules.translate(p)).transpose()?.flatten() {
            *source = Value::String(new);
            changed = true;
        }
        Ok(())
    })?;
    Ok(changed)
}

fn check_volume(mount: &mut Value, rules: &MountRules) -> Result<bool, CreateError> {
    let mut changed = false;
    for_each(mount, &["VolumeOptions", "DriverConfig"], &mut |config| {
        changed |= check_driver(config, "Options", rules)?;
        Ok(())
    })?;
    Ok(changed)
}

/// A volume of the `local` driver may be a bind mount in disguise:
/// `type=none, o=bind, device=/folder`.
fn check_driver(config: &mut Value, name: &str, rules: &MountRules) -> Result<bool, CreateError> {
    let mut changed = false;
    for_each(config, &[name], &mut |options| {
        let flags = text(options, "o").unwrap_or_default();
        if flags.split(',').any(|f| f == "bind" || f == "rbind") {
            changed |= check_source(options, "device", rules)?;
        }
        Ok(())
    })?;
    Ok(changed)
}

fn text(object: &Value, name: &str) -> Option<String> {
    let mut fields = object.as_object()?.iter();
    let (_, value) = fields.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    value.as_str().map(str::to_owned)
}

fn is_guests(path: &Path) -> bool {
    let run = path
        .strip_prefix("/var/run")
        .map(|rest| Path::new("/run").join(rest));
    let path = run.as_deref().unwrap_or(path);
    GUEST_PATHS.iter().any(|exact| path == Path::new(exact))
        || GUEST_TREES.iter().any(|tree| path.starts_with(tree))
}

/// The path without `.`, `..` and doubled slashes, as Go's `path.Clean`.
fn clean(path: &str) -> PathBuf {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    PathBuf::from(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests;
