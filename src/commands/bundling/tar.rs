//! Writes and reads small tar files, always the same bytes for the same content.
//!
//! A bundle is known by its digest, so owner, time and mode are fixed. Reading is strict: an archive is packed again and
//! compared, which leaves no room for anything hidden in headers or padding.

use thiserror::Error;

const BLOCK: usize = 512;
/// Longest name that a header holds; longer ones get a header of their own (POSIX pax).
const NAME_BYTES: usize = 100;
/// Most files of one archive.
const MAX_FILES: usize = 200_000;

/// A file of an archive: its name and its bytes.
pub type Packed = (String, Vec<u8>);

/// Bytes that are no archive of ours.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("it is not a tar file as saraphina writes them")]
pub struct TarError;

/// Packs files in the order given: plain files with mode 0644, no owner and no time.
pub fn pack(files: &[Packed]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in files {
        if name.len() > NAME_BYTES {
            push(&mut bytes, "pax", b'x', pax(name).as_bytes());
        }
        push(&mut bytes, name, b'0', content);
    }
    bytes.resize(bytes.len() + 2 * BLOCK, 0);
    bytes
}

fn push(bytes: &mut Vec<u8>, name: &str, kind: u8, content: &[u8]) {
    bytes.extend_from_slice(&header(name, kind, content.len()));
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
}

fn header(name: &str, kind: u8, size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let kept = name.as_bytes().get(..NAME_BYTES).unwrap_or(name.as_bytes());
    put(&mut header, 0, kept);
    put(&mut header, 100, b"0000644\0");
    put(&mut header, 108, b"0000000\0");
    put(&mut header, 116, b"0000000\0");
    put(&mut header, 124, format!("{size:011o}\0").as_bytes());
    put(&mut header, 136, b"00000000000\0");
    // The checksum is taken over the header with spaces in its own field, as the format wants it.
    put(&mut header, 148, b"        ");
    put(&mut header, 156, &[kind]);
    put(&mut header, 257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    put(&mut header, 148, format!("{sum:06o}\0 ").as_bytes());
    header
}

fn put(header: &mut [u8; BLOCK], at: usize, text: &[u8]) {
    for (place, byte) in header.iter_mut().skip(at).zip(text) {
        *place = *byte;
    }
}

/// Writes `LENGTH path=NAME\n`, whose length counts its own digits.
fn pax(name: &str) -> String {
    let rest = format!(" path={name}\n");
    let mut length = rest.len();
    // One more digit may make the number itself longer, so it is counted until it stays.
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}")
}

/// Unpacks an archive; any other bytes than [`pack`] would write for its files are refused.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Packed>, TarError> {
    let mut files = Vec::new();
    let mut rest = bytes;
    let mut long_name = None;
    while let Some((kind, name, content, behind)) = entry(rest)? {
        rest = behind;
        match kind {
            b'x' => long_name = Some(path_of(content)?),
            b'0' => files.push((long_name.take().unwrap_or(name), content.to_vec())),
            _ => return Err(TarError),
        }
        if files.len() > MAX_FILES {
            return Err(TarError);
        }
    }
    if pack(&files) == bytes { Ok(files) } else { Err(TarError) }
}

type Entry<'a> = (u8, String, &'a [u8], &'a [u8]);

fn entry(bytes: &[u8]) -> Result<Option<Entry<'_>>, TarError> {
    let (header, rest) = bytes.split_at_checked(BLOCK).ok_or(TarError)?;
    let Some(kind) = header.get(156).copied().filter(|kind| *kind != 0) else {
        return Ok(None);
    };
    let field = |from: usize, to: usize| -> Result<&str, TarError> {
        let bytes = header.get(from..to).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| TarError)?;
        Ok(text.trim_end_matches('\0'))
    };
    let size = usize::from_str_radix(field(124, 136)?, 8).map_err(|_| TarError)?;
    let (content, behind) = rest.split_at_checked(size).ok_or(TarError)?;
    let padding = size.next_multiple_of(BLOCK) - size;
    let behind = behind.get(padding..).ok_or(TarError)?;
    // Where a name was cut inside a character, the header before it has the whole name.
    let name = field(0, NAME_BYTES).unwrap_or_default().to_owned();
    Ok(Some((kind, name, content, behind)))
}

fn path_of(record: &[u8]) -> Result<String, TarError> {
    let text = std::str::from_utf8(record).map_err(|_| TarError)?;
    let name = text.split_once(" path=").and_then(|(_, rest)| rest.strip_suffix('\n'));
    name.map(str::to_owned).ok_or(TarError)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(
            files in proptest::collection::vec(("[a-zé/]{1,130}", proptest::collection::vec(any::<u8>(), 0..1_100)), 0..6)
        ) {
            prop_assert_eq!(unpack(&pack(&files)), Ok(files));
        }

        #[test]
        fn a_changed_byte_is_never_the_same_archive(at in 0_usize..2_560, bit in 0_u8..8) {
            let files = vec![("a".to_owned(), b"one".to_vec()), ("b".to_owned(), b"two".to_vec())];
            let mut bytes = pack(&files);
            prop_assume!(at < bytes.len());
            bytes[at] ^= 1 << bit;

            prop_assert_ne!(unpack(&bytes), Ok(files));
        }

        #[test]
        fn any_bytes_are_taken_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            if let Ok(files) = unpack(&bytes) {
                prop_assert_eq!(pack(&files), bytes);
            }
        }
    }
}
