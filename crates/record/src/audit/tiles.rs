//! The log laid out as C2SP tlog-tiles: files of 256 hashes or entries.
//!
//! An export carries them so that other implementations can read the log from a static file server. Writing and verifying cut the
//! tiles with the same code, one unfinished tile for each level at a time.

use crate::audit::merkle::{Frontier, NodeRef, node_hash};
use crate::domain::digest::Digest;

/// Hashes or entries of a full tile.
const WIDTH: u64 = 256;
/// Levels of the tree that one level of tiles spans.
const HEIGHT: u8 = 8;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;
/// The level of tiles in the names of entry bundles.
const ENTRIES: &str = "entries";

/// One file of the layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileFile {
    /// Its path, such as `tile/0/x001/234.p/7` or `tile/entries/000`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What it holds.
    pub content: Content,
}

/// The content of a file of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Hashes that span this many entries each, from this entry on.
    Hashes {
        /// The first entry below the first hash.
        first: u64,
        /// Entries below each hash.
        span: u64,
    },
    /// Records, each with its length in two bytes before it, from this entry on.
    Entries {
        /// The first entry.
        first: u64,
    },
}

/// Cuts a growing log into tiles; keeps one unfinished tile of each level.
#[derive(Clone, Debug, Default)]
pub struct Tiling {
    frontier: Frontier,
    levels: Vec<Vec<u8>>,
    entries: Vec<u8>,
}

