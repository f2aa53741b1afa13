//! What every chore that runs a VM needs first.
use std::path::PathBuf;

use anyhow::Result;

use crate::{
    image,
    programs::{self, Programs},
    setup,
    stopwatch::stage,
};

/// Installs what is missing, `more` included, and builds the programs and the
/// image; gives them and the image's folder.
///
/// # Errors
/// When one of that fails.
pub(crate) fn prepare(more: &[&'static str], yes: bool) -> Result<(Programs, PathBuf)> {
    let packages = [setup::RUN, more, image::required_packages()].concat();
    stage("system packages", || setup::ensure(&packages, yes))?;
    let programs = stage("Berth's programs", programs::build)?;
    let folder = stage("VM image", || {
        image::ensure(&programs::workspace(), &|step| println!("   {step}"))
    })?;
    Ok((programs, folder))
}
