//! A bundle's files as one tar file, in memory.
//!
//! The format is the `verifier` crate's, which exports use too: no times, no owners, so that a proposal packed twice gives the same
//! bytes. On reading, everything that is not a plain file is refused, and so are bytes beside the files: a bundle holds what its
//! manifest lists and nothing else.

use std::io::Cursor;

use tar::Builder;
use thiserror::Error;

use verifier::archive::{Placed, append, files};

/// A file of an archive: its name and its bytes.
pub type Packed = (String, Vec<u8>);

/// The error of bytes that are no archive of plain files.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("it is not a tar file as saraphina writes them")]
pub struct TarError;

/// Packs files in the order given: plain files with mode 0644, no owner and no time.
pub fn pack(files: &[Packed]) -> Result<Vec<u8>, TarError> {
    let mut builder = Builder::new(Vec::new());
    for (name, content) in files {
        let size = u64::try_from(content.len()).map_err(|_| TarError)?;
        append(&mut builder, name, size, content.as_slice()).map_err(|_| TarError)?;
    }
    builder.into_inner().map_err(|_| TarError)
}

/// Reads the files of an archive.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Packed>, TarError> {
    let length = u64::try_from(bytes.len()).map_err(|_| TarError)?;
    let placed = files(Cursor::new(bytes), length).map_err(|_| TarError)?;
    let end = placed.iter().map(|file| file.offset + file.size).max().unwrap_or_default();
    let rest = usize::try_from(end).ok().and_then(|end| bytes.get(end..)).ok_or(TarError)?;
    if rest.iter().any(|byte| *byte != 0) {
        return Err(TarError);
    }
    placed.into_iter().map(|file| content(bytes, file)).collect()
}

fn content(bytes: &[u8], Placed { name, offset, size }: Placed) -> Result<Packed, TarError> {
    let range = usize::try_from(offset).ok().zip(usize::try_from(offset + size).ok());
    let content = range.and_then(|(from, to)| bytes.get(from..to)).ok_or(TarError)?;
    Ok((name, content.to_vec()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(
            files in proptest::collection::vec(
                ("[a-zé]{1,60}(/[a-zé]{1,60}){0,3}", proptest::collection::vec(any::<u8>(), 0..1_100)), 0..6
            )
        ) {
            prop_assert_eq!(unpack(&pack(&files).unwrap()), Ok(files));
        }

        #[test]
        fn a_changed_byte_never_changes_a_file_unnoticed(at in 0_usize..2_560, bit in 0_u8..8) {
            let files = vec![("a".to_owned(), b"one".to_vec()), ("b".to_owned(), b"two".to_vec())];
            let mut bytes = pack(&files).unwrap();
            prop_assume!(at < bytes.len());
            let is_content = [512..515, 1_536..1_539].iter().any(|place| place.contains(&at));
            bytes[at] ^= 1 << bit;

            if let Ok(found) = unpack(&bytes) {
                prop_assert_eq!(found == files, !is_content);
            }
        }

        #[test]
        fn any_bytes_are_taken_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            if let Ok(files) = unpack(&bytes) {
                prop_assert_eq!(unpack(&pack(&files).unwrap()), Ok(files));
            }
        }
    }
}
