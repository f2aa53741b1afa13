//! The handle that everybody holds, and the task that keeps the model.
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use berth_link::Dialer;
use bollard::Docker;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    error::EngineError,
    http_client::HttpClient,
    hub::{Hub, Phase, State},
    model::{Model, Object, Sizes},
    session,
    stats::{Sampler, StatsWatch},
    watch::EngineWatch,
};

/// First and longest pause before the engine is tried again.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// The engine as the daemon sees it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    hub: Arc<Hub>,
    sampler: Arc<Sampler>,
    docker: Docker,
}

impl Engine {
    /// Follows the engine that `dial` reaches, while `up` says that it can be
    /// dialed, until `quit` is cancelled. `dial` must neither wait for the engine
    /// nor wake it.
    pub fn new(dial: Arc<dyn Dialer>, up: watch::Receiver<bool>, quit: CancellationToken) -> Self {
        let client = HttpClient::new(dial);
        let engine = Self {
            hub: Arc::new(Hub::new()),
            sampler: Arc::default(),
            docker: client.docker(),
        };
        let sample = {
            let (hub, client) = (Arc::clone(&engine.hub), client.clone());
            let sampler = Arc::clone(&engine.sampler);
            async move { sampler.run(&client, &hub).await }
        };
        tokio::spawn(quit.clone().run_until_cancelled_owned(sample));
        let keeper = Keeper {
            hub: Arc::clone(&engine.hub),
            docker: engine.docker.clone(),
            client,
        };
        tokio::spawn(quit.run_until_cancelled_owned(keeper.run(up)));
        engine
    }

    /// What the engine holds, or held when it could last be asked.
    pub fn snapshot(&self) -> Arc<Model> {
        self.hub.model()
    }

    /// The snapshot is what the engine holds now.
    pub fn is_live(&self) -> bool {
        self.hub.phase() == Phase::Live
    }

    /// Waits until the model is complete and current.
    pub async fn live(&self) {
        let mut changed = self.hub.changed();
        while !self.is_live() && changed.changed().await.is_ok() {}
    }

    /// Everything, then what differs: the events of
    /// [`berth_api::call::Call::Watch`].
    pub fn watch(&self) -> EngineWatch {
        EngineWatch::new(Arc::clone(&self.hub))
    }

    /// What these containers use, or all that run if there are none: the events
    /// of [`berth_api::call::Call::ContainerStats`]. Sampled while it is held.
    pub fn stats(&self, ids: Vec<String>) -> StatsWatch {
        StatsWatch::new(Arc::clone(&self.sampler), ids)
    }

    /// A client for everything that the model does not hold. Its calls fail
    /// while the engine can't be dialed, and wake nothing.
    pub fn docker(&self) -> Docker {
        self.docker.clone()
    }

    /// Adds sizes that somebody had the engine count.
    pub fn learn(&self, sizes: &Sizes) {
        self.hub.write(|state| {
            let model = Arc::clone(&state.model);
            for (id, shared) in &sizes.shared {
                if let Some(image) = model.images.get(id.as_str()) {
                    let mut image = Arc::clone(image);
                    Arc::make_mut(&mut image).shared = Some(*shared);
                    state.put(Object::Image(image));
                }
            }
            for (name, size) in &sizes.volumes {
                if let Some(volume) = model.volumes.get(name.as_str()) {
                    let mut volume = Arc::clone(volume);
                    Arc::make_mut(&mut volume).size = Some(*size);
                    state.put(Object::Volume(volume));
                }
            }
        });
    }
}

/// Begins sessions, one after the other.
struct Keeper {
    hub: Arc<Hub>,
    docker: Docker,
    client: HttpClient,
}

impl Keeper {
    async fn run(self, mut up: watch::Receiver<bool>) {
        let (first, longest) = BACK_OFF;
        let mut pause = first;
        while up.wait_for(|up| *up).await.is_ok() {
            let ended = tokio::select! {
                error = self.session() => Some(error),
                closed = up.wait_for(|up| !*up) => match closed {
                    Ok(_) => None,
                    // Nobody can say any more whether it may be dialed.
                    Err(_) => break,
                },
            };
            let was_live = self.hub.phase() == Phase::Live;
            self.hub.write(State::down);
            let Some(error) = ended else { continue };
            if was_live {
                pause = first;
            }
            report(&error, was_live);
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
        self.hub.write(State::down);
    }

    async fn session(&self) -> EngineError {
        // bollard's calls name a version, which must not be newer than the
        // engine's.
        if let Err(error) = self.docker.clone().negotiate_version().await {
            return EngineError::unreachable(error);
        }
        session::run(self.client.clone(), Arc::clone(&self.hub)).await
    }
}

fn report(error: &EngineError, was_live: bool) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let cause = cause.unwrap_or_default();
    if was_live {
        tracing::info!(%error, cause, "the engine can't be followed any more");
    } else {
        tracing::debug!(%error, cause, "the engine can't be followed yet");
    }
}
