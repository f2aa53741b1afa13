//! `berth context`: the Docker context that leads here.
use berth_api::status::DockerContext;

use super::Context;
use crate::{
    args::ContextCommand,
    docker_context::{DockerFolder, NAME, host},
    failure::Failure,
};

/// Uses, shows or removes it.
pub(crate) fn run(context: &Context<'_>, command: &ContextCommand) -> Result<i32, Failure> {
    let folder = DockerFolder::from_env(&context.home)?;
    match command {
        ContextCommand::Use => select(context, &folder)?,
        ContextCommand::Show => show(context, &folder)?,
        ContextCommand::Remove => {
            let current = folder.remove()?;
            context
                .output
                .note(&format!("Removed; docker now uses the context '{current}'"));
        }
    }
    if context.output.json {
        context.output.json(&state(context)?)?;
    }
    Ok(0)
}

fn select(context: &Context<'_>, folder: &DockerFolder) -> Result<(), Failure> {
    folder.create(&context.home.docker_socket())?;
    folder.select()?;
    let output = context.output;
    output.note(&format!("docker now uses the context '{NAME}'"));
    for variable in ["DOCKER_HOST", "DOCKER_CONTEXT"] {
        if std::env::var_os(variable).is_some_and(|value| !value.is_empty()) {
            output.complain_as("warning", &format!("{variable} is set and comes first"));
        }
    }
    Ok(())
}

fn show(context: &Context<'_>, folder: &DockerFolder) -> Result<(), Failure> {
    let socket = context.home.docker_socket();
    let output = context.output;
    if output.json {
        return Ok(());
    }
    let selection = folder.selection()?;
    let target = selection.target.unwrap_or_else(|| "none".to_owned());
    let row = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
    output.table(&[
        row("Context", NAME),
        row("Leads to", &target),
        row("Our socket", &host(&socket)),
        row("Selected", &selection.current),
    ])?;
    Ok(())
}

/// What status says of it.
pub(crate) fn state(context: &Context<'_>) -> Result<DockerContext, Failure> {
    let selection = DockerFolder::from_env(&context.home)?.selection()?;
    Ok(DockerContext {
        name: NAME.to_owned(),
        present: selection.leads_to(&context.home.docker_socket()),
        selected: selection.is_selected(),
    })
}

/// Makes the context and selects it, unless the user has chosen otherwise:
/// then says how to use it.
pub(crate) fn offer(context: &Context<'_>) -> Result<Option<String>, Failure> {
    let folder = DockerFolder::from_env(&context.home)?;
    let socket = context.home.docker_socket();
    let selection = folder.selection()?;
    if selection.target.is_some() && !selection.leads_to(&socket) {
        let note =
            format!("The context '{NAME}' leads to another home, 'berth context use' changes that");
        return Ok(Some(note));
    }
    if selection.target.is_none() {
        folder.create(&socket)?;
    }
    if selection.is_elsewhere() {
        let note = format!(
            "docker uses the context '{}', 'berth context use' changes that",
            selection.current
        );
        return Ok(Some(note));
    }
    if selection.is_selected() {
        return Ok(None);
    }
    folder.select()?;
    Ok(Some(format!("docker now uses the context '{NAME}'")))
}
