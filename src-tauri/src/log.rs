//! What goes wrong in the window itself, for whoever started it in a terminal.
//! What goes wrong in the daemon is in the daemon's log.

/// Something did not work that nobody waits for.
#[expect(clippy::print_stderr, reason = "the program's only log")]
pub(crate) fn warn(text: &str) {
    eprintln!("berth-desktop: {text}");
}
