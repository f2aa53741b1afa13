//! Prints what the window costs against an empty one: `memory <empty program>`.
//! Started by `cargo xtask bench --window`.
#![expect(clippy::print_stdout, reason = "its answer")]
use std::path::Path;

use berth_desktop_tests::{
    desktop::Desktop,
    environment,
    fake::Fake,
    memory::{Memory, weigh},
    tray::Panel,
};

fn main() {
    let empty = std::env::args_os()
        .nth(1)
        .expect("the empty program's path");
    let desktop = Desktop::start();
    let _panel = Panel::start(&desktop);
    let _fake = Fake::start(&desktop, vec![]);
    let none = weigh(&desktop, Path::new(&empty), "Empty", true);
    let ours = weigh(&desktop, &environment::program(), "Berth", false);
    println!("{:>16} {:>12} {:>12}", "MiB", "empty", "Berth");
    let line = |what: &str, pick: fn(Memory) -> u64| {
        println!(
            "{what:>16} {:>12} {:>12}",
            pick(none) >> 20,
            pick(ours) >> 20
        );
    };
    line("program", |memory| memory.program);
    line("web view", |memory| memory.web_view);
    line("together", |memory| memory.program + memory.web_view);
}
