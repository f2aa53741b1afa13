//! Certificates that the engine trusts besides those of the image.
use std::{fs, io, path::Path};

use crate::boot::mounts::bind;

/// Where the engine looks.
const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";
/// The image's own, kept before [`MERGED`] is mounted over it.
const OWN: &str = "/run/berth/ca-own.crt";
/// Both together.
const MERGED: &str = "/run/berth/ca-certificates.crt";

/// Makes programs of the guest trust these PEM certificates and the image's.
///
/// # Errors
/// When the files can't be written or mounted.
pub(super) fn trust(pem: &str) -> io::Result<()> {
    let mounted = Path::new(MERGED).exists();
    if !mounted {
        if pem.trim().is_empty() || !Path::new(BUNDLE).exists() {
            return Ok(());
        }
        fs::copy(BUNDLE, OWN)?;
    }
    // Written in place: the mount is of this very file.
    fs::write(MERGED, merged(&fs::read_to_string(OWN)?, pem))?;
    if mounted {
        Ok(())
    } else {
        bind(MERGED, BUNDLE)
    }
}

fn merged(own: &str, extra: &str) -> String {
    let mut all = own.trim_end().to_owned();
    all.push('\n');
    all.push_str(extra.trim());
    all.push('\n');
    all
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn a_bundle_without_a_last_newline_does_not_swallow_the_first_certificate() {
        assert_eq!(
            merged("-----END-----", "-----BEGIN-----"),
            "-----END-----\n-----BEGIN-----\n"
        );
    }
}
