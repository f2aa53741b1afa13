//! `berth status`.
use std::time::Duration;

use berth_api::{
    call::Call,
    client::Client,
    event::Event,
    status::{EngineStatus, PortStatus, Status},
    wire::ReplyBody,
};
use berth_model::{
    home::Home,
    state::{RestartCost, VmState},
};
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use super::{Context, context};
use crate::{
    args::StatusArgs,
    failure::{Failure, NOT_RUNNING},
    output::{Color, Output, duration},
    session,
};

/// How often numbers that make no event are read again.
const REFRESH: Duration = Duration::from_secs(2);

/// Shows what runs.
pub(crate) async fn run(context: &Context<'_>, args: &StatusArgs) -> Result<i32, Failure> {
    let mut client = match session::connect_if_running(&context.home).await? {
        Some(client) => client,
        None if has_machine_to_adopt(&context.home) => {
            session::connect_or_spawn(&context.home).await?
        }
        None => return without_daemon(context),
    };
    if args.watch {
        return watch(context, client).await;
    }
    let status = read(context, &mut client).await?;
    if context.output.json {
        context.output.json(&status)?;
    } else {
        show(context.output, &status)?;
    }
    Ok(exit_code(&status.vm.state))
}

/// The daemon ended without ending its machine. Whoever looks gets the ports of
/// its containers back.
fn has_machine_to_adopt(home: &Home) -> bool {
    let text = std::fs::read(home.state_file()).unwrap_or_default();
    let state: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    state["running"] == true
}

fn exit_code(state: &VmState) -> i32 {
    match state {
        VmState::Running | VmState::Starting { .. } | VmState::Resuming => 0,
        VmState::Stopped
        | VmState::Stopping
        | VmState::Suspending
        | VmState::Suspended
        | VmState::Failed { .. } => NOT_RUNNING,
    }
}

fn without_daemon(context: &Context<'_>) -> Result<i32, Failure> {
    if context.output.json {
        context.output.json(&absent(context))?;
        return Ok(NOT_RUNNING);
    }
    context.output.line("Berth is not running")?;
    context.output.complain_as("hint", "run 'berth start'");
    Ok(NOT_RUNNING)
}

/// The status of what does not run: the fields that are known then.
pub(crate) fn absent(context: &Context<'_>) -> serde_json::Value {
    let socket = context.home.docker_socket();
    let docker = json!({ "socket": socket, "context": context::state(context).ok() });
    json!({ "daemon": null, "vm": VmState::Stopped, "docker": docker })
}

async fn read(context: &Context<'_>, client: &mut Client) -> Result<Status, Failure> {
    let mut status: Status = client.call(Call::Status).await?;
    // Docker's own files may be broken; that is for 'doctor' to say.
    status.docker.context = context::state(context).ok();
    Ok(status)
}

async fn watch(context: &Context<'_>, mut client: Client) -> Result<i32, Failure> {
    let mut events = session::connect(&context.home).await?;
    let subscription = events.send(Call::Events).await?;
    let mut ticks = interval(REFRESH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            reply = events.receive(subscription) => match reply? {
                ReplyBody::Event(event) => {
                    let event = serde_json::from_value(event).unwrap_or(Event::Unknown);
                    if !shows(&event) {
                        continue;
                    }
                }
                ReplyBody::Result(_) => return Ok(0),
                ReplyBody::Error(error) => return Err(error.into()),
            },
        }
        let status = read(context, &mut client).await?;
        if context.output.json {
            context.output.json_line(&status)?;
        } else {
            context.output.clear()?;
            show(context.output, &status)?;
        }
    }
}

/// The event changes what is shown.
fn shows(event: &Event) -> bool {
    !matches!(event, Event::Config { .. } | Event::Unknown)
}

fn show(output: &Output, status: &Status) -> Result<(), Failure> {
    let mut rows = vec![
        row("Machine", machine(output, status)),
        row("Engine", engine(output, &status.engine)),
    ];
    if let Some(backend) = &status.vm.backend {
        let text = format!(
            "{} {}, {}",
            backend.name, backend.version, backend.accelerator
        );
        rows.push(row("Backend", text));
    }
    let vm = &status.vm;
    let plural = if vm.cpus == 1 { "" } else { "s" };
    let resources = format!("{} CPU{plural}, {} of memory", vm.cpus, vm.memory_bytes);
    rows.push(row("Resources", resources));
    rows.push(row("Disk", disk(status)));
    rows.push(row("Socket", status.docker.socket.display().to_string()));
    rows.push(row("Context", docker_context(status)));
    let daemon = &status.daemon;
    let up = duration(Duration::from_secs(daemon.uptime_seconds));
    let text = format!("{}, process {}, up {up}", daemon.version, daemon.pid);
    rows.push(row("Daemon", text));
    let image = status.image.as_deref().unwrap_or("none");
    rows.push(row("Image", image.get(..12).unwrap_or(image).to_owned()));
    output.table(&rows)?;
    stages(output, status)?;
    ports(output, &status.ports)?;
    notes(output, status)
}

