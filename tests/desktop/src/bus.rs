//! The session bus of a desktop.
use zbus::blocking::{Connection, connection::Builder};

use crate::desktop::Desktop;

/// A connection that serves these objects under these names.
pub(crate) fn builder(desktop: &Desktop) -> Builder<'static> {
    Builder::address(desktop.bus().to_owned().as_str()).expect("an address of a bus")
}

/// A connection.
pub fn connect(desktop: &Desktop) -> Connection {
    builder(desktop).build().expect("a bus that answers")
}
