//! The engine's orderly end.
use std::time::Duration;

use anyhow::Result;
use tokio::{sync::oneshot, time::timeout};

use super::{DAEMON_JSON, Engine, config::Life, daemon::Request, http, write_json};
use crate::console::say;

/// How long dockerd may take to notice that containers shall end with it.
const RELOAD: Duration = Duration::from_secs(5);

/// What dockerd and containerd may take besides their containers.
const OWN_TIME: Duration = Duration::from_secs(10);

impl Engine {
    /// Stops containers with their stop signals, within the time, then both
    /// daemons.
    pub(super) async fn stop(&self, grace: Duration) -> Result<()> {
        // Containers outlive dockerd by default; a plain end would leave them
        // to be killed with everything else.
        if let Err(error) = self.let_containers_end(grace).await {
            say!("containers will be killed, not stopped: {error:#}");
        }
        stop_daemon(&self.dockerd, grace + OWN_TIME).await;
        stop_daemon(&self.containerd, OWN_TIME).await;
        Ok(())
    }

    async fn let_containers_end(&self, grace: Duration) -> Result<()> {
        write_json(DAEMON_JSON, &self.config, Life::Ending(grace.as_secs()))?;
        self.dockerd.send(Request::Reload).await?;
        // The reload is not acknowledged in any other way.
        timeout(RELOAD, async {
            while http::get("/info").await?["LiveRestoreEnabled"] != false {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        })
        .await?
    }
}

async fn stop_daemon(daemon: &tokio::sync::mpsc::Sender<Request>, patience: Duration) {
    let (done, ended) = oneshot::channel();
    if daemon.send(Request::Stop(patience, done)).await.is_ok() {
        let _ = ended.await;
    }
}
