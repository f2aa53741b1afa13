//! Getting to the daemon.
use berth_api::client::{Client, ClientError};
use berth_model::home::Home;

use crate::failure::Failure;

/// Version of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Connects to the daemon that runs.
pub(crate) async fn connect(home: &Home) -> Result<Client, ClientError> {
    Client::greet(&home.control_socket(), VERSION).await
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
    Ok(Client::greet_or_spawn(home, VERSION).await?)
}
