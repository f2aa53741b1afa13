//! The dashboard's server. That it can't listen is no reason not to run
//! containers.
use std::sync::Arc;

use berth_api::{event::Event, server::Handler};
use berth_core::vm::Vm;
use berth_model::{home::Home, state::VmState};
use berth_web::{Bound, Parts};
use tokio::sync::broadcast;

/// Listens, or tells every client why not.
pub(crate) async fn bind(home: &Home, events: &broadcast::Sender<Event>) -> Option<Bound> {
    match berth_web::bind(&home.dashboard_port()).await {
        Ok(bound) => Some(bound),
        Err(error) => {
            tracing::warn!(%error, "the dashboard can't be served");
            let _ = events.send(Event::Warning {
                message: format!("the dashboard can't be served: {error}"),
                next_step: Some("run 'berth stop --quit', then 'berth start'".to_owned()),
            });
            None
        }
    }
}

/// What it serves.
pub(crate) fn parts(home: &Home, vm: Vm, handler: Arc<dyn Handler>) -> Parts {
    let home = home.clone();
    Parts {
        handler,
        docker_socket: home.docker_socket(),
        find_ui: Box::new(move || home.find_ui()),
        is_awake: Box::new(move || vm.snapshot().state == VmState::Running),
    }
}
