//! The virtio-serial port that is the channel to the host.
use std::{
    convert::Infallible,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use rustix::{
    event::epoll::{self, CreateFlags, EventData, EventFlags},
    fs::OFlags,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf, unix::AsyncFd},
    sync::oneshot,
};

/// Name of the port, on the host's side too.
const NAME: &str = "dev.berth.channel";

/// Most bytes that the driver gives at once: what it receives lies in buffers of
/// one page (`drivers/char/virtio_console.c`, `fill_readbuf`). Asking for more
/// only costs zeroing what is not filled.
const LONGEST_READ: usize = 4096;

/// The port, opened once for the agent's life: closing it would tell the
/// hypervisor to drop what the host sends.
#[derive(Debug)]
pub(crate) struct Port(File);

/// The port or a connection, for one session.
#[derive(Debug)]
pub(crate) struct Channel {
    file: AsyncFd<File>,
    longest_read: usize,
    /// Dropped with the channel, which [`Self::end`] then tells.
    alive: Option<oneshot::Sender<Infallible>>,
}

impl Channel {
    /// A channel of a descriptor that does not block and is this one's alone.
    ///
    /// # Errors
    /// When it can't be watched.
    pub(crate) fn new(file: File, longest_read: usize) -> io::Result<Self> {
        // SAFETY: the type owns one descriptor, closes it only when dropped, and no
        // one replaces it while it is registered.
        let file = unsafe { AsyncFd::register(file)? };
        Ok(Self {
            file,
            longest_read,
            alive: None,
        })
    }

    /// Resolves when the channel is dropped.
    pub(crate) fn end(&mut self) -> impl Future<Output = ()> + use<> {
        let (alive, end) = oneshot::channel();
        self.alive = Some(alive);
        async move { drop(end.await) }
    }
}

impl Port {
    /// Opens the port.
    ///
    /// # Errors
    /// When there is none, or it is in use.
    pub(crate) fn open() -> io::Result<Self> {
        let path = find(Path::new("/sys/class/virtio-ports"))
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no port dev.berth.channel"))?;
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::open(path, flags, rustix::fs::Mode::empty())?;
        Ok(Self(file.into()))
    }

    /// The channel, as soon as the host has its end of it open.
    ///
    /// # Errors
    /// When the port fails.
    pub(crate) async fn channel(&self) -> io::Result<Channel> {
        let file = self.0.try_clone()?;
        let watched = self.0.try_clone()?;
        let (sender, connected) = oneshot::channel();
        // A thread of its own: the port reports "hung up" until the host comes,
        // and tokio takes a hang-up for final.
        std::thread::Builder::new()
            .name("channel".into())
            .spawn(move || {
                let _ = sender.send(wait_for_host(&watched));
            })?;
        connected.await.map_err(io::Error::other)??;
        Channel::new(file, LONGEST_READ)
    }
}

/// The port may appear a little after its driver was loaded.
pub(crate) async fn wait_for_port() -> Port {
    loop {
        match Port::open() {
            Ok(port) => return port,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn find(class: &Path) -> Option<PathBuf> {
    fs::read_dir(class).ok()?.flatten().find_map(|entry| {
        let name = fs::read_to_string(entry.path().join("name")).ok()?;
        (name.trim() == NAME).then(|| Path::new("/dev").join(entry.file_name()))
    })
}

/// Blocks until the port is not hung up. The driver wakes edge-triggered
/// watchers when the host's end opens or closes.
fn wait_for_host(port: &File) -> io::Result<()> {
    let watch: OwnedFd = epoll::create(CreateFlags::CLOEXEC)?;
    let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
    epoll::add(&watch, port, EventData::new_u64(0), flags)?;
    let mut events = Vec::with_capacity(1);
    loop {
        events.clear();
        match epoll::wait(&watch, rustix::buffer::spare_capacity(&mut events), None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let up = |event: &epoll::Event| {
            let flags = event.flags;
            !flags.contains(EventFlags::HUP)
        };
        if events.iter().any(up) {
            return Ok(());
        }
    }
}

impl AsyncRead for Channel {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.file.poll_read_ready(context))?;
            let length = buffer.remaining().min(self.longest_read);
            let unfilled = buffer.initialize_unfilled_to(length);
            match guard.try_io(|port| port.get_ref().read(unfilled)) {
                Ok(read) => {
                    buffer.advance(read?);
                    return Poll::Ready(Ok(()));
                }
                Err(_would_block) => {}
            }
        }
    }
}

impl AsyncWrite for Channel {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.file.poll_write_ready(context))?;
            if let Ok(written) = guard.try_io(|port| port.get_ref().write(bytes)) {
                return Poll::Ready(written);
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The port stays open for the next session; a connection ends when
        // it is dropped.
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::find;

    #[test]
    fn the_port_is_found_by_its_name() {
        let class = tempfile::tempdir().unwrap();
        for (port, name) in [("vport1p1", "other\n"), ("vport2p1", "dev.berth.channel\n")] {
            fs::create_dir(class.path().join(port)).unwrap();
            fs::write(class.path().join(port).join("name"), name).unwrap();
        }
        assert_eq!(
            find(class.path()).as_deref(),
            Some(Path::new("/dev/vport2p1"))
        );
    }
}
