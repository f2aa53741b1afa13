//! The live model, as clients watch it.
use std::sync::Arc;

use berth_api::{
    error::{ApiError, ErrorCode},
    server::{EventSink, SendError},
};
use berth_core::vm::{QuietDialer, Vm};
use berth_engine::Engine;
use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// Follows the engine in this machine, without waking it.
pub(crate) fn follow(vm: &Vm, quit: &CancellationToken) -> Engine {
    let dialer = QuietDialer::new(vm.clone());
    let up = dialer.up(quit.clone());
    Engine::new(Arc::new(dialer), up, quit.clone())
}

/// Streams the model until the client leaves.
pub(crate) async fn watch(engine: &Engine, events: &EventSink) -> Result<Value, ApiError> {
    let mut watch = engine.watch();
    while tell(events, &watch.next().await).await? {}
    Ok(Value::Null)
}

/// Streams what containers use until the client leaves.
pub(crate) async fn stats(
    engine: &Engine,
    ids: Vec<String>,
    events: &EventSink,
) -> Result<Value, ApiError> {
    let mut stats = engine.stats(ids);
    while tell(events, &stats.next().await).await? {}
    Ok(Value::Null)
}

/// False when the client has left.
async fn tell<T: Serialize>(events: &EventSink, event: &T) -> Result<bool, ApiError> {
    match events.send(event).await {
        Ok(()) => Ok(true),
        Err(SendError::Closed) => Ok(false),
        Err(error @ SendError::Unfit(_)) => {
            Err(ApiError::new(ErrorCode::Internal, error.to_string()))
        }
    }
}
