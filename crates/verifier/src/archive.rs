//! Tar files, written alike and read warily.
//!
//! The `tar` crate knows the formats; what is added here is what an auditor relies on: times and owners are left out, so that equal
//! files make equal archives, and links, devices, names that appear twice and headers of hostile size are refused. Nothing is ever
//! unpacked: files are read where they lie.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use tar::{Builder, EntryType, Header};

/// Bytes that headers and contents are padded to.
const BLOCK: u64 = 512;
/// Longest name of an export; ours have at most 40 characters.
const MAX_NAME: usize = 100;
/// Most files that are looked at; a log of a hundred million entries has fewer.
const MAX_FILES: usize = 1_000_000;
/// Bytes that are read at once.
const READ_AT_ONCE: usize = 1 << 16;
/// Largest extension header, which the reader keeps in memory: it holds a long name.
const MAX_EXTENSION: u64 = 65_536;

/// Appends a file; nothing but its name and bytes enters.
pub fn append(
    builder: &mut Builder<impl Write>,
    name: &str,
    size: u64,
    content: impl Read,
) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    let mut counted = Counted { inner: content.take(size), count: 0 };
    builder.append_data(&mut header, name, &mut counted)?;
    if counted.count == size {
        return Ok(());
    }
    Err(io::Error::other(format!("{name} became shorter while it was packed")))
}

/// A reader that counts what was read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// A plain file in an archive: its name, and where its bytes lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The name, as UTF-8.
    pub name: String,
    /// The first byte.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
}

/// The files of an archive, and where the last of them ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The files, as they come.
    pub files: Vec<Placed>,
    /// The first byte behind all of them.
    pub end: u64,
}

/// Finds the files of an archive of `length` bytes; what is neither a plain file nor a folder is refused, in words.
pub fn files(mut archive: impl Read + Seek, length: u64) -> Result<Contents, String> {
    check_headers(&mut archive, length)?;
    archive.rewind().map_err(|error| error.to_string())?;
    let mut reader = tar::Archive::new(archive);
    let mut found = Contents::default();
    for entry in reader.entries_with_seek().map_err(|error| unfit(&error))? {
        let entry = entry.map_err(|error| unfit(&error))?;
        let name = String::from_utf8(entry.path_bytes().into_owned())
            .map_err(|_| "a name in the archive is not UTF-8".to_owned())?;
        let (offset, size) = (entry.raw_file_position(), entry.size());
        found.end = offset.saturating_add(size).checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX);
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            _ => return Err(format!("{name:?} is neither a file nor a folder")),
        }
        // An extension header may name another size than the header that was checked.
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(format!("{name} is cut off: it should have {size} bytes"));
        }
        found.files.push(Placed { name, offset, size });
        if found.files.len() > MAX_FILES {
            return Err(format!("the archive has more than {MAX_FILES} files"));
        }
    }
    Ok(found)
}

/// Tells whether the empty block is there that ends every archive: else what came last is missing unseen.
fn is_ended(file: &File, end: u64) -> bool {
    let mut last = [1; 512];
    file.read_exact_at(&mut last, end).is_ok() && last.iter().all(|byte| *byte == 0)
}

/// Tells whether anything but zeros lies behind the end of an archive.
fn has_tail(file: &File, end: u64) -> io::Result<bool> {
    let (mut at, mut buffer) = (end, vec![0; READ_AT_ONCE]);
    loop {
        let read = file.read_at(&mut buffer, at)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(false);
        };
        if bytes.iter().any(|byte| *byte != 0) {
            return Ok(true);
        }
        at += read as u64;
    }
}

/// Refuses contents that the archive does not hold, and extension headers that no name needs: the reader would seek beyond the end
/// for the ones, and keep all of the others in memory.
fn check_headers(archive: &mut (impl Read + Seek), length: u64) -> Result<(), String> {
    let mut reader = tar::Archive::new(archive);
    for entry in reader.entries_with_seek().map_err(|error| unfit(&error))?.raw(true) {
        let entry = entry.map_err(|error| unfit(&error))?;
        let size = entry.size();
        if entry.raw_file_position().checked_add(size).is_none_or(|end| end > length) {
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            return Err(format!("{name} is cut off: it should have {size} bytes"));
        }
        let kind = entry.header().entry_type();
        let is_extension = kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions()
            || kind.is_gnu_longname()
            || kind.is_gnu_longlink();
        if is_extension && size > MAX_EXTENSION {
            return Err("the archive has an extension header of hostile size".to_owned());
        }
    }
    Ok(())
}

fn unfit(error: &io::Error) -> String {
    format!("not a tar file, or a damaged one: {error}")
}

/// An archive of an export, whose files are read in place.
#[derive(Debug)]
pub struct Archive {
    file: File,
    files: BTreeMap<String, (u64, u64)>,
    has_tail: bool,
}

impl Archive {
    /// Finds the files of an archive; a name that could lie outside an export, or is there twice, is refused, in words.
    pub fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let mut named = BTreeMap::new();
        let Contents { files: placed, end } = files(&file, length)?;
        if !is_ended(&file, end) {
            return Err("the archive is cut off".to_owned());
        }
        let has_tail = has_tail(&file, end).map_err(|error| error.to_string())?;
        let folder = folder_of(&placed);
        for Placed { name, offset, size } in placed {
            let name = name.strip_prefix("./").unwrap_or(&name);
            let name = name.strip_prefix(&*folder).unwrap_or(name);
            if !is_plain(name) {
                return Err(format!("{name:?} is not a name in an export"));
            }
            if named.insert(name.to_owned(), (offset, size)).is_some() {
                return Err(format!("{name} is there twice"));
            }
        }
        Ok(Self { file, files: named, has_tail })
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

    /// Whether bytes lie behind its end, which belong to no file.
    pub const fn has_tail(&self) -> bool {
        self.has_tail
    }

    /// The first parts of all names.
    pub fn tops(&self) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(|name| name.split('/').next())
    }

    /// The names below a folder, without it.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files.keys().filter_map(move |name| name.strip_prefix(folder)?.strip_prefix('/'))
    }
}

/// The folder that everything lies in where the export was packed with its folder; empty where it was not.
fn folder_of(placed: &[Placed]) -> String {
    let plain = |name: &str| name.strip_prefix("./").unwrap_or(name).to_owned();
    let mut names = placed.iter().map(|one| plain(&one.name));
    let first = names.next().unwrap_or_default();
    let folder = first.split_once('/').map_or("", |(folder, _)| folder);
    let inside = format!("{folder}/");
    if is_plain(folder) && names.all(|name| name.starts_with(&inside)) {
        inside
    } else {
        String::new()
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

/// Tells whether a name can only lie within the export.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.len() <= MAX_NAME && name.bytes().all(plain) && name.split('/').all(part)
}
