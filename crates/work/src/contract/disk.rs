//! Measures folders and the free space of a disk.
//!
//! `/doctor` and `/prune` show sizes, and `space.rs` refuses work where little is left. Counting is bounded and follows no
//! links, so that neither a huge nor a circular home keeps a command busy.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most files that are counted; a home with more is told as "at least".
const MAX_FILES: u64 = 1_000_000;
/// Units of sizes, each 1,024 of the one before.
const UNITS: [&str; 4] = ["bytes", "KiB", "MiB", "GiB"];

/// The size of one entry of the home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// The file or folder.
    pub name: String,
    /// Bytes in it.
    pub bytes: u64,
    /// Files in it.
    pub files: u64,
}

/// Measures everything in a folder, largest first; links are not followed.
pub fn usage(folder: &Path) -> Vec<Usage> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut left = MAX_FILES;
    let mut all: Vec<Usage> = entries
        .filter_map(Result::ok)
        .map(|entry| {
            let (bytes, files) = size(&entry.path(), &mut left);
            Usage { name: entry.file_name().to_string_lossy().into_owned(), bytes, files }
        })
        .collect();
    all.sort_by(|left, right| right.bytes.cmp(&left.bytes).then(left.name.cmp(&right.name)));
    all
}

fn size(path: &Path, left: &mut u64) -> (u64, u64) {
    let (mut bytes, mut files) = (0, 0);
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        let Ok(metadata) = std::fs::symlink_metadata(&path) else { continue };
        if metadata.is_dir() {
            let entries = std::fs::read_dir(&path).into_iter().flatten().filter_map(Result::ok);
            waiting.extend(entries.map(|entry| entry.path()));
        } else if *left > 0 {
            *left -= 1;
            bytes += metadata.len();
            files += 1;
        }
    }
    (bytes, files)
}

/// Writes a size for people.
pub fn words(bytes: u64) -> String {
    let mut whole = bytes;
    let mut tenths = 0;
    let mut unit = 0;
    while whole >= 1_024 && unit + 1 < UNITS.len() {
        tenths = whole % 1_024 * 10 / 1_024;
        whole /= 1_024;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{whole} {name}") } else { format!("{whole}.{tenths} {name}") }
}

/// Tells the bytes free for us where a folder lies, where the system does.
#[cfg(target_os = "linux")]
pub fn free(folder: &Path) -> Option<u64> {
    // A home that is not made yet has no file system of its own; its nearest existing parent has.
    let found = folder.ancestors().find(|ancestor| ancestor.exists())?;
    let state = nix::sys::statvfs::statvfs(found).ok()?;
    Some(state.blocks_available().saturating_mul(state.fragment_size()))
}

/// Tells nothing: free space is not measured on this system.
#[cfg(not(target_os = "linux"))]
pub fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_summed_by_entry_and_put_in_words() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("keys/deep")).unwrap();
        std::fs::write(home.path().join("keys/deep/a"), "abc").unwrap();
        std::fs::write(home.path().join("keys/b"), "de").unwrap();
        std::fs::write(home.path().join("knowledge.db"), vec![0; 2_000]).unwrap();

        let found = usage(home.path());

        let one = |name: &str, bytes, files| Usage { name: name.to_owned(), bytes, files };
        assert_eq!(found, [one("knowledge.db", 2_000, 1), one("keys", 5, 2)]);
        assert_eq!([words(5), words(2_000), words(3 << 30)], ["5 bytes", "1.9 KiB", "3.0 GiB"]);
    }
}
