//! What differs between hosts: names of tools and codes of errors.
#[cfg(target_os = "linux")]
#[path = "sys/linux.rs"]
mod host;
#[cfg(target_os = "macos")]
#[path = "sys/macos.rs"]
mod host;
#[cfg(windows)]
#[path = "sys/windows.rs"]
mod host;

pub(crate) use host::{
    allow_rebinding, is_family_missing, privileged_hint, processes_hint, unbindable_hint,
};
