use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::{load, parse, set, unset};
use crate::{
    config::{Config, Proxy, error::ConfigError},
    host::HostFacts,
    size::ByteSize,
    state::RestartCost,
};

const HOST: HostFacts = HostFacts {
    cpus: 8,
    memory: ByteSize::gib(16),
};

fn error(text: &str) -> String {
    let error = parse(Path::new("c.toml"), text, &HOST).unwrap_err();
    format!("{error}; {}", error.hint())
}

/// The file after setting (or, without a value, unsetting) `key`.
fn edited(text: &str, key: &str, value: Option<&str>) -> Result<String, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, text).unwrap();
    let result = match value {
        Some(value) => set(&file, key, value, &HOST),
        None => unset(&file, key, &HOST),
    };
    let after = fs::read_to_string(&file).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    match result {
        Ok(_) => Ok(after),
        Err(error) => {
            assert_eq!(after, text, "a refused change leaves the file alone");
            Err(error)
        }
    }
}

#[test]
fn a_file_that_is_not_there_sets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = load(&folder.path().join("none.toml"), &HOST).unwrap();
    assert_eq!(settings.config, Config::defaults(&HOST));
    assert!(settings.set.is_empty());
}

#[test]
fn keys_are_read_from_tables_and_dotted_names_alike() {
    for text in [
        "cpus = 2\n[engine]\nproxy = \"none\"\n[engine.daemon]\ndebug = true\n",
        "cpus = 2\nengine.proxy = \"none\"\nengine.daemon.debug = true\n",
        "cpus = 2\nengine = {proxy = \"none\", daemon = {debug = true}}\n",
    ] {
        let settings = parse(Path::new("c.toml"), text, &HOST).unwrap();
        assert_eq!(settings.config.cpus, 2);
        assert_eq!(settings.config.proxy, Proxy::None);
        assert_eq!(settings.config.daemon_json["debug"], true);
        assert_eq!(settings.set, ["cpus", "engine.proxy", "engine.daemon"]);
        assert!(settings.unknown.is_empty());
    }
}

#[test]
fn a_wrong_value_names_file_line_key_and_next_step() {
    let text = error("# mine\ncpus = 2\nmemory = 4\n");
    assert!(
        text.starts_with("c.toml:3: 'memory': it is integer"),
        "{text}"
    );
    assert!(text.ends_with("'berth config unset memory'"), "{text}");
    let text = error("[engine]\n\nproxy = \"x\"\n");
    assert!(text.starts_with("c.toml:3: 'engine.proxy'"), "{text}");
    let text = error("engine = 1\n");
    assert!(
        text.starts_with("c.toml:1: 'engine': it is integer"),
        "{text}"
    );
}

#[test]
fn a_syntax_error_names_its_line() {
    let text = error("cpus = 2\nmemory = \n");
    assert!(text.starts_with("c.toml:2: "), "{text}");
    assert!(text.contains("berth config edit"), "{text}");
    let twice = error("cpus = 2\ncpus = 3\n");
    assert!(twice.starts_with("c.toml:2: "), "{twice}");
}

#[test]
fn unknown_keys_are_reported_with_their_line_and_nearest_name() {
    let text = "cpu = 2\n[engine]\nproxxy = \"none\"\n[color]\nx = 1\n";
    let settings = parse(Path::new("c.toml"), text, &HOST).unwrap();
    let found: Vec<_> = settings
        .unknown
        .iter()
        .map(|entry| (entry.line, entry.key.as_str(), entry.nearest))
        .collect();
    let expected = [
        (1, "cpu", Some("cpus")),
        (3, "engine.proxxy", Some("engine.proxy")),
        (4, "color", None),
    ];
    assert_eq!(found, expected);
    assert!(
        settings.unknown[0]
            .to_string()
            .contains("did you mean 'cpus'")
    );
}

#[test]
fn setting_keeps_comments_order_and_unknown_keys() {
    let text = "# my settings\ncpus = 2 # two\nfuture = 1\n\n[engine] # e\nproxy = 'none' # p\n";
    let after = edited(text, "cpus", Some("4")).unwrap();
    assert_eq!(after, text.replace("cpus = 2", "cpus = 4"));
    let after = edited(text, "engine.proxy", Some("inherit")).unwrap();
    assert_eq!(after, text.replace("'none'", "\"inherit\""));
}

