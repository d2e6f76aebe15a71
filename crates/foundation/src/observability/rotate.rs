//! One log file with a bounded size, and its predecessors.
//!
//! Several processes append to it without a lock between them, so each looks before it writes whether another has moved
//! the file away. Two constants bound the space that all logs of a home take.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Most bytes of one file.
pub const MAX_FILE_BYTES: u64 = 5 << 20;
/// Most files, the current one included.
pub const MAX_FILES: u32 = 5;
/// The current file; its predecessors have `.1` to `.4` at the end.
pub const FILE: &str = "saraphina.log";

/// Appends lines to the newest file of a folder; several processes may do so at once.
#[derive(Debug)]
pub struct Rotating {
    folder: PathBuf,
    max_bytes: u64,
    file: Option<File>,
}

impl Rotating {
    /// Nothing is opened or made before the first line.
    pub const fn new(folder: PathBuf, max_bytes: u64) -> Self {
        Self { folder, max_bytes, file: None }
    }

    /// Appends one line; a home that is not there yet is not made for it.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        let path = self.folder.join(FILE);
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        match std::fs::metadata(&path) {
            // A pipe in its place would be waited for.
            Ok(found) if !found.is_file() => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "it is not a regular file",
                ));
            }
            Ok(found) if found.len().saturating_add(length) > self.max_bytes => {
                self.file = None;
                self.shift(&path)?;
            }
            // Another process may have moved the file away.
            Ok(found) if !self.is_open_on(&found) => self.file = None,
            Ok(_) => {}
            Err(_) => self.file = None,
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(open(&self.folder, &path)?),
        };
        file.write_all(line.as_bytes())
    }

    fn is_open_on(&self, found: &Metadata) -> bool {
        let own = self.file.as_ref().and_then(|file| file.metadata().ok());
        own.is_some_and(|own| is_same(&own, found))
    }

    /// Moves every file one place on; the oldest is overwritten.
    fn shift(&self, path: &Path) -> io::Result<()> {
        for number in (1..MAX_FILES.saturating_sub(1)).rev() {
            // A gap in the row is no trouble.
            std::fs::rename(self.numbered(number), self.numbered(number + 1)).ok();
        }
        std::fs::rename(path, self.numbered(1))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{FILE}.{number}"))
    }
}

#[cfg(unix)]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

#[cfg(not(unix))]
fn is_same(left: &Metadata, right: &Metadata) -> bool {
    left.created().ok() == right.created().ok()
}

/// Files for their owner alone.
fn open(folder: &Path, path: &Path) -> io::Result<File> {
    let mut builder = DirBuilder::new();
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        builder.mode(0o700);
        options.mode(0o600);
    }
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => options.open(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<(String, u64)> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let mut names: Vec<(String, u64)> = entries
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, entry.metadata().unwrap().len())
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_pipe_in_the_place_of_the_log_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join(FILE);
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();

        let written = Rotating::new(folder.path().to_owned(), 100).append("a line\n");

        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn old_lines_make_room_for_new_ones() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("logs");
        let mut log = Rotating::new(folder.clone(), 20);

        for number in 10..30 {
            log.append(&format!("line {number}\n")).unwrap();
        }

        let kept = ["", ".1", ".2", ".3", ".4"].map(|end| (format!("{FILE}{end}"), 16));
        assert_eq!(names(&folder), kept);
        let newest = std::fs::read_to_string(folder.join(FILE)).unwrap();
        assert_eq!(newest, "line 28\nline 29\n");
    }

    #[test]
    fn two_writers_share_the_newest_file() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("logs");
        let mut one = Rotating::new(folder.clone(), 12);
        let mut other = Rotating::new(folder.clone(), 12);

        one.append("one 1\n").unwrap();
        other.append("other\n").unwrap();
        one.append("one 2\n").unwrap();
        other.append("last\n").unwrap();

        let newest = std::fs::read_to_string(folder.join(FILE)).unwrap();
        assert_eq!(newest, "one 2\nlast\n");
    }

    #[test]
    fn a_home_that_is_not_there_is_not_made() {
        let home = tempfile::tempdir().unwrap();
        let missing = home.path().join("missing");

        let refused = Rotating::new(missing.join("logs"), 20).append("line\n");

        assert_eq!(refused.map_err(|error| error.kind()), Err(io::ErrorKind::NotFound));
        assert!(!missing.exists());
    }
}
