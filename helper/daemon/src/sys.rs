//! The parts that differ between operating systems.
#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub(crate) use unix::{
    bind_docker_socket, free_space, inherited_file, make_private, raise_descriptor_limit,
    stop_signal,
};
