//! What a file that is no folder may be.
//!
//! Only a tar file can be an export. An intact file of another kind is not broken: it is named, so that its owner knows what to do
//! with it. What looks like a tar file in any way is taken for one, so that no single changed byte makes it pass for something else.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Bytes of the header of a tar file.
const HEADER: usize = 512;
/// Where its sum stands.
const SUM: std::ops::Range<usize> = 148..156;
/// The longest name in it.
const NAME: usize = 100;

/// The first bytes of a SQLite database.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Formats that have to be unpacked first, by their first bytes.
const PACKED: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
];

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A tar file, whole or not.
    Tar,
    /// A database, such as `/backup` makes.
    Database,
    /// A packed file.
    Packed(&'static str),
    /// Something else.
    Unknown,
}

impl Format {
    /// Looks at the first bytes of a plain file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.take(HEADER as u64).read_to_end(&mut bytes)?;
        if bytes.starts_with(DATABASE) {
            return Ok(Self::Database);
        }
        if let Some((_, name)) = PACKED.iter().find(|(start, _)| bytes.starts_with(start)) {
            return Ok(Self::Packed(name));
        }
        Ok(if is_tar(&bytes) { Self::Tar } else { Self::Unknown })
    }

    /// Says why there is no export in a file of this format; `None` for a tar file.
    pub fn refusal(self) -> Option<String> {
        match self {
            Self::Tar => None,
            Self::Database => {
                Some("it is a database; `saraphina audit verify FILE` verifies a backup".to_owned())
            }
            Self::Packed(name) => Some(format!("it is packed with {name}; unpack it first")),
            Self::Unknown => Some("it is neither a tar file nor a backup".to_owned()),
        }
    }
}

/// An empty file is what is left of a tar file that was cut to nothing.
fn is_tar(bytes: &[u8]) -> bool {
    let is_marked = bytes.get(257..262) == Some(b"ustar".as_slice());
    bytes.is_empty() || is_marked || has_sum(bytes) || begins_with_name(bytes)
}

/// Tells whether the bytes add up to the sum in the header.
fn has_sum(bytes: &[u8]) -> bool {
    let Some(stated) = bytes.get(SUM).filter(|_| bytes.len() == HEADER) else { return false };
    let digits = std::str::from_utf8(stated).unwrap_or_default();
    let digits = digits.trim_matches(|letter| letter == ' ' || letter == '\0');
    let sum = bytes.iter().enumerate().map(|(at, byte)| {
        // The sum is over a header with blanks in its place.
        u32::from(if SUM.contains(&at) { b' ' } else { *byte })
    });
    u32::from_str_radix(digits, 8) == Ok(sum.sum())
}

/// Tells whether a name and the zeros behind it stand at the beginning, as far as it goes.
fn begins_with_name(bytes: &[u8]) -> bool {
    let field = bytes.get(..NAME).unwrap_or(bytes);
    let length = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    let (name, rest) = field.split_at(length);
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
    !name.is_empty()
        && !rest.is_empty()
        && name.iter().all(is_plain)
        && rest.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Format {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        Format::of(file.path()).unwrap()
    }

    fn header() -> Vec<u8> {
        let mut header = tar::Header::new_ustar();
        header.set_path("checkpoint").unwrap();
        header.set_size(3);
        header.set_cksum();
        header.as_bytes().to_vec()
    }

    #[test]
    fn each_kind_of_file_is_named() {
        assert_eq!(of(b"SQLite format 3\0..."), Format::Database);
        assert_eq!(of(b"\x1f\x8b\x08\0"), Format::Packed("gzip"));
        assert_eq!(of(b"not an export"), Format::Unknown);
        assert_eq!(of(b""), Format::Tar);
        assert_eq!(of(&header()), Format::Tar);
        assert_eq!(of(&header()[..200]), Format::Tar);
    }

    #[test]
    fn no_changed_byte_makes_a_tar_file_pass_for_another_kind() {
        let whole = header();
        for at in 0..whole.len() {
            let mut bent = whole.clone();
            bent[at] ^= 0x55;
            assert_eq!(of(&bent), Format::Tar, "byte {at}");
        }
    }
}
