//! Two-slot file format of the signed head that a home keeps outside its database.
//!
//! Writes alternate between the slots, and each slot carries its own digest: a write torn by a crash spoils one slot, and the
//! other still holds the head before it. The store does the writing; here are only the bytes.

use thiserror::Error;

use crate::domain::digest::Digest;

/// Bytes of one slot: a generation, a note, padding and the slot's own digest.
const SLOT_BYTES: usize = 1_024;

/// Bytes of the whole file, both slots.
pub const FILE_BYTES: usize = 2 * SLOT_BYTES;

const MAGIC: &[u8; 8] = b"sarahd01";
const DIGEST_BYTES: usize = 32;

/// Longest note that fits a slot.
pub const MAX_NOTE_BYTES: usize = SLOT_BYTES - MAGIC.len() - 8 - 2 - DIGEST_BYTES;

/// The newest signed note that survived outside the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Counts the writes; the parity chooses the slot.
    pub generation: u64,
    /// The signed checkpoint.
    pub note: String,
}

/// The note does not fit a slot.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the note has {bytes} bytes, more than the {MAX_NOTE_BYTES} of a slot")]
pub struct HeadError {
    /// Its length.
    pub bytes: usize,
}

/// A file without a head yet, for preallocation.
pub fn blank() -> Vec<u8> {
    vec![0; FILE_BYTES]
}

/// The newest valid slot; a torn write leaves the other slot to be found.
pub fn decode(file: &[u8]) -> Option<Head> {
    file.chunks_exact(SLOT_BYTES).take(2).filter_map(decode_slot).max_by_key(|head| head.generation)
}

/// The offset and bytes to write in place for this generation.
pub fn encode_slot(generation: u64, note: &str) -> Result<(u64, Vec<u8>), HeadError> {
    let error = HeadError { bytes: note.len() };
    if note.len() > MAX_NOTE_BYTES {
        return Err(error);
    }
    let length = u16::try_from(note.len()).map_err(|_| error)?;
    let mut slot = Vec::with_capacity(SLOT_BYTES);
    slot.extend_from_slice(MAGIC);
    slot.extend_from_slice(&generation.to_be_bytes());
    slot.extend_from_slice(&length.to_be_bytes());
    slot.extend_from_slice(note.as_bytes());
    slot.resize(SLOT_BYTES - DIGEST_BYTES, 0);
    let digest = Digest::of(&slot);
    slot.extend_from_slice(digest.as_bytes());
    let offset = if generation.is_multiple_of(2) { 0 } else { SLOT_BYTES as u64 };
    Ok((offset, slot))
}

fn decode_slot(slot: &[u8]) -> Option<Head> {
    let (content, digest) = slot.split_at_checked(SLOT_BYTES - DIGEST_BYTES)?;
    if Digest::of(content).as_bytes().as_slice() != digest {
        return None;
    }
    let rest = content.strip_prefix(MAGIC)?;
    let (generation, rest) = rest.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let note = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    let note = std::str::from_utf8(note).ok()?.to_owned();
    Some(Head { generation: u64::from_be_bytes(*generation), note })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(file: &mut [u8], generation: u64, note: &str) {
        let (offset, slot) = encode_slot(generation, note).unwrap();
        let offset = usize::try_from(offset).unwrap();
        file[offset..offset + SLOT_BYTES].copy_from_slice(&slot);
    }

    #[test]
    fn the_newest_of_two_slots_is_taken() {
        let mut file = blank();
        assert_eq!(decode(&file), None);

        for generation in 1..=5 {
            write(&mut file, generation, &format!("note {generation}"));
            let head = Head { generation, note: format!("note {generation}") };
            assert_eq!(decode(&file), Some(head));
        }
    }

    #[test]
    fn a_write_torn_at_any_byte_leaves_the_older_head() {
        let mut before = blank();
        write(&mut before, 6, "old");
        write(&mut before, 7, "older head");
        let mut after = before.clone();
        write(&mut after, 8, "the newest head");
        let whole = decode(&after);

        for cut in 0..SLOT_BYTES {
            let torn = [&after[..cut], &before[cut..]].concat();
            let head = decode(&torn);

            let is_old = head == Some(Head { generation: 7, note: "older head".to_owned() });
            assert!(is_old || (head == whole && torn == after), "cut at {cut}");
        }
    }

    #[test]
    fn a_note_longer_than_a_slot_is_refused() {
        assert!(encode_slot(0, &"x".repeat(MAX_NOTE_BYTES)).is_ok());
        assert_eq!(
            encode_slot(0, &"x".repeat(MAX_NOTE_BYTES + 1)),
            Err(HeadError { bytes: MAX_NOTE_BYTES + 1 })
        );
        assert_eq!(decode(&[1, 2, 3]), None);
    }
}
