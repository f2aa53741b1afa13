//! State of the engine, out of the states of its two daemons.
use std::sync::{Mutex, PoisonError};

use berth_link::proto::EngineState;

/// Which daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// containerd.
    Containerd,
    /// dockerd.
    Dockerd,
}

/// State of one daemon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum DaemonState {
    /// Started, not ready.
    #[default]
    Starting,
    /// Ready; for dockerd, its version.
    Ready(String),
    /// Ended, and is started again after a pause.
    Failed {
        /// Why, one sentence.
        cause: String,
        /// The last lines that it wrote.
        log: Vec<String>,
    },
}

/// The states of both.
#[derive(Debug, Default)]
pub(super) struct Board(Mutex<(DaemonState, DaemonState)>);

impl Board {
    /// Notes the state of one, and returns that of the engine.
    pub(super) fn set(&self, which: Which, state: DaemonState) -> EngineState {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match which {
            Which::Containerd => &mut both.0,
            Which::Dockerd => &mut both.1,
        };
        // A failure stays visible while the next try is under way.
        let retrying = matches!(
            (&*place, &state),
            (DaemonState::Failed { .. }, DaemonState::Starting)
        );
        if !retrying {
            *place = state;
        }
        combine(&both.0, &both.1)
    }
}

fn combine(containerd: &DaemonState, dockerd: &DaemonState) -> EngineState {
    let failed = |part: &str, cause: &String, log: &Vec<String>| EngineState::Failed {
        part: part.to_owned(),
        cause: cause.clone(),
        log: log.clone(),
    };
    match (containerd, dockerd) {
        // Without containerd dockerd fails too, so the first is the cause.
        (DaemonState::Failed { cause, log }, _) => failed("containerd", cause, log),
        (_, DaemonState::Failed { cause, log }) => failed("dockerd", cause, log),
        (_, DaemonState::Ready(version)) => EngineState::Running {
            version: version.clone(),
        },
        (_, DaemonState::Starting) => EngineState::Starting,
    }
}

#[cfg(test)]
mod tests {
    use berth_link::proto::EngineState;

    use super::{Board, DaemonState, Which};

    fn failed() -> DaemonState {
        DaemonState::Failed {
            cause: "why".into(),
            log: vec!["line".into()],
        }
    }

    fn part(state: &EngineState) -> &str {
        match state {
            EngineState::Failed { part, .. } => part,
            _ => "",
        }
    }

    #[test]
    fn the_engine_runs_when_dockerd_is_ready() {
        let board = Board::default();
        let ready = DaemonState::Ready(String::new());
        assert_eq!(board.set(Which::Containerd, ready), EngineState::Starting);
        let running = EngineState::Running {
            version: "28".into(),
        };
        assert_eq!(
            board.set(Which::Dockerd, DaemonState::Ready("28".into())),
            running
        );
    }

    #[test]
    fn containerds_failure_explains_dockerds() {
        let board = Board::default();
        assert_eq!(part(&board.set(Which::Dockerd, failed())), "dockerd");
        assert_eq!(part(&board.set(Which::Containerd, failed())), "containerd");
    }

    #[test]
    fn a_failure_stays_visible_until_the_daemon_is_ready() {
        let board = Board::default();
        board.set(Which::Dockerd, failed());
        assert_eq!(
            part(&board.set(Which::Dockerd, DaemonState::Starting)),
            "dockerd"
        );
        let state = board.set(Which::Dockerd, DaemonState::Ready("28".into()));
        assert_eq!(
            state,
            EngineState::Running {
                version: "28".into()
            }
        );
    }
}
