use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use berth_model::home::Home;
use serde_json::{Value, json};

use super::{ContextError, DockerFolder, NAME};

const SOCKET: &str = "/h/run/docker.sock";

struct Fixture {
    folder: tempfile::TempDir,
    docker: DockerFolder,
}

impl Fixture {
    fn new(config: Option<&Value>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path()).unwrap();
        let root = folder.path().join("docker");
        if let Some(config) = config {
            fs::create_dir(&root).unwrap();
            fs::write(root.join("config.json"), config.to_string()).unwrap();
        }
        let docker = DockerFolder::new(root, &home);
        Self { folder, docker }
    }

    fn config(&self) -> Value {
        let text = fs::read(self.docker.config_file()).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn create_and_select(&self) {
        self.docker.create(Path::new(SOCKET)).unwrap();
        self.docker.select().unwrap();
    }

    /// Another context, as Docker would have made it.
    fn create_other(&self, name: &str) {
        let file = self.docker.meta_file(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, json!({ "Name": name }).to_string()).unwrap();
    }
}

#[test]
fn the_context_is_where_docker_looks_for_it() {
    let fixture = Fixture::new(None);
    fixture.docker.create(Path::new(SOCKET)).unwrap();
    // The folder is the output of `printf berth | sha256sum`.
    let folder = "5c2f64c7f21efd5fb5e3d6a499abe5eacb248ae6f6f0085387c9a056d10ef5fd";
    assert_eq!(super::folder_of(NAME), folder);
    let text = fs::read_to_string(fixture.docker.meta_file(NAME)).unwrap();
    let expected = json!({
        "Name": "berth",
        "Metadata": {"Description": "Berth"},
        "Endpoints": {"docker": {"Host": "unix:///h/run/docker.sock", "SkipTLSVerify": false}},
    });
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
}

#[test]
fn without_any_file_the_default_is_selected() {
    let selection = Fixture::new(None).docker.selection().unwrap();
    assert_eq!(
        (selection.current.as_str(), &selection.target),
        ("default", &None)
    );
    assert!(!selection.is_elsewhere());
}

#[test]
fn selecting_keeps_all_else_in_the_file() {
    let before = json!({"auths": {"r.example": {"auth": "c2VjcmV0"}}, "psFormat": "x"});
    let fixture = Fixture::new(Some(&before));
    let file = fixture.docker.config_file();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fixture.create_and_select();
    let mut expected = before;
    expected["currentContext"] = "berth".into();
    assert_eq!(fixture.config(), expected);
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let selection = fixture.docker.selection().unwrap();
    assert!(selection.is_selected() && selection.leads_to(Path::new(SOCKET)));
}

#[test]
fn removing_selects_what_was_selected_before() {
    let fixture = Fixture::new(Some(&json!({"currentContext": "work"})));
    fixture.create_other("work");
    assert!(fixture.docker.selection().unwrap().is_elsewhere());
    fixture.create_and_select();
    // Selecting again must not make us forget.
    fixture.docker.select().unwrap();
    assert_eq!(fixture.docker.remove().unwrap(), "work");
    assert_eq!(fixture.config(), json!({"currentContext": "work"}));
    assert!(!fixture.docker.meta_file(NAME).parent().unwrap().exists());
    let left: Vec<_> = fs::read_dir(fixture.folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn removing_selects_the_default_when_the_former_is_gone() {
    let fixture = Fixture::new(Some(&json!({"currentContext": "gone"})));
    fixture.create_and_select();
    assert_eq!(fixture.docker.remove().unwrap(), "default");
    assert_eq!(fixture.config(), json!({}));
}

#[test]
fn removing_leaves_another_selection_alone() {
    let fixture = Fixture::new(None);
    fixture.create_and_select();
    let config = fixture.docker.config_file();
    fs::write(&config, r#"{"currentContext":"work"}"#).unwrap();
    assert_eq!(fixture.docker.remove().unwrap(), "work");
    assert_eq!(fixture.docker.remove().unwrap(), "work");
}

#[test]
fn a_damaged_file_is_left_alone() {
    let fixture = Fixture::new(None);
    fs::create_dir(fixture.docker.root()).unwrap();
    for damaged in ["{", "[]"] {
        fs::write(fixture.docker.config_file(), damaged).unwrap();
        let error = fixture.docker.select().unwrap_err();
        assert!(matches!(error, ContextError::Damaged(..)));
        let text = fs::read_to_string(fixture.docker.config_file()).unwrap();
        assert_eq!(text, damaged);
    }
}
