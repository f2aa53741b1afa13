//! Images of any size as `docker load` takes them, made while they are sent.
use std::{
    fmt::Write as _,
    io::{self, Write},
};

use serde_json::json;
use sha2::{Digest as _, Sha256};

const MEGABYTE: usize = 1 << 20;

/// Writes an image of one layer with a file of so many megabytes that don't
/// compress.
///
/// # Errors
/// Those of the writer.
pub fn write_image(to: &mut impl Write, name: &str, megabytes: usize) -> io::Result<()> {
    let mut digest = Hash(Sha256::new());
    write_layer(&mut digest, megabytes)?;
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", hex(&digest.0.finalize()))] },
    });
    let config = config.to_string();
    let config_name = format!("{}.json", hex(&Sha256::digest(&config)));
    let manifest = json!([{ "Config": config_name, "RepoTags": [name], "Layers": ["layer.tar"] }]);
    write_file(to, "manifest.json", manifest.to_string().as_bytes())?;
    write_file(to, &config_name, config.as_bytes())?;
    to.write_all(&head("layer.tar", layer_size(megabytes)))?;
    write_layer(to, megabytes)?;
    to.write_all(&[0; 1024])
}

/// An archive of one file.
pub fn of_file(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = Vec::new();
    // Writing to memory can't fail.
    let _ = write_file(&mut archive, name, bytes);
    archive.extend_from_slice(&[0; 1024]);
    archive
}

struct Hash(Sha256);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A head, the file, and the end of the archive.
fn layer_size(megabytes: usize) -> usize {
    512 + megabytes * MEGABYTE + 1024
}

fn write_layer(to: &mut impl Write, megabytes: usize) -> io::Result<()> {
    to.write_all(&head("large", megabytes * MEGABYTE))?;
    // Xorshift: looks random, and is the same each time.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut block = vec![0; MEGABYTE];
    for _ in 0..megabytes {
        for eight in block.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            eight.copy_from_slice(&state.to_le_bytes());
        }
        to.write_all(&block)?;
    }
    to.write_all(&[0; 1024])
}

fn write_file(to: &mut impl Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    to.write_all(&head(name, bytes.len()))?;
    to.write_all(bytes)?;
    to.write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len()])
}

/// A header of the ustar format, see tar(5).
fn head(name: &str, size: usize) -> [u8; 512] {
    let mut head = [0; 512];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[100..107].copy_from_slice(b"0000644");
    head[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    head[136..147].copy_from_slice(b"00000000000");
    head[148..156].copy_from_slice(b"        ");
    head[156] = b'0';
    head[257..263].copy_from_slice(b"ustar\0");
    head[263..265].copy_from_slice(b"00");
    let sum: u32 = head.iter().map(|&byte| u32::from(byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    head
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
