use std::{
    io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{Checked, CreateError, MountRules, check, check_create};
use crate::docker::head::Create;

const SOCKET: &str = "/home/ada/.berth/run/docker.sock";

fn links(path: &Path) -> io::Result<PathBuf> {
    match path.to_str() {
        Some("/tmp/link.sock" | SOCKET) => Ok(SOCKET.into()),
        Some("/srv/engine.sock") => Ok("/run/docker.sock".into()),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn rules() -> MountRules {
    MountRules::new(SOCKET).with_resolver(links)
}

fn bind(spec: &str) -> Value {
    json!({ "HostConfig": { "Binds": [spec] } })
}

fn check_spec(spec: &str, expected: Result<&str, &str>) {
    let mut body = bind(spec);
    let result = check_create(&mut body, &rules());
    match (result, expected) {
        (Ok(checked), Ok(new)) => {
            assert_eq!(body, bind(new), "{spec}");
            assert_eq!(checked == Checked::Changed, spec != new, "{spec}");
        }
        (Err(CreateError::NotShared { path, .. }), Err(named)) => assert_eq!(path, named),
        (result, _) => panic!("{spec}: {result:?}"),
    }
}

#[test]
fn the_docker_socket_becomes_the_engines_own() {
    let translated = "/var/run/docker.sock:/var/run/docker.sock:ro";
    for source in [
        SOCKET,
        "/home/ada/.berth//run/./docker.sock",
        "/run/docker.sock",
        "/tmp/link.sock",
        "/srv/engine.sock",
    ] {
        check_spec(&format!("{source}:/var/run/docker.sock:ro"), Ok(translated));
    }
    check_spec(translated, Ok(translated));
}

#[test]
fn what_belongs_to_the_guest_passes() {
    for source in [
        "/",
        "/run",
        "/var/run/",
        "/proc",
        "/sys/fs/cgroup",
        "/dev/disk",
        "/lib/modules",
        "/var/lib/docker",
        "/var/run/docker/netns",
        "/etc/localtime",
    ] {
        let spec = format!("{source}:/x:ro");
        check_spec(&spec, Ok(&spec));
    }
}

#[test]
fn a_folder_of_the_host_is_refused_by_its_name() {
    for source in [
        "/home/ada/src",
        "/tmp",
        "/etc",
        "/etc/localtime.d",
        "/processes",
        "/dev/../home/ada",
        "/run/user/1000/docker.sock",
        "/var/run/dbus/system_bus_socket",
        "/var/lib",
    ] {
        check_spec(&format!("{source}:/x"), Err(source));
    }
}

#[test]
fn volumes_and_odd_specs_are_the_engines_business() {
    for spec in [
        "data:/var/lib/db",
        "/cache",
        "/cache:ro",
        "data:/x:ro",
        "./src:/x",
        "",
        ":",
        "C:\\x:/y",
        "/home/ada:relative",
    ] {
        check_spec(spec, Ok(spec));
    }
}

#[test]
fn mounts_of_type_bind_are_checked_like_binds() {
    let mount = |kind: &str, source: &str| json!({ "HostConfig": { "Mounts": [{ "Type": kind, "Source": source, "Target": "/x" }] } });
    let mut socket = mount("bind", SOCKET);
    assert_eq!(check_create(&mut socket, &rules()), Ok(Checked::Changed));
    assert_eq!(socket, mount("bind", "/var/run/docker.sock"));
    assert!(check_create(&mut mount("bind", "/home/ada"), &rules()).is_err());
    let mut volume = mount("volume", "/home/ada");
    assert_eq!(check_create(&mut volume, &rules()), Ok(Checked::Unchanged));
    let mut relative = mount("bind", "src");
    assert_eq!(
        check_create(&mut relative, &rules()),
        Ok(Checked::Unchanged)
    );
}

#[test]
fn names_are_found_in_any_case_as_the_engine_does() {
    let mut body = json!({ "hostconfig": { "binds": ["/home/ada:/x"] } });
    assert!(check_create(&mut body, &rules()).is_err());
    let mut body = json!({ "HostConfig": { "mounts": [{ "type": "bind", "source": "/home" }] } });
    assert!(check_create(&mut body, &rules()).is_err());
}

#[test]
fn services_and_volumes_are_looked_into_as_well() {
    let mut service = json!({ "TaskTemplate": { "ContainerSpec": { "Mounts": [
        { "Type": "bind", "Source": "/home/ada", "Target": "/x" } ] } } });
    assert!(check(Create::Service, &mut service, &rules()).is_err());

    let volume = |flags: &str| {
        json!({ "Name": "v", "DriverOpts": {
        "type": "none", "o": flags, "device": "/home/ada" } })
    };
    assert!(check(Create::Volume, &mut volume("bind,ro"), &rules()).is_err());
    let mut nfs = volume("addr=10.0.0.1,rw");
    assert_eq!(
        check(Create::Volume, &mut nfs, &rules()),
        Ok(Checked::Unchanged)
    );

    let mut mount = json!({ "HostConfig": { "Mounts": [{ "Type": "volume", "VolumeOptions": {
        "DriverConfig": { "Options": { "o": "bind", "device": "/home/ada" } } } }] } });
    assert!(check_create(&mut mount, &rules()).is_err());
}

#[test]
fn shared_folders_pass_and_the_hint_is_the_callers() {
    let rules = rules().with_shares(["/home/ada/src".into()], "share it");
    let mut inside = bind("/home/ada/src/web:/x");
    assert_eq!(check_create(&mut inside, &rules), Ok(Checked::Unchanged));
    for outside in ["/home/ada/src/../secret:/x", "/home/ada/src2:/x"] {
        let error = check_create(&mut bind(outside), &rules).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("is not shared with the VM: share it")
        );
    }
}

#[test]
fn without_shares_the_message_says_what_works_today() {
    let error = check_create(&mut bind("/home/ada:/x"), &rules()).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("/home/ada is not shared with the VM"),
        "{text}"
    );
    assert!(
        text.contains("named volume") && text.contains("docker cp"),
        "{text}"
    );
}

#[test]
fn bodies_of_another_shape_are_left_alone() {
    for mut body in [
        json!(null),
        json!([]),
        json!({ "HostConfig": 3 }),
        json!({ "HostConfig": { "Binds": null, "Mounts": "x" } }),
        json!({ "HostConfig": { "Binds": [1, null, {}], "Mounts": [null, {}, { "Type": "bind" }] } }),
    ] {
        let before = body.clone();
        assert_eq!(check_create(&mut body, &rules()), Ok(Checked::Unchanged));
        assert_eq!(body, before);
    }
}
