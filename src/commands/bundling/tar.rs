//! A bundle's files as one tar file, in memory.
//!
//! The format is the `verifier` crate's, which exports use too: no times, no owners, so that a proposal packed twice gives the same
//! bytes. On reading, everything that is not exactly what would be written for the same files is refused: a bundle holds what its
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

/// Reads the files of an archive; any other bytes than [`pack`] would write for them are refused.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Packed>, TarError> {
    let length = u64::try_from(bytes.len()).map_err(|_| TarError)?;
    let placed = files(Cursor::new(bytes), length).map_err(|_| TarError)?.files;
    let files: Vec<Packed> =
        placed.into_iter().map(|file| content(bytes, file)).collect::<Result<_, _>>()?;
    // Nothing can lie in the padding, in a header or behind the end: a flipped bit anywhere is noticed.
    if pack(&files)? == bytes { Ok(files) } else { Err(TarError) }
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
        fn a_changed_byte_is_never_the_same_archive(at in 0_usize..2_560, bit in 0_u8..8) {
            let files = vec![("a".to_owned(), b"one".to_vec()), ("b".to_owned(), b"two".to_vec())];
            let mut bytes = pack(&files).unwrap();
            prop_assume!(at < bytes.len());
            bytes[at] ^= 1 << bit;

            prop_assert_ne!(unpack(&bytes), Ok(files));
        }

        #[test]
        fn any_bytes_are_taken_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            if let Ok(files) = unpack(&bytes) {
                prop_assert_eq!(pack(&files).unwrap(), bytes);
            }
        }
    }
}
