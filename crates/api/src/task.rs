//! Work that takes a while: it belongs to the daemon, not to the window that
//! asked for it, so that every client sees it and none has to stay open.
use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// What to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskSpec {
    /// Pulls an image.
    Pull {
        /// Such as `nginx:1`.
        reference: String,
        /// Such as `linux/arm64`; the engine's own without.
        #[serde(default)]
        platform: Option<String>,
    },
    /// Pushes an image.
    Push {
        /// Such as `registry.example/team/app:1`.
        reference: String,
    },
    /// Builds an image with BuildKit.
    Build(BuildSpec),
    /// Changes a compose project.
    Compose(ComposeSpec),
    /// Writes images to an archive on the host.
    SaveImages {
        /// Names or IDs.
        images: Vec<String>,
        /// Path of the archive; must not exist.
        path: String,
    },
    /// Reads images from an archive on the host.
    LoadImages {
        /// Path of the archive.
        path: String,
    },
    /// Copies a volume into a new one; instant where the disk shares blocks.
    CloneVolume {
        /// The volume.
        from: String,
        /// Name of the new one; must not exist.
        to: String,
    },
    /// Writes a volume's files to a tar archive on the host.
    ExportVolume {
        /// The volume.
        volume: String,
        /// Path of the archive (`.tar`, `.tar.gz` or `.tar.zst`); must not exist.
        path: String,
    },
    /// Fills a new or empty volume from an archive on the host.
    ImportVolume {
        /// The volume; made if it is missing.
        volume: String,
        /// Path of the archive.
        path: String,
    },
    /// Removes every file in a volume.
    EmptyVolume {
        /// The volume.
        volume: String,
    },
    /// Removes what a preview listed, and nothing else.
    CleanUp {
        /// What to remove.
        items: Vec<CleanUpItem>,
    },
}

/// Something that can be removed to free space.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "what", content = "id", rename_all = "snake_case")]
pub enum CleanUpItem {
    /// A container that does not run, by ID, with its writable layer.
    Container(String),
    /// An image that no container uses, by ID.
    Image(String),
    /// A volume that no container uses, by name.
    Volume(String),
    /// A network that no container uses, by ID.
    Network(String),
    /// A record of the build cache, by ID.
    BuildCache(String),
    /// Kept logs of a container that is gone, by its ID.
    KeptLogs(String),
    /// Blocks of the data disk that hold nothing any more are given back to
    /// the host.
    Trim,
}

/// A build.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct BuildSpec {
    /// Folder on the host.
    pub context: String,
    /// Path of the Dockerfile; the one in the context without.
    pub dockerfile: Option<String>,
    /// Names of the result.
    pub tags: Vec<String>,
    /// Stage to build; the last one without.
    pub target: Option<String>,
    /// Platform to build for.
    pub platform: Option<String>,
    /// Build arguments, `NAME=value`.
    pub args: Vec<String>,
    /// Use nothing of the cache.
    pub no_cache: bool,
    /// Look for newer base images.
    pub pull: bool,
}

/// What to do with a compose project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ComposeAction {
    /// Make and start what is missing or changed.
    Up,
    /// Stop and remove containers and networks.
    Down,
    /// As `Down`, volumes too.
    DownVolumes,
    /// Start what is there.
    Start,
    /// Stop.
    Stop,
    /// Stop and start.
    Restart,
    /// Pull images.
    Pull,
    /// Build images.
    Build,
    /// Update services while files change, until it is cancelled.
    Watch,
}

/// A change of a compose project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComposeSpec {
    /// Name of the project.
    pub project: String,
    /// Its folder on the host.
    #[serde(default)]
    pub folder: Option<String>,
    /// Its compose files; none for a project that only its containers are
    /// known of.
    #[serde(default)]
    pub files: Vec<String>,
    /// What to do.
    pub action: ComposeAction,
    /// Only these services; all without.
    #[serde(default)]
    pub services: Vec<String>,
    /// Profiles to enable.
    #[serde(default)]
    pub profiles: Vec<String>,
}

/// State of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It goes on.
    Running,
    /// It is done.
    Done,
    /// It has failed.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Task {
    /// Its number.
    pub id: u64,
    /// What was asked.
    pub spec: TaskSpec,
    /// The same as a command, for people to copy; empty where there is none.
    pub command: String,
    /// Its state.
    pub state: TaskState,
    /// When it began, in milliseconds since the Unix epoch.
    pub started_ms: u64,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// How much is done, from 0 to 1, where that is known.
    pub progress: Option<f64>,
    /// What it does now, one line.
    pub line: String,
    /// Its parts: layers of a pull, steps of a build, services of a project.
    pub steps: Vec<TaskStep>,
    /// Why it failed.
    pub error: Option<ApiError>,
}

/// A part of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TaskStep {
    /// ID of the layer, digest of the step, name of the service.
    pub id: String,
    /// For people.
    pub label: String,
    /// Its state.
    pub state: StepState,
    /// What it does now, such as `Downloading`.
    pub line: String,
    /// How many bytes (or other units) are done.
    pub current: Option<u64>,
    /// Of how many.
    pub total: Option<u64>,
    /// When it began.
    pub started_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
}

/// State of a part of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// It goes on.
    Running,
    /// It is done.
    Done,
    /// It was there already.
    Cached,
    /// It has failed.
    Failed,
}

/// Event of [`crate::call::Call::Tasks`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum TaskEvent {
    /// All tasks that are known, newest first; the first event.
    All(Vec<Task>),
    /// A task is new or different. At most some ten a second for each task.
    Changed(Box<Task>),
    /// The task of this number was cleared away.
    Gone(u64),
}

/// Event of [`crate::call::Call::TaskOutput`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TaskOutput {
    /// The step it belongs to, if one.
    pub step: Option<String>,
    /// Lines, each without its end.
    pub lines: Vec<String>,
}
