use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use berth_api::dashboard::ComposeWrite;

use super::{file, forget, projects, read, write};
use crate::testing::{self, Fixture};

const TEXT: &str = "name: shop\nservices:\n  web:\n    image: nginx\n  # a comment\n  \"db\":\n    \
                    image: postgres\nvolumes:\n  data: {}\n";

fn fixture() -> (Fixture, String) {
    let fixture = Fixture::new();
    let script = r#"case "$*" in
*--quiet) if grep -q broken "${1#--file=}"; then echo 'time="x" level=warning msg="old"' >&2; echo "services.web is broken" >&2; exit 15; fi;;
*json*) echo '{"name":"shop"}';;
esac"#;
    testing::program(&fixture, "docker-compose", script);
    let path = fixture.folder().join("compose.yaml").display().to_string();
    (fixture, path)
}

fn change(path: &str, text: &str, version: Option<String>) -> ComposeWrite {
    ComposeWrite {
        path: path.into(),
        text: text.into(),
        version,
    }
}

#[tokio::test]
async fn a_file_is_made_changed_and_checked_and_its_project_is_known() {
    let (fixture, path) = fixture();
    let made = write(&fixture.inner, change(&path, TEXT, None))
        .await
        .unwrap();
    assert_eq!(made.problem, None);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let was = read(&fixture.inner, path.clone()).await.unwrap();
    assert_eq!((was.text.as_str(), &was.version), (TEXT, &made.version));
    let broken = change(&path, "broken", Some(was.version));
    let now = write(&fixture.inner, broken).await.unwrap();
    assert_eq!(now.problem.as_deref(), Some("services.web is broken"));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::write(&path, TEXT).unwrap();
    let all = projects(&fixture.inner).await.unwrap();
    assert_eq!((all.len(), all[0].name.as_str()), (1, "shop"));
    assert_eq!(all[0].services, ["db", "web"]);
    assert!(all[0].files_present);
    fs::remove_file(&path).unwrap();
    assert!(!projects(&fixture.inner).await.unwrap()[0].files_present);
    forget(&fixture.inner, "shop".into()).await.unwrap();
    forget(&fixture.inner, "shop".into()).await.unwrap_err();
}

#[tokio::test]
async fn nobody_elses_change_is_overwritten() {
    let (fixture, path) = fixture();
    let made = write(&fixture.inner, change(&path, TEXT, None))
        .await
        .unwrap();
    write(&fixture.inner, change(&path, "x", None))
        .await
        .unwrap_err();
    fs::write(&path, "services: {}\n").unwrap();
    let late = change(&path, "x", Some(made.version));
    let error = write(&fixture.inner, late).await.unwrap_err();
    assert_eq!(error.details.unwrap()["conflict"], true);
    assert_eq!(fs::read_to_string(&path).unwrap(), "services: {}\n");
}

#[test]
fn a_link_stays_a_link_and_leads_to_yaml_only() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("real.yml"), "a").unwrap();
    fs::write(at("secret"), "s").unwrap();
    symlink(at("real.yml"), at("link.yaml")).unwrap();
    symlink(at("secret"), at("bad.yaml")).unwrap();
    symlink(at("new.yaml"), at("dangling.yaml")).unwrap();
    let link = at("link.yaml").display().to_string();
    file::write(&change(&link, "b", Some(file::version("a")))).unwrap();
    assert_eq!(fs::read_to_string(at("real.yml")).unwrap(), "b");
    assert!(fs::symlink_metadata(at("link.yaml")).unwrap().is_symlink());
    for name in ["bad.yaml", "dangling.yaml", "secret"] {
        let path = at(name).display().to_string();
        file::read(&path).unwrap_err();
        file::write(&change(&path, "x", None)).unwrap_err();
    }
    assert_eq!(fs::read_to_string(at("secret")).unwrap(), "s");
    assert!(!at("new.yaml").exists());
}

#[test]
fn what_is_no_text_or_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let shown = path.display().to_string();
    fs::write(&path, [0xff, 0xfe]).unwrap();
    file::read(&shown).unwrap_err();
    fs::write(&path, vec![b'a'; (1 << 20) + 1]).unwrap();
    file::read(&shown).unwrap_err();
    let large = change("/tmp/new.yaml", &"a".repeat((1 << 20) + 1), None);
    file::write(&large).unwrap_err();
    file::read("relative.yaml").unwrap_err();
    assert!(fs::read_dir(folder.path()).unwrap().count() == 1);
}

#[test]
fn services_are_the_keys_below_services() {
    assert_eq!(file::services(TEXT), ["web", "db"]);
    assert!(file::services("services: {web: {}}").is_empty());
    assert!(file::services("volumes:\n  services:\n    x: 1\n").is_empty());
}