impl Tiling {
    /// Takes the next record with its leaf hash; yields the files that became full.
    pub fn push(&mut self, record: &[u8], leaf: Digest) -> Vec<TileFile> {
        let mut full = Vec::new();
        // Records have at most 16 KiB, so that the length fits.
        self.entries.extend(u16::try_from(record.len()).unwrap_or(u16::MAX).to_be_bytes());
        self.entries.extend(record);
        for node in self.frontier.push(leaf).filter(|node| node.place.level % HEIGHT == 0) {
            let level = usize::from(node.place.level / HEIGHT);
            if self.levels.len() <= level {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else { continue };
            hashes.extend(node.hash.as_bytes());
            if (node.place.index + 1).is_multiple_of(WIDTH) {
                full.push(hash_file(
                    level,
                    (node.place.index + 1) / WIDTH - 1,
                    std::mem::take(hashes),
                ));
            }
        }
        if self.frontier.size().is_multiple_of(WIDTH) {
            let index = self.frontier.size() / WIDTH - 1;
            full.push(entry_file(index, WIDTH, std::mem::take(&mut self.entries)));
        }
        full
    }

    /// Tells how many records were taken.
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root over them.
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The files at the right edge, which are not full.
    pub fn finish(self) -> Vec<TileFile> {
        let size = self.frontier.size();
        let mut files: Vec<TileFile> = Vec::new();
        for (level, hashes) in
            self.levels.into_iter().enumerate().filter(|(_, hashes)| !hashes.is_empty())
        {
            files.push(hash_file(level, (size >> (level * usize::from(HEIGHT))) / WIDTH, hashes));
        }
        if !self.entries.is_empty() {
            files.push(entry_file(size / WIDTH, size % WIDTH, self.entries));
        }
        files
    }
}

impl TileFile {
    /// The first entry at which `found` is not this file.
    pub fn first_difference(&self, found: &[u8]) -> Option<u64> {
        if found == self.bytes {
            return None;
        }
        let agreed = self.bytes.iter().zip(found).take_while(|(own, other)| own == other).count();
        // Of what has more than this file, the last entry is the odd one: behind it there is none.
        let agreed = agreed.min(self.bytes.len().saturating_sub(1));
        Some(match self.content {
            Content::Hashes { first, span } => first + (agreed / HASH_BYTES) as u64 * span,
            Content::Entries { first } => first + whole_entries(&self.bytes, agreed),
        })
    }
}

/// Tells how many files a log of `size` entries has below `tile/`.
pub fn file_count(size: u64) -> u64 {
    let hashes: u64 = (0..u64::BITS / u32::from(HEIGHT))
        .map(|level| (size >> (level * u32::from(HEIGHT))).div_ceil(WIDTH))
        .sum();
    hashes + size.div_ceil(WIDTH)
}

/// The hash of a complete subtree, from the tiles of a log of `size` entries; `read` gives a file by its path.
pub fn node(place: NodeRef, size: u64, read: &impl Fn(&str) -> Option<Vec<u8>>) -> Option<Digest> {
    let (level, height) = (place.level / HEIGHT, place.level % HEIGHT);
    let known = size.checked_shr(u32::from(level * HEIGHT))?;
    let first = place.index.checked_shl(u32::from(height))?;
    let tile = first / WIDTH;
    let width = known.checked_sub(tile * WIDTH)?.min(WIDTH);
    let bytes = read(&path(&level.to_string(), tile, width))?;
    let (offset, count) = (usize::try_from(first % WIDTH).ok()?, 1_usize << height);
    let hashes = bytes.get(offset * HASH_BYTES..(offset + count) * HASH_BYTES)?;
    let mut row: Vec<Digest> = hashes
        .chunks_exact(HASH_BYTES)
        .filter_map(|hash| Some(Digest::from_bytes(hash.try_into().ok()?)))
        .collect();
    while row.len() > 1 {
        row = row
            .chunks_exact(2)
            .filter_map(|pair| Some(node_hash(pair.first()?, pair.last()?)))
            .collect();
    }
    row.first().copied()
}

fn hash_file(level: usize, index: u64, bytes: Vec<u8>) -> TileFile {
    let width = (bytes.len() / HASH_BYTES) as u64;
    let span = 1_u64 << (level * usize::from(HEIGHT));
    let content = Content::Hashes { first: index * WIDTH * span, span };
    TileFile { path: path(&level.to_string(), index, width), bytes, content }
}

fn entry_file(index: u64, width: u64, bytes: Vec<u8>) -> TileFile {
    let content = Content::Entries { first: index * WIDTH };
    TileFile { path: path(ENTRIES, index, width), bytes, content }
}

/// `tile/<level>/x001/x234/067`, for a tile that is not full with `.p/<width>` behind it.
fn path(level: &str, index: u64, width: u64) -> String {
    let mut number = format!("{:03}", index % 1_000);
    let mut rest = index / 1_000;
    while rest > 0 {
        number = format!("x{:03}/{number}", rest % 1_000);
        rest /= 1_000;
    }
    let partial = if width < WIDTH { format!(".p/{width}") } else { String::new() };
    format!("tile/{level}/{number}{partial}")
}

/// Tells how many entries lie wholly within the first `agreed` bytes of a bundle.
fn whole_entries(bundle: &[u8], agreed: usize) -> u64 {
    let (mut count, mut offset) = (0, 0);
    while let Some(length) = bundle.get(offset..).and_then(<[u8]>::first_chunk::<2>) {
        offset += 2 + usize::from(u16::from_be_bytes(*length));
        if offset > agreed {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::merkle::leaf_hash;
    use crate::audit::tree::Tree;

    fn record(seq: u64) -> Vec<u8> {
        format!("record {seq}").into_bytes()
    }

    fn laid_out(size: u64) -> (Tree, std::collections::BTreeMap<String, Vec<u8>>) {
        let (mut tree, mut tiling) = (Tree::default(), Tiling::default());
        let mut files = Vec::new();
        for seq in 0..size {
            let leaf = leaf_hash(&record(seq));
            tree.push(leaf);
            files.extend(tiling.push(&record(seq), leaf));
        }
        assert_eq!(tiling.root(), tree.root_at(size).unwrap());
        files.extend(tiling.finish());
        (tree, files.into_iter().map(|file| (file.path, file.bytes)).collect())
    }

    #[test]
    fn files_have_the_names_and_lengths_of_the_layout() {
        let (_, files) = laid_out(70_000);
        let length = |path: &str| files.get(path).map(Vec::len);

        assert_eq!(length("tile/0/000"), Some(8_192));
        assert_eq!(length("tile/0/272"), Some(8_192));
        assert_eq!(length("tile/0/273.p/112"), Some(112 * 32));
        assert_eq!((length("tile/1/000"), length("tile/1/001.p/17")), (Some(8_192), Some(17 * 32)));
        assert_eq!(length("tile/2/000.p/1"), Some(32));
        assert_eq!(&files["tile/entries/000"][..10], b"\0\x08record 0");
        assert_eq!(files.len() as u64, file_count(70_000));
        assert_eq!(path("0", 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path("entries", 1_000, 3), "tile/entries/x001/000.p/3");
    }

    #[test]
    fn the_tiles_give_every_complete_subtree() {
        for size in [1, 2, 255, 256, 257, 600, 66_000] {
            let (tree, files) = laid_out(size);
            let read = |path: &str| files.get(path).cloned();
            let indices = |level: u8| [0, (size >> level) / 2, (size >> level).saturating_sub(1)];
            let places =
                (0..17).flat_map(|level| indices(level).map(|index| NodeRef { level, index }));
            for place in places {
                assert_eq!(node(place, size, &read), tree.node(place), "{place:?} of {size}");
            }
        }
    }

    #[test]
    fn a_difference_is_placed_at_its_entry() {
        let mut tiling = Tiling::default();
        for seq in 0..300 {
            tiling.push(&record(seq), leaf_hash(&record(seq)));
        }
        let files = tiling.finish();
        let changed = |path: &str, at: usize| {
            let file = files.iter().find(|file| file.path == path).unwrap();
            let mut bytes = file.bytes.clone();
            bytes[at] ^= 1;
            (file.first_difference(&bytes), file.first_difference(&file.bytes[..at]))
        };

        assert_eq!(changed("tile/0/001.p/44", 33), (Some(257), Some(257)));
        assert_eq!(changed("tile/1/000.p/1", 0), (Some(0), Some(0)));
        assert_eq!(changed("tile/entries/001.p/44", 12), (Some(257), Some(257)));
        assert_eq!(changed("tile/entries/001.p/44", 0), (Some(256), Some(256)));
    }
}
