//! Getting to the daemon.
use berth_api::client::{Client, ClientError};
use berth_model::home::Home;

use crate::failure::Failure;

/// Version of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Connects to the daemon that runs.
pub(crate) async fn connect(home: &Home) -> Result<Client, ClientError> {
    let mut client = Client::connect(&home.control_socket()).await?;
    client.hello(VERSION).await?;
    Ok(client)
}

/// Connects to the daemon, `None` if it does not run.
pub(crate) async fn connect_if_running(home: &Home) -> Result<Option<Client>, Failure> {
    match connect(home).await {
        Ok(client) => Ok(Some(client)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Connects to the daemon, and starts it if it does not run.
pub(crate) async fn connect_or_spawn(home: &Home) -> Result<Client, Failure> {
    let mut client = Client::connect_or_spawn(home).await?;
    client.hello(VERSION).await?;
    Ok(client)
}
