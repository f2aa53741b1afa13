//! Frames of an exec session, as the agent speaks them: clients need no other
//! part of the protocol between host and guest.
pub use berth_link::{
    exec::{CHUNK, read, write},
    proto::ExecFrame,
};
