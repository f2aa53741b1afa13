//! The guest's serial console: a file for each start, the last few kept.
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncSeekExt},
    time::{MissedTickBehavior, interval},
};

/// Older logs that are kept, as `console.log.1` (the newest) and so on.
const KEPT: u32 = 3;

/// How often the log is looked at while we wait for its first byte.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Most of a log that is read from its end, in bytes.
const TAIL: u64 = 16 * 1024;

/// Moves the log out of the way and leaves an empty one.
pub(crate) async fn rotate(log: &Path) -> io::Result<()> {
    if let Some(folder) = log.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    if length(log).await > 0 {
        for number in (1..KEPT).rev() {
            rename_if_there(&numbered(log, number), &numbered(log, number + 1)).await?;
        }
        rename_if_there(log, &numbered(log, 1)).await?;
    }
    tokio::fs::write(log, b"").await
}

/// Waits until something has been written to the log. Ends never by itself.
pub(crate) async fn first_byte(log: &Path) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while length(log).await == 0 {
        ticks.tick().await;
    }
}

/// The end of a log as text; empty if there is none.
pub(crate) async fn tail(log: &Path) -> String {
    read_tail(log).await.unwrap_or_default()
}

async fn read_tail(log: &Path) -> io::Result<String> {
    let mut file = tokio::fs::File::open(log).await?;
    let start = file.metadata().await?.len().saturating_sub(TAIL);
    file.seek(io::SeekFrom::Start(start)).await?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn length(log: &Path) -> u64 {
    tokio::fs::metadata(log).await.map_or(0, |m| m.len())
}

fn numbered(log: &Path, number: u32) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

async fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match tokio::fs::rename(from, to).await {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_start_has_a_log_of_its_own_and_three_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("logs/console.log");
        for start in 1..=5 {
            rotate(&log).await.unwrap();
            assert_eq!(std::fs::read(&log).unwrap(), b"");
            std::fs::write(&log, format!("start {start}")).unwrap();
        }
        rotate(&log).await.unwrap();
        let read = |number| std::fs::read_to_string(numbered(&log, number)).unwrap();
        assert_eq!(
            [read(1), read(2), read(3)],
            ["start 5", "start 4", "start 3"]
        );
        assert!(!numbered(&log, 4).exists());
    }

    #[tokio::test]
    async fn an_empty_log_pushes_no_older_one_out() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("console.log");
        std::fs::write(&log, "words").unwrap();
        for _ in 0..5 {
            rotate(&log).await.unwrap();
        }
        assert_eq!(std::fs::read_to_string(numbered(&log, 1)).unwrap(), "words");
    }

    #[tokio::test]
    async fn the_first_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("console.log");
        rotate(&log).await.unwrap();
        let mut waiting = Box::pin(first_byte(&log));
        assert!(futures_poll(&mut waiting).await.is_none());
        std::fs::write(&log, "S").unwrap();
        waiting.await;
    }

    /// Polls a future until it would wait for the clock.
    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = future => Some(output),
            () = tokio::task::yield_now() => None,
        }
    }

    #[tokio::test]
    async fn the_tail_of_a_long_log_is_bounded_and_survives_bad_text() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("qemu.log");
        let mut bytes = vec![0xff; 100_000];
        bytes.extend_from_slice(b"\nthe end\n");
        std::fs::write(&log, bytes).unwrap();
        let text = tail(&log).await;
        assert!(text.ends_with("\nthe end\n"));
        assert!(text.chars().count() as u64 <= TAIL);
        assert_eq!(tail(&folder.path().join("none")).await, "");
    }
}
