//! `berth config`: through the daemon, so that changes hold at once; on the
//! file itself when no daemon runs.
use std::{env, process::Command};

use berth_api::{
    call::{Call, ConfigSet, ConfigUnset},
    report::{ConfigChange, ConfigEntry, ConfigReport},
};
use berth_model::{
    config::{error::ConfigError, file, table::Key},
    host::HostFacts,
    state::RestartCost,
};

use super::Context;
use crate::{
    args::ConfigCommand,
    failure::{FAILED, Failure},
    output::{Color, Output},
    session,
};

/// Shows or changes settings.
pub(crate) async fn run(context: &Context<'_>, command: ConfigCommand) -> Result<i32, Failure> {
    match command {
        ConfigCommand::List { verbose } => list(context, verbose).await?,
        ConfigCommand::Get { key } => get(context, &key).await?,
        ConfigCommand::Set { key, value } => {
            let call = Call::ConfigSet(ConfigSet {
                key: key.clone(),
                value: value.clone(),
            });
            change(context, call, |path, host| {
                file::set(path, &key, &value, host)
            })
            .await?;
        }
        ConfigCommand::Unset { key } => {
            let call = Call::ConfigUnset(ConfigUnset { key: key.clone() });
            change(context, call, |path, host| file::unset(path, &key, host)).await?;
        }
        ConfigCommand::Edit => edit(context)?,
        ConfigCommand::Path => {
            let path = context.home.config_file();
            match context.output.json {
                true => context.output.json(&serde_json::json!({ "path": path }))?,
                false => context.output.line(&path.display().to_string())?,
            }
        }
    }
    Ok(0)
}

async fn report(context: &Context<'_>) -> Result<ConfigReport, Failure> {
    if let Some(mut client) = session::connect_if_running(&context.home).await? {
        return Ok(client.call(Call::ConfigGet).await?);
    }
    let path = context.home.config_file();
    let host = HostFacts::detect();
    let settings = file::load(&path, &host).map_err(|error| Failure::from(&error))?;
    Ok(ConfigReport::new(&path, &settings, &host))
}

async fn list(context: &Context<'_>, verbose: bool) -> Result<(), Failure> {
    let output = context.output;
    let report = report(context).await?;
    if output.json {
        output.json(&report)?;
        return Ok(());
    }
    let heading = ["KEY", "VALUE", "DEFAULT"];
    let mut rows = vec![heading.map(|text| output.paint(Color::Bold, text)).to_vec()];
    rows.extend(report.entries.iter().map(|entry| row(output, entry)));
    output.table(&rows)?;
    if verbose {
        for entry in &report.entries {
            output.line(&format!("\n{}\n    {}", entry.key, entry.description))?;
        }
    }
    for problem in &report.problems {
        output.complain_as("warning", problem);
    }
    Ok(())
}

fn row(output: &Output, entry: &ConfigEntry) -> Vec<String> {
    let color = if entry.set { Color::Cyan } else { Color::Dim };
    let or_dash = |text: &str| {
        if text.is_empty() {
            "-".to_owned()
        } else {
            text.to_owned()
        }
    };
    let value = output.paint(color, &or_dash(&entry.value));
    vec![entry.key.clone(), value, or_dash(&entry.default)]
}

async fn get(context: &Context<'_>, key: &str) -> Result<(), Failure> {
    let report = report(context).await?;
    let entry = report.entries.iter().find(|entry| entry.key == key);
    let entry = entry.ok_or_else(|| {
        Failure::from(&ConfigError::UnknownKey {
            key: key.to_owned(),
            nearest: Key::nearest(key),
        })
    })?;
    if context.output.json {
        context.output.json(entry)?;
    } else {
        context.output.line(&entry.value)?;
    }
    Ok(())
}

async fn change(
    context: &Context<'_>,
    call: Call,
    offline: impl FnOnce(&std::path::Path, &HostFacts) -> Result<file::Change, ConfigError>,
) -> Result<(), Failure> {
    let running = session::connect_if_running(&context.home).await?;
    let change: ConfigChange = match running {
        Some(mut client) => client.call(call).await?,
        None => {
            let change = offline(&context.home.config_file(), &HostFacts::detect());
            let change = change.map_err(|error| Failure::from(&error))?;
            // Nothing runs that would have to start again.
            ConfigChange {
                cost: RestartCost::None,
                ..ConfigChange::from(&change)
            }
        }
    };
    tell(context.output, &change)
}

fn tell(output: &Output, change: &ConfigChange) -> Result<(), Failure> {
    if output.json {
        output.json(change)?;
        return Ok(());
    }
    output.line(&format!("{} = {}", change.key, change.new))?;
    match change.cost {
        RestartCost::None => {}
        RestartCost::RestartEngine => {
            output.complain_as("hint", "run 'berth restart': the engine has to start again");
        }
        RestartCost::RestartVm => {
            output.complain_as(
                "hint",
                "run 'berth restart': the machine has to start again",
            );
        }
    }
    Ok(())
}

fn edit(context: &Context<'_>) -> Result<(), Failure> {
    let path = context.home.config_file();
    std::fs::create_dir_all(context.home.root())?;
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(env::var_os);
    let editor = named.into_iter().find(|value| !value.is_empty());
    let editor = editor.unwrap_or_else(|| "vi".into());
    // Through a shell, as git does: the variable may hold arguments.
    let script = format!("{} \"$1\"", editor.to_string_lossy());
    let status = Command::new("sh")
        .args(["-c", &script, "berth"])
        .arg(&path)
        .status()
        .map_err(|error| Failure::io("the editor can't be run", &error))?;
    if !status.success() {
        return Err(
            Failure::new(FAILED, format!("the editor ended with {status}"))
                .hint("set VISUAL or EDITOR to an editor of yours"),
        );
    }
    let settings = file::load(&path, &HostFacts::detect());
    let settings = settings.map_err(|error| Failure::from(&error))?;
    for unknown in &settings.unknown {
        context.output.complain_as("warning", &unknown.to_string());
    }
    Ok(())
}
