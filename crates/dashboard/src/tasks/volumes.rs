//! Files of volumes: cloned, exported, imported, removed, all in the guest, where
//! they are. Only the bytes of archives cross the channel.
//!
//! A clone shares blocks where the file system can, so that it costs neither
//! time nor space, and keeps everything: owners, modes, times, extended
//! attributes, links, holes. That is the agent's own program (`berth-agent clone`,
//! `vm-image/agent/src/clone.rs`), since the guest's `busybox` can't.
use std::{
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use berth_api::error::{ApiError, ErrorCode};
use bollard::{
    Docker,
    errors::Error as DockerError,
    models::{Volume, VolumeCreateRequest},
};

use super::{Format, Handle};
use crate::{
    archive::{self, NewFile},
    blocking,
    failure::{self, bad_request},
    guest::{self, GuestError},
    parts::Inner,
};

/// The agent, as the engine knows it too.
const AGENT: &str = "/run/berth/docker-proxy";

/// Removes all that is in a folder, and stays on its file system. The guest's
/// `find` has no `-delete`.
const EMPTY: &str = "cd \"$1\" && exec busybox find . -xdev -mindepth 1 -maxdepth 1 \
                     -exec busybox rm -rf -- {} +";

/// How often progress is told, in bytes.
const REPORT: u64 = 1 << 20;

pub(super) async fn clone(
    inner: &Inner,
    handle: &Handle,
    from: &str,
    to: &str,
) -> Result<(), ApiError> {
    if from == to {
        return Err(bad_request(
            "a volume can't be cloned into itself",
            "choose another name",
        ));
    }
    let source = find(inner, from).await?.ok_or_else(|| missing(from))?;
    if find(inner, to).await?.is_some() {
        return Err(bad_request(
            format!("there is a volume '{to}' already"),
            "choose another name",
        ));
    }
    local(&source)?;
    let made = create(inner, to, Some(&source)).await?;
    let mut half = Half {
        docker: inner.docker.clone(),
        volume: Some(to.to_owned()),
    };
    handle.line(format!("Cloning {from} to {to}"));
    copy(inner, &source.mountpoint, &made.mountpoint).await?;
    half.volume = None;
    handle.line(format!("Cloned {from} to {to}"));
    Ok(())
}

/// A half of a clone is worse than none: it goes when the clone fails or is
/// cancelled.
struct Half {
    docker: Docker,
    volume: Option<String>,
}

impl Drop for Half {
    fn drop(&mut self) {
        let Some(volume) = self.volume.take() else {
            return;
        };
        let docker = self.docker.clone();
        tokio::spawn(async move {
            let options = None::<bollard::query_parameters::RemoveVolumeOptions>;
            if let Err(error) = docker.remove_volume(&volume, options).await {
                tracing::warn!(%error, volume, "the volume of a failed clone was left");
            }
        });
    }
}

async fn copy(inner: &Inner, from: &str, to: &str) -> Result<(), ApiError> {
    let argv = [AGENT, "clone", from, to];
    let cloned = guest::output(&*inner.machine, &argv).await;
    match cloned {
        // An image from before the agent could.
        Err(GuestError::Failed { code: 2, .. } | GuestError::Start { .. }) => {
            let inside = format!("{from}/.");
            let argv = ["busybox", "cp", "-a", &inside, to];
            guest::output(&*inner.machine, &argv).await.map(drop)
        }
        other => other.map(drop),
    }
    .map_err(GuestError::api)
}

pub(super) async fn export(
    inner: &Inner,
    handle: &Handle,
    volume: &str,
    path: &str,
) -> Result<(), ApiError> {
    let found = find(inner, volume).await?.ok_or_else(|| missing(volume))?;
    local(&found)?;
    let to = Path::new(path).to_owned();
    let format = Format::of(path).unwrap_or(Format::Plain);
    let (new, file) = NewFile::create(&to)?;
    let (writer, reader) = archive::pipe();
    let counter = Counter::new(handle.clone(), size_of(inner, volume));
    let packing = tokio::task::spawn_blocking(move || archive::pack(format, reader, file));
    let argv = ["busybox", "tar", "-C", &found.mountpoint, "-cf", "-", "."];
    handle.line(format!("Exporting {volume}"));
    let sent = guest::run(
        &*inner.machine,
        &argv,
        tokio::io::empty(),
        counter.writer(writer),
    )
    .await;
    // The writer is gone, so that packing ends whichever way the program did.
    let packed = packing.await;
    let packed = packed.unwrap_or_else(|_| Err(io::Error::other("packing was interrupted")));
    let file = packed.map_err(|error| failure::file(&to, &error))?;
    sent.map_err(GuestError::api)?;
    blocking::run(move || new.keep(&file)).await?;
    handle.line(format!("Exported {volume} to {path}"));
    Ok(())
}

pub(super) async fn import(
    inner: &Inner,
    handle: &Handle,
    volume: &str,
    path: &str,
) -> Result<(), ApiError> {
    let from = Path::new(path).to_owned();
    let opened = {
        let from = from.clone();
        blocking::run(move || {
            let file = std::fs::File::open(&from).map_err(|error| failure::file(&from, &error))?;
            let length = file.metadata().map_or(0, |facts| facts.len());
            Ok((file, length))
        })
        .await?
    };
    let (file, length) = opened;
    let target = match find(inner, volume).await? {
        Some(found) => {
            local(&found)?;
            refuse_full(inner, &found).await?;
            found
        }
        None => create(inner, volume, None).await?,
    };
    let counter = Counter::new(handle.clone(), Some(length));
    let reader = counter.reader(file);
    let reader = blocking::run(move || {
        archive::unpack(reader).map_err(|error| failure::file(&from, &error))
    })
    .await?;
    handle.line(format!("Importing {path}"));
    let argv = ["busybox", "tar", "-C", &target.mountpoint, "-xpf", "-"];
    let input = archive::background(reader);
    let done = guest::run(&*inner.machine, &argv, input, tokio::io::sink()).await;
    done.map_err(|error| match error {
        GuestError::Input(error) => damaged(path, &error.to_string()),
        GuestError::Failed { errors, .. } if !errors.contains("No space left") => {
            damaged(path, &errors)
        }
        other => other.api(),
    })?;
    handle.line(format!("Imported {path} into {volume}"));
    Ok(())
}

fn damaged(path: &str, why: &str) -> ApiError {
    bad_request(
        format!("'{path}' can't be read to its end as a tar archive: {why}"),
        "the volume has what came before; empty it, then import another archive",
    )
}

pub(super) async fn empty(inner: &Inner, handle: &Handle, volume: &str) -> Result<(), ApiError> {
    let found = find(inner, volume).await?.ok_or_else(|| missing(volume))?;
    local(&found)?;
    refuse_used(inner, volume).await?;
    handle.line(format!("Removing all files of {volume}"));
    let argv = ["busybox", "sh", "-c", EMPTY, "sh", &found.mountpoint];
    let done = guest::output(&*inner.machine, &argv).await;
    done.map_err(GuestError::api)?;
    handle.line(format!("{volume} is empty"));
    Ok(())
}

async fn find(inner: &Inner, name: &str) -> Result<Option<Volume>, ApiError> {
    match inner.docker.inspect_volume(name).await {
        Ok(volume) => Ok(Some(volume)),
        Err(DockerError::DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(None),
        Err(error) => Err(failure::docker(&error)),
    }
}

async fn create(inner: &Inner, name: &str, like: Option<&Volume>) -> Result<Volume, ApiError> {
    let request = VolumeCreateRequest {
        name: Some(name.to_owned()),
        driver: like.map(|like| like.driver.clone()),
        driver_opts: like.map(|like| like.options.clone()),
        labels: like.map(named_labels),
        ..VolumeCreateRequest::default()
    };
    let made = inner.docker.create_volume(request).await;
    made.map_err(|error| failure::docker(&error))
}

/// A volume with a name of its own is not an anonymous one.
fn named_labels(like: &Volume) -> std::collections::HashMap<String, String> {
    let mut labels = like.labels.clone();
    labels.remove("com.docker.volume.anonymous");
    labels
}

fn missing(name: &str) -> ApiError {
    bad_request(
        format!("there is no volume '{name}'"),
        "look at the list of volumes",
    )
}

/// Files of other drivers, and of local ones that mount something, are not where
/// the engine says while no container uses them.
fn local(volume: &Volume) -> Result<(), ApiError> {
    let mounts = volume.options.contains_key("device");
    if volume.driver == "local" && !mounts && volume.mountpoint.starts_with('/') {
        return Ok(());
    }
    Err(bad_request(
        format!("the files of '{}' are not on the data disk", volume.name),
        "use a container that mounts it",
    ))
}

async fn refuse_full(inner: &Inner, volume: &Volume) -> Result<(), ApiError> {
    let argv = [
        "busybox",
        "find",
        &volume.mountpoint,
        "-mindepth",
        "1",
        "-maxdepth",
        "1",
    ];
    let files = guest::output(&*inner.machine, &argv).await;
    if files.map_err(GuestError::api)?.is_empty() {
        return refuse_used(inner, &volume.name).await;
    }
    Err(bad_request(
        format!("the volume '{}' is not empty", volume.name),
        "import into a new one, or empty it first",
    ))
}

/// Asks the engine itself: the model may be behind.
async fn refuse_used(inner: &Inner, volume: &str) -> Result<(), ApiError> {
    use bollard::query_parameters::ListContainersOptionsBuilder;
    let filters = [("volume".to_owned(), vec![volume.to_owned()])];
    let options = ListContainersOptionsBuilder::default()
        .filters(&filters.into())
        .build();
    let running = inner.docker.list_containers(Some(options)).await;
    let running = running.map_err(|error| failure::docker(&error))?;
    let names = running.iter().filter_map(|container| {
        let names = container.names.as_ref()?;
        Some(names.first()?.trim_start_matches('/').to_owned())
    });
    let names: Vec<String> = names.collect();
    if running.is_empty() {
        return Ok(());
    }
    Err(bad_request(
        format!("the volume '{volume}' is in use by {}", names.join(", ")),
        "stop what uses it first",
    ))
}

/// What somebody had counted is in it, in bytes.
fn size_of(inner: &Inner, volume: &str) -> Option<u64> {
    let model = inner.engine.snapshot();
    model.volumes.get(volume)?.size
}

/// Counts bytes and tells them.
#[derive(Clone)]
struct Counter {
    handle: Handle,
    total: Option<u64>,
    done: Arc<AtomicU64>,
}

impl Counter {
    fn new(handle: Handle, total: Option<u64>) -> Self {
        handle.step("bytes", |step| {
            step.state = berth_api::task::StepState::Running;
            step.total = total.filter(|total| *total > 0);
        });
        Self {
            handle,
            total,
            done: Arc::default(),
        }
    }

    fn add(&self, count: usize) {
        let before = self.done.fetch_add(count as u64, Ordering::Relaxed);
        let now = before + count as u64;
        if before / REPORT == now / REPORT {
            return;
        }
        self.handle.step("bytes", |step| step.current = Some(now));
        if let Some(total) = self.total.filter(|total| *total > 0) {
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            self.handle.progress(now as f64 / total as f64);
        }
    }

    fn reader(self, from: impl Read + Send + 'static) -> impl Read + Send + 'static {
        struct Counted<R>(R, Counter);
        impl<R: Read> Read for Counted<R> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.0.read(buffer)?;
                self.1.add(count);
                Ok(count)
            }
        }
        Counted(from, self)
    }

    fn writer<W: tokio::io::AsyncWrite + Unpin>(
        self,
        to: W,
    ) -> tokio_util::io::InspectWriter<W, impl FnMut(&[u8])> {
        tokio_util::io::InspectWriter::new(to, move |bytes| self.add(bytes.len()))
    }
}

/// There is a guest to ask, or the machine is woken first.
pub(super) async fn awake(inner: &Inner) -> Result<(), ApiError> {
    let answer = inner.docker.ping().await;
    answer.map(drop).map_err(|error| {
        let told = failure::docker(&error);
        ApiError {
            code: ErrorCode::NotRunning,
            ..told
        }
    })
}

#[cfg(test)]
mod tests;
