//! The only way to the files of a target.
//!
//! Every name is looked up from an open folder and links are never followed, so that whoever exchanges a folder for a link
//! meanwhile leads nobody out of the target. Each call that changes something passes a point at which tests end the process.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, openat, readlinkat, renameat};
use nix::sys::stat::{FileStat, Mode as Bits, SFlag, fchmod, fstatat, mkdirat};
use nix::unistd::{UnlinkatFlags, fsync, linkat, symlinkat, unlinkat};
use record::domain::application::State;
use record::domain::changeset::Mode;
use record::domain::digest::Digest;

use crate::applying::error::FileError;
use crate::applying::seen::Found;
use foundation::observability::fault::{self, Point};

/// Largest file that is read: what is replaced has to be kept.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
/// Permissions of a link, which has none of its own.
pub const LINK_PERMISSIONS: u32 = 0o777;
/// The bit by which git tells what can be run.
const RUNNABLE: u32 = 0o100;
/// The permissions, without the kind.
const PERMISSIONS: u32 = 0o7777;

/// An open folder: the root of a target, or one below it.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// A path of a target: the folder it lies in, and its last name.
#[derive(Debug)]
pub struct Place<'a> {
    /// The folder.
    pub folder: Folder,
    /// The name in it.
    pub name: &'a str,
}

