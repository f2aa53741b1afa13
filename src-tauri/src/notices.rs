//! What is worth a notification. Pure: events and a clock in, notices out.
//!
//! A notification interrupts somebody, so it must be news that they did not
//! cause and can't see: not the end of what they stopped themselves or run in a
//! terminal, not the tenth crash of a loop, and nothing while they look at the
//! window.
use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

use berth_api::{
    activity::Meters,
    engine::{Change, EngineEvent, WatchEvent},
    event::Event,
};
use berth_model::{size::ByteSize, state::VmState};

use crate::{live::Feed, route::Route, tray::model::clean, words::Words};

/// A container that crashes again within this time is no news.
const QUIET: Duration = Duration::from_secs(600);
/// At most this many notices in [`BURST_TIME`].
const BURST: usize = 4;
const BURST_TIME: Duration = Duration::from_secs(60);
/// Free bytes of the host below which it is nearly full, and above which it no
/// longer is.
const HOST_LOW: u64 = 2 << 30;
const HOST_FINE: u64 = 4 << 30;
/// Used part of the data disk, in percent, in the same way.
const DATA_LOW: u64 = 92;
const DATA_FINE: u64 = 85;
/// Containers that are remembered; the engine may have any number of them.
const MAX_REMEMBERED: usize = 4096;

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// One line.
    pub(crate) title: String,
    /// More.
    pub(crate) body: String,
    /// Where a click leads.
    pub(crate) route: Route,
}

/// Since a fixed moment.
pub(crate) type Now = Duration;

/// What was seen, as far as it decides about later notices.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    /// Containers that somebody is ending or watches in a terminal.
    expected: HashSet<String>,
    /// Containers that ran out of memory and did not end yet.
    starved: HashSet<String>,
    /// When a container's crash was last told.
    told: HashMap<String, Now>,
    /// Containers whose illness was told.
    ill: HashSet<String>,
    /// When the newest notices were shown.
    shown: VecDeque<Now>,
    host_low: bool,
    data_low: bool,
    failed: bool,
    /// The machine is not running, so that containers end by themselves.
    leaving: bool,
}

impl Notices {
    /// What to show because of `feed`. `disk_size` is that of the data disk.
    pub(crate) fn after(
        &mut self,
        feed: &Feed,
        disk_size: u64,
        now: Now,
        words: &Words,
    ) -> Vec<Notice> {
        let mut notices = match feed {
            Feed::Watch(WatchEvent::Changes { changes }) => {
                let one = |change| self.change(change, now, words);
                changes.iter().filter_map(one).collect()
            }
            Feed::Meters(meters) => self.disks(meters, disk_size, words),
            Feed::Event(Event::Vm { vm }) => self.machine(vm, words).into_iter().collect(),
            _ => Vec::new(),
        };
        notices.retain(|_| self.allowed(now));
        notices
    }

    fn change(&mut self, change: &Change, now: Now, words: &Words) -> Option<Notice> {
        match change {
            Change::Happened(event) if event.object == "container" => {
                self.container(event, now, words)
            }
            Change::ContainerGone(id) => {
                self.told.remove(id);
                self.ill.remove(id);
                self.expected.remove(id);
                self.starved.remove(id);
                None
            }
            _ => None,
        }
    }

    fn container(&mut self, event: &EngineEvent, now: Now, words: &Words) -> Option<Notice> {
        let id = &event.id;
        match event.action.as_str() {
            "kill" | "attach" => remember(&mut self.expected, id),
            "oom" => remember(&mut self.starved, id),
            "die" => return self.died(event, now, words),
            "health_status: healthy" | "start" => {
                self.ill.remove(id);
            }
            "health_status: unhealthy" if self.ill.insert(id.clone()) => {
                return Some(notice(
                    (words.is_unhealthy)(&clean(&event.name)),
                    words.unhealthy_body,
                    Route::container(&event.name, id, "overview"),
                ));
            }
            _ => {}
        }
        None
    }

    fn died(&mut self, event: &EngineEvent, now: Now, words: &Words) -> Option<Notice> {
        let starved = self.starved.remove(&event.id);
        if self.expected.remove(&event.id) || self.leaving {
            return None;
        }
        let code: i64 = event.attributes.get("exitCode")?.parse().ok()?;
        let told = self.told.get(&event.id);
        if code == 0 || told.is_some_and(|told| now < *told + QUIET) {
            return None;
        }
        if self.told.len() >= MAX_REMEMBERED {
            self.told.retain(|_, told| now < *told + QUIET);
        }
        self.told.insert(event.id.clone(), now);
        let name = clean(&event.name);
        let title = match starved {
            true => (words.died_of_memory)(&name),
            false => (words.died)(&name, code),
        };
        let route = Route::container(&event.name, &event.id, "logs");
        Some(notice(title, words.died_body, route))
    }

    fn disks(&mut self, meters: &Meters, disk_size: u64, words: &Words) -> Vec<Notice> {
        let mut notices = Vec::new();
        let free = meters.host_disk_free;
        if free < HOST_LOW && !self.host_low {
            notices.push(full(words.host_disk_low, free, words));
        }
        self.host_low = free < HOST_LOW || (self.host_low && free < HOST_FINE);
        if let Some(used) = meters.disk_used.filter(|_| disk_size > 0) {
            let percent = used.saturating_mul(100) / disk_size;
            if percent >= DATA_LOW && !self.data_low {
                let free = disk_size.saturating_sub(used);
                notices.push(full(words.data_disk_low, free, words));
            }
            self.data_low = percent >= DATA_LOW || (self.data_low && percent >= DATA_FINE);
        }
        notices
    }

    fn machine(&mut self, vm: &VmState, words: &Words) -> Option<Notice> {
        self.leaving = *vm != VmState::Running;
        let VmState::Failed {
            cause, next_step, ..
        } = vm
        else {
            self.failed &= *vm != VmState::Running;
            return None;
        };
        // A machine that fails on each attempt says so once.
        if std::mem::replace(&mut self.failed, true) {
            return None;
        }
        let body = format!("{} {}", clean(cause), clean(next_step));
        Some(notice(
            words.engine_down.to_owned(),
            &body,
            Route::View("activity"),
        ))
    }

    fn allowed(&mut self, now: Now) -> bool {
        while self.shown.front().is_some_and(|at| *at + BURST_TIME <= now) {
            self.shown.pop_front();
        }
        let allowed = self.shown.len() < BURST;
        if allowed {
            self.shown.push_back(now);
        }
        allowed
    }
}

fn remember(set: &mut HashSet<String>, id: &str) {
    if set.len() >= MAX_REMEMBERED {
        set.clear();
    }
    set.insert(id.to_owned());
}

fn full(title: &str, free: u64, words: &Words) -> Notice {
    let free = ByteSize::bytes(free).to_string();
    let body = (words.disk_body)(&free);
    notice(title.to_owned(), &body, Route::View("space"))
}

fn notice(title: String, body: &str, route: Route) -> Notice {
    Notice {
        title,
        body: body.to_owned(),
        route,
    }
}

#[cfg(test)]
mod tests;
