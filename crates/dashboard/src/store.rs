//! Opens what the dashboard remembers, whatever became of it.
use berth_api::{error::ApiError, event::Event};
use berth_model::home::Home;
use berth_store::{Store, StoreError};
use tokio::sync::broadcast;

use crate::failure;

/// Opens the database of a home. One that is damaged is put aside, and where
/// none can be had the daemon goes on with one in memory: both are told.
pub(crate) fn open(home: &Home, events: &broadcast::Sender<Event>) -> Result<Store, ApiError> {
    let path = home.root().join("dashboard.db");
    match Store::open(&path) {
        Ok(opened) => {
            if let Some(aside) = opened.put_aside {
                let message = format!(
                    "what the dashboard remembered (charts, kept logs, builds, choices) was \
                     damaged and begins anew; the old file is '{}'",
                    aside.display()
                );
                warn(
                    events,
                    message,
                    "remove the old file, unless it is of use to you",
                );
            }
            Ok(opened.store)
        }
        Err(error) => {
            let told = failure::store(&error);
            let message = format!("the dashboard forgets when Berth ends: {}", told.message);
            let next = match error {
                StoreError::Newer { .. } => "update Berth",
                _ => "free some space on the host's disk, then restart Berth",
            };
            warn(events, message, next);
            Store::in_memory().map_err(|error| failure::store(&error))
        }
    }
}

fn warn(events: &broadcast::Sender<Event>, message: String, next_step: &str) {
    tracing::warn!(message, "the dashboard's database");
    let next_step = Some(next_step.to_owned());
    // Nobody may be listening.
    let _ = events.send(Event::Warning { message, next_step });
}

#[cfg(test)]
mod tests {
    use std::fs;

    use berth_api::event::Event;
    use berth_model::home::Home;
    use tokio::sync::broadcast;

    use super::open;

    #[test]
    fn a_damaged_database_is_told_and_a_fresh_one_works() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path()).unwrap();
        fs::write(folder.path().join("dashboard.db"), "x".repeat(5000)).unwrap();
        let (events, mut heard) = broadcast::channel(4);
        let store = open(&home, &events).unwrap();
        let Event::Warning { message, next_step } = heard.try_recv().unwrap() else {
            panic!("no warning");
        };
        assert!(message.contains("dashboard.db.damaged-"), "{message}");
        assert!(next_step.is_some());
        store.set_pref("a", &1.into()).unwrap();
    }

    #[test]
    fn where_no_file_can_be_had_one_in_memory_serves() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("missing")).unwrap();
        let (events, mut heard) = broadcast::channel(4);
        let store = open(&home, &events).unwrap();
        assert!(matches!(heard.try_recv().unwrap(), Event::Warning { .. }));
        store.set_pref("a", &1.into()).unwrap();
    }
}
