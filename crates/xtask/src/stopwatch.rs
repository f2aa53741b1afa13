//! Telling how long each stage of a chore took.
use std::time::Instant;

use anyhow::Result;

/// Runs a stage and prints its time.
///
/// # Errors
/// The stage's own.
pub(crate) fn stage<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("── {name}");
    let start = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() { "done" } else { "failed" };
    println!("   {word} after {:.1} s", start.elapsed().as_secs_f64());
    outcome
}
