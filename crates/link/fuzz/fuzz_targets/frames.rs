//! Bytes of a guest into the frame decoder: no panic, and what was decoded
//! encodes to the bytes that it was taken from.
#![no_main]

use berth_link::mux::wire::decode;
use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut buffer = BytesMut::from(bytes);
    let mut at = 0;
    while let Ok(Some(frame)) = decode(&mut buffer) {
        let mut again = BytesMut::new();
        frame.encode(&mut again);
        assert_eq!(&again[..], &bytes[at..at + again.len()]);
        at += again.len();
    }
});
