//! What the engine reports.
use std::collections::BTreeMap;

use berth_api::engine::EngineEvent;
use serde::Deserialize;

use super::nullable;
use crate::cut::{NAME, cut, cut_owned};

/// A line of `GET /events`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    #[serde(rename = "Type", deserialize_with = "nullable")]
    object: String,
    #[serde(rename = "Action", deserialize_with = "nullable")]
    action: String,
    #[serde(rename = "Actor", deserialize_with = "nullable")]
    actor: Actor,
    #[serde(deserialize_with = "nullable")]
    time: i64,
    #[serde(rename = "timeNano", deserialize_with = "nullable")]
    time_nano: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Actor {
    #[serde(rename = "ID", deserialize_with = "nullable")]
    id: String,
    #[serde(rename = "Attributes", deserialize_with = "nullable")]
    attributes: BTreeMap<String, String>,
}

/// Attributes that say something about the event. The engine adds all labels of
/// the object, which the model has already.
const ATTRIBUTES: [&str; 12] = [
    "container",
    "destination",
    "driver",
    "execDuration",
    "execID",
    "exitCode",
    "image",
    "oldName",
    "read/write",
    "reclaimed",
    "signal",
    "type",
];

impl From<Message> for EngineEvent {
    fn from(message: Message) -> Self {
        let mut attributes = message.actor.attributes;
        let time_ms = match message.time_nano {
            0 => message.time.saturating_mul(1000),
            nanos => nanos / 1_000_000,
        };
        Self {
            time_ms: u64::try_from(time_ms).unwrap_or(0),
            object: cut_owned(message.object, 32),
            action: cut_owned(message.action, NAME),
            id: cut_owned(message.actor.id, NAME),
            name: cut_owned(attributes.remove("name").unwrap_or_default(), NAME),
            attributes: ATTRIBUTES
                .iter()
                .filter_map(|key| Some(((*key).to_owned(), cut(attributes.get(*key)?, NAME))))
                .collect(),
        }
    }
}
