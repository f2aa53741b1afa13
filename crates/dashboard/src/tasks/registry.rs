//! The list of tasks: those that run, and the newest of those that ended.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use berth_api::{
    error::{ApiError, ErrorCode},
    task::{StepState, Task, TaskSpec, TaskState, TaskStep},
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::output::Output;
use crate::clock::now_ms;

/// Most tasks that run at a time.
const RUNNING: usize = 32;

/// How many that ended are remembered.
const ENDED: usize = 50;

/// Most steps of one task; what comes after has no step of its own.
const STEPS: usize = 500;

/// Longest texts of a step, in bytes.
const ID: usize = 128;
const TEXT: usize = 240;

/// The list of tasks. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Tasks {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    table: Mutex<Table>,
    /// Number of the newest change.
    changes: watch::Sender<u64>,
    quit: CancellationToken,
    tracker: TaskTracker,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    last: u64,
    pub(super) entries: BTreeMap<u64, Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) task: Task,
    pub(super) output: Output,
    /// Number of the change that it was last touched by.
    pub(super) change: u64,
    cancel: CancellationToken,
    asked_to_cancel: bool,
}

/// What a runner has of its task.
#[derive(Debug, Clone)]
pub(crate) struct Handle {
    pub(crate) id: u64,
    tasks: Tasks,
    /// The task shall end.
    pub(crate) cancel: CancellationToken,
}

impl Tasks {
    pub(crate) fn new(quit: CancellationToken) -> Self {
        let shared = Shared {
            table: Mutex::default(),
            changes: watch::channel(0).0,
            quit,
            tracker: TaskTracker::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        let table = self.shared.table.lock();
        table.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// What runs the tasks; closed and waited for at the end.
    pub(crate) fn tracker(&self) -> &TaskTracker {
        &self.shared.tracker
    }

    /// Enters a task that begins now.
    ///
    /// # Errors
    /// `busy` while too many run.
    pub(super) fn add(&self, spec: TaskSpec, command: String) -> Result<Handle, ApiError> {
        let mut table = self.table();
        let running = |entry: &&Entry| entry.task.state == TaskState::Running;
        if table.entries.values().filter(running).count() >= RUNNING {
            let message = format!("{RUNNING} tasks run already");
            return Err(ApiError::new(ErrorCode::Busy, message)
                .with_hint("wait for one to end, or cancel one"));
        }
        table.last += 1;
        let id = table.last;
        let cancel = self.shared.quit.child_token();
        let task = Task {
            id,
            spec,
            command,
            state: TaskState::Running,
            started_ms: now_ms(),
            ended_ms: None,
            progress: None,
            line: String::new(),
            steps: Vec::new(),
            error: None,
        };
        let entry = Entry {
            task,
            output: Output::default(),
            change: 0,
            cancel: cancel.clone(),
            asked_to_cancel: false,
        };
        table.entries.insert(id, entry);
        self.touch(&mut table, id);
        drop(table);
        Ok(Handle {
            id,
            tasks: self.clone(),
            cancel,
        })
    }

    fn touch(&self, table: &mut Table, id: u64) {
        self.shared.changes.send_modify(|change| {
            *change += 1;
            if let Some(entry) = table.entries.get_mut(&id) {
                entry.change = *change;
            }
        });
    }

    /// A task as it is now.
    pub(crate) fn get(&self, id: u64) -> Option<Task> {
        let table = self.table();
        table.entries.get(&id).map(|entry| entry.task.clone())
    }

    /// All as they are now, newest first.
    pub(crate) fn all(&self) -> Vec<Task> {
        let table = self.table();
        let entries = table.entries.values().rev();
        entries.map(|entry| entry.task.clone()).collect()
    }

    /// Asks a task to end.
    ///
    /// # Errors
    /// When there is none of this number. One that has ended stays as it is.
    pub(crate) fn cancel(&self, id: u64) -> Result<(), ApiError> {
        let mut table = self.table();
        let entry = table.entries.get_mut(&id).ok_or_else(|| unknown(id))?;
        entry.asked_to_cancel = true;
        entry.cancel.cancel();
        Ok(())
    }

    /// Forgets a task that has ended.
    ///
    /// # Errors
    /// When there is none of this number, or it runs.
    pub(crate) fn clear(&self, id: u64) -> Result<(), ApiError> {
        let mut table = self.table();
        let entry = table.entries.get(&id).ok_or_else(|| unknown(id))?;
        if entry.task.state == TaskState::Running {
            return Err(
                ApiError::new(ErrorCode::BadRequest, format!("task {id} still runs"))
                    .with_hint("cancel it first"),
            );
        }
        table.entries.remove(&id);
        self.touch(&mut table, id);
        Ok(())
    }

    /// Forgets the oldest ones that ended.
    fn trim(table: &mut Table) {
        let ended =
            |(id, entry): (&u64, &Entry)| (entry.task.state != TaskState::Running).then_some(*id);
        let ended: Vec<u64> = table.entries.iter().filter_map(ended).collect();
        for id in ended.iter().take(ended.len().saturating_sub(ENDED)) {
            table.entries.remove(id);
        }
    }
}

/// There is no task of this number.
pub(super) fn unknown(id: u64) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, format!("there is no task {id}"))
        .with_hint("it may have been cleared; look at the list of tasks")
}

