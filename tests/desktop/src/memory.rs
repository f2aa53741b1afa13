//! What a window costs: the memory of its program and of all that it started.
use std::{collections::HashMap, fs, path::Path};

use crate::{desktop::Desktop, process::Running};

/// Memory in bytes, shared pages counted by their share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// The program itself.
    pub program: u64,
    /// The web view's processes.
    pub web_view: u64,
}

/// Starts a program in a desktop, waits until its window is drawn, or just
/// shown if it is `blank`, and weighs it.
pub fn weigh(desktop: &Desktop, program: &Path, title: &str, blank: bool) -> Memory {
    let running = Running::start(&mut desktop.command(program));
    let screen = desktop.screen();
    let window = screen.shown(title);
    if !blank {
        screen.drawn(window);
    }
    settled(running.pid())
}

/// Waits until it no longer grows or shrinks by more than a hundredth.
fn settled(pid: u32) -> Memory {
    let mut before = Memory::default();
    crate::wait::eventually("the memory is settled", || {
        std::thread::sleep(std::time::Duration::from_secs(1));
        let now = tree(pid);
        let total = |memory: Memory| memory.program + memory.web_view;
        let same = total(now).abs_diff(total(before)) * 100 < total(now);
        before = now;
        same.then_some(now)
    })
}

fn tree(root: u32) -> Memory {
    let parents = parents();
    let below = |pid: u32| {
        let mut at = pid;
        while let Some(parent) = parents.get(&at) {
            if *parent == root {
                return true;
            }
            at = *parent;
        }
        false
    };
    let children = parents.keys().filter(|pid| below(**pid));
    // The daemon is started by the window, but is not part of it.
    let web = children.filter(|pid| name(**pid).starts_with("WebKit"));
    Memory {
        program: share(root),
        web_view: web.map(|pid| share(*pid)).sum(),
    }
}

fn parents() -> HashMap<u32, u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return HashMap::new();
    };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers
        .filter_map(|pid: u32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name, in brackets, may hold anything; the parent is the second after it.
            let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?;
            Some((pid, parent.parse().ok()?))
        })
        .collect()
}

fn name(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default()
}

/// Its proportional share of memory, in bytes; see `proc_pid_smaps(5)`.
fn share(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("Pss:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() << 10
}
