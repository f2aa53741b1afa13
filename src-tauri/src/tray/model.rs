//! What the tray shows, made of what is known. Pure: the same knowledge gives
//! the same menu, so that it is rebuilt only when it differs.
use std::collections::BTreeMap;

use berth_api::engine::ContainerState;
use berth_model::{size::ByteSize, state::VmState};

use crate::{
    action::{Action, Verb},
    live::{Daemon, Gone, Known, Live},
    quit::Wish,
    route::Route,
    words::Words,
};

/// Most entries of one list: a menu is not a place to search a thousand.
const MAX_LISTED: usize = 20;
/// Longest text taken from outside, in characters.
const MAX_TEXT: usize = 60;

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Text that does nothing.
    Text(String),
    /// Something to do.
    Do(String, Action),
    /// More entries.
    More(String, Vec<Item>),
    /// A line between groups.
    Line,
}

/// How the icon looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    /// The ship in the berth.
    pub(crate) ship: Ship,
    /// Something needs the user.
    pub(crate) trouble: bool,
}

/// The engine, as the icon draws it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Ship {
    /// Solid: it runs.
    Running,
    /// Hollow: it sleeps, or is on its way.
    Asleep,
    /// An empty berth: nothing is there.
    #[default]
    Away,
}

/// How the icon should look.
pub(crate) fn look(live: &Live) -> Look {
    let ship = match &live.vm {
        Some(VmState::Running) => Ship::Running,
        None | Some(VmState::Stopped | VmState::Failed { .. }) => Ship::Away,
        Some(_) => Ship::Asleep,
    };
    let failed = matches!(live.vm, Some(VmState::Failed { .. }));
    let unable = matches!(live.daemon, Daemon::Gone(Gone::Unable(_) | Gone::Died));
    let ill = live.is_running() && live.containers.values().any(|one| one.unhealthy);
    Look {
        ship,
        trouble: failed || unable || ill,
    }
}

/// The menu. `wish` is what the user has chosen to happen to containers when
/// this program ends.
pub(crate) fn menu(live: &Live, wish: Wish, words: &Words) -> Vec<Item> {
    let mut items = vec![Item::Text(state(live, words))];
    items.extend(cost(live, words).map(Item::Text));
    items.push(Item::Line);
    let before = items.len();
    items.extend(containers(live, words));
    if items.len() > before {
        items.push(Item::Line);
    }
    let controls = controls(live, words);
    if !controls.is_empty() {
        items.extend(controls);
        items.push(Item::Line);
    }
    items.push(Item::Do(words.open.to_owned(), Action::Show(Route::Home)));
    items.push(Item::Do(
        words.settings.to_owned(),
        Action::Show(Route::SETTINGS),
    ));
    items.push(Item::Line);
    items.push(Item::Do(quit(live.up(), wish, words), Action::Quit));
    items
}

fn state(live: &Live, words: &Words) -> String {
    match &live.daemon {
        Daemon::Unknown => return words.daemon_unknown.to_owned(),
        Daemon::Gone(Gone::Ended) => return words.daemon_ended.to_owned(),
        Daemon::Gone(Gone::Died) => return words.daemon_died.to_owned(),
        Daemon::Gone(Gone::Unable(why)) => return (words.daemon_unable)(&clean(why)),
        Daemon::Here => {}
    }
    match &live.vm {
        Some(VmState::Running) => words.engine_running.to_owned(),
        Some(VmState::Starting { stage }) => (words.engine_starting)(&clean(stage)),
        Some(VmState::Stopping) => words.engine_stopping.to_owned(),
        Some(VmState::Suspending) => words.engine_suspending.to_owned(),
        Some(VmState::Suspended) => words.engine_asleep.to_owned(),
        Some(VmState::Resuming) => words.engine_waking.to_owned(),
        Some(VmState::Failed { cause, .. }) => (words.engine_failed)(&clean(cause)),
        Some(VmState::Stopped) | None => words.engine_stopped.to_owned(),
    }
}

