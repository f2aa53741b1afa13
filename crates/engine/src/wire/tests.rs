//! The engine's JSON, as recorded from an engine of version 28, and worse.
use berth_api::engine::{Container, ContainerState, EngineEvent, Health, Image, Network, Volume};
use serde_json::json;

use super::{container, event, image, network, volume};

fn container(json: serde_json::Value) -> Container {
    serde_json::from_value::<container::Listed>(json)
        .unwrap()
        .into()
}

#[test]
fn a_container_of_a_compose_project_is_read_whole() {
    let read = container(json!({
        "Id": "aa11", "Names": ["/shop-web-1"], "Image": "nginx:1.27", "ImageID": "sha256:bb",
        "Command": "/docker-entrypoint.sh nginx", "Created": 1_700_000_000,
        "Ports": [
            {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
            {"PrivatePort": 443, "Type": "tcp"}
        ],
        "Labels": {
            "com.docker.compose.project": "shop", "com.docker.compose.service": "web",
            "com.docker.compose.container-number": "1",
            "com.docker.compose.project.working_dir": "/home/u/shop",
            "com.docker.compose.project.config_files": "/home/u/shop/a.yaml,/home/u/shop/b.yaml"
        },
        "State": "running", "Status": "Up 2 hours (healthy)",
        "NetworkSettings": {"Networks": {"shop_default": {
            "NetworkID": "n1", "IPAddress": "172.18.0.2", "GlobalIPv6Address": "",
            "MacAddress": "02:42:ac:12:00:02"
        }}},
        "Mounts": [
            {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data",
             "Destination": "/data", "RW": true},
            {"Type": "bind", "Source": "/home/u/shop", "Destination": "/src", "RW": false}
        ]
    }));
    assert_eq!(read.name, "shop-web-1");
    assert_eq!(read.state, ContainerState::Running);
    assert_eq!(read.health, Some(Health::Healthy));
    assert_eq!(read.exit_code, None);
    assert_eq!(read.ports.len(), 3);
    assert_eq!(read.ports[0].host_ip.as_deref(), Some("0.0.0.0"));
    assert_eq!(read.ports[2].host, None);
    let project = read.project.unwrap();
    assert_eq!((project.service.as_str(), project.number), ("web", Some(1)));
    assert_eq!(project.files.len(), 2);
    assert_eq!(read.networks[0].ipv4.as_deref(), Some("172.18.0.2"));
    assert_eq!(read.networks[0].ipv6, None);
    assert_eq!(read.mounts[0].source, "data");
    assert!(!read.mounts[1].writable);
}

#[test]
fn a_container_that_ended_tells_its_code_and_times() {
    let mut read = container(json!({
        "Id": "a", "State": "exited", "Status": "Exited (137) 2 hours ago"
    }));
    assert_eq!(read.exit_code, Some(137));
    let inspected: container::Inspected = serde_json::from_value(json!({"State": {
        "ExitCode": 137, "StartedAt": "1970-01-01T00:00:10Z",
        "FinishedAt": "1970-01-01T00:00:20.5Z"
    }}))
    .unwrap();
    container::Times::from(inspected).fill(&mut read);
    assert_eq!((read.started, read.finished), (Some(10), Some(20)));
}

#[test]
fn a_container_that_runs_again_has_no_exit_code() {
    let mut read = container(json!({"Id": "a", "State": "running", "Status": "Up 1 second"}));
    let inspected: container::Inspected = serde_json::from_value(json!({"State": {
        "ExitCode": 0, "StartedAt": "1970-01-01T00:00:30Z", "FinishedAt": "1970-01-01T00:00:20Z"
    }}))
    .unwrap();
    container::Times::from(inspected).fill(&mut read);
    assert_eq!(read.exit_code, None);
}

#[test]
fn null_and_missing_are_empty() {
    let read = container(json!({
        "Id": "a", "Names": null, "Ports": null, "Labels": null, "Mounts": null,
        "NetworkSettings": null, "State": null, "Health": null, "Command": null
    }));
    assert_eq!(read.name, "");
    assert_eq!(read.state, ContainerState::Created);
    assert!(read.ports.is_empty() && read.project.is_none());
}

#[test]
fn hostile_text_stays_text_and_is_cut() {
    let long = "x".repeat(10 << 20);
    let read = container(json!({
        "Id": "a", "Names": ["/\u{202e}<img src=x onerror=alert(1)>\u{1b}[2J"],
        "Labels": {"long": long, "\u{0}": "\u{7}"}, "Command": long, "Status": long, "Image": long
    }));
    assert_eq!(read.name, "\u{202e}<img src=x onerror=alert(1)>\u{1b}[2J");
    let line = serde_json::to_vec(&read).unwrap();
    assert!(line.len() < 64 << 10, "{}", line.len());
}

#[test]
fn an_image_without_a_name_has_none() {
    let read: Image = serde_json::from_value::<image::Listed>(json!({
        "Id": "sha256:a", "RepoTags": ["<none>:<none>"], "RepoDigests": null,
        "Created": 5, "Size": 100, "SharedSize": -1, "Labels": null
    }))
    .unwrap()
    .into();
    assert!(read.tags.is_empty() && read.digests.is_empty());
    assert_eq!((read.size, read.shared), (100, None));
}

#[test]
fn a_platform_has_its_variant() {
    let inspected: image::Inspected = serde_json::from_value(json!({
        "Os": "linux", "Architecture": "arm64", "Variant": "v8"
    }))
    .unwrap();
    assert_eq!(inspected.platform().as_deref(), Some("linux/arm64/v8"));
}

#[test]
fn generated_volume_names_are_anonymous() {
    let volume = |json| Volume::from(serde_json::from_value::<volume::Listed>(json).unwrap());
    assert!(volume(json!({"Name": "ab".repeat(32)})).anonymous);
    assert!(volume(json!({"Name": "x", "Labels": {"com.docker.volume.anonymous": ""}})).anonymous);
    assert!(!volume(json!({"Name": "data", "Labels": null, "Options": null})).anonymous);
}

#[test]
fn a_network_has_its_ranges() {
    let read: Network = serde_json::from_value::<network::Listed>(json!({
        "Id": "n", "Name": "shop_default", "Created": "1970-01-01T00:00:07.1+00:00",
        "Scope": "local", "Driver": "bridge", "EnableIPv6": true,
        "IPAM": {"Driver": "default", "Options": null,
                 "Config": [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]}
    }))
    .unwrap()
    .into();
    assert_eq!(read.created, Some(7));
    assert_eq!(read.subnets[0].gateway.as_deref(), Some("172.18.0.1"));
}

#[test]
fn an_event_keeps_what_is_about_itself() {
    let read: EngineEvent = serde_json::from_value::<event::Message>(json!({
        "Type": "container", "Action": "die", "scope": "local", "time": 12, "timeNano": 12_345_678_901i64,
        "Actor": {"ID": "aa", "Attributes": {"name": "web", "exitCode": "1", "my.label": "secret"}}
    }))
    .unwrap()
    .into();
    assert_eq!(read.time_ms, 12_345);
    assert_eq!(read.name, "web");
    assert_eq!(read.attributes["exitCode"], "1");
    assert_eq!(read.attributes.len(), 1);
}
