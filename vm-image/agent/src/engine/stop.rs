//! The engine's orderly end.
use std::{fs, path::Path, time::Duration};

use anyhow::Result;
use tokio::{sync::oneshot, time::timeout};

use super::{DAEMON_JSON, Engine, config::Life, daemon::Request, http, write_json};
use crate::{
    boot::mounts::{CONTROL_GROUPS, ENGINE_GROUP},
    console::say,
};

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
        // Containers have their own stop timeouts, which dockerd honors whatever
        // it is told for itself.
        tokio::select! {
            () = stop_daemon(&self.dockerd, grace + OWN_TIME) => {}
            () = kill_containers_after(grace) => {}
        }
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

/// Kills what containers still run when the time is up, then never returns:
/// dockerd sees them gone and ends.
async fn kill_containers_after(grace: Duration) {
    tokio::time::sleep(grace).await;
    let groups = fs::read_dir(CONTROL_GROUPS).into_iter().flatten().flatten();
    for group in groups.filter(|group| group.path() != Path::new(ENGINE_GROUP)) {
        // Files of the root group lie here too, and have no such file in them.
        let _ = fs::write(group.path().join("cgroup.kill"), "1");
    }
    std::future::pending().await
}

async fn stop_daemon(daemon: &tokio::sync::mpsc::Sender<Request>, patience: Duration) {
    let (done, ended) = oneshot::channel();
    if daemon.send(Request::Stop(patience, done)).await.is_ok() {
        let _ = ended.await;
    }
}