#[test]
fn a_new_key_goes_where_it_belongs() {
    let after = edited("# top\n", "cpus", Some("4")).unwrap();
    assert!(
        after.contains("# top") && after.contains("cpus = 4"),
        "{after}"
    );
    let after = edited("cpus = 2\n", "engine.proxy", Some("none")).unwrap();
    assert_eq!(after, "cpus = 2\n\n[engine]\nproxy = \"none\"\n");
    let after = edited("[engine]\nproxy = 'none'\n", "cpus", Some("4")).unwrap();
    assert!(after.starts_with("cpus = 4\n"), "{after}");
}

#[test]
fn a_part_of_the_engines_file_is_set_and_unset_by_itself() {
    let after = edited("", "engine.daemon.debug", Some("true")).unwrap();
    assert_eq!(after, "[engine.daemon]\ndebug = true\n");
    let after = edited(&after, "engine.daemon.bip", Some("10.9.0.1/24")).unwrap();
    assert_eq!(
        after,
        "[engine.daemon]\ndebug = true\nbip = \"10.9.0.1/24\"\n"
    );
    let after = edited(&after, "engine.daemon.debug", None).unwrap();
    assert_eq!(after, "[engine.daemon]\nbip = \"10.9.0.1/24\"\n");
}

#[test]
fn unsetting_keeps_the_rest_and_comments_that_stand_apart() {
    let text = "# about this file\n\n# two\ncpus = 2\n# much\nmemory = '4GiB'\n";
    let after = edited(text, "cpus", None).unwrap();
    assert_eq!(after, "# about this file\n\n# much\nmemory = '4GiB'\n");
    let after = edited("# about this file\n\ncpus = 2\n", "cpus", None).unwrap();
    assert_eq!(after, "# about this file\n\n");
    let after = edited("cpus = 2\n", "memory", None).unwrap();
    assert_eq!(after, "cpus = 2\n");
}

#[test]
fn what_cannot_be_set_changes_nothing() {
    let unknown = edited("", "memroy", Some("4GiB")).unwrap_err();
    assert!(unknown.hint().contains("did you mean 'memory'"));
    assert!(edited("", "cpus.x", Some("4")).is_err());
    let value = edited("cpus = 2\n", "cpus", Some("100")).unwrap_err();
    assert!(matches!(value, ConfigError::BadValue { .. }), "{value}");
    let elsewhere = edited("disk = 3\n", "cpus", Some("3")).unwrap_err();
    assert!(matches!(elsewhere, ConfigError::BadEntry { line: 1, .. }));
}

#[test]
fn a_wrong_value_can_be_replaced_and_unset() {
    let after = edited("cpus = 'x'\n", "cpus", Some("3")).unwrap();
    assert_eq!(after, "cpus = 3\n");
    assert_eq!(edited("cpus = 'x'\n", "cpus", None).unwrap(), "");
}

#[test]
fn the_disk_grows_but_does_not_shrink() {
    let text = "disk = \"100GiB\"\n";
    assert!(edited(text, "disk", Some("128GiB")).is_ok());
    let error = edited(text, "disk", Some("99GiB")).unwrap_err();
    assert!(error.to_string().contains("can't shrink"), "{error}");
    assert!(edited(text, "disk", None).is_err());
}

#[test]
fn a_change_tells_old_new_and_cost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/config.toml");
    let change = set(&file, "memory", "6GiB", &HOST).unwrap();
    assert_eq!(change.key.show(&change.old.config), "4GiB");
    assert_eq!(change.key.show(&change.new.config), "6GiB");
    assert_eq!(change.cost, RestartCost::RestartVm);
    let again = set(&file, "memory", "6144MiB", &HOST).unwrap();
    assert_eq!(again.cost, RestartCost::None);
}

#[test]
fn a_linked_file_stays_linked_and_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (folder.path().join("dotfile"), folder.path().join("c.toml"));
    fs::write(&target, "").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    set(&link, "cpus", "3", &HOST).unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&target).unwrap(), "cpus = 3\n");
    let mode = target.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
