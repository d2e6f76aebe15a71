//! Tar files, written alike and read warily.
//!
//! The subset is small on purpose: plain files with short plain names. Times and owners are left out, so that equal exports make
//! equal archives; on reading, everything else a tar file can hold (links, devices, long names, extensions) is refused, which is
//! why no general reader is used here.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Bytes of a header, and what content is padded to.
const BLOCK: u64 = 512;
/// Longest name; ours have at most 40 characters.
const MAX_NAME: usize = 100;
/// Most files that are looked at; a log of a hundred million entries has fewer.
const MAX_FILES: usize = 1_000_000;
/// Places of the fields of a header.
const NAME: std::ops::Range<usize> = 0..100;
const MODE: std::ops::Range<usize> = 100..108;
const SIZE: std::ops::Range<usize> = 124..136;
const SUM: std::ops::Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..265;
const PREFIX: std::ops::Range<usize> = 345..500;

/// Appends a file; nothing but its name and bytes enters, so that equal exports make equal archives.
pub fn append(
    out: &mut impl Write,
    name: &str,
    size: u64,
    content: &mut impl Read,
) -> io::Result<()> {
    out.write_all(&header(name, size)?)?;
    let copied = io::copy(&mut content.take(size), out)?;
    if copied != size {
        return Err(io::Error::other(format!("{name} became shorter while it was packed")));
    }
    let padding = usize::try_from(size.next_multiple_of(BLOCK) - size).unwrap_or_default();
    out.write_all(&[0; 512][..padding.min(512)])
}

/// Ends an archive.
pub fn finish(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 1_024])
}

fn header(name: &str, size: u64) -> io::Result<[u8; 512]> {
    let mut header = [0; 512];
    let fields: [(std::ops::Range<usize>, Vec<u8>); 7] = [
        (NAME, name.as_bytes().to_vec()),
        (MODE, b"0000644\0".to_vec()),
        (108..124, b"0000000\x000000000\0".to_vec()),
        (SIZE, size_field(size)),
        (136..148, b"00000000000\0".to_vec()),
        (SUM, b"        ".to_vec()),
        (MAGIC, b"ustar\x0000".to_vec()),
    ];
    for (place, bytes) in fields {
        let field = header.get_mut(place).and_then(|field| field.get_mut(..bytes.len()));
        field.ok_or_else(|| io::Error::other("the name is too long"))?.copy_from_slice(&bytes);
    }
    if let Some(kind) = header.get_mut(TYPE) {
        *kind = b'0';
    }
    let sum = format!("{:06o}\0 ", checksum(&header));
    if let Some(field) = header.get_mut(SUM) {
        field.copy_from_slice(sum.as_bytes());
    }
    Ok(header)
}

/// Octal up to 8 GiB, beyond that in binary with the top bit set.
fn size_field(size: u64) -> Vec<u8> {
    if size < 1 << 33 {
        return format!("{size:011o}\0").into_bytes();
    }
    [[0x80, 0, 0, 0].as_slice(), &size.to_be_bytes()].concat()
}

fn checksum(header: &[u8; 512]) -> u32 {
    let blank = |index: usize| SUM.contains(&index);
    header.iter().enumerate().map(|(at, byte)| if blank(at) { 32 } else { u32::from(*byte) }).sum()
}

/// An archive whose files are read in place; nothing is ever unpacked.
#[derive(Debug)]
pub struct Archive {
    file: File,
    files: BTreeMap<String, (u64, u64)>,
}

impl Archive {
    /// Finds the files of an archive; what is not a plain file or folder with a plain name is refused, in words.
    pub fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let mut files = BTreeMap::new();
        let mut offset = 0;
        loop {
            let mut header = [0; 512];
            if length.saturating_sub(offset) < BLOCK {
                return Err("the archive is cut off".to_owned());
            }
            file.read_exact_at(&mut header, offset).map_err(|error| error.to_string())?;
            offset += BLOCK;
            // The format ends with two empty blocks; what follows the first cannot hold a file.
            if header == [0; 512] {
                break;
            }
            let entry = Entry::read(&header)?;
            let end = entry
                .size
                .checked_next_multiple_of(BLOCK)
                .and_then(|size| offset.checked_add(size));
            let Some(end) = end.filter(|end| *end <= length) else {
                return Err(format!(
                    "{} is cut off: it should have {} bytes",
                    entry.name, entry.size
                ));
            };
            if entry.is_file && files.insert(entry.name.clone(), (offset, entry.size)).is_some() {
                return Err(format!("{} is there twice", entry.name));
            }
            if files.len() > MAX_FILES {
                return Err(format!("the archive has more than {MAX_FILES} files"));
            }
            offset = end;
        }
        Ok(Self { file, files })
    }

    /// The size of a file.
    pub fn size(&self, name: &str) -> Option<u64> {
        self.files.get(name).map(|(_, size)| *size)
    }

    /// The bytes of a file, from the beginning.
    pub fn read<'a>(&'a self, name: &str) -> Option<Slice<'a>> {
        let (offset, size) = self.files.get(name)?;
        Some(Slice { file: &self.file, offset: *offset, end: offset + size })
    }

    /// The names below a folder, without it.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files.keys().filter_map(move |name| name.strip_prefix(folder)?.strip_prefix('/'))
    }
}

/// One file of an archive.
#[derive(Debug)]
pub struct Slice<'a> {
    file: &'a File,
    offset: u64,
    end: u64,
}

impl Read for Slice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.offset).unwrap_or(usize::MAX);
        let length = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..length) else { return Ok(0) };
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

struct Entry {
    name: String,
    size: u64,
    is_file: bool,
}

impl Entry {
    fn read(header: &[u8; 512]) -> Result<Self, String> {
        let field = |place: std::ops::Range<usize>| header.get(place).unwrap_or_default();
        let sum = number(field(SUM)).ok_or("not a tar file of an export")?;
        if field(MAGIC).get(..5) != Some(b"ustar") || sum != u64::from(checksum(header)) {
            return Err("not a tar file of an export, or a damaged one".to_owned());
        }
        let name = [text(field(PREFIX)), text(field(NAME))].concat();
        let name = name.strip_prefix("./").unwrap_or(&name).trim_end_matches('/').to_owned();
        let is_file = match header.get(TYPE) {
            Some(b'0' | 0) => true,
            Some(b'5') => false,
            _ => return Err(format!("{name:?} is neither a file nor a folder")),
        };
        if !text(field(PREFIX)).is_empty() || !is_plain(&name) {
            return Err(format!("{name:?} is not a name in an export"));
        }
        let size = number(field(SIZE)).ok_or_else(|| format!("{name} has no size"))?;
        Ok(Self { name, size: if is_file { size } else { 0 }, is_file })
    }
}

/// Tells whether a name can only lie within the export; the root of an archived folder has none.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name == "."
        || name.is_empty()
        || (name.len() <= MAX_NAME && name.bytes().all(plain) && name.split('/').all(part))
}

fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or_default()).into_owned()
}

fn number(field: &[u8]) -> Option<u64> {
    if field.first() == Some(&0x80) {
        return Some(u64::from_be_bytes(*field.last_chunk()?));
    }
    let digits = text(field);
    u64::from_str_radix(digits.trim(), 8).ok()
}
