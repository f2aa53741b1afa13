//! Removes what a preview listed, and nothing else: each thing by its own request,
//! never a prune, so that what appeared since stays.
use berth_api::{
    error::{ApiError, ErrorCode},
    task::{CleanUpItem, StepState},
};
use bollard::query_parameters::{
    PruneBuildOptionsBuilder, RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder,
    RemoveVolumeOptions,
};
use serde_json::json;

use super::Handle;
use crate::{
    blocking, failure,
    guest::{self, GuestError},
    machine::not_running,
    parts::Inner,
};

pub(super) async fn run(
    inner: &Inner,
    handle: &Handle,
    items: &[CleanUpItem],
) -> Result<(), ApiError> {
    // What frees another's space is last: containers before images, and both
    // before blocks are given back.
    let mut ordered: Vec<&CleanUpItem> = items.iter().collect();
    ordered.sort_by_key(|item| rank(item));
    let before = used(inner).await;
    let mut failures = Vec::new();
    let mut known = 0;
    for (done, item) in ordered.iter().enumerate() {
        let shown = show(item);
        handle.line(format!("Removing {shown}"));
        match remove(inner, item).await {
            Ok(bytes) => {
                known += bytes;
                handle.output(None, &format!("removed {shown}"));
            }
            Err(error) => {
                handle.output(None, &format!("kept {shown}: {}", error.message));
                handle.step(&shown, |step| {
                    step.state = StepState::Failed;
                    step.line.clone_from(&error.message);
                });
                failures.push((shown, error));
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        handle.progress((done + 1) as f64 / ordered.len() as f64);
    }
    let measured = match (before, used(inner).await) {
        (Some(before), Some(after)) => before.saturating_sub(after),
        _ => 0,
    };
    conclude(handle, items.len(), &failures, measured.max(known))
}

fn conclude(
    handle: &Handle,
    count: usize,
    failures: &[(String, ApiError)],
    freed: u64,
) -> Result<(), ApiError> {
    handle.step("freed", |step| {
        step.state = StepState::Done;
        step.current = Some(freed);
        step.total = Some(freed);
    });
    handle.line(format!("Removed {} of {count}", count - failures.len()));
    let Some((first, error)) = failures.first() else {
        return Ok(());
    };
    let message = match failures.len() {
        1 => format!("{first} was not removed: {}", error.message),
        more => format!(
            "{more} of {count} were not removed; the first is {first}: {}",
            error.message
        ),
    };
    let details = failures
        .iter()
        .take(200)
        .map(|(item, error)| json!({"item": item, "error": error.message}));
    let details = json!({"freed": freed, "failed": details.collect::<Vec<_>>()});
    Err(ApiError::new(ErrorCode::BadRequest, message)
        .with_hint("see the output; what is in use can be removed once it is not")
        .with_details(details))
}

fn rank(item: &CleanUpItem) -> u8 {
    match item {
        CleanUpItem::Container(_) => 0,
        CleanUpItem::Network(_) => 1,
        CleanUpItem::Volume(_) => 2,
        CleanUpItem::Image(_) => 3,
        CleanUpItem::BuildCache(_) => 4,
        CleanUpItem::KeptLogs(_) => 5,
        CleanUpItem::Trim => 6,
    }
}

fn show(item: &CleanUpItem) -> String {
    let short = |id: &str| {
        let id = id.strip_prefix("sha256:").unwrap_or(id);
        id[..id.floor_char_boundary(12)].to_owned()
    };
    match item {
        CleanUpItem::Container(id) => format!("container {}", short(id)),
        CleanUpItem::Image(id) => format!("image {}", short(id)),
        CleanUpItem::Volume(name) => format!("volume {name}"),
        CleanUpItem::Network(id) => format!("network {}", short(id)),
        CleanUpItem::BuildCache(id) => format!("build cache {}", short(id)),
        CleanUpItem::KeptLogs(id) => format!("kept logs of {}", short(id)),
        CleanUpItem::Trim => "unused blocks of the data disk".to_owned(),
    }
}

/// Gives how many bytes that freed, where it is known.
async fn remove(inner: &Inner, item: &CleanUpItem) -> Result<u64, ApiError> {
    let docker = &inner.docker;
    let done = match item {
        CleanUpItem::Container(id) => {
            let options = RemoveContainerOptionsBuilder::default().build();
            docker.remove_container(id, Some(options)).await
        }
        CleanUpItem::Image(id) => {
            let options = RemoveImageOptionsBuilder::default().build();
            docker.remove_image(id, Some(options), None).await.map(drop)
        }
        CleanUpItem::Volume(name) => {
            docker
                .remove_volume(name, None::<RemoveVolumeOptions>)
                .await
        }
        CleanUpItem::Network(id) => docker.remove_network(id).await,
        CleanUpItem::BuildCache(id) => return remove_cache(inner, id).await,
        CleanUpItem::KeptLogs(id) => return forget_logs(inner, id.clone()).await,
        CleanUpItem::Trim => return trim(inner).await,
    };
    done.map(|()| 0).map_err(|error| failure::docker(&error))
}

async fn remove_cache(inner: &Inner, id: &str) -> Result<u64, ApiError> {
    let filters = [("id".to_owned(), vec![id.to_owned()])];
    let options = PruneBuildOptionsBuilder::default()
        .all(true)
        .filters(&filters.into())
        .build();
    let done = inner.docker.prune_build(Some(options)).await;
    let done = done.map_err(|error| failure::docker(&error))?;
    if done.caches_deleted.is_none_or(|gone| gone.is_empty()) {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            "the engine kept it: it is in use, or others are made from it",
        )
        .with_hint("remove what uses it first"));
    }
    Ok(done
        .space_reclaimed
        .map_or(0, |bytes| u64::try_from(bytes).unwrap_or(0)))
}

async fn forget_logs(inner: &Inner, id: String) -> Result<u64, ApiError> {
    let store = std::sync::Arc::clone(&inner.store);
    let forget = move || {
        store
            .forget_logs(&id)
            .map_err(|error| failure::store(&error))
    };
    blocking::run(forget).await?.ok_or_else(|| {
        ApiError::new(ErrorCode::BadRequest, "nothing is kept of it")
            .with_hint("it may have been removed already")
    })
}

/// Has the guest tell which blocks hold nothing; the disk's file shrinks by them.
async fn trim(inner: &Inner) -> Result<u64, ApiError> {
    if inner.machine.guest().await.is_none() {
        return Err(not_running());
    }
    let disk = inner.home.data_disk();
    let before = std::fs::metadata(&disk).map_or(0, |file| crate::sys::allocated(&file));
    let done = guest::output(&*inner.machine, &["busybox", "fstrim", "/data"]).await;
    done.map_err(GuestError::api)?;
    let after = std::fs::metadata(&disk).map_or(0, |file| crate::sys::allocated(&file));
    Ok(before.saturating_sub(after))
}

async fn used(inner: &Inner) -> Option<u64> {
    let guest = inner.machine.guest().await?;
    Some(guest.data_bytes.saturating_sub(guest.data_free_bytes))
}
