//! Events, as dockerd writes them.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{World, now_ms};

impl World {
    /// Tells everybody who listens.
    pub(crate) fn tell(&self, object: &str, action: &str, id: &str, attributes: Value) {
        let now = now_ms();
        let mut event = json!({
            "Type": object, "Action": action, "scope": "local",
            "Actor": {"ID": id},
            "time": now / 1000, "timeNano": now * 1_000_000,
        });
        event["Actor"]["Attributes"] = attributes;
        if object == "container" {
            event["status"] = action.into();
            event["id"] = id.into();
        }
        // Nobody listens: nothing to do.
        let _ = self.events.send(format!("{event}\n").into());
    }

    /// Tells something about a container, with its labels as dockerd does.
    pub(crate) fn tell_container(&self, id: &str, action: &str, more: &[(&str, String)]) {
        let attributes = {
            let held = self.lock();
            let Some(container) = held.containers.get(id) else {
                return;
            };
            let mut all: BTreeMap<String, String> = container.labels.clone();
            all.insert("name".to_owned(), container.name.clone());
            all.insert("image".to_owned(), container.image.clone());
            for (key, value) in more {
                all.insert((*key).to_owned(), value.clone());
            }
            all
        };
        self.tell("container", action, id, json!(attributes));
    }
}
