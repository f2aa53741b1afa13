//! A project of two services, as people have them.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{fs, path::Path};

use berth_e2e::{
    docker::{docker, unique},
    host::{free_port, get, is_refused},
    process,
};

/// The web server answers with what the database says, and only starts when
/// that is healthy.
fn write_project(folder: &Path, port: u16) {
    let compose = format!(
        r#"
services:
  web:
    build: web
    ports: ["127.0.0.1:{port}:80"]
    depends_on:
      database: {{ condition: service_healthy }}
  database:
    build: database
    volumes: ["rows:/rows"]
    healthcheck:
      test: ["CMD", "test", "-e", "/rows/ready"]
      interval: 1s
      timeout: 30s
      retries: 60
volumes:
  rows:
"#
    );
    fs::write(folder.join("compose.yaml"), compose).unwrap();
    let database = "FROM e2e/busybox\n\
        CMD [\"sh\", \"-c\", \"sleep 1; touch /rows/ready; exec peer echo 0.0.0.0:5432\"]\n";
    // It ends at once where the database isn't there yet.
    let web = "FROM e2e/busybox\nCMD [\"sh\", \"-c\", \
        \"NAME=$(peer ask rows database:5432) && export NAME && exec peer http 0.0.0.0:80\"]\n";
    for (name, text) in [("database", database), ("web", web)] {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("Dockerfile"), text).unwrap();
    }
}

#[test]
fn two_services_come_up_healthy_are_reached_and_go_down() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    write_project(folder.path(), port);
    let project = unique("p");
    let file = folder.path().join("compose.yaml");
    let compose = |arguments: &[&str]| {
        let mut all = vec!["compose", "-p", &project, "-f", file.to_str().unwrap()];
        all.extend(arguments);
        docker(all)
    };
    let _down = Down(&project, folder.path());
    compose(&["up", "--wait", "--quiet-pull"]).ok();
    assert_eq!(get(([127, 0, 0, 1], port).into()).unwrap(), "rows");
    let services = compose(&["ps", "--services"]).ok();
    assert_eq!(services.lines().count(), 2, "{services}");
    compose(&["down", "-v", "-t", "1"]).ok();
    assert!(is_refused(([127, 0, 0, 1], port).into()));
    let filter = format!("label=com.docker.compose.project={project}");
    assert_eq!(docker(["ps", "-aq", "--filter", &filter]).ok(), "");
    assert_eq!(docker(["volume", "ls", "-q", "--filter", &filter]).ok(), "");
}

/// Takes the project away when its test fails.
struct Down<'a>(&'a str, &'a Path);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        let arguments = [
            "compose", "-p", self.0, "down", "-v", "-t", "1", "--rmi", "local",
        ];
        let mut command = berth_e2e::docker::command(arguments);
        process::run(command.current_dir(self.1));
    }
}
