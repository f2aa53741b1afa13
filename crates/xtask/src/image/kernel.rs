//! Takes the uncompressed kernel out of a bzImage.
//!
//! A guest that starts from the ELF itself does not decompress it, which is
//! most of the boot time under software emulation. QEMU finds the entry by the
//! ELF's PVH note.
use std::io::Read;

use anyhow::{Context, Result, bail, ensure};

/// Offsets in the setup header: Linux, Documentation/arch/x86/boot.rst.
mod header {
    /// `setup_sects`: sectors of real-mode code after the first, one byte.
    pub(super) const SETUP_SECTORS: usize = 0x1f1;
    /// `header`: the magic number "HdrS".
    pub(super) const MAGIC: usize = 0x202;
    /// `payload_offset`, from the start of the protected-mode code.
    pub(super) const PAYLOAD_OFFSET: usize = 0x248;
    /// `payload_length`, in bytes.
    pub(super) const PAYLOAD_LENGTH: usize = 0x24c;
}

const SECTOR: usize = 512;
/// Kernels are some 60 MB; what claims to be larger than this is broken.
const LARGEST: u64 = 512 << 20;

/// The compressed kernel inside of `image`.
pub(super) fn payload(image: &[u8]) -> Result<&[u8]> {
    let word = |at: usize| {
        let bytes = image
            .get(at..at + 4)
            .context("a bzImage cut off in its header")?;
        Ok::<u32, anyhow::Error>(u32::from_le_bytes(bytes.try_into()?))
    };
    ensure!(
        word(header::MAGIC)? == u32::from_le_bytes(*b"HdrS"),
        "not a bzImage"
    );
    // The document: "if setup_sects is 0, the real value is 4".
    let sectors = match image[header::SETUP_SECTORS] {
        0 => 4,
        count => usize::from(count),
    };
    let start = (sectors + 1) * SECTOR + word(header::PAYLOAD_OFFSET)? as usize;
    let length = word(header::PAYLOAD_LENGTH)? as usize;
    image
        .get(start..start.saturating_add(length))
        .context("a bzImage cut off in its payload")
}

/// Decompresses `payload` to an ELF.
pub(super) fn decompress(payload: &[u8]) -> Result<Vec<u8>> {
    let decoder: Box<dyn Read> = match payload {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Box::new(zstd::stream::read::Decoder::with_buffer(payload)?.single_frame())
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Box::new(liblzma::read::XzDecoder::new(payload)),
        _ => bail!(
            "the kernel is compressed by neither zstd nor xz. Next: teach {} the format",
            file!()
        ),
    };
    let mut kernel = Vec::new();
    decoder
        .take(LARGEST)
        .read_to_end(&mut kernel)
        .context("cannot decompress the kernel")?;
    ensure!(kernel.starts_with(b"\x7fELF"), "the bzImage holds no ELF");
    Ok(kernel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bzimage(setup_sectors: u8, content: &[u8]) -> Vec<u8> {
        let real_mode = match setup_sectors {
            0 => 5 * SECTOR,
            count => (usize::from(count) + 1) * SECTOR,
        };
        let mut image = vec![0; real_mode + 16];
        image[header::SETUP_SECTORS] = setup_sectors;
        image[header::MAGIC..][..4].copy_from_slice(b"HdrS");
        image[header::PAYLOAD_OFFSET..][..4].copy_from_slice(&16_u32.to_le_bytes());
        let length = u32::try_from(content.len()).unwrap();
        image[header::PAYLOAD_LENGTH..][..4].copy_from_slice(&length.to_le_bytes());
        image.extend_from_slice(content);
        image.extend_from_slice(b"signature");
        image
    }

    #[test]
    fn the_payload_is_found_behind_any_number_of_setup_sectors() {
        for sectors in [0, 1, 31, 255] {
            assert_eq!(payload(&bzimage(sectors, b"inside")).unwrap(), b"inside");
        }
    }

    #[test]
    fn a_file_that_is_cut_off_or_no_kernel_is_refused() {
        let whole = bzimage(1, &[7; 4096]);

        assert!(payload(&whole[..2000]).is_err());
        assert!(payload(&whole[..0x204]).is_err());
        assert!(payload(&[0; 4096]).is_err());
        assert!(payload(&[]).is_err());
    }

    #[test]
    fn a_payload_that_reaches_beyond_the_file_is_refused() {
        let mut image = bzimage(1, b"inside");
        image[header::PAYLOAD_LENGTH..][..4].copy_from_slice(&u32::MAX.to_le_bytes());

        assert!(payload(&image).is_err());
    }

    #[test]
    fn zstd_and_xz_are_told_apart_by_their_magic() {
        let elf = b"\x7fELF and so on";
        let by_zstd = zstd::encode_all(&elf[..], 3).unwrap();
        let mut by_xz = Vec::new();
        liblzma::read::XzEncoder::new(&elf[..], 6)
            .read_to_end(&mut by_xz)
            .unwrap();

        assert_eq!(decompress(&by_zstd).unwrap(), elf);
        assert_eq!(decompress(&by_xz).unwrap(), elf);
    }

    #[test]
    fn what_follows_the_frame_is_not_read() {
        let mut payload = zstd::encode_all(&b"\x7fELF"[..], 3).unwrap();
        payload.extend_from_slice(&[1, 2, 3, 4]);

        assert_eq!(decompress(&payload).unwrap(), b"\x7fELF");
    }

    #[test]
    fn garbage_and_other_content_are_refused() {
        assert!(decompress(b"\x1f\x8b\x08").is_err());
        assert!(decompress(b"").is_err());
        assert!(decompress(&zstd::encode_all(&b"text"[..], 3).unwrap()).is_err());
    }
}
