//! The engine's JSON, as much of it as the model needs, and what is made of it.
//!
//! Everything may be missing or null: what the engine leaves out differs from
//! version to version. Names are those of the Docker Engine API 1.44 to 1.53.
pub(crate) mod container;
pub(crate) mod event;
pub(crate) mod image;
pub(crate) mod network;
pub(crate) mod stats;
#[cfg(test)]
mod tests;
pub(crate) mod volume;

use serde::{Deserialize, Deserializer};

/// Null is the default too.
fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Negative is how the engine says that it did not count.
fn positive(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
