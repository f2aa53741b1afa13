//! Runs programs in the guest: bytes in, bytes out, and how it ended.
use std::io;

use berth_api::{
    error::{ApiError, ErrorCode},
    exec::{CHUNK, read, write},
};
use berth_link::proto::{ExecFrame, ExecRequest};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::machine::Machine;

/// Most bytes of a program's error output that are kept.
const ERRORS: usize = 8 << 10;

/// Most bytes of output that [`output`] gives.
const OUTPUT: usize = 8 << 20;

/// Why a program in the guest did not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuestError {
    /// It could not be asked.
    #[error("{0}")]
    Machine(ApiError),
    /// It could not be started.
    #[error("'{program}' can't be run in the virtual machine: {message}")]
    Start { program: String, message: String },
    /// It ended with a code that is not 0.
    #[error("'{program}' failed in the virtual machine (code {code}): {errors}")]
    Failed {
        program: String,
        code: i32,
        errors: String,
    },
    /// The machine went away meanwhile.
    #[error("the virtual machine ended meanwhile")]
    Cut(#[source] io::Error),
    /// The host's side could not be read.
    #[error("the input can't be read")]
    Input(#[source] io::Error),
    /// The host's side could not be written.
    #[error("the output can't be written")]
    Output(#[source] io::Error),
}

impl GuestError {
    /// As clients see it, where nothing better is known.
    pub(crate) fn api(self) -> ApiError {
        match self {
            Self::Machine(error) => error,
            error @ (Self::Cut(_) | Self::Start { .. }) => {
                ApiError::internal(&error).with_hint("see 'berth logs agent', then try again")
            }
            Self::Failed { errors, .. } if errors.contains("No space left") => {
                ApiError::new(ErrorCode::NoSpace, "the virtual machine's disk is full")
                    .with_hint("free some space, or grow it with 'berth config set disk'")
            }
            error => ApiError::internal(&error).with_hint("see 'berth logs agent'"),
        }
    }
}

/// Runs a program: `input` is its standard input, its standard output goes to
/// `output`. It is ended when the future is dropped.
///
/// # Errors
/// [`GuestError`], also when its code is not 0.
pub(crate) async fn run(
    machine: &dyn Machine,
    argv: &[&str],
    input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> Result<(), GuestError> {
    let program = argv.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    let request = ExecRequest {
        argv: argv.iter().map(ToString::to_string).collect(),
        ..ExecRequest::default()
    };
    let stream = machine.exec(request).await.map_err(GuestError::Machine)?;
    let (from, to) = tokio::io::split(stream);
    // A read that is dropped half-way would lose its place, so reading goes on in
    // one future whatever the feeding does.
    tokio::select! {
        done = follow(program, from, &mut output) => done,
        Err(error) = feed(input, to) => Err(error),
    }
}

async fn follow(
    program: String,
    mut from: impl AsyncRead + Unpin,
    output: &mut (impl AsyncWrite + Unpin),
) -> Result<(), GuestError> {
    let mut errors = Vec::new();
    loop {
        match read(&mut from).await.map_err(GuestError::Cut)? {
            Some(ExecFrame::Stdout(bytes)) => {
                let written = output.write_all(&bytes).await;
                written.map_err(GuestError::Output)?;
            }
            Some(ExecFrame::Stderr(bytes)) => {
                let room = ERRORS.saturating_sub(errors.len());
                errors.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            Some(ExecFrame::Exit(0)) => {
                return output.flush().await.map_err(GuestError::Output);
            }
            Some(ExecFrame::Exit(code)) => {
                let errors = String::from_utf8_lossy(&errors).trim().to_owned();
                return Err(GuestError::Failed {
                    program,
                    code,
                    errors,
                });
            }
            Some(ExecFrame::Failed(message)) => {
                return Err(GuestError::Start { program, message });
            }
            Some(ExecFrame::Stdin(_) | ExecFrame::Resize(..)) => {}
            None => return Err(GuestError::Cut(io::ErrorKind::UnexpectedEof.into())),
        }
    }
}

/// Runs a program without input and gives what it writes, at most some MiB.
///
/// # Errors
/// [`GuestError`].
pub(crate) async fn output(machine: &dyn Machine, argv: &[&str]) -> Result<Vec<u8>, GuestError> {
    let mut kept = Bounded(Vec::new());
    run(machine, argv, tokio::io::empty(), &mut kept).await?;
    Ok(kept.0)
}

async fn feed(
    mut input: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> Result<(), GuestError> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = input.read(&mut buffer).await.map_err(GuestError::Input)?;
        let frame = ExecFrame::Stdin(buffer[..count].to_vec());
        // A program that ended takes no more; its exit code says the rest.
        if write(&mut to, &frame).await.is_err() || count == 0 {
            return Ok(());
        }
    }
}

struct Bounded(Vec<u8>);

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<io::Result<usize>> {
        if self.0.len() + bytes.len() > OUTPUT {
            let error = io::Error::new(io::ErrorKind::InvalidData, "too much output");
            return std::task::Poll::Ready(Err(error));
        }
        self.0.extend_from_slice(bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::{GuestError, output, run};
    use crate::testing::HostAsGuest;

    #[tokio::test]
    async fn bytes_go_in_and_come_out() {
        let mut out = Vec::new();
        let input = b"hello".repeat(100_000);
        run(&HostAsGuest::new(), &["cat"], &input[..], &mut out)
            .await
            .unwrap();
        assert_eq!(out, input);
    }

    #[tokio::test]
    async fn a_failure_tells_the_programs_own_words() {
        let argv = ["sh", "-c", "echo why >&2; exit 4"];
        let error = output(&HostAsGuest::new(), &argv).await.unwrap_err();
        let GuestError::Failed { code, errors, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!((code, errors.as_str()), (4, "why"));
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_and_a_machine_that_dies_are_told() {
        let missing = output(&HostAsGuest::new(), &["/no/such"])
            .await
            .unwrap_err();
        assert!(matches!(missing, GuestError::Start { .. }));
        let cut = output(&HostAsGuest::dying(), &["cat"]).await.unwrap_err();
        assert!(matches!(cut, GuestError::Cut(_)), "{cut:?}");
        assert!(cut.api().hint.is_some());
    }

    #[tokio::test]
    async fn input_that_nobody_reads_is_no_failure() {
        let mut out = Vec::new();
        let input = vec![0; 5 << 20];
        run(&HostAsGuest::new(), &["true"], &input[..], &mut out)
            .await
            .unwrap();
    }
}
