//! Times, as the engine writes them.
use std::time::{SystemTime, UNIX_EPOCH};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// How the engine writes "never".
const NEVER: &str = "0001-01-01T00:00:00Z";

pub(crate) fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(0))
}

pub(crate) fn now_seconds() -> u64 {
    now_ms() / 1000
}

/// A time in milliseconds since the epoch.
pub(crate) fn rfc3339_ms(ms: u64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    let text = time.ok().and_then(|time| time.format(&Rfc3339).ok());
    text.unwrap_or_else(|| NEVER.to_owned())
}

/// A time in seconds since the epoch; none is never.
pub(crate) fn rfc3339(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| NEVER.to_owned(), |seconds| rfc3339_ms(seconds * 1000))
}

/// Such as `2 hours` (moby, `go-units`, `HumanDuration`).
pub(crate) fn ago(seconds: u64) -> String {
    match seconds {
        0 => "Less than a second".to_owned(),
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".to_owned(),
        120..3600 => format!("{} minutes", seconds / 60),
        3600..7200 => "About an hour".to_owned(),
        7200..172_800 => format!("{} hours", seconds / 3600),
        172_800..1_209_600 => format!("{} days", seconds / 86_400),
        _ => format!("{} weeks", seconds / 604_800),
    }
}
