//! The engine's times, as seconds since the Unix epoch.
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds of a time such as `2026-01-02T03:04:05.678Z`. The engine writes the
/// year 1 for "never".
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    u64::try_from(time.unix_timestamp())
        .ok()
        .filter(|seconds| *seconds > 0)
}

/// Nanoseconds since the Unix epoch.
pub(crate) fn nanoseconds(text: &str) -> Option<i128> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(time.unix_timestamp_nanos()).filter(|nanos| *nanos > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_none_and_offsets_count() {
        assert_eq!(seconds("0001-01-01T00:00:00Z"), None);
        assert_eq!(seconds("1970-01-01T00:00:10.999999999Z"), Some(10));
        assert_eq!(seconds("1970-01-01T01:00:10+01:00"), Some(10));
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(seconds(""), None);
    }
}