fn cost(live: &Live, words: &Words) -> Option<String> {
    let cost = live.cost?;
    let memory = ByteSize::bytes(cost.memory).to_string();
    let limit = ByteSize::bytes(live.memory_limit).to_string();
    // Neither negative nor more than there are CPUs: the cast can't surprise.
    let cpu = cost.cpu_percent.max(0.0).round() as u64;
    Some((words.cost)(cpu, &memory, &limit))
}

fn controls(live: &Live, words: &Words) -> Vec<Item> {
    let item = |text: &str, action| Item::Do(text.to_owned(), action);
    match &live.vm {
        Some(VmState::Running) => vec![
            item(words.suspend, Action::Suspend),
            item(words.stop, Action::Stop),
        ],
        Some(VmState::Starting { .. } | VmState::Resuming) => vec![item(words.stop, Action::Stop)],
        Some(VmState::Suspended) => vec![
            item(words.wake, Action::Start),
            item(words.stop, Action::Stop),
        ],
        Some(VmState::Stopping | VmState::Suspending) => vec![],
        Some(VmState::Stopped | VmState::Failed { .. }) => vec![item(words.start, Action::Start)],
        None if live.daemon == Daemon::Gone(Gone::Ended) => vec![item(words.start, Action::Start)],
        None => vec![],
    }
}

type Entry<'a> = (&'a str, &'a Known);

/// Projects and containers that are up, then those that are not.
fn containers(live: &Live, words: &Words) -> Vec<Item> {
    if !live.is_running() {
        return Vec::new();
    }
    let mut projects: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    let mut single: Vec<Entry> = Vec::new();
    for (id, known) in &live.containers {
        match &known.project {
            Some(project) => projects.entry(project).or_default().push((id, known)),
            None => single.push((id, known)),
        }
    }
    let (projects, asleep): (Vec<_>, Vec<_>) = projects
        .into_iter()
        .partition(|(_, all)| all.iter().any(|(_, one)| one.is_up()));
    let (up, mut down): (Vec<_>, Vec<_>) = single.into_iter().partition(|(_, one)| one.is_up());
    down.extend(asleep.into_iter().flat_map(|(_, all)| all));
    let mut items: Vec<Item> = projects
        .into_iter()
        .map(|(name, all)| project(name, all, words))
        .collect();
    items.extend(sorted(up).into_iter().map(|entry| container(entry, words)));
    if items.is_empty() {
        items.push(Item::Text(words.nothing_runs.to_owned()));
    }
    let mut items = cut(items, words);
    items.extend(stopped(down, words));
    items
}

fn project(name: &str, all: Vec<Entry>, words: &Words) -> Item {
    let up: Vec<String> = all
        .iter()
        .filter(|(_, one)| one.is_up())
        .map(|(id, _)| (*id).to_owned())
        .collect();
    let title = (words.project)(&clean(name), up.len(), all.len());
    let listed = sorted(all).into_iter().map(|entry| container(entry, words));
    let mut items = cut(listed.collect(), words);
    items.push(Item::Line);
    for (text, verb) in [
        (words.restart_project, Verb::Restart),
        (words.stop_project, Verb::Stop),
    ] {
        let action = Action::Containers(verb, up.clone());
        items.push(Item::Do(text.to_owned(), action));
    }
    Item::More(title, items)
}

fn stopped(down: Vec<Entry>, words: &Words) -> Option<Item> {
    if down.is_empty() {
        return None;
    }
    let title = (words.stopped_containers)(down.len());
    let listed = sorted(down)
        .into_iter()
        .map(|entry| container(entry, words));
    Some(Item::More(title, cut(listed.collect(), words)))
}

