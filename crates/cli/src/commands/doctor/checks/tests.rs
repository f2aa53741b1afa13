use berth_api::report::{Check, CheckStatus};

use super::{Facts, client_checks, link_command};
use crate::{docker_context::Selection, host_side::Lead};

fn healthy() -> Facts {
    Facts {
        docker: Some("/usr/bin/docker".into()),
        compose: Some("/p/docker-compose".into()),
        buildx: Some("/p/docker-buildx".into()),
        berth: Some("/usr/bin/berth".into()),
        docker_host: None,
        docker_context: None,
        selection: Some(Selection {
            current: "berth".into(),
            target: Some("unix:///h/run/docker.sock".into()),
        }),
        system_socket: Lead::Here,
        run_dir_mode: Some(0o700),
        socket: "/h/run/docker.sock".into(),
    }
}

fn find(facts: &Facts, id: &str) -> Check {
    let checks = client_checks(facts);
    checks.into_iter().find(|check| check.id == id).unwrap()
}

#[track_caller]
fn check_warns(facts: &Facts, id: &str, detail: &str, fix: &str) {
    let check = find(facts, id);
    assert_eq!(check.status, CheckStatus::Warn, "{check:?}");
    assert!(check.detail.contains(detail), "{check:?}");
    assert!(
        check.fix.as_deref().unwrap_or_default().contains(fix),
        "{check:?}"
    );
    let others = client_checks(facts);
    let bad = others
        .iter()
        .filter(|check| check.status != CheckStatus::Ok);
    assert_eq!(bad.count(), 1, "only {id} is wrong: {others:?}");
}

#[test]
fn a_healthy_host_has_nothing_to_say() {
    let checks = client_checks(&healthy());
    let healthy = checks
        .iter()
        .all(|check| check.status == CheckStatus::Ok && check.fix.is_none());
    assert!(healthy, "{checks:?}");
}

#[test]
fn missing_clients_name_how_to_get_them() {
    let facts = Facts {
        docker: None,
        ..healthy()
    };
    check_warns(&facts, "docker_cli", "no program", "docker-cli install");
    let facts = Facts {
        buildx: None,
        ..healthy()
    };
    check_warns(
        &facts,
        "docker_plugins",
        "without buildx",
        "docker-cli install",
    );
}

#[test]
fn a_context_that_is_missing_wrong_or_not_selected_is_told_apart() {
    let with = |current: &str, target: Option<&str>| Facts {
        selection: Some(Selection {
            current: current.into(),
            target: target.map(Into::into),
        }),
        ..healthy()
    };
    check_warns(
        &with("default", None),
        "docker_context",
        "no context",
        "context use",
    );
    let other = with("berth", Some("unix:///other"));
    check_warns(
        &other,
        "docker_context",
        "leads to unix:///other",
        "context use",
    );
    let unselected = with("work", Some("unix:///h/run/docker.sock"));
    check_warns(
        &unselected,
        "docker_context",
        "'work' is selected",
        "context use",
    );
}

#[test]
fn variables_that_lead_elsewhere_are_named() {
    let facts = Facts {
        docker_host: Some("tcp://x".into()),
        ..healthy()
    };
    check_warns(&facts, "docker_host", "tcp://x", "unset DOCKER_HOST");
    let facts = Facts {
        docker_context: Some("work".into()),
        ..healthy()
    };
    check_warns(&facts, "docker_host", "work", "unset DOCKER_CONTEXT");
    let ours = Facts {
        docker_host: Some("unix:///h/run/docker.sock".into()),
        ..healthy()
    };
    assert_eq!(find(&ours, "docker_host").status, CheckStatus::Ok);
}

#[test]
fn the_system_socket_of_another_engine_is_not_replaced_without_stopping_it() {
    let facts = Facts {
        system_socket: Lead::OwnSocket,
        ..healthy()
    };
    check_warns(
        &facts,
        "system_socket",
        "another engine",
        "stop that engine",
    );
    let facts = Facts {
        system_socket: Lead::Nowhere,
        ..healthy()
    };
    check_warns(
        &facts,
        "system_socket",
        "not there",
        "ln -sfn '/h/run/docker.sock'",
    );
}

#[test]
fn a_socket_folder_open_to_others_is_reported() {
    let facts = Facts {
        run_dir_mode: Some(0o755),
        ..healthy()
    };
    check_warns(&facts, "run_dir", "755", "chmod 700 '/h/run'");
}

#[test]
fn a_quote_in_the_path_does_not_end_the_command() {
    let command = link_command(std::path::Path::new("/it's"));
    assert_eq!(command, r"sudo ln -sfn '/it'\''s' /var/run/docker.sock");
}
