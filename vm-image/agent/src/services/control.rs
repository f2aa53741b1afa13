//! Requests of the host about the guest itself.
use std::{fs, io, time::Duration};

use anyhow::{Context as _, Result, bail};
use berth_link::{
    frame,
    mux::MuxStream,
    proto::{ControlReply, ControlRequest, EngineConfig, GuestInfo},
};
use rustix::time::{ClockId, Timespec, clock_gettime, clock_settime};
use tokio::{io::AsyncReadExt as _, sync::oneshot};

use crate::{agent::Agent, boot::data, console, engine::Order, network, power};

/// A clock this far off is set; a smaller step would cost more (timers fire
/// early, times go backward) than it gains.
const TOLERANCE: Duration = Duration::from_millis(50);

/// How long the host may take to read the last reply before the power goes.
const FAREWELL: Duration = Duration::from_secs(2);

/// Answers the one request of a stream.
///
/// # Errors
/// When the stream fails.
pub(super) async fn serve(agent: &Agent, mut stream: MuxStream) -> io::Result<()> {
    let request: ControlRequest = frame::read(&mut stream).await?;
    let last = matches!(request, ControlRequest::Shutdown { .. });
    let reply = answer(agent, request)
        .await
        .unwrap_or_else(|error| ControlReply::Failed {
            message: format!("{error:#}"),
        });
    let sent = frame::write(&mut stream, &reply).await;
    if last && reply == ControlReply::Done {
        // The host closes the stream when it has read the reply.
        let _ = tokio::time::timeout(FAREWELL, stream.read_u8()).await;
        power::off();
    }
    sent
}

async fn answer(agent: &Agent, request: ControlRequest) -> Result<ControlReply> {
    match request {
        ControlRequest::Info => return Ok(ControlReply::Info(info(agent))),
        ControlRequest::SetClock { unix_nanos } => set_clock(unix_nanos)?,
        ControlRequest::Configure(config) => configure(agent, config).await?,
        ControlRequest::Shutdown { grace_seconds } => {
            power::down(agent, Duration::from_secs(grace_seconds.into())).await?;
        }
        ControlRequest::GrowData => data::grow(&agent.children).await?,
        ControlRequest::Logs { source, lines } => {
            let count = usize::try_from(lines).unwrap_or(usize::MAX);
            return Ok(ControlReply::Logs {
                lines: logs(agent, &source, count).await?,
            });
        }
    }
    Ok(ControlReply::Done)
}

async fn configure(agent: &Agent, config: EngineConfig) -> Result<()> {
    let (reply, done) = oneshot::channel();
    agent
        .orders
        .send(Order::Configure(Box::new(config), reply))
        .await?;
    done.await.context("the engine is being stopped")?
}

fn info(agent: &Agent) -> GuestInfo {
    let space = rustix::fs::statvfs(data::DATA).ok();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let traffic = fs::read_to_string("/proc/net/dev").unwrap_or_default();
    let traffic = traffic_of(&traffic, network::NAME);
    GuestInfo {
        agent_version: env!("CARGO_PKG_VERSION").into(),
        kernel: rustix::system::uname()
            .release()
            .to_string_lossy()
            .into_owned(),
        boot_id: boot_id.trim().into(),
        stages: agent.stages.all(),
        engine: agent.engine.borrow().clone(),
        data_bytes: space
            .as_ref()
            .map_or(0, |s| s.f_blocks.saturating_mul(s.f_frsize)),
        data_free_bytes: space
            .as_ref()
            .map_or(0, |s| s.f_bavail.saturating_mul(s.f_frsize)),
        memory_bytes: meminfo(&memory, "MemTotal"),
        memory_available_bytes: meminfo(&memory, "MemAvailable"),
        network_received: traffic.map(|(received, _)| received),
        network_sent: traffic.map(|(_, sent)| sent),
    }
}

