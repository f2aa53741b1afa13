use berth_api::task::CleanUpItem;
use berth_engine::Model;
use berth_link::proto::{EngineState, GuestInfo};

use super::{Usage, data, sizes};

const USAGE: &str = r#"{
  "LayersSize": 1000,
  "Images": [
    {"Id": "sha256:aa", "RepoTags": ["app:1"], "Size": 600, "SharedSize": 200, "Containers": 1},
    {"Id": "sha256:bbbbbbbbbbbbbbbb", "RepoTags": null, "Size": 500, "SharedSize": 200, "Containers": 0}
  ],
  "Containers": [
    {"Id": "c1", "Names": ["/web"], "State": "running", "SizeRw": 50},
    {"Id": "c2", "Names": ["/old"], "State": "exited"}
  ],
  "Volumes": [
    {"Name": "data", "UsageData": {"Size": 300, "RefCount": 1}},
    {"Name": "left", "UsageData": {"Size": 70, "RefCount": 0}},
    {"Name": "odd", "UsageData": {"Size": -1, "RefCount": -1}}
  ],
  "BuildCache": [
    {"ID": "k1", "Description": "RUN make", "InUse": false, "Shared": false, "Size": 40,
     "LastUsedAt": "2026-01-01T00:00:00Z"},
    {"ID": "k2", "Description": "FROM", "InUse": true, "Shared": true, "Size": 900}
  ]
}"#;

fn guest(used: u64) -> GuestInfo {
    GuestInfo {
        agent_version: String::new(),
        kernel: String::new(),
        boot_id: String::new(),
        stages: Vec::new(),
        engine: EngineState::Starting,
        data_bytes: 100_000,
        data_free_bytes: 100_000 - used,
        memory_bytes: 0,
        memory_available_bytes: 0,
        network_received: None,
        network_sent: None,
    }
}

#[test]
fn every_byte_of_the_disk_is_somewhere_once() {
    let usage: Usage = serde_json::from_str(USAGE).unwrap();
    let node = data(5000, Some(&usage), Some(&guest(2000)), &Model::default());
    assert_eq!(node.bytes, 5000);
    let part = |kind: &str| {
        node.children
            .iter()
            .find(|child| child.kind == kind)
            .unwrap()
    };
    assert_eq!(part("images").bytes, 1000);
    assert_eq!(part("reclaimable").bytes, 3000);
    assert_eq!(part("reclaimable").remove, Some(CleanUpItem::Trim));
    assert_eq!(part("build_cache").bytes, 40);
    assert_eq!(part("other").bytes, 2000 - 1000 - 50 - 370 - 40);
}

#[test]
fn what_is_used_can_not_be_removed_and_says_why() {
    let usage: Usage = serde_json::from_str(USAGE).unwrap();
    let node = data(5000, Some(&usage), None, &Model::default());
    let mut removable = Vec::new();
    for child in node.children.iter().flat_map(|child| &child.children) {
        assert!(child.remove.is_some() || child.note.is_some(), "{child:?}");
        removable.extend(child.remove.clone());
    }
    let expected = [
        CleanUpItem::Image("sha256:bbbbbbbbbbbbbbbb".into()),
        CleanUpItem::Container("c2".into()),
        CleanUpItem::Volume("left".into()),
        CleanUpItem::BuildCache("k1".into()),
    ];
    assert!(
        expected.iter().all(|item| removable.contains(item)),
        "{removable:?}"
    );
    assert_eq!(removable.len(), expected.len());
}

#[test]
fn without_an_engine_the_disk_is_one_thing() {
    let node = data(5000, None, None, &Model::default());
    assert_eq!((node.bytes, node.children.len()), (5000, 0));
    assert!(node.note.is_some());
}

#[test]
fn sizes_that_were_not_counted_are_left_out() {
    let usage: Usage = serde_json::from_str(USAGE).unwrap();
    let sizes = sizes(&usage);
    assert_eq!(sizes.volumes.len(), 2);
    assert_eq!(sizes.shared["sha256:aa"], 200);
}
