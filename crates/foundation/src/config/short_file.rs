//! Short files of a home and of its owner, read within bounds.
//!
//! Whatever lies at a path may be an endless device, a pipe that nobody writes to, or gigabytes. Only a regular file is read, never
//! more of it than its reader asks for, and opening waits for nobody.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;

/// What to do about a link in the place of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// It is followed: people link their settings and keys.
    Followed,
    /// It is refused: only this program puts such a file there.
    Refused,
}

impl Links {
    /// Gives the flags for opening a file without waiting for anybody.
    pub fn flags(self) -> i32 {
        let own = if self == Self::Refused { OFlag::O_NOFOLLOW } else { OFlag::empty() };
        (own | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC).bits()
    }
}

/// Opens a regular file; anything else is an error, at once.
pub fn open(path: &Path, links: Links) -> io::Result<File> {
    regular(OpenOptions::new().read(true).custom_flags(links.flags()).open(path).map_err(linked)?)
}

/// Says of a link that was refused what it is: the system says "too many levels of symbolic links".
pub fn linked(error: io::Error) -> io::Error {
    if error.raw_os_error() == Some(nix::libc::ELOOP) {
        return io::Error::new(io::ErrorKind::InvalidInput, "it is a link, not a regular file");
    }
    error
}

/// Passes a file that is a regular one.
pub fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
}

/// Reads a regular file of at most `limit` bytes.
pub fn read(path: &Path, links: Links, limit: u64) -> io::Result<Vec<u8>> {
    within(&open(path, links)?, limit)
}

/// Reads an open file of at most `limit` bytes.
fn within(file: &File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) <= limit {
        return Ok(bytes);
    }
    let words = format!("it has more than {limit} bytes");
    Err(io::Error::new(io::ErrorKind::FileTooLarge, words))
}

/// Reads a text of at most `limit` bytes.
pub fn read_text(path: &Path, links: Links, limit: u64) -> io::Result<String> {
    text_within(&open(path, links)?, limit)
}

/// Reads a text of at most `limit` bytes from a file that the caller has looked at.
pub fn text_within(file: &File, limit: u64) -> io::Result<String> {
    String::from_utf8(within(file, limit)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use nix::sys::stat::Mode;
    use nix::unistd::mkfifo;

    use super::*;

    #[test]
    fn only_a_regular_file_within_its_bound_is_read_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        std::fs::write(place("file"), "12345").unwrap();
        symlink(place("file"), place("link")).unwrap();
        symlink("/dev/zero", place("endless")).unwrap();
        mkfifo(&place("pipe"), Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        let kind =
            |name, links, limit| read(&place(name), links, limit).map_err(|error| error.kind());

        assert_eq!(kind("file", Links::Refused, 5), Ok(b"12345".to_vec()));
        assert_eq!(kind("file", Links::Refused, 4), Err(io::ErrorKind::FileTooLarge));
        assert_eq!(kind("link", Links::Followed, 5), Ok(b"12345".to_vec()));
        assert_eq!(kind("link", Links::Refused, 5), Err(io::ErrorKind::InvalidInput));
        for name in ["endless", "pipe", "."] {
            assert_eq!(kind(name, Links::Followed, 5), Err(io::ErrorKind::InvalidInput), "{name}");
        }
    }
}