fn row(name: &str, value: String) -> Vec<String> {
    vec![name.to_owned(), value]
}

fn machine(output: &Output, status: &Status) -> String {
    let state = &status.vm.state;
    let color = match state {
        VmState::Running => Color::Green,
        VmState::Failed { .. } => Color::Red,
        VmState::Starting { .. } | VmState::Stopping | VmState::Suspending | VmState::Resuming => {
            Color::Yellow
        }
        VmState::Stopped | VmState::Suspended => Color::Dim,
    };
    let text = output.paint(color, &state.to_string());
    match status.vm.uptime_seconds {
        Some(seconds) => format!("{text}, up {}", duration(Duration::from_secs(seconds))),
        None => text,
    }
}

fn engine(output: &Output, engine: &EngineStatus) -> String {
    match engine {
        EngineStatus::Stopped => output.paint(Color::Dim, "stopped"),
        EngineStatus::Starting => output.paint(Color::Yellow, "starting"),
        EngineStatus::Stopping => output.paint(Color::Yellow, "stopping"),
        EngineStatus::Running { version } => {
            format!(
                "{}, Docker {version}",
                output.paint(Color::Green, "running")
            )
        }
        EngineStatus::Failed { part, cause } => {
            format!("{}: {part}: {cause}", output.paint(Color::Red, "failed"))
        }
    }
}

fn disk(status: &Status) -> String {
    let disk = &status.vm.disk;
    let used = disk.guest_used_bytes.map(|used| format!("{used} used, "));
    let used = used.unwrap_or_default();
    let (size, host) = (disk.size_bytes, disk.host_used_bytes);
    format!("{size}, {used}{host} on the host")
}

fn docker_context(status: &Status) -> String {
    match &status.docker.context {
        None => "unknown, see 'berth doctor'".to_owned(),
        Some(context) if !context.present => "none, see 'berth context use'".to_owned(),
        Some(context) if context.selected => format!("{} (selected)", context.name),
        Some(context) => format!("{} (not selected)", context.name),
    }
}

fn stages(output: &Output, status: &Status) -> Result<(), Failure> {
    if status.vm.stages.is_empty() {
        return Ok(());
    }
    let stages = status.vm.stages.iter().map(|stage| {
        let took = duration(Duration::from_millis(stage.took_ms));
        format!("{} {took}", stage.name)
    });
    let stages: Vec<String> = stages.collect();
    output.line(&format!("Boot       {}", stages.join(", ")))?;
    Ok(())
}

fn ports(output: &Output, ports: &[PortStatus]) -> Result<(), Failure> {
    if ports.is_empty() {
        return Ok(());
    }
    output.line("")?;
    let heading = ["PORT", "GUEST", "CONNECTIONS"];
    let mut rows = vec![heading.map(|text| output.paint(Color::Bold, text)).to_vec()];
    rows.extend(ports.iter().map(|port| {
        let transport = json!(port.transport);
        let transport = transport.as_str().unwrap_or_default();
        vec![
            format!("{}/{transport}", port.host),
            port.target.to_string(),
            port.connections.to_string(),
        ]
    }));
    output.table(&rows)?;
    Ok(())
}

fn notes(output: &Output, status: &Status) -> Result<(), Failure> {
    let mut lines = Vec::new();
    if let VmState::Failed {
        cause, next_step, ..
    } = &status.vm.state
    {
        lines.push(format!("{} {cause}", output.paint(Color::Red, "Failed:")));
        lines.push(format!(
            "{} {next_step}",
            output.paint(Color::Cyan, "Next:")
        ));
    }
    let warning = output.paint(Color::Yellow, "Warning:");
    for text in status.all_warnings() {
        lines.push(format!("{warning} {text}"));
    }
    if let Some(incident) = &status.last_incident {
        let label = output.paint(Color::Yellow, "Last incident:");
        let next = incident.next_step.as_deref();
        let next = next.map(|next| format!(" ({next})")).unwrap_or_default();
        lines.push(format!("{label} {}{next}", incident.what));
    }
    match status.vm.pending {
        RestartCost::None => {}
        RestartCost::RestartEngine | RestartCost::RestartVm => {
            lines.push("Changed settings hold after 'berth restart'".to_owned());
        }
    }
    if !lines.is_empty() {
        output.line("")?;
    }
    for line in lines {
        output.line(&line)?;
    }
    Ok(())
}
