//! The hypervisor of this system. The only place that names one.
use std::sync::Arc;

use berth_machine::Backend;

/// The backend for this system.
pub(crate) fn choose() -> Arc<dyn Backend> {
    Arc::new(berth_machine_qemu::backend())
}
