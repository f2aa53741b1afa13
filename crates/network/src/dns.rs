//! The guest's DNS server, which asks the host's resolver.
//!
//! Addresses and reverse names come from the functions that every program of
//! the host uses, so that its hosts file, VPN and multicast names hold for
//! containers too. Other record types are forwarded to its nameservers as they
//! are. What to do with a query is decided in [`message`], by pure functions.

mod cache;
mod forward;
mod message;

use std::{net::IpAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::Semaphore,
};

use self::{
    cache::Cache,
    message::{Decision, Reply},
};
use crate::{config::NetConfig, sys};

/// How long the host's resolver may take; the guest's asks again after 5 s.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a TCP client may think between two queries (RFC 7766, 6.2.3).
const STREAM_IDLE: Duration = Duration::from_secs(10);

/// Whether an answer may be cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// Answers queries. Shared by all flows of one network.
#[derive(Debug)]
pub(crate) struct DnsServer {
    config: Arc<NetConfig>,
    cache: Cache,
    /// Lookups at once: each holds a blocking thread.
    lookups: Arc<Semaphore>,
}

impl DnsServer {
    pub(crate) fn new(config: Arc<NetConfig>) -> Self {
        Self {
            lookups: Arc::new(Semaphore::new(config.limits.dns_queries.max(1))),
            cache: Cache::default(),
            config,
        }
    }

    /// The answer to `query`; None for what is no query at all.
    pub(crate) async fn answer(&self, query: &[u8], transport: Transport) -> Option<Vec<u8>> {
        self.config.stats.dns_queries.add(1);
        let (question, reply) = match message::decide(query, &self.config) {
            Decision::Ignore => return None,
            Decision::Answer(bytes) => return Some(bytes),
            Decision::Reply(question, reply) => (question, reply),
            Decision::Lookup(question, name) => {
                let reply =
                    message::addresses_reply(&question, self.lookup(name).await, &self.config);
                (question, reply)
            }
            Decision::Reverse(question, address) => {
                (question, Reply::from_name(self.reverse(address).await))
            }
            Decision::Forward(question) => {
                let response = Box::pin(forward::forward(query, transport)).await;
                return message::forwarded(&question, response, transport);
            }
        };
        message::encode(&question, &reply, transport)
    }

    /// Serves one TCP connection, queries in order, until its end.
    pub(crate) async fn serve_stream<S: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: S) {
        while let Ok(Some(query)) = tokio::time::timeout(STREAM_IDLE, read_query(&mut stream)).await
        {
            let Some(answer) = self.answer(&query, Transport::Tcp).await else {
                return;
            };
            let Ok(length) = u16::try_from(answer.len()) else {
                return;
            };
            let mut framed = length.to_be_bytes().to_vec();
            framed.extend(answer);
            if stream.write_all(&framed).await.is_err() {
                return;
            }
        }
    }

    async fn lookup(&self, name: String) -> sys::Addresses {
        let slot = self.cache.slot(&name);
        let addresses = slot
            .get_or_init(|| self.blocking(move || sys::lookup(&name)))
            .await;
        addresses.clone()
    }

    async fn reverse(&self, address: IpAddr) -> sys::Resolved<String> {
        self.blocking(move || sys::reverse_lookup(address)).await
    }

    /// Runs a lookup on a thread of its own. One that outlasts the timeout can't
    /// be stopped; it keeps its permit, so that such threads stay few.
    async fn blocking<T: Send + 'static>(
        &self,
        lookup: impl FnOnce() -> sys::Resolved<T> + Send + 'static,
    ) -> sys::Resolved<T> {
        let run = async {
            let permit = Arc::clone(&self.lookups).acquire_owned().await.ok()?;
            let lookup = move || {
                let resolved = lookup();
                drop(permit);
                resolved
            };
            tokio::task::spawn_blocking(lookup).await.ok()
        };
        match tokio::time::timeout(LOOKUP_TIMEOUT, run).await {
            Ok(Some(resolved)) => resolved,
            Ok(None) | Err(_) => sys::Resolved::Failed,
        }
    }
}

/// The pure part of answering, for fuzzers.
pub(crate) fn inspect(query: &[u8], config: &NetConfig) {
    if let Decision::Reply(question, reply) = message::decide(query, config) {
        message::encode(&question, &reply, Transport::Udp);
    }
}

/// One query behind its length; None at the end of the stream.
async fn read_query<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Vec<u8>> {
    let length = stream.read_u16().await.ok()?;
    let mut query = vec![0; usize::from(length)];
    stream.read_exact(&mut query).await.ok()?;
    Some(query)
}

#[cfg(test)]
mod tests;
