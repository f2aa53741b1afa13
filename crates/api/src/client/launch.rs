//! Starting a program that outlives us: the part of `spawn` that is Unix.
use std::{
    fs::{self, File},
    io,
    os::{
        fd::{AsRawFd, BorrowedFd, OwnedFd},
        unix::fs::{DirBuilderExt, PermissionsExt},
    },
    path::Path,
    process::Stdio,
};

use berth_model::home::Home;
use tokio::{
    net::unix::pipe,
    process::{Child, Command},
};

/// The output file is emptied beyond this size, in bytes.
const OUTPUT_MAX: u64 = 1 << 20;

/// A file that may be run.
pub(super) fn is_executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Makes the folders of `home`, for this user only, and opens the file that
/// takes the daemon's output.
pub(super) fn prepare(home: &Home) -> io::Result<File> {
    let mut private = fs::DirBuilder::new();
    private.recursive(true).mode(0o700);
    private.create(home.root())?;
    private.create(home.run_dir())?;
    private.create(home.logs_dir())?;
    let path = home.daemon_output();
    let output = File::options().create(true).append(true).open(path)?;
    if output.metadata()?.len() > OUTPUT_MAX {
        output.set_len(0)?;
    }
    Ok(output)
}

/// Starts the daemon in a session of its own. Gives the end of the pipe that it
/// reports on.
pub(super) fn launch(
    program: &Path,
    home: &Home,
    output: File,
) -> io::Result<(Child, pipe::Receiver)> {
    let (reader, writer) = io::pipe()?;
    let writer = OwnedFd::from(writer);
    let number = writer.as_raw_fd();
    let mut command = Command::new(program);
    command
        .arg("--ready-fd")
        .arg(number.to_string())
        .env("BERTH_HOME", home.root())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output);
    // SAFETY: between fork and exec only async-signal-safe calls are allowed.
    // These are two plain system calls that allocate nothing, and `number` is
    // open in the child, which is a copy of this process holding `writer`.
    unsafe {
        command.pre_exec(move || {
            rustix::process::setsid()?;
            let inherited = BorrowedFd::borrow_raw(number);
            rustix::io::fcntl_setfd(inherited, rustix::io::FdFlags::empty())?;
            Ok(())
        });
    }
    let child = command.spawn()?;
    drop(writer);
    Ok((child, pipe::Receiver::from_owned_fd(reader.into())?))
}
