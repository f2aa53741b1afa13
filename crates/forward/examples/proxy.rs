//! The Docker proxy before an engine on the same machine, to try clients with.
//!
//! `cargo run -p berth-forward --example proxy -- <socket> <socket of the engine>`
use std::{env, error::Error, io, path::PathBuf, sync::Arc};

use berth_forward::docker::{DockerProxy, MountRules};
use berth_link::{BoxStream, DialFuture, Dialer, proto::GuestService};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

struct Local(PathBuf);

impl Dialer for Local {
    fn dial(&self, _: GuestService) -> DialFuture<'_> {
        Box::pin(async {
            let stream = UnixStream::connect(&self.0).await?;
            Ok(Box::new(stream) as BoxStream)
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(socket), Some(engine)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: proxy <socket> <socket of the engine>").into());
    };
    let listener = UnixListener::bind(&socket)?;
    let proxy = DockerProxy::new(Arc::new(Local(engine)), MountRules::new(socket));
    proxy.serve(listener, CancellationToken::new()).await;
    Ok(())
}