/// A value of /proc/meminfo, in bytes; 0 when it is not there.
fn meminfo(text: &str, key: &str) -> u64 {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let kibibytes = value.and_then(|value| value.trim().trim_end_matches("kB").trim().parse().ok());
    kibibytes.unwrap_or(0_u64).saturating_mul(1024)
}

/// Bytes that a device received and sent, from /proc/net/dev (proc(5)): the first
/// and the ninth number after its name.
fn traffic_of(text: &str, device: &str) -> Option<(u64, u64)> {
    let line = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(device)?.strip_prefix(':'))?;
    let mut numbers = line.split_whitespace().map(str::parse);
    let received = numbers.next()?.ok()?;
    Some((received, numbers.nth(7)?.ok()?))
}

fn set_clock(unix_nanos: i64) -> Result<()> {
    let now = clock_gettime(ClockId::Realtime);
    if let Some(time) = step(&now, unix_nanos) {
        clock_settime(ClockId::Realtime, time).context("can't set the clock")?;
    }
    Ok(())
}

/// The time to set, `None` when the clock is right enough.
fn step(now: &Timespec, unix_nanos: i64) -> Option<Timespec> {
    let ours = i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec);
    let off = ours.abs_diff(unix_nanos.into());
    (off > TOLERANCE.as_nanos()).then(|| Timespec {
        tv_sec: unix_nanos.div_euclid(1_000_000_000),
        tv_nsec: unix_nanos.rem_euclid(1_000_000_000),
    })
}

async fn logs(agent: &Agent, source: &str, count: usize) -> Result<Vec<String>> {
    Ok(match source {
        "agent" => console::LOG.tail(count),
        "containerd" => agent.containerd_log.tail(count),
        "dockerd" => agent.dockerd_log.tail(count),
        "kernel" => {
            let finished = agent
                .children
                .run("dmesg", &[])
                .await
                .context("can't run dmesg")?;
            let lines: Vec<&str> = finished.output.lines().collect();
            let newest = lines.len().saturating_sub(count);
            lines[newest..]
                .iter()
                .map(|line| (*line).to_owned())
                .collect()
        }
        _ => bail!("no log '{source}': there are agent, containerd, dockerd and kernel"),
    })
}

#[cfg(test)]
mod tests {
    use rustix::time::Timespec;

    use super::{meminfo, step};

    #[test]
    fn traffic_is_that_of_one_device() {
        let text = "Inter-|   Receive\n    lo: 1 0 0 0 0 0 0 0 2 0\n \
                    berth0: 345 6 0 0 0 0 0 0 789 1 0 0 0 0 0 0\n";
        assert_eq!(super::traffic_of(text, "berth0"), Some((345, 789)));
        assert_eq!(super::traffic_of(text, "berth"), None);
        assert_eq!(super::traffic_of("berth0: 1 2", "berth0"), None);
    }

    #[test]
    fn memory_is_in_bytes() {
        let text = "MemTotal:        2048 kB\nMemAvailable:    100 kB\n";
        assert_eq!(meminfo(text, "MemTotal"), 2048 * 1024);
        assert_eq!(meminfo(text, "MemAvailable"), 100 * 1024);
        assert_eq!(meminfo(text, "Mem"), 0);
        assert_eq!(meminfo("MemTotal: lots", "MemTotal"), 0);
    }

    #[test]
    fn the_clock_is_set_when_it_is_off_either_way() {
        let now = Timespec {
            tv_sec: 100,
            tv_nsec: 0,
        };
        assert_eq!(step(&now, 100_050_000_000), None);
        assert_eq!(step(&now, 99_950_000_000), None);
        let later = Timespec {
            tv_sec: 100,
            tv_nsec: 50_000_001,
        };
        assert_eq!(step(&now, 100_050_000_001), Some(later));
        let earlier = Timespec {
            tv_sec: 99,
            tv_nsec: 0,
        };
        assert_eq!(step(&now, 99_000_000_000), Some(earlier));
    }
}
