//! `berth version`.
use berth_api::{
    API_VERSION,
    call::{Call, HelloReply},
    client::Client,
    status::{EngineStatus, Status},
};
use serde::Serialize;

use super::Context;
use crate::{failure::Failure, session::VERSION};

#[derive(Debug, Serialize)]
struct Versions {
    client: String,
    api: u32,
    daemon: Option<String>,
    engine: Option<String>,
    backend: Option<String>,
    image: Option<String>,
}

/// Shows the versions of all parts. What does not answer is left out: this
/// command is asked for when parts don't fit each other.
pub(crate) async fn run(context: &Context<'_>) -> Result<i32, Failure> {
    let mut versions = Versions {
        client: VERSION.to_owned(),
        api: API_VERSION,
        daemon: None,
        engine: None,
        backend: None,
        image: None,
    };
    if let Ok(mut client) = Client::connect(&context.home.control_socket()).await {
        ask(&mut client, &mut versions).await;
    }
    let output = context.output;
    if output.json {
        output.json(&versions)?;
        return Ok(0);
    }
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "not running".to_owned());
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let mut rows = vec![
        row("berth", versions.client),
        row("berthd", or_none(versions.daemon)),
        row("API", versions.api.to_string()),
        row("Docker Engine", or_none(versions.engine)),
    ];
    let rest = [("Backend", versions.backend), ("Image", versions.image)];
    for (name, value) in rest {
        rows.extend(value.map(|value| row(name, value)));
    }
    output.table(&rows)?;
    Ok(0)
}

async fn ask(client: &mut Client, versions: &mut Versions) {
    let hello: Result<HelloReply, _> = client.hello(VERSION).await;
    versions.daemon = hello.ok().map(|hello| hello.daemon_version);
    let Ok(status) = client.call::<Status>(Call::Status).await else {
        return;
    };
    let backend = status.vm.backend;
    versions.backend = backend.map(|backend| format!("{} {}", backend.name, backend.version));
    versions.image = status.image;
    versions.daemon = Some(status.daemon.version);
    if let EngineStatus::Running { version } = status.engine {
        versions.engine = Some(version);
    }
}
