//! Where every byte of Berth on the host went.
//!
//! The data disk is one sparse file, so that what is in it is told by the engine
//! (`GET /system/df`) and what is left over is named: what nothing uses any more
//! but the host has not got back, and what file system and engine need themselves.
use std::{fs, path::Path, sync::Arc};

use berth_api::{
    activity::{SpaceNode, SpaceReport},
    error::ApiError,
    task::CleanUpItem,
};
use berth_engine::{Model, Sizes};
use berth_link::proto::GuestInfo;
use serde::Deserialize;

use crate::{
    blocking,
    clock::{now_ms, parse_ms},
    docker, failure,
    parts::Inner,
    sys::allocated,
};

/// Answer to `GET /system/df` up to version 1.51.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Usage {
    layers_size: i64,
    images: Option<Vec<ImageUsage>>,
    containers: Option<Vec<ContainerUsage>>,
    volumes: Option<Vec<VolumeUsage>>,
    build_cache: Option<Vec<CacheUsage>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ImageUsage {
    id: String,
    repo_tags: Option<Vec<String>>,
    size: i64,
    shared_size: i64,
    containers: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ContainerUsage {
    id: String,
    names: Option<Vec<String>>,
    state: String,
    size_rw: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct VolumeUsage {
    name: String,
    usage_data: Option<VolumeSize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct VolumeSize {
    size: i64,
    ref_count: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct CacheUsage {
    #[serde(rename = "ID")]
    id: String,
    description: String,
    in_use: bool,
    shared: bool,
    size: i64,
    last_used_at: Option<String>,
}

/// Measures everything. Wakes nothing: while the engine can't be asked the data
/// disk is one thing.
///
/// # Errors
/// When the engine fails while it counts.
pub(crate) async fn report(inner: &Arc<Inner>) -> Result<SpaceReport, ApiError> {
    let usage = if inner.engine.is_live() {
        let usage: Usage = docker::get(&inner.docker_socket, "/system/df").await?;
        inner.engine.learn(&sizes(&usage));
        Some(usage)
    } else {
        None
    };
    let guest = inner.machine.guest().await;
    let working = Arc::clone(inner);
    let root = blocking::run(move || {
        let kept = kept_logs(&working)?;
        let home = &working.home;
        let disk = fs::metadata(home.data_disk()).map_or(0, |file| allocated(&file));
        let model = working.engine.snapshot();
        let mut children = vec![data(disk, usage.as_ref(), guest.as_ref(), &model)];
        children.push(file("suspended", &home.saved_machine()));
        children.push(leaf("logs", folder(&home.logs_dir())));
        children.push(kept);
        children.push(leaf("system", system(home)));
        children.retain(|child| child.bytes > 0 || !child.children.is_empty());
        Ok(group("berth", children))
    })
    .await?;
    Ok(SpaceReport {
        root,
        host_free: (inner.free_space)(&inner.home.data_dir()),
        time_ms: now_ms(),
    })
}

fn sizes(usage: &Usage) -> Sizes {
    let images = usage.images.iter().flatten();
    let volumes = usage.volumes.iter().flatten();
    Sizes {
        shared: images
            .filter_map(|image| Some((image.id.clone(), u64::try_from(image.shared_size).ok()?)))
            .collect(),
        volumes: volumes
            .filter_map(|volume| {
                let size = volume.usage_data.as_ref()?.size;
                Some((volume.name.clone(), u64::try_from(size).ok()?))
            })
            .collect(),
    }
}

fn bytes(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn leaf(kind: &str, bytes: u64) -> SpaceNode {
    SpaceNode {
        kind: kind.to_owned(),
        bytes,
        ..SpaceNode::default()
    }
}

fn file(kind: &str, path: &Path) -> SpaceNode {
    leaf(kind, fs::metadata(path).map_or(0, |file| allocated(&file)))
}

/// A node with the sum of its parts, largest first.
fn group(kind: &str, mut children: Vec<SpaceNode>) -> SpaceNode {
    children.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    SpaceNode {
        kind: kind.to_owned(),
        bytes: children.iter().map(|child| child.bytes).sum(),
        children,
        ..SpaceNode::default()
    }
}

fn data(disk: u64, usage: Option<&Usage>, guest: Option<&GuestInfo>, model: &Model) -> SpaceNode {
    let Some(usage) = usage else {
        return SpaceNode {
            note: (disk > 0).then(|| "What is in it can be told while Berth runs.".to_owned()),
            ..leaf("data", disk)
        };
    };
    let mut children = vec![
        images(usage, model),
        containers(usage),
        volumes(usage),
        build_cache(usage),
    ];
    let counted: u64 = children.iter().map(|child| child.bytes).sum();
    if let Some(guest) = guest {
        let used = guest.data_bytes.saturating_sub(guest.data_free_bytes);
        let unused = disk.saturating_sub(used);
        let own = disk.saturating_sub(unused).saturating_sub(counted);
        children.push(leaf("other", own));
        children.push(SpaceNode {
            remove: (unused > 0).then_some(CleanUpItem::Trim),
            ..leaf("reclaimable", unused)
        });
    } else {
        children.push(leaf("other", disk.saturating_sub(counted)));
    }
    children.retain(|child| child.bytes > 0 || !child.children.is_empty());
    group("data", children)
}

fn images(usage: &Usage, model: &Model) -> SpaceNode {
    let all = usage.images.iter().flatten();
    let mut children: Vec<SpaceNode> = all
        .map(|image| {
            let users = users(model, &image.id);
            let used = image.containers > 0 || !users.is_empty();
            let mut tags = image.repo_tags.iter().flatten();
            let tag = tags.find(|tag| *tag != "<none>:<none>").cloned();
            SpaceNode {
                name: tag.unwrap_or_else(|| short(&image.id)),
                remove: (!used).then(|| CleanUpItem::Image(image.id.clone())),
                note: used.then(|| match users.as_slice() {
                    [] => "A container uses it.".to_owned(),
                    names => format!("Used by {}.", list(names)),
                }),
                ..leaf("image", bytes(image.size - image.shared_size.max(0)))
            }
        })
        .collect();
    let alone: u64 = children.iter().map(|child| child.bytes).sum();
    let shared = bytes(usage.layers_size).saturating_sub(alone);
    if shared > 0 {
        children.push(SpaceNode {
            name: "Layers that several images share".to_owned(),
            note: Some("They go with the last image that uses them.".to_owned()),
            ..leaf("other", shared)
        });
    }
    group("images", children)
}

fn users(model: &Model, image: &str) -> Vec<String> {
    let containers = model.containers.values();
    let mut names: Vec<String> = containers
        .filter(|container| container.image_id == image)
        .map(|container| container.name.clone())
        .collect();
    names.sort();
    names
}

/// Names for a sentence, the first few.
fn list(names: &[String]) -> String {
    let mut text = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 3 {
        text.push_str(&format!(" and {} more", names.len() - 3));
    }
    text
}

fn short(id: &str) -> String {
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    id[..id.floor_char_boundary(12)].to_owned()
}

fn containers(usage: &Usage) -> SpaceNode {
    let all = usage.containers.iter().flatten().map(|container| {
        let name = container.names.iter().flatten().next();
        let name = name.map(|name| name.trim_start_matches('/').to_owned());
        let runs = ["running", "paused", "restarting", "removing"].contains(&&*container.state);
        SpaceNode {
            name: name.unwrap_or_else(|| short(&container.id)),
            remove: (!runs).then(|| CleanUpItem::Container(container.id.clone())),
            note: runs.then(|| "It runs.".to_owned()),
            ..leaf("container", bytes(container.size_rw))
        }
    });
    group("containers", all.collect())
}

fn volumes(usage: &Usage) -> SpaceNode {
    let all = usage.volumes.iter().flatten().map(|volume| {
        let facts = volume.usage_data.as_ref();
        let used = facts.is_none_or(|facts| facts.ref_count != 0);
        SpaceNode {
            name: volume.name.clone(),
            remove: (!used).then(|| CleanUpItem::Volume(volume.name.clone())),
            note: used.then(|| "A container uses it.".to_owned()),
            ..leaf("volume", facts.map_or(0, |facts| bytes(facts.size)))
        }
    });
    group("volumes", all.collect())
}

fn build_cache(usage: &Usage) -> SpaceNode {
    let all = usage.build_cache.iter().flatten().map(|cache| {
        let last = cache.last_used_at.as_deref().and_then(parse_ms);
        let note = match (cache.in_use, cache.shared) {
            (true, _) => Some("A build uses it."),
            (_, true) => Some("An image shares it, so that removing it frees nothing."),
            _ => None,
        };
        SpaceNode {
            name: cache.description.clone(),
            remove: (!cache.in_use).then(|| CleanUpItem::BuildCache(cache.id.clone())),
            note: note.map(str::to_owned),
            last_used: last.map(|millis| millis / 1000),
            // What an image shares is counted with the image.
            ..leaf(
                "cache_record",
                if cache.shared { 0 } else { bytes(cache.size) },
            )
        }
    });
    group("build_cache", all.collect())
}

fn kept_logs(inner: &Inner) -> Result<SpaceNode, ApiError> {
    let kept = inner
        .store
        .kept_logs()
        .map_err(|error| failure::store(&error))?;
    let children = kept.into_iter().map(|logs| SpaceNode {
        name: logs.name,
        remove: Some(CleanUpItem::KeptLogs(logs.container)),
        last_used: Some(logs.removed_ms / 1000),
        ..leaf("other", logs.bytes)
    });
    Ok(group("kept_logs", children.collect()))
}

/// What is not the user's: image files in the home, the database.
fn system(home: &berth_model::home::Home) -> u64 {
    let image = home.image_dir();
    // A link leads to something that others use too.
    let own = fs::symlink_metadata(&image).is_ok_and(|facts| facts.is_dir());
    let image = if own { folder(&image) } else { 0 };
    let database = ["dashboard.db", "dashboard.db-wal"];
    let database = database.map(|name| {
        let path = home.root().join(name);
        fs::metadata(path).map_or(0, |file| allocated(&file))
    });
    image + database.iter().sum::<u64>()
}

/// What a folder's files take; folders in it up to a few levels.
fn folder(path: &Path) -> u64 {
    fn walk(path: &Path, depth: u32) -> u64 {
        let Ok(entries) = fs::read_dir(path) else {
            return 0;
        };
        let sizes = entries.flatten().map(|entry| match entry.metadata() {
            Ok(facts) if facts.is_dir() && depth > 0 => walk(&entry.path(), depth - 1),
            Ok(facts) => allocated(&facts),
            Err(_) => 0,
        });
        sizes.sum()
    }
    walk(path, 4)
}

#[cfg(test)]
mod tests;
