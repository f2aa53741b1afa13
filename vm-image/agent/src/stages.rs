//! Named stages of the boot with their times, for the console, for the boot
//! report and for events to the host.
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use berth_link::proto::BootStage;
use rustix::time::{ClockId, clock_gettime};

use crate::console::say;

/// Stages passed so far.
#[derive(Debug, Default)]
pub(crate) struct Stages(Mutex<Vec<BootStage>>);

impl Stages {
    /// Notes that a stage which began at `began` ended now.
    pub(crate) fn ended(&self, name: &str, began: Duration) -> BootStage {
        let now = since_boot();
        let stage = BootStage {
            name: name.to_owned(),
            ended_ms: millis(now),
            took_ms: millis(now.saturating_sub(began)),
        };
        say!("stage {name} {} ms", stage.took_ms);
        let mut stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stages.push(stage.clone());
        stage
    }

    /// All so far, in order of completion.
    pub(crate) fn all(&self) -> Vec<BootStage> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Time since the kernel started.
pub(crate) fn since_boot() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
