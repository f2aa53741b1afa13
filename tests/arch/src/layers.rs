//! Who may depend on whom. An edge that is not listed here is a change of the
//! architecture: argue for it in `crates/ARCHITECTURE.md`, then add it.
use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

const ALLOWED: &[(&str, &[&str])] = &[
    ("berth-model", &[]),
    ("berth-link", &[]),
    ("berth-api", &["berth-model", "berth-link"]),
    ("berth-machine", &["berth-model"]),
    // The port and the key of the vsock channel are part of the protocol.
    ("berth-machine-qemu", &["berth-machine", "berth-link"]),
    ("berth-forward", &["berth-link", "berth-model"]),
    ("berth-network", &["berth-link"]),
    (
        "berth-core",
        &["berth-api", "berth-link", "berth-machine", "berth-model"],
    ),
    ("berth-store", &["berth-api", "berth-model"]),
    (
        "berth-dashboard",
        &[
            "berth-api",
            "berth-core",
            "berth-engine",
            "berth-link",
            "berth-model",
            "berth-store",
        ],
    ),
    ("berth-engine", &["berth-api", "berth-link", "berth-model"]),
    ("berth-web", &["berth-api", "berth-model"]),
    ("berth-cli", &["berth-api", "berth-model"]),
    (
        "berth-daemon",
        &[
            "berth-api",
            "berth-core",
            "berth-dashboard",
            "berth-engine",
            "berth-forward",
            "berth-link",
            "berth-machine",
            "berth-machine-qemu",
            "berth-model",
            "berth-network",
            "berth-web",
        ],
    ),
    ("berth-desktop", &["berth-api", "berth-model"]),
    (
        "berth-desktop-tests",
        &["berth-api", "berth-link", "berth-model"],
    ),
    ("berth-agent", &["berth-link"]),
    ("berth-xtask", &["berth-api", "berth-model"]),
    ("berth-arch", &[]),
    (
        "berth-recorded",
        &[
            "berth-api",
            "berth-dashboard",
            "berth-engine",
            "berth-link",
            "berth-model",
            "berth-web",
        ],
    ),
    ("berth-e2e", &["berth-api", "berth-model"]),
];

/// Outside crates that one package alone may use, so that each outside thing
/// has one owner.
const OWNED: &[(&str, &[&str])] = &[
    ("smoltcp", &["berth-network"]),
    ("httparse", &["berth-forward"]),
    ("rusqlite", &["berth-store"]),
    (
        "clap",
        &["berth-cli", "berth-daemon", "berth-recorded", "berth-xtask"],
    ),
    ("tracing-subscriber", &["berth-daemon"]),
];

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().unwrap()
}

fn dependencies(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let normal = |p: &cargo_metadata::Package| {
        let all = p
            .dependencies
            .iter()
            .filter(|d| d.kind != DependencyKind::Development);
        all.map(|d| d.name.clone()).collect()
    };
    metadata
        .packages
        .iter()
        .map(|p| (p.name.to_string(), normal(p)))
        .collect()
}

#[test]
fn packages_depend_only_on_the_layers_below_them() {
    let mut wrong = Vec::new();
    for (package, dependencies) in dependencies(&metadata()) {
        let rule = ALLOWED.iter().find(|(name, _)| *name == package);
        let Some((_, allowed)) = rule else {
            wrong.push(format!("{package} has no rule"));
            continue;
        };
        let ours = dependencies.iter().filter(|d| d.starts_with("berth-"));
        wrong.extend(
            ours.filter(|d| !allowed.contains(&d.as_str()))
                .map(|d| format!("{package} depends on {d}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_daemon_names_a_backend() {
    for (package, dependencies) in dependencies(&metadata()) {
        let named = dependencies.iter().any(|d| d.starts_with("berth-machine-"));
        assert!(
            !named || package == "berth-daemon",
            "{package} names a backend"
        );
    }
}

#[test]
fn an_outside_thing_has_one_owner() {
    for (package, dependencies) in dependencies(&metadata()) {
        for (thing, owners) in OWNED {
            let used = dependencies.contains(*thing);
            assert!(
                !used || owners.contains(&package.as_str()),
                "{package} uses {thing}"
            );
        }
    }
}
