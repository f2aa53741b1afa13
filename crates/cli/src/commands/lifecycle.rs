//! `berth start`, `stop` and `restart`.
use std::time::Instant;

use berth_api::{
    call::{Call, Quit, Restart, Start, Stop},
    client::Client,
    status::{EngineStatus, Status},
};
use berth_model::{config::file, host::HostFacts, state::VmState};

use super::{Context, context, status};
use crate::{
    args::{RestartArgs, StartArgs, StopArgs},
    failure::{FAILED, Failure},
    output::{Output, duration},
    progress, session,
};

/// Starts the machine.
pub(crate) async fn start(context: &Context<'_>, args: &StartArgs) -> Result<i32, Failure> {
    let mut client = session::connect_or_spawn(&context.home).await?;
    let call = Call::Start(Start {
        wait: !args.no_wait,
    });
    bring_up(context, &mut client, call, "Starting").await
}

/// Stops the machine and starts it.
pub(crate) async fn restart(context: &Context<'_>, args: &RestartArgs) -> Result<i32, Failure> {
    let mut client = session::connect_or_spawn(&context.home).await?;
    let call = Call::Restart(Restart {
        grace_seconds: args.grace,
        force: args.force,
        wait: !args.no_wait,
    });
    bring_up(context, &mut client, call, "Restarting").await
}

async fn bring_up(
    context: &Context<'_>,
    client: &mut Client,
    call: Call,
    what: &str,
) -> Result<i32, Failure> {
    let output = context.output;
    let began = Instant::now();
    let status: Status = progress::follow(output, client, call, what).await?;
    if output.json {
        output.json(&status)?;
    } else {
        output.line(&summary(&status, began))?;
    }
    if let VmState::Failed {
        cause, next_step, ..
    } = &status.vm.state
    {
        return Err(Failure::new(FAILED, cause).hint(next_step));
    }
    for warning in status.all_warnings() {
        warn(output, warning);
    }
    offer_context(context);
    Ok(0)
}

fn summary(status: &Status, began: Instant) -> String {
    match (&status.vm.state, &status.engine) {
        (VmState::Running, EngineStatus::Running { version }) => {
            let took = duration(began.elapsed());
            format!("Berth is running: Docker Engine {version}, after {took}")
        }
        (state, _) => format!("Berth is {state}"),
    }
}

fn warn(output: &Output, text: &str) {
    if !output.json {
        output.complain_as("warning", text);
    }
}

/// The engine runs by now, so what goes wrong here is told and no failure.
fn offer_context(context: &Context<'_>) {
    let output = context.output;
    let settings = file::load(&context.home.config_file(), &HostFacts::detect());
    if !settings.is_ok_and(|settings| settings.config.docker_context) {
        return;
    }
    match context::offer(context) {
        Ok(Some(note)) => output.note(&note),
        Ok(None) => {}
        Err(failure) => failure.print(output),
    }
    if let Some(host) = std::env::var_os("DOCKER_HOST") {
        let host = host.to_string_lossy();
        let ours = crate::docker_context::host(&context.home.docker_socket());
        if !host.is_empty() && host != ours {
            warn(
                output,
                &format!("DOCKER_HOST is set: docker will talk to {host}"),
            );
        }
    }
}

/// Puts the machine to sleep.
pub(crate) async fn suspend(context: &Context<'_>) -> Result<i32, Failure> {
    let output = context.output;
    let mut client = session::connect_or_spawn(&context.home).await?;
    let status: Status = progress::follow(output, &mut client, Call::Suspend, "Suspending").await?;
    if output.json {
        output.json(&status)?;
    } else {
        output.line(&format!("Berth is {}", status.vm.state))?;
    }
    Ok(0)
}

/// Stops the machine.
pub(crate) async fn stop(context: &Context<'_>, args: &StopArgs) -> Result<i32, Failure> {
    let output = context.output;
    // No greeting: a daemon of another version must be stoppable.
    let mut client = match Client::connect(&context.home.control_socket()).await {
        Ok(client) => client,
        Err(error) if error.is_absent() => {
            output.note("Berth is not running");
            if output.json {
                output.json(&status::absent(context))?;
            }
            return Ok(0);
        }
        Err(error) => return Err(error.into()),
    };
    let call = Call::Stop(Stop {
        grace_seconds: args.grace,
        force: args.force,
    });
    // Read as any value, for the same reason.
    let status: serde_json::Value = progress::follow(output, &mut client, call, "Stopping").await?;
    if args.quit {
        client
            .call::<()>(Call::Quit(Quit { stop_vm: true }))
            .await?;
    }
    if output.json {
        output.json(&status)?;
    } else {
        output.line("Berth is stopped")?;
    }
    Ok(0)
}
