//! `berth image`.
use std::fs;

use berth_api::{call::Call, report::ImageReport};
use berth_model::image::{MANIFEST, Manifest};

use super::Context;
use crate::{
    args::ImageCommand,
    failure::{FAILED, Failure},
    session,
};

/// Shows what is in the VM image.
pub(crate) async fn run(context: &Context<'_>, command: &ImageCommand) -> Result<i32, Failure> {
    let ImageCommand::Info = command;
    let report = match session::connect_if_running(&context.home).await? {
        Some(mut client) => client.call(Call::ImageInfo).await?,
        None => from_folder(context)?,
    };
    let output = context.output;
    if output.json {
        output.json(&report)?;
        return Ok(0);
    }
    let mut rows = vec![
        vec!["Key".to_owned(), report.key.clone()],
        vec!["Folder".to_owned(), report.folder.display().to_string()],
    ];
    for (name, version) in &report.components {
        rows.push(vec![name.clone(), version.clone()]);
    }
    for file in &report.files {
        rows.push(vec![file.name.clone(), file.bytes.to_string()]);
    }
    output.table(&rows)?;
    Ok(0)
}

fn from_folder(context: &Context<'_>) -> Result<ImageReport, Failure> {
    let folder = context.home.find_image().ok_or_else(|| {
        let candidates = context.home.image_candidates();
        let places: Vec<String> = candidates.iter().map(|c| c.display().to_string()).collect();
        Failure::new(
            FAILED,
            format!("there is no VM image in {}", places.join(", ")),
        )
        .hint("set BERTH_IMAGE to its folder")
    })?;
    let file = folder.join(MANIFEST);
    let name = file.display().to_string();
    let bytes = fs::read(&file).map_err(|error| Failure::io(&name, &error))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::new(FAILED, format!("{name}: {error}")).hint("install the VM image again")
    })?;
    Ok(ImageReport::new(&folder, &manifest))
}
