//! Containers on the guest's own network (`--network host`): what they listen
//! on appears on the host, as it would if the host were the guest.
mod owners;
mod sockets;

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    sync::Arc,
    time::Duration,
};

use berth_link::proto::{EngineState, ExposeRequest};
use serde_json::Value;
use tokio::{
    io::AsyncBufReadExt as _,
    time::{MissedTickBehavior, interval, sleep},
};

use self::{
    owners::Owners,
    sockets::{Table, exposures, parse},
};
use crate::{
    agent::Agent,
    engine::http,
    expose::{self, Kept},
};

/// How often sockets are looked at while such a container runs. The kernel
/// tells nobody when a socket starts to listen.
const INTERVAL: Duration = Duration::from_millis(500);

/// Pause before the engine's events are followed again.
const RETRY: Duration = Duration::from_secs(1);

const TABLES: [(&str, Table); 4] = [
    ("/proc/net/tcp", Table::Tcp),
    ("/proc/net/tcp6", Table::Tcp),
    ("/proc/net/udp", Table::Udp),
    ("/proc/net/udp6", Table::Udp),
];

/// Watches for such containers for ever.
pub(crate) async fn run(agent: Arc<Agent>) {
    let mut engine = agent.engine.subscribe();
    // The ports stay while dockerd restarts; the containers do too.
    let mut watch = Watch {
        agent,
        ports: HashMap::new(),
        owners: Owners::default(),
    };
    loop {
        let running = |state: &EngineState| matches!(state, EngineState::Running { .. });
        if engine.wait_for(running).await.is_err() {
            return;
        }
        // dockerd waits for its last request before it ends: ours must not be it.
        tokio::select! {
            _ = watch.follow() => {}
            _ = engine.wait_for(|state| !running(state)) => {}
        }
        sleep(RETRY).await;
    }
}

struct Watch {
    agent: Arc<Agent>,
    ports: HashMap<ExposeRequest, Kept>,
    owners: Owners,
}

impl Watch {
    async fn follow(&mut self) -> io::Result<()> {
        // Events first, then the list: what starts in between is in both.
        let mut events = http::open(&format!("/events?filters={EVENTS}"))
            .await?
            .lines();
        let mut containers = running().await?;
        self.clear_if_none(&containers);
        let mut ticks = interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                line = events.next_line() => {
                    let Some(line) = line? else { return Ok(()) };
                    if let Some(change) = event(&line) {
                        follow_change(&mut containers, change).await?;
                        self.clear_if_none(&containers);
                    }
                }
                _ = ticks.tick(), if !containers.is_empty() => self.look(),
            }
        }
    }

    fn clear_if_none(&mut self, containers: &HashSet<String>) {
        if containers.is_empty() {
            self.ports.clear();
        }
    }

    fn look(&mut self) {
        let read = |(path, table)| parse(&fs::read_to_string(path).unwrap_or_default(), table);
        let mut all: Vec<_> = TABLES.into_iter().flat_map(read).collect();
        self.owners.keep_containers(&mut all);
        self.set(&exposures(&all));
    }

    fn set(&mut self, wanted: &HashSet<ExposeRequest>) {
        self.ports.retain(|port, _| wanted.contains(port));
        for &port in wanted {
            let kept = || expose::keep(&self.agent, port, None);
            self.ports.entry(port).or_insert_with(kept);
        }
    }
}

/// `{"type":["container"],"event":["start","die"]}`, percent-encoded.
const EVENTS: &str =
    "%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22start%22%2C%22die%22%5D%7D";

#[derive(Debug, PartialEq, Eq)]
enum Change {
    Start,
    Die,
}

fn event(line: &str) -> Option<(Change, String)> {
    let event: Value = serde_json::from_str(line).ok()?;
    let change = match event["Action"].as_str()? {
        "start" => Change::Start,
        "die" => Change::Die,
        _ => return None,
    };
    Some((change, event["Actor"]["ID"].as_str()?.to_owned()))
}

async fn follow_change(
    containers: &mut HashSet<String>,
    change: (Change, String),
) -> io::Result<()> {
    match change {
        // The event does not tell the network.
        (Change::Start, _) => *containers = running().await?,
        (Change::Die, id) => {
            containers.remove(&id);
        }
    }
    Ok(())
}

/// Running containers on the guest's network.
async fn running() -> io::Result<HashSet<String>> {
    Ok(on_host_network(&http::get("/containers/json").await?))
}

fn on_host_network(containers: &Value) -> HashSet<String> {
    let all = containers.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter(|container| container["HostConfig"]["NetworkMode"] == "host")
        .filter_map(|container| Some(container["Id"].as_str()?.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Change, event, on_host_network};

    #[test]
    fn starts_and_ends_are_read_from_events() {
        let line = r#"{"Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{}}}"#;
        assert_eq!(event(line), Some((Change::Start, "abc".into())));
        let line = r#"{"Action":"die","Actor":{"ID":"abc"}}"#;
        assert_eq!(event(line), Some((Change::Die, "abc".into())));
    }

    #[test]
    fn other_events_and_garbage_are_nothing() {
        for line in [
            "",
            "{",
            "{}",
            r#"{"Action":"pull","Actor":{"ID":"a"}}"#,
            "[1]",
        ] {
            assert_eq!(event(line), None);
        }
    }

    #[test]
    fn containers_of_the_host_network_are_picked() {
        let list = json!([
            { "Id": "a", "HostConfig": { "NetworkMode": "host" } },
            { "Id": "b", "HostConfig": { "NetworkMode": "bridge" } },
            { "Id": "c" },
        ]);
        assert_eq!(on_host_network(&list), ["a".to_owned()].into());
        assert!(on_host_network(&json!({ "message": "no" })).is_empty());
    }
}
