//! Networks.
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::{
    body::{Answer, created, json, missing, nothing, refuse, status},
    request,
    world::{Network, World, now_seconds},
};

pub(super) async fn answer(
    world: &World,
    method: &Method,
    parts: &[&str],
    request: Request<Incoming>,
) -> Answer {
    match (method.as_str(), parts) {
        ("GET", []) => {
            let held = world.lock();
            json(
                &held
                    .networks
                    .values()
                    .map(|network| network.listed(&[]))
                    .collect(),
            )
        }
        ("POST", ["create"]) => create(world, &request::json(request).await),
        ("POST", ["prune"]) => prune(world),
        ("GET", [wanted]) => {
            let held = world.lock();
            let id = held.network_id(wanted);
            match id.and_then(|id| held.networks.get(&id)) {
                Some(network) => json(&network.listed(&held.members(&network.id))),
                None => missing("network", wanted),
            }
        }
        ("DELETE", [wanted]) => remove(world, wanted),
        ("POST", [wanted, verb @ ("connect" | "disconnect")]) => {
            let asked = request::json(request).await;
            connect(world, wanted, &asked, *verb == "connect")
        }
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

fn create(world: &World, asked: &Value) -> Answer {
    let name = asked["Name"].as_str().unwrap_or_default().to_owned();
    let range = &asked["IPAM"]["Config"][0];
    let (id, driver) = {
        let mut held = world.lock();
        if held.networks.values().any(|network| network.name == name) {
            let text = format!("network with name {name} already exists");
            return refuse(StatusCode::CONFLICT, text);
        }
        let id = held.fresh_id();
        let n = held.made;
        let flag = |key: &str| asked[key].as_bool().unwrap_or(false);
        let subnet = range["Subnet"].as_str().map(str::to_owned);
        let labels = asked["Labels"].as_object().into_iter().flatten();
        let network = Network {
            id: id.clone(),
            name: name.clone(),
            driver: asked["Driver"].as_str().unwrap_or("bridge").to_owned(),
            internal: flag("Internal"),
            attachable: flag("Attachable"),
            ipv6: flag("EnableIPv6"),
            subnet: subnet.unwrap_or_else(|| format!("192.168.{}.0/24", n % 250)),
            gateway: range["Gateway"]
                .as_str()
                .map_or_else(|| format!("192.168.{}.1", n % 250), str::to_owned),
            created: now_seconds(),
            labels: labels
                .map(|(k, v)| (k.clone(), v.as_str().unwrap_or_default().to_owned()))
                .collect(),
        };
        let driver = network.driver.clone();
        held.networks.insert(id.clone(), network);
        (id, driver)
    };
    world.tell(
        "network",
        "create",
        &id,
        json!({"name": name, "type": driver}),
    );
    created(&json!({"Id": id, "Warning": ""}))
}

fn remove(world: &World, wanted: &str) -> Answer {
    let removed = {
        let mut held = world.lock();
        let Some(id) = held.network_id(wanted) else {
            return missing("network", wanted);
        };
        let own = |name: &str| matches!(name, "bridge" | "host" | "none");
        if held
            .networks
            .get(&id)
            .is_some_and(|network| own(&network.name))
        {
            let text = format!("{wanted} is a pre-defined network and cannot be removed");
            return refuse(StatusCode::FORBIDDEN, text);
        }
        if !held.members(&id).is_empty() {
            let text =
                format!("error while removing network: network {wanted} has active endpoints");
            return refuse(StatusCode::FORBIDDEN, text);
        }
        held.networks.remove(&id)
    };
    if let Some(network) = removed {
        tell_gone(world, &network);
    }
    nothing()
}

fn tell_gone(world: &World, network: &Network) {
    let attributes = json!({"name": network.name, "type": network.driver});
    world.tell("network", "destroy", &network.id, attributes);
}

fn prune(world: &World) -> Answer {
    let gone: Vec<Network> = {
        let mut held = world.lock();
        let used = |id: &str| {
            let mut containers = held.containers.values();
            containers.any(|c| c.networks.values().any(|(network, _)| network == id))
        };
        let free = held.networks.values().filter(|network| {
            !matches!(network.name.as_str(), "bridge" | "host" | "none") && !used(&network.id)
        });
        let free: Vec<_> = free.cloned().collect();
        for network in &free {
            held.networks.remove(&network.id);
        }
        free
    };
    gone.iter().for_each(|network| tell_gone(world, network));
    world.tell("network", "prune", "", json!({"reclaimed": "0"}));
    let names: Vec<_> = gone.into_iter().map(|network| network.name).collect();
    json(&json!({"NetworksDeleted": names}))
}

fn connect(world: &World, wanted: &str, asked: &Value, join: bool) -> Answer {
    let container = asked["Container"].as_str().unwrap_or_default();
    let (network, container) = {
        let mut held = world.lock();
        let Some(network) = held.network_id(wanted) else {
            return missing("network", wanted);
        };
        let Some(id) = held.container_id(container) else {
            return missing("container", container);
        };
        let address = format!("192.168.7.{}", 2 + held.made % 250);
        let name = held
            .networks
            .get(&network)
            .map_or("", |network| &network.name)
            .to_owned();
        if let Some(container) = held.containers.get_mut(&id) {
            if join {
                container.networks.insert(name, (network.clone(), address));
            } else {
                container.networks.remove(&name);
            }
        }
        (network, id)
    };
    let action = if join { "connect" } else { "disconnect" };
    let attributes = json!({"name": wanted, "type": "bridge", "container": container});
    world.tell("network", action, &network, attributes);
    status(StatusCode::OK)
}