fn container((id, known): Entry, words: &Words) -> Item {
    let name = clean(&known.name);
    let title = match known.state {
        ContainerState::Paused => (words.paused)(&name),
        ContainerState::Restarting => (words.restarting)(&name),
        _ if known.unhealthy => (words.unhealthy)(&name),
        _ => name,
    };
    let change = |text: &str, verb| {
        let action = Action::Containers(verb, vec![id.to_owned()]);
        Item::Do(text.to_owned(), action)
    };
    let show = |text: &str, tab| {
        let route = Route::container(&known.name, id, tab);
        Item::Do(text.to_owned(), Action::Show(route))
    };
    let mut items = Vec::new();
    if known.is_up() {
        let open = |port: &u16| Item::Do((words.open_port)(*port), Action::Open(*port));
        items.extend(known.ports.iter().take(MAX_LISTED).map(open));
        items.push(show(words.logs, "logs"));
        items.push(show(words.terminal, "terminal"));
        items.push(change(words.restart_container, Verb::Restart));
        items.push(change(words.stop_container, Verb::Stop));
    } else {
        items.push(change(words.start_container, Verb::Start));
        items.push(show(words.logs, "logs"));
    }
    Item::More(title, items)
}

fn quit(up: usize, wish: Wish, words: &Words) -> String {
    match (up, wish) {
        (0, _) => words.quit.to_owned(),
        (_, Wish::Ask) => (words.quit_asks)(up),
        (_, Wish::Keep) => (words.quit_keeps)(up),
        (_, Wish::Suspend) => (words.quit_suspends)(up),
        (_, Wish::Stop) => (words.quit_stops)(up),
    }
}

fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|a, b| (&a.1.name, a.0).cmp(&(&b.1.name, b.0)));
    entries
}

fn cut(mut items: Vec<Item>, words: &Words) -> Vec<Item> {
    let more = items.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        items.truncate(MAX_LISTED);
        let show = Action::Show(Route::View("containers"));
        items.push(Item::Do((words.more)(more), show));
    }
    items
}

/// Text from outside, fit for one line of a menu: no control characters, none
/// that turn the direction of writing, and not too long.
pub(crate) fn clean(text: &str) -> String {
    let fit = |c: &char| !c.is_control() && !is_invisible(*c);
    let mut cleaned: String = text.chars().filter(fit).take(MAX_TEXT + 1).collect();
    if cleaned.chars().count() > MAX_TEXT {
        cleaned.pop();
        cleaned.push('…');
    }
    cleaned
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What must change for a menu to show the other one, where only words differ.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Same,
    /// New texts of these entries, by their places on each level.
    Texts(Vec<(Vec<usize>, String)>),
    /// Everything: an open menu closes.
    Anew,
}

/// How to come from one menu to another. Words are changed in place, since a
/// menu that is made anew closes under the pointer.
pub(crate) fn step(old: &[Item], new: &[Item]) -> Step {
    let mut texts = Vec::new();
    match differs(old, new, &mut Vec::new(), &mut texts) {
        true => Step::Anew,
        false if texts.is_empty() => Step::Same,
        false => Step::Texts(texts),
    }
}

fn differs(
    old: &[Item],
    new: &[Item],
    place: &mut Vec<usize>,
    texts: &mut Vec<(Vec<usize>, String)>,
) -> bool {
    if old.len() != new.len() {
        return true;
    }
    old.iter().zip(new).enumerate().any(|(at, (old, new))| {
        place.push(at);
        let mut say = |old: &str, new: &str| {
            if old != new {
                texts.push((place.clone(), new.to_owned()));
            }
        };
        let anew = match (old, new) {
            (Item::Line, Item::Line) => false,
            (Item::Text(a), Item::Text(b)) => {
                say(a, b);
                false
            }
            (Item::Do(a, x), Item::Do(b, y)) => {
                say(a, b);
                x != y
            }
            (Item::More(a, x), Item::More(b, y)) => {
                say(a, b);
                differs(x, y, place, texts)
            }
            _ => true,
        };
        place.pop();
        anew
    })
}

#[cfg(test)]
mod tests;
