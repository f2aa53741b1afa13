use std::{fs, path::Path, sync::Arc};

use berth_api::{
    error::ErrorCode,
    task::{TaskSpec, TaskState},
};

use crate::testing::{Fixture, HostAsGuest};

fn ok(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

fn volume(folder: &Path, options: &str) -> String {
    ok(&format!(
        r#"{{"Name":"v","Driver":"local","Mountpoint":"{}","Labels":{{}},"Scope":"local","Options":{options}}}"#,
        folder.display()
    ))
}

fn missing() -> String {
    let body = r#"{"message":"get v: no such volume"}"#;
    let length = body.len();
    format!(
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

fn export(path: &Path) -> TaskSpec {
    TaskSpec::ExportVolume {
        volume: "v".into(),
        path: path.to_str().unwrap().into(),
    }
}

fn guest() -> Fixture {
    Fixture::with(Arc::new(HostAsGuest::new()), false)
}

#[tokio::test]
async fn an_exported_volume_comes_back_by_import() {
    let fixture = guest();
    let (from, to) = (fixture.folder().join("from"), fixture.folder().join("to"));
    fs::create_dir_all(from.join("sub")).unwrap();
    fs::create_dir(&to).unwrap();
    fs::write(from.join("sub/file"), "x".repeat(3_000_000)).unwrap();
    let path = fixture.folder().join("a.tar.zst");
    let id = fixture.start(export(&path)).id;
    fixture.answer(&ok("OK")).await;
    fixture.answer(&volume(&from, "{}")).await;
    let task = fixture.ended(id).await;
    assert_eq!(task.state, TaskState::Done, "{task:?}");
    assert!(fs::metadata(&path).unwrap().len() < 100_000);
    let spec = TaskSpec::ImportVolume {
        volume: "v".into(),
        path: path.to_str().unwrap().into(),
    };
    let id = fixture.start(spec).id;
    fixture.answer(&ok("OK")).await;
    fixture.answer(&volume(&to, "{}")).await;
    let head = fixture.answer(&ok("[]")).await;
    assert!(head.contains("volume"), "{head}");
    let task = fixture.ended(id).await;
    assert_eq!(task.state, TaskState::Done, "{task:?}");
    assert_eq!(fs::metadata(to.join("sub/file")).unwrap().len(), 3_000_000);
}

#[tokio::test]
async fn a_failed_export_leaves_no_file() {
    let fixture = guest();
    let path = fixture.folder().join("a.tar");
    let id = fixture.start(export(&path)).id;
    fixture.answer(&ok("OK")).await;
    fixture
        .answer(&volume(Path::new("/no/such/folder"), "{}"))
        .await;
    let task = fixture.ended(id).await;
    assert_eq!(task.state, TaskState::Failed);
    let names = fs::read_dir(fixture.folder()).unwrap();
    let left = names.filter(|name| {
        let name = name.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("a.tar")
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn garbage_is_no_archive_and_says_what_to_do() {
    let fixture = guest();
    let to = fixture.folder().join("to");
    fs::create_dir(&to).unwrap();
    let path = fixture.folder().join("a.tar.gz");
    fs::write(&path, b"\x1f\x8bgarbage").unwrap();
    let spec = TaskSpec::ImportVolume {
        volume: "v".into(),
        path: path.to_str().unwrap().into(),
    };
    let id = fixture.start(spec).id;
    fixture.answer(&ok("OK")).await;
    fixture.answer(&volume(&to, "{}")).await;
    fixture.answer(&ok("[]")).await;
    let error = fixture.ended(id).await.error.unwrap();
    assert_eq!(error.code, ErrorCode::BadRequest, "{error:?}");
    assert!(error.message.contains("can't be read"), "{error}");
}

#[tokio::test]
async fn a_volume_that_is_used_is_not_emptied_nor_one_that_lies_elsewhere() {
    let fixture = guest();
    let folder = fixture.folder().join("volume");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("file"), "x").unwrap();
    let empty = || TaskSpec::EmptyVolume { volume: "v".into() };
    let id = fixture.start(empty()).id;
    fixture.answer(&ok("OK")).await;
    fixture.answer(&volume(&folder, "{}")).await;
    fixture
        .answer(&ok(r#"[{"Id":"c","Names":["/web"]}]"#))
        .await;
    let error = fixture.ended(id).await.error.unwrap();
    assert!(error.message.contains("in use by web"), "{error}");
    let id = fixture.start(empty()).id;
    fixture.answer(&ok("OK")).await;
    fixture.answer(&volume(&folder, r#"{"device":"/x"}"#)).await;
    fixture.ended(id).await.error.unwrap();
    assert!(folder.join("file").exists());
    let id = fixture.start(empty()).id;
    fixture.answer(&ok("OK")).await;
    fixture.answer(&missing()).await;
    let error = fixture.ended(id).await.error.unwrap();
    assert!(error.message.contains("no volume 'v'"), "{error}");
}

#[tokio::test]
async fn a_clone_that_fails_takes_its_volume_away() {
    let fixture = guest();
    let spec = TaskSpec::CloneVolume {
        from: "v".into(),
        to: "w".into(),
    };
    let id = fixture.start(spec).id;
    fixture.answer(&ok("OK")).await;
    fixture
        .answer(&volume(Path::new("/no/such/folder"), "{}"))
        .await;
    fixture.answer(&missing()).await;
    let head = fixture.answer(&volume(Path::new("/no/other"), "{}")).await;
    assert!(head.contains("/volumes/create"), "{head}");
    let done = ok("");
    let (task, head) = tokio::join!(fixture.ended(id), fixture.answer(&done));
    assert_eq!(task.state, TaskState::Failed);
    assert!(
        head.starts_with("DELETE ") && head.contains("/volumes/w "),
        "{head}"
    );
}