fn cut(text: &mut String, limit: usize) {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
    }
}

impl Handle {
    /// Changes the task.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Task)) {
        let mut table = self.tasks.table();
        if let Some(entry) = table.entries.get_mut(&self.id) {
            change(&mut entry.task);
            cut(&mut entry.task.line, TEXT);
            self.tasks.touch(&mut table, self.id);
        }
    }

    /// Says what it does now.
    pub(crate) fn line(&self, line: impl Into<String>) {
        let line = line.into();
        self.update(|task| task.line = line);
    }

    /// Says how much is done, from 0 to 1.
    pub(crate) fn progress(&self, progress: f64) {
        self.update(|task| task.progress = Some(progress.clamp(0.0, 1.0)));
    }

    /// Changes a step, which is made where it is not there yet. Times follow
    /// its state.
    pub(crate) fn step(&self, id: &str, change: impl FnOnce(&mut TaskStep)) {
        let id = &id[..id.floor_char_boundary(ID)];
        self.update(|task| {
            let at = match task.steps.iter().position(|step| step.id == id) {
                Some(at) => at,
                None if task.steps.len() < STEPS => {
                    task.steps.push(new_step(id));
                    task.steps.len() - 1
                }
                None => return,
            };
            let step = &mut task.steps[at];
            change(step);
            cut(&mut step.label, TEXT);
            cut(&mut step.line, TEXT);
            let ended = !matches!(step.state, StepState::Waiting | StepState::Running);
            if step.state != StepState::Waiting && step.started_ms.is_none() {
                step.started_ms = Some(now_ms());
            }
            if !ended {
                step.ended_ms = None;
            } else if step.ended_ms.is_none() {
                step.ended_ms = Some(now_ms());
            }
        });
    }

    /// Adds a line of output.
    pub(crate) fn output(&self, step: Option<&str>, line: &str) {
        let mut table = self.tasks.table();
        if let Some(entry) = table.entries.get_mut(&self.id) {
            entry.output.push(step, line);
            self.tasks.touch(&mut table, self.id);
        }
    }

    /// The task as it is now.
    pub(crate) fn task(&self) -> Option<Task> {
        self.tasks.get(self.id)
    }

    /// Ends the task.
    pub(super) fn end(&self, outcome: Result<(), ApiError>) {
        let mut table = self.tasks.table();
        if let Some(entry) = table.entries.get_mut(&self.id) {
            let cancelled = entry.asked_to_cancel || entry.cancel.is_cancelled();
            let task = &mut entry.task;
            task.ended_ms = Some(now_ms());
            match outcome {
                Ok(()) => {
                    task.state = TaskState::Done;
                    task.progress = task.progress.map(|_| 1.0);
                }
                // What fails because it was cancelled is not a failure.
                Err(_) if cancelled => task.state = TaskState::Cancelled,
                Err(error) => {
                    task.state = TaskState::Failed;
                    task.line.clone_from(&error.message);
                    cut(&mut task.line, TEXT);
                    task.error = Some(error);
                }
            }
            end_steps(task);
        }
        Tasks::trim(&mut table);
        self.tasks.touch(&mut table, self.id);
    }
}

