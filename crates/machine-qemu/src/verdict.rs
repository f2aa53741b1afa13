//! What the watchdog learned about the accelerator, so that only the first
//! start pays for finding out.
//!
//! Some hosts offer KVM that then hangs before the guest's first instruction
//! (broken nested virtualization). The verdict counts while QEMU, the host's
//! kernel and the guest's kernel are the same.
use std::{path::Path, time::UNIX_EPOCH};

use berth_machine::Accelerator;
use serde::{Deserialize, Serialize};

use crate::{paths::RunPaths, program::Program, sys};

/// What a verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Circumstances {
    qemu: String,
    host_kernel: String,
    guest_kernel: (u64, u64),
}

impl Circumstances {
    pub(crate) async fn look(program: &Program, kernel: &Path) -> Self {
        let guest_kernel = tokio::fs::metadata(kernel).await.map_or((0, 0), |m| {
            let modified = m
                .modified()
                .ok()
                .and_then(|t| t.duration_since(UNIX_EPOCH).ok());
            (m.len(), modified.map_or(0, |t| t.as_secs()))
        });
        Self {
            qemu: program.full_version.clone(),
            host_kernel: sys::host_kernel(),
            guest_kernel,
        }
    }
}

/// A remembered verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verdict {
    circumstances: Circumstances,
    works: bool,
}

impl Verdict {
    pub(crate) fn new(circumstances: Circumstances, works: bool) -> Self {
        Self {
            circumstances,
            works,
        }
    }

    /// Reads the last one; a damaged one counts as none.
    pub(crate) async fn read(paths: &RunPaths) -> Option<Self> {
        let bytes = tokio::fs::read(paths.verdict()).await.ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Remembers it. A failure costs only the next start's wait.
    pub(crate) async fn write(&self, paths: &RunPaths) {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        if let Err(error) = tokio::fs::write(paths.verdict(), bytes).await {
            tracing::warn!(%error, "could not remember whether the accelerator works");
        }
    }
}

/// How to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It works, or there is nothing faster to doubt.
    Trust(Accelerator),
    /// Wait for a sign of life.
    Watch(Accelerator),
    /// It hung before.
    Avoid(Accelerator),
}

/// Decides from the accelerator and what was learned about it.
pub(crate) fn plan(
    accelerator: Accelerator,
    now: &Circumstances,
    remembered: Option<&Verdict>,
) -> Plan {
    if accelerator == Accelerator::Emulation {
        return Plan::Trust(accelerator);
    }
    match remembered.filter(|verdict| verdict.circumstances == *now) {
        Some(verdict) if verdict.works => Plan::Trust(accelerator),
        Some(_) => Plan::Avoid(accelerator),
        None => Plan::Watch(accelerator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circumstances(qemu: &str) -> Circumstances {
        Circumstances {
            qemu: qemu.into(),
            host_kernel: "6.1".into(),
            guest_kernel: (1, 2),
        }
    }

    #[test]
    fn a_verdict_counts_until_something_changes() {
        let now = circumstances("7.2");
        let verdict = |works| Verdict::new(now.clone(), works);
        let kvm = Accelerator::Kvm;
        assert_eq!(plan(kvm, &now, None), Plan::Watch(kvm));
        assert_eq!(plan(kvm, &now, Some(&verdict(true))), Plan::Trust(kvm));
        assert_eq!(plan(kvm, &now, Some(&verdict(false))), Plan::Avoid(kvm));
        let newer = circumstances("8.0");
        assert_eq!(plan(kvm, &newer, Some(&verdict(false))), Plan::Watch(kvm));
    }

    #[test]
    fn emulation_is_never_doubted() {
        let now = circumstances("7.2");
        let verdict = Verdict::new(now.clone(), false);
        let plan = plan(Accelerator::Emulation, &now, Some(&verdict));
        assert_eq!(plan, Plan::Trust(Accelerator::Emulation));
    }

    #[tokio::test]
    async fn a_verdict_survives_a_restart_and_a_damaged_one_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let paths = RunPaths::new(folder.path());
        assert_eq!(Verdict::read(&paths).await, None);
        let verdict = Verdict::new(circumstances("7.2"), false);
        verdict.write(&paths).await;
        assert_eq!(Verdict::read(&paths).await, Some(verdict));
        std::fs::write(paths.verdict(), "{").unwrap();
        assert_eq!(Verdict::read(&paths).await, None);
    }
}