impl Folder {
    /// Opens the root of a target; its own last name may be no link.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let opened = openat(AT_FDCWD, path, folder_flags(), Bits::empty());
        opened.map(Self).map_err(failed(&path.display().to_string(), "opened"))
    }

    /// Opens a folder below, link by no link; `""` is this one.
    pub fn below(&self, path: &str) -> Result<Self, Errno> {
        let mut folder = self.0.try_clone().map_err(|_| Errno::EMFILE)?;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            folder = openat(&folder, name, folder_flags(), Bits::empty())?;
        }
        Ok(Self(folder))
    }

    /// Opens the folder that a path lies in.
    pub fn place<'a>(&self, path: &'a str) -> Result<Place<'a>, Errno> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(Place { folder: self.below(folder)?, name })
    }

    /// Tells what lies at a path; a file is read to its end.
    pub fn find(&self, path: &str) -> Result<Found, FileError> {
        match self.place(path) {
            Ok(place) => place.folder.held(place.name).map_err(failed(path, "read")),
            Err(Errno::ENOENT) => Ok(Found::Nothing),
            Err(Errno::ENOTDIR | Errno::ELOOP) => Ok(self.blocked(path)),
            Err(error) => Err(failed(path, "read")(error)),
        }
    }

    /// Names the first part of a path that is no folder.
    fn blocked(&self, path: &str) -> Found {
        let parts = path.match_indices('/').map(|(end, _)| path.get(..end).unwrap_or_default());
        for part in parts {
            let place = self.place(part);
            let kind =
                place.and_then(|place| place.folder.stat(place.name)).map(|stat| kind(&stat));
            match kind {
                Ok(SFlag::S_IFDIR) => {}
                Ok(SFlag::S_IFLNK) => {
                    return Found::Blocked { by: part.to_owned(), what: "a link" };
                }
                Ok(SFlag::S_IFREG) => {
                    return Found::Blocked { by: part.to_owned(), what: "a file" };
                }
                Ok(_) => return Found::Blocked { by: part.to_owned(), what: "no folder" },
                Err(_) => break,
            }
        }
        Found::Nothing
    }

    fn stat(&self, name: &str) -> Result<FileStat, Errno> {
        fstatat(&self.0, name, AtFlags::AT_SYMLINK_NOFOLLOW)
    }

    /// Tells what lies under a name of this folder.
    pub fn held(&self, name: &str) -> Result<Found, Errno> {
        let stat = match self.stat(name) {
            Ok(stat) => stat,
            Err(Errno::ENOENT) => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        match kind(&stat) {
            SFlag::S_IFLNK => {
                let target = readlinkat(&self.0, name)?;
                Ok(Found::Held(link_state(target.as_bytes())))
            }
            SFlag::S_IFREG => self.file_state(name),
            SFlag::S_IFDIR => Ok(Found::Folder),
            _ => Ok(Found::Other),
        }
    }

    /// Reads a file through one handle, so that mode and bytes are of one file.
    fn file_state(&self, name: &str) -> Result<Found, Errno> {
        // A pipe that took the place of the file meanwhile must not block.
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let file = File::from(openat(&self.0, name, flags, Bits::empty())?);
        let stat = nix::sys::stat::fstat(file.as_fd())?;
        let bytes = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
        if kind(&stat) != SFlag::S_IFREG {
            return Ok(Found::Other);
        }
        if bytes > MAX_FILE_BYTES {
            return Ok(Found::TooLarge(bytes));
        }
        let content = read_to_end(file)?;
        Ok(Found::Held(file_state(permissions(&stat), &content)))
    }

    /// Reads the bytes of a file, or the target of a link.
    pub fn content(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let read = || {
            let place = self.place(path)?;
            if kind(&place.folder.stat(place.name)?) == SFlag::S_IFLNK {
                return Ok(readlinkat(&place.folder.0, place.name)?.as_bytes().to_vec());
            }
            let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
            let file = openat(&place.folder.0, place.name, flags, Bits::empty())?;
            read_to_end(File::from(file))
        };
        read().map_err(failed(path, "read"))
    }

    /// Gives the permissions of a folder below, and the names in it; nothing where it is none.
    pub fn listing(&self, path: &str) -> Result<Option<(u32, Vec<String>)>, FileError> {
        let folder = match self.below(path) {
            Ok(folder) => folder,
            Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => return Ok(None),
            Err(error) => return Err(failed(path, "opened")(error)),
        };
        folder.names().map(Some).map_err(failed(path, "listed"))
    }

    /// Gives its permissions and the names in it.
    pub fn names(self) -> Result<(u32, Vec<String>), Errno> {
        let permissions = permissions(&nix::sys::stat::fstat(&self.0)?);
        let mut open = nix::dir::Dir::from_fd(self.0)?;
        let mut names = Vec::new();
        for entry in open.iter() {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        Ok((permissions, names))
    }

    /// Makes a folder of this name with exactly these permissions; one that an earlier try made is taken.
    pub fn make(&self, name: &str, permissions: u32) -> Result<(), Errno> {
        fault::pass(Point::FileTouched);
        match mkdirat(&self.0, name, bits(0o700)) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => return Err(error),
        }
        fault::pass(Point::FileTouched);
        fchmod(&self.below(name)?.0, bits(permissions))
    }

    /// Takes a folder away; one that is not there is no trouble, and one that holds something stays.
    pub fn remove_folder(&self, name: &str) -> Result<(), Errno> {
        fault::pass(Point::FileTouched);
        match unlinkat(&self.0, name, UnlinkatFlags::RemoveDir) {
            Ok(()) | Err(Errno::ENOENT | Errno::ENOTEMPTY | Errno::EEXIST) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes a file or link away; one that is not there is no trouble.
    pub fn remove(&self, name: &str) -> Result<(), Errno> {
        fault::pass(Point::FileTouched);
        match unlinkat(&self.0, name, UnlinkatFlags::NoRemoveDir) {
            Ok(()) | Err(Errno::ENOENT) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes a new file or link of this name and flushes it; one that is there is replaced.
    pub fn write(&self, name: &str, state: &State, content: &[u8]) -> Result<(), Errno> {
        self.remove(name)?;
        fault::pass(Point::FileTouched);
        if state.mode == Mode::Link {
            return symlinkat(OsStr::from_bytes(content), &self.0, name);
        }
        let flags =
            OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let mut file = File::from(openat(&self.0, name, flags, bits(0o600))?);
        file.write_all(content).map_err(|error| errno(&error))?;
        fchmod(file.as_fd(), bits(state.permissions))?;
        file.sync_all().map_err(|error| errno(&error))
    }

    /// Flushes the names of this folder.
    pub fn flush(&self) -> Result<(), Errno> {
        match fsync(&self.0) {
            // Some file systems cannot flush folders; there is nothing better to do there.
            Ok(()) | Err(Errno::EINVAL | Errno::ENOTSUP) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Place<'_> {
    /// Puts what lies in a folder under a name to this place, where nothing may be yet.
    pub fn fill(&self, from: &Folder, name: &str) -> Result<(), Errno> {
        fault::pass(Point::FileTouched);
        // A link of a name fails where something is, which no plain rename does.
        match linkat(&from.0, name, &self.folder.0, self.name, AtFlags::empty()) {
            Ok(()) => {
                fault::pass(Point::FileTouched);
                from.remove(name)
            }
            Err(Errno::EPERM | Errno::ENOTSUP | Errno::EMLINK) => {
                if self.folder.held(self.name)? != Found::Nothing {
                    return Err(Errno::EEXIST);
                }
                renameat(&from.0, name, &self.folder.0, self.name)
            }
            Err(error) => Err(error),
        }
    }

    /// Moves what lies at this place into a folder under a name.
    pub fn take(&self, to: &Folder, name: &str) -> Result<(), Errno> {
        fault::pass(Point::FileTouched);
        renameat(&self.folder.0, self.name, &to.0, name)
    }

    /// Exchanges what lies at this place with what lies in a folder under a name.
    pub fn exchange(&self, with: &Folder, name: &str) -> Result<(), Errno> {
        fault::pass(Point::FileTouched);
        match exchanged(self, with, name) {
            Err(Errno::EINVAL | Errno::ENOSYS | Errno::ENOTSUP) => {}
            done => return done,
        }
        // Without an exchange in one call the old one gets a second name first, so that it is never lost.
        let aside = format!("{name}.old");
        with.remove(&aside)?;
        linkat(&self.folder.0, self.name, &with.0, aside.as_str(), AtFlags::empty())?;
        fault::pass(Point::FileTouched);
        renameat(&with.0, name, &self.folder.0, self.name)?;
        fault::pass(Point::FileTouched);
        renameat(&with.0, aside.as_str(), &with.0, name)
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn exchanged(place: &Place<'_>, with: &Folder, name: &str) -> Result<(), Errno> {
    use nix::fcntl::{RenameFlags, renameat2};
    let flags = RenameFlags::RENAME_EXCHANGE;
    renameat2(&with.0, name, &place.folder.0, place.name, flags)
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn exchanged(_: &Place<'_>, _: &Folder, _: &str) -> Result<(), Errno> {
    Err(Errno::ENOSYS)
}

/// The state of a file with this content.
pub fn file_state(permissions: u32, content: &[u8]) -> State {
    let mode = if permissions & RUNNABLE == 0 { Mode::File } else { Mode::Executable };
    State { mode, permissions, digest: Digest::of(content), bytes: length(content) }
}

/// The state of a link with this target.
pub fn link_state(target: &[u8]) -> State {
    let (permissions, digest) = (LINK_PERMISSIONS, Digest::of(target));
    State { mode: Mode::Link, permissions, digest, bytes: length(target) }
}

/// Finds the folder that a path leads to, without links in it, as orders name it.
pub fn resolved(path: &Path) -> Result<PathBuf, FileError> {
    std::fs::canonicalize(path).map_err(|source| FileError {
        path: path.display().to_string(),
        deed: "found",
        source,
    })
}

/// Makes the error of a failed call.
pub fn failed(path: &str, deed: &'static str) -> impl FnOnce(Errno) -> FileError + use<> {
    let path = path.to_owned();
    move |error| FileError { path, deed, source: io::Error::from(error) }
}

fn folder_flags() -> OFlag {
    OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC
}

fn length(content: &[u8]) -> u64 {
    u64::try_from(content.len()).unwrap_or(u64::MAX)
}

fn kind(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT
}

const fn permissions(stat: &FileStat) -> u32 {
    stat.st_mode & PERMISSIONS
}

fn bits(permissions: u32) -> Bits {
    Bits::from_bits_truncate(permissions)
}

fn read_to_end(file: File) -> Result<Vec<u8>, Errno> {
    let mut content = Vec::new();
    // One byte more than is taken: a file that grows meanwhile is told by its digest.
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content).map_err(|error| errno(&error))?;
    Ok(content)
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}
