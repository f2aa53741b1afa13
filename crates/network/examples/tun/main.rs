//! Runs the network for a real Linux kernel instead of a VM: opens a TUN device,
//! moves it into a network namespace and serves it. Linux, as root:
//!
//! ```text
//! ip netns add guest
//! cargo run --release -p berth-network --example tun -- guest &
//! ip netns exec guest curl http://198.18.6.1:8000/
//! ```

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod platform;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let namespace = std::env::args().nth(1).ok_or_else(|| {
        std::io::Error::other("name a network namespace that exists: tun <namespace>")
    })?;
    platform::run(&namespace).await
}
