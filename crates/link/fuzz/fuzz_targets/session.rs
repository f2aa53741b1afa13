//! Bytes of a guest into the host's handshake and a whole session: no panic, no
//! hang, and streams within their limits.
#![no_main]

use std::time::Duration;

use berth_link::{
    handshake,
    mux::{MAX_STREAMS, Role, start},
};
use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncWriteExt, duplex};

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (mut host, mut guest) = duplex(1 << 20);
        guest.write_all(bytes).await.unwrap();
        guest.shutdown().await.unwrap();
        let _ = handshake::host(&mut host, 7).await;

        let (host, mut guest) = duplex(1 << 20);
        let (handle, mut incoming) = start(host, BytesMut::new(), Role::Host);
        guest.write_all(bytes).await.unwrap();
        guest.shutdown().await.unwrap();
        let all = async { while incoming.next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(5), all).await.expect("the session ends");
        assert!(handle.open_streams() <= MAX_STREAMS);
    });
});