fn new_step(id: &str) -> TaskStep {
    TaskStep {
        id: id.to_owned(),
        label: id.to_owned(),
        state: StepState::Waiting,
        line: String::new(),
        current: None,
        total: None,
        started_ms: None,
        ended_ms: None,
    }
}

/// No step of an ended task goes on.
fn end_steps(task: &mut Task) {
    let state = match task.state {
        TaskState::Done => StepState::Done,
        TaskState::Running | TaskState::Failed | TaskState::Cancelled => StepState::Failed,
    };
    let ended = task.ended_ms;
    let open = task.steps.iter_mut().filter(|step| step.ended_ms.is_none());
    for step in open.filter(|step| step.started_ms.is_some()) {
        step.state = state;
        step.ended_ms = ended;
    }
}

#[cfg(test)]
mod tests {
    use berth_api::{
        error::{ApiError, ErrorCode},
        task::{StepState, TaskSpec, TaskState},
    };
    use tokio_util::sync::CancellationToken;

    use super::{ENDED, RUNNING, STEPS, Tasks};

    fn tasks() -> Tasks {
        Tasks::new(CancellationToken::new())
    }

    fn spec() -> TaskSpec {
        TaskSpec::EmptyVolume { volume: "v".into() }
    }

    fn failure() -> Result<(), ApiError> {
        Err(ApiError::new(ErrorCode::Internal, "broken"))
    }

    #[test]
    fn the_oldest_ended_tasks_are_forgotten() {
        let tasks = tasks();
        let runs = tasks.add(spec(), String::new()).unwrap();
        for _ in 0..ENDED + 3 {
            tasks.add(spec(), String::new()).unwrap().end(Ok(()));
        }
        assert_eq!(tasks.all().len(), ENDED + 1);
        assert!(tasks.get(runs.id).is_some());
        assert!(tasks.get(runs.id + 1).is_none());
    }

    #[test]
    fn too_many_at_a_time_are_refused() {
        let tasks = tasks();
        let handles: Vec<_> = (0..RUNNING)
            .map(|_| tasks.add(spec(), String::new()).unwrap())
            .collect();
        let refused = tasks.add(spec(), String::new()).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Busy);
        handles[0].end(Ok(()));
        tasks.add(spec(), String::new()).unwrap();
    }

    #[test]
    fn what_fails_after_a_cancel_is_cancelled() {
        let tasks = tasks();
        let handle = tasks.add(spec(), String::new()).unwrap();
        handle.step("a", |step| step.state = StepState::Running);
        tasks.clear(handle.id).unwrap_err();
        tasks.cancel(handle.id).unwrap();
        assert!(handle.cancel.is_cancelled());
        handle.end(failure());
        let task = tasks.get(handle.id).unwrap();
        assert_eq!(task.state, TaskState::Cancelled);
        assert_eq!(task.steps[0].state, StepState::Failed);
        assert_eq!(task.error, None);
        tasks.clear(handle.id).unwrap();
        assert!(tasks.cancel(handle.id).is_err());
    }

    #[test]
    fn a_failure_is_told_and_a_success_is_complete() {
        let tasks = tasks();
        let fails = tasks.add(spec(), String::new()).unwrap();
        fails.end(failure());
        let task = tasks.get(fails.id).unwrap();
        assert_eq!(
            (task.state, task.line.as_str()),
            (TaskState::Failed, "broken")
        );
        let works = tasks.add(spec(), String::new()).unwrap();
        works.progress(7.0);
        works.end(Ok(()));
        assert_eq!(tasks.get(works.id).unwrap().progress, Some(1.0));
    }

    #[test]
    fn steps_keep_their_order_and_times_and_are_bounded() {
        let tasks = tasks();
        let handle = tasks.add(spec(), String::new()).unwrap();
        for number in 0..STEPS + 5 {
            handle.step(&number.to_string(), |step| step.line = "x".repeat(9999));
        }
        handle.step("0", |step| step.state = StepState::Cached);
        let task = tasks.get(handle.id).unwrap();
        assert_eq!(task.steps.len(), STEPS);
        assert!(task.steps[0].started_ms.is_some() && task.steps[0].ended_ms.is_some());
        assert_eq!(task.steps[1].started_ms, None);
        assert!(serde_json::to_string(&task).unwrap().len() < 300_000);
    }
}
