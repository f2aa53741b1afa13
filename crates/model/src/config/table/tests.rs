use toml_edit::Item;

use super::{KEYS, Key};
use crate::{config::Config, host::HostFacts, size::ByteSize};

const HOST: HostFacts = HostFacts {
    cpus: 8,
    memory: ByteSize::gib(16),
};

fn apply(key: &str, text: &str) -> Result<String, String> {
    let mut config = Config::defaults(&HOST);
    let key = Key::find(key).unwrap();
    key.parse(text)
        .and_then(|value| key.apply(&mut config, &Item::Value(value), &HOST))
        .map(|()| key.show(&config))
        .map_err(|refusal| refusal.0)
}

#[track_caller]
fn check(key: &str, text: &str, shown: &str) {
    assert_eq!(apply(key, text).as_deref(), Ok(shown), "{key} = {text}");
}

#[track_caller]
fn check_refused(key: &str, text: &str, part: &str) {
    let refusal = apply(key, text).unwrap_err();
    assert!(refusal.contains(part), "{key} = {text}: {refusal}");
}

#[test]
fn values_are_read_as_people_write_them() {
    check("cpus", "3", "3");
    check("memory", "3072 MiB", "3GiB");
    check("disk", "100g", "100GiB");
    check("autostart", "off", "false");
    check("engine.proxy", "none", "none");
    check("engine.proxy", "http://p:3128", "http://p:3128");
    check("engine.ca_file", "/ca.pem", "/ca.pem");
    check("engine.ca_file", "", "");
    check("docker.context", "yes", "true");
}

#[test]
fn a_table_is_read_from_toml_and_from_json() {
    let json = r#"{"debug":true,"log-opts":{"max-size":"10m"},"mtu":1500}"#;
    check("engine.daemon", json, json);
    check(
        "engine.daemon",
        "{debug = true, dns = [\"1.1.1.1\"]}",
        r#"{"debug":true,"dns":["1.1.1.1"]}"#,
    );
    check_refused("engine.daemon", "debug", "neither");
    check_refused("engine.daemon", r#"{"a":{"b":null}}"#, "'b': null");
}

#[test]
fn what_a_setting_cannot_be_is_refused_with_what_it_can_be() {
    check_refused("cpus", "many", "whole number");
    check_refused("cpus", "0", "from 1 to 8");
    check_refused("cpus", "9", "from 1 to 8");
    check_refused("cpus", "-1", "from 1 to 8");
    check_refused("memory", "lots", "such as 4GiB");
    check_refused("memory", "512MiB", "from 1GiB to 16GiB");
    check_refused("memory", "17GiB", "from 1GiB to 16GiB");
    check_refused("disk", "1GiB", "from 4GiB");
    check_refused("autostart", "maybe", "neither true nor false");
    check_refused("engine.proxy", "proxy:3128", "inherit");
    check_refused("engine.proxy", "ftp://p", "inherit");
    check_refused("engine.proxy", "http://", "inherit");
    check_refused("engine.ca_file", "ca.pem", "absolute");
}

#[test]
fn every_default_can_be_written_and_read_again() {
    let defaults = Config::defaults(&HOST);
    for key in KEYS {
        let shown = key.show(&defaults);
        check(key.name, &shown, &shown);
    }
}

#[test]
fn every_setting_has_a_description_and_a_name_of_its_own() {
    for (at, key) in KEYS.iter().enumerate() {
        assert!(key.description.ends_with('.'), "{}", key.name);
        assert!(!key.description.contains("  "), "{}", key.name);
        assert!(KEYS[..at].iter().all(|other| other.name != key.name));
    }
}
