//! What the end-to-end tests are written with: the programs, the engine, one
//! running VM that all tests share, and things on the host to talk to.
//!
//! `cargo xtask test --tier vm` prepares what these tests need and tells them by
//! the environment. Each test makes what it uses under a name of its own and
//! takes it away again; a test that kills something starts it again.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this is a part of tests: what fails here fails the test"
)]
pub mod archive;
pub mod berth;
pub mod dashboard;
pub mod docker;
pub mod environment;
pub mod host;
pub mod http;
pub mod process;
pub mod terminal;
pub mod wait;
