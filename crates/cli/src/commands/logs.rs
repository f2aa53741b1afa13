//! `berth logs`.
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use berth_api::{
    call::{Call, LogLine, LogSource, Logs},
    wire::ReplyBody,
};

use super::Context;
use crate::{
    args::LogsArgs,
    failure::{Failure, NOT_RUNNING},
    session,
};

/// How much of a file's end is searched for lines, in bytes.
const TAIL_BYTES: u64 = 8 << 20;

/// Prints the newest lines and, if asked, those that follow.
pub(crate) async fn run(context: &Context<'_>, args: &LogsArgs) -> Result<i32, Failure> {
    let Some(mut client) = session::connect_if_running(&context.home).await? else {
        return from_file(context, args);
    };
    let call = Call::Logs(Logs {
        source: args.source,
        lines: args.lines,
        follow: args.follow,
    });
    let id = client.send(call).await?;
    loop {
        match client.receive(id).await? {
            ReplyBody::Event(event) => print(context, &serde_json::from_value(event)?)?,
            ReplyBody::Result(_) => return Ok(0),
            ReplyBody::Error(error) => return Err(error.into()),
        }
    }
}

fn print(context: &Context<'_>, line: &LogLine) -> Result<(), Failure> {
    if context.output.json {
        context.output.json_line(line)?;
    } else {
        context.output.line(&line.line)?;
    }
    Ok(())
}

/// Logs of the host can be read without a daemon: mostly to see why it died.
fn from_file(context: &Context<'_>, args: &LogsArgs) -> Result<i32, Failure> {
    let Some(file) = file_of(context, args.source) else {
        let text = format!("the log '{}' is in the virtual machine", args.source);
        return Err(Failure::new(NOT_RUNNING, text).hint("run 'berth start'"));
    };
    let lines = match tail(&file, args.lines as usize) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        lines => lines.map_err(|error| Failure::io(&file.display().to_string(), &error))?,
    };
    for line in lines {
        print(context, &LogLine { line })?;
    }
    if args.follow {
        context.output.note("Berth is not running, nothing follows");
    }
    Ok(0)
}

fn file_of(context: &Context<'_>, source: LogSource) -> Option<PathBuf> {
    match source {
        LogSource::Daemon => Some(context.home.daemon_log()),
        LogSource::Console => Some(context.home.console_log()),
        LogSource::Agent
        | LogSource::Dockerd
        | LogSource::Containerd
        | LogSource::Kernel
        | LogSource::Qemu => None,
    }
}

fn tail(path: &Path, count: usize) -> io::Result<Vec<String>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let newest = &lines[lines.len().saturating_sub(count)..];
    Ok(newest.iter().map(|line| (*line).to_owned()).collect())
}
