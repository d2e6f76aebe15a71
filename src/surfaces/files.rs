//! Reads the caller's files and standard input for a command.
//!
//! Only the surface may do this: the engine can be another process, with another folder and other rights, so that a command
//! gets the bytes and not a path to read. Every read is bounded. `-` is refused where the surface itself takes its lines
//! from standard input.

use std::fs::Metadata;
use std::io::Read;
use std::path::{Path, PathBuf};

use work::contract::command::{Kind, Listed, Surroundings};
use work::contract::error::{CommandError, ErrorKind};

/// Most names that are read of one folder; whoever asks for fewer files refuses it by then.
const MOST_LISTED: usize = 100_000;

/// The reader of standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandardInput {
    /// Nobody: a command may.
    Free,
    /// The surface takes commands from it.
    Taken,
}

/// The files of this process.
pub struct Files {
    /// The reader of standard input.
    pub input: StandardInput,
}

impl Surroundings for Files {
    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>, CommandError> {
        if path == Path::new("-") {
            return match self.input {
                StandardInput::Free => take(std::io::stdin().lock(), path, limit),
                StandardInput::Taken => {
                    Err(CommandError::usage("standard input already holds the commands")
                        .hint("Name a file instead of `-`."))
                }
            };
        }
        // A pipe is waited for: `--code <(generate)` is one, and who names it will write.
        let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
        let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
        if metadata.is_dir() {
            return Err(
                CommandError::usage(format!("{} is a folder", path.display())).hint("Name a file.")
            );
        }
        take(file, path, limit)
    }

    fn list(&self, folder: &Path) -> Result<Vec<Listed>, CommandError> {
        let failed = |error: std::io::Error| unreadable(folder, &error);
        let entries = std::fs::read_dir(folder).map_err(failed)?;
        let mut found = Vec::new();
        for entry in entries.take(MOST_LISTED) {
            let entry = entry.map_err(failed)?;
            // Of a link this is the link itself.
            let metadata = entry.metadata().map_err(failed)?;
            let name = entry.file_name();
            let kind = match name.to_str() {
                Some(_) if metadata.is_file() => of_file(&metadata),
                Some(_) if metadata.is_dir() => Kind::Folder,
                Some(_) if metadata.is_symlink() => led_to(&entry.path()),
                Some(_) | None => Kind::Other,
            };
            found.push(Listed { name: name.to_string_lossy().into_owned(), kind });
        }
        found.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(found)
    }

    fn whole(&self, folder: &Path) -> Result<PathBuf, CommandError> {
        std::fs::canonicalize(folder).map_err(|error| unreadable(folder, &error))
    }
}

/// The kind of a file: where modes tell who may run it, they are asked.
fn of_file(metadata: &Metadata) -> Kind {
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0 {
        return Kind::Program(metadata.len());
    }
    Kind::File(metadata.len())
}

/// The kind of a link; one that leads to a pipe or nowhere is none that anybody reads.
fn led_to(link: &Path) -> Kind {
    match std::fs::metadata(link) {
        Ok(metadata) if metadata.is_file() => Kind::Link(metadata.len()),
        Ok(_) | Err(_) => Kind::Other,
    }
}

fn take(source: impl Read, path: &Path, limit: usize) -> Result<Vec<u8>, CommandError> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a source that is too long from one that just fits.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    source.take(most).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() > limit {
        let message = format!("{} has more than {limit} bytes", path.display());
        return Err(CommandError::usage(message)
            .hint("Leave the file out, or have the tests make what they need of it."));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> CommandError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Unavailable,
    };
    CommandError::new(kind, format!("{} cannot be read: {error}", path.display()))
        .hint("Check the path and its permissions.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_the_limit_a_folder_and_a_missing_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        std::fs::write(&path, "12345").unwrap();
        let files = Files { input: StandardInput::Taken };
        let kind = |path: &Path, limit| files.read(path, limit).map_err(|error| error.kind);

        assert_eq!(kind(&path, 5), Ok(b"12345".to_vec()));
        assert_eq!(kind(&path, 4), Err(ErrorKind::Usage));
        assert_eq!(kind(folder.path(), 4), Err(ErrorKind::Usage));
        assert_eq!(kind(&folder.path().join("b"), 4), Err(ErrorKind::NotFound));
        assert_eq!(kind(Path::new("-"), 4), Err(ErrorKind::Usage));
    }
}
