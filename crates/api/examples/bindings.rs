//! Writes the TypeScript declarations of everything that crosses the wire into a
//! folder: `cargo xtask bindings` runs it for `ui/src/bindings`.
use std::{env, error::Error, fs, path::PathBuf};

use berth_api::{activity, call, dashboard, engine, error, event, report, status, task};
use ts_rs::{Config, TS};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("usage: bindings FOLDER")?;
    fs::create_dir_all(&folder)?;
    // JavaScript's numbers are exact up to 2^53: enough for bytes and milliseconds.
    let config = Config::new().with_out_dir(folder).with_large_int("number");
    call::Call::export_all(&config)?;
    call::HelloReply::export_all(&config)?;
    call::LogLine::export_all(&config)?;
    error::ApiError::export_all(&config)?;
    event::Event::export_all(&config)?;
    status::Status::export_all(&config)?;
    report::ConfigReport::export_all(&config)?;
    report::ConfigChange::export_all(&config)?;
    report::DoctorReport::export_all(&config)?;
    report::ImageReport::export_all(&config)?;
    engine::WatchEvent::export_all(&config)?;
    engine::StatsReading::export_all(&config)?;
    task::Task::export_all(&config)?;
    task::TaskEvent::export_all(&config)?;
    task::TaskOutput::export_all(&config)?;
    activity::Meters::export_all(&config)?;
    activity::History::export_all(&config)?;
    activity::LogBatch::export_all(&config)?;
    activity::KeptLogs::export_all(&config)?;
    activity::SpaceReport::export_all(&config)?;
    activity::BuildDetail::export_all(&config)?;
    dashboard::DashboardAddress::export_all(&config)?;
    dashboard::Prefs::export_all(&config)?;
    dashboard::HostFolder::export_all(&config)?;
    dashboard::ComposeProject::export_all(&config)?;
    dashboard::ComposeFile::export_all(&config)?;
    Ok(())
}
