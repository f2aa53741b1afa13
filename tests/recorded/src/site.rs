//! The recorded engine with the real model, dashboard and web server on it.
use std::{path::PathBuf, sync::Arc, time::Instant};

use anyhow::Context;
use berth_api::{dashboard::DashboardAddress, server::Handler};
use berth_dashboard::{Dashboard, Parts};
use berth_engine::Engine;
use berth_model::{home::Home, host::HostFacts};
use tokio::{net::UnixListener, sync::broadcast};
use tokio_util::sync::CancellationToken;

use crate::{
    UnixDialer, World, churn,
    desk::Desk,
    serve,
    vm::{self, StubVm},
};

/// How the site is.
#[derive(Debug)]
pub struct Plan {
    /// An empty folder that becomes the home.
    pub home: PathBuf,
    /// What the engine holds.
    pub world: World,
    /// Things that happen in it each second.
    pub events: u64,
    /// State of the machine: `running`, `stopped`, `suspended`, `starting`, `failed`.
    pub vm: String,
    /// Folder of the dashboard's files, before those that a home finds.
    pub ui: Option<PathBuf>,
}

/// Starts everything, and tells where it is found. It ends with the token.
///
/// # Errors
/// When a socket can't be bound, or the home can't be used.
pub async fn start(plan: Plan, quit: CancellationToken) -> anyhow::Result<DashboardAddress> {
    let home = Home::at(&plan.home)?;
    for folder in [home.run_dir(), home.logs_dir(), home.data_dir()] {
        std::fs::create_dir_all(&folder)?;
    }
    let listener = UnixListener::bind(home.docker_socket()).context("the engine's socket")?;
    let ends = quit.clone();
    let world = plan.world.clone();
    tokio::spawn(
        ends.clone()
            .run_until_cancelled_owned(serve(listener, world)),
    );
    if plan.events > 0 {
        tokio::spawn(ends.run_until_cancelled_owned(churn::run(plan.world, plan.events)));
    }
    let state = vm::state(&plan.vm).with_context(|| format!("'{}' is no state", plan.vm))?;
    let events = broadcast::Sender::new(1024);
    let vm = StubVm::new(state, events.clone());
    let dialer = UnixDialer(home.docker_socket());
    let engine = Engine::new(Arc::new(dialer), vm.up(), quit.clone());
    let dashboard = Dashboard::new(Parts {
        engine: engine.clone(),
        machine: Arc::new(vm.clone()),
        home: home.clone(),
        docker_socket: home.docker_socket(),
        programs: Vec::new(),
        events: events.clone(),
        free_space: |_| 120 << 30,
        quit: quit.clone(),
    })?;
    let bound = berth_web::bind(&home.dashboard_port()).await?;
    let address = bound.address();
    let desk: Arc<dyn Handler> = Arc::new(Desk {
        vm: vm.clone(),
        engine,
        dashboard,
        address: address.clone(),
        home: home.clone(),
        host: HostFacts::detect(),
        events,
        started: Instant::now(),
    });
    let parts = berth_web::Parts {
        handler: desk,
        docker_socket: home.docker_socket(),
        find_ui: Box::new(move || plan.ui.clone().or_else(|| home.find_ui())),
        is_awake: Box::new(move || vm.is_running()),
    };
    tokio::spawn(bound.serve(parts, quit));
    Ok(address)
}
