//! The guest's Python files, compiled once for an interpreter.
//!
//! Nearly every stage starts an interpreter anew, which would compile some dozens of files each time. So the interpreter's own
//! `compileall` does it when the toolchain is got ready, to files that are not held against their source (PEP 552). They lie in the
//! folder of the toolchain, where whoever can change them could change the interpreter as well; jails get copies that nothing in
//! them can write. A digest beside them tells when a power cut or a bad disk has damaged one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::guest::scripts::{PARTS, PLACE, harness_digest};
use crate::toolchain::install;
use record::domain::digest::Digest;

/// Where Python looks for compiled files, beside the sources.
const CACHE: &str = "__pycache__";
/// Longest compiled file that is read.
const MAX_BYTES: u64 = 1 << 20;
/// Hex digits of the harness in the name of a folder.
const DIGITS: usize = 12;
/// The file that holds the digest over all of them.
const SUM: &str = "sum";
/// Begins the names of the folders.
const FOLDER: &str = "guest-";
/// Where files are compiled before the folder has its name.
const PARTIAL: &str = "guest-partial";
/// Held by whoever compiles.
const LOCK: &str = "compiling.lock";

/// A compiled file: its place below the guest folder, and its bytes.
pub(crate) type File = (String, Vec<u8>);

/// What is compiled for an interpreter, read when it is first asked for; empty where nothing is, and interpreters compile themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compiled(Arc<OnceLock<Vec<File>>>);

/// What is compiled follows from interpreter and harness.
impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Compiled {}

impl Compiled {
    /// The files that were compiled for the toolchain of a folder.
    pub(crate) fn files(&self, place: &Path) -> &[File] {
        self.0.get_or_init(|| whole(&folder_of(place)).unwrap_or_default())
    }
}

/// Compiles for the toolchain of a folder what is not compiled yet; where that fails, each interpreter does it for itself.
pub(crate) fn complete(place: &Path, python: &Path) {
    let folder = folder_of(place);
    if folder.exists() {
        return;
    }
    let Ok(lock) = fs::File::options().create(true).append(true).open(place.join(LOCK)) else {
        return;
    };
    // Whoever meets another that compiles does not wait for it.
    if lock.try_lock().is_err() || folder.exists() {
        return;
    }
    forget_others(place);
    let partial = place.join(PARTIAL);
    if compile(&partial, python).is_none() || fs::rename(&partial, &folder).is_err() {
        fs::remove_dir_all(&partial).ok();
    }
}

fn folder_of(place: &Path) -> PathBuf {
    let digest = harness_digest().hex();
    place.join(format!("{FOLDER}{}", digest.get(..DIGITS).unwrap_or_default()))
}

/// Removes what other versions of this program left, and what one left that was killed.
fn forget_others(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(FOLDER.as_bytes()) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// Compiles all parts into a folder, each with the path that it has in a jail.
fn compile(folder: &Path, python: &Path) -> Option<()> {
    fs::create_dir(folder).ok()?;
    PARTS.iter().try_for_each(|part| fs::write(folder.join(part.name), part.text)).ok()?;
    let options = ["-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"];
    let call: Vec<PathBuf> = [python.to_path_buf()]
        .into_iter()
        .chain(options.map(PathBuf::from))
        .chain(["-s".into(), folder.to_path_buf(), "-p".into(), PLACE.into(), folder.to_path_buf()])
        .collect();
    install::call(&call).ok()?;
    fs::write(folder.join(SUM), sum(&read(folder).ok()?).hex()).ok()
}

/// The files of a folder, if they are as they were compiled; one that holds others is removed, to be made anew at the next start.
fn whole(folder: &Path) -> Option<Vec<File>> {
    let noted = fs::read(folder.join(SUM)).ok()?;
    let files = read(folder).ok().filter(|files| sum(files).hex().as_bytes() == noted);
    if files.is_none() {
        fs::remove_dir_all(folder).ok();
    }
    files
}

fn sum(files: &[File]) -> Digest {
    let parts: Vec<&[u8]> =
        files.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes.as_slice()]).collect();
    Digest::of_parts(&parts)
}

fn read(folder: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.join(CACHE))? {
        let entry = entry?;
        let known = entry.metadata()?;
        let name = entry.file_name().into_string().map_err(|_| io::ErrorKind::InvalidData)?;
        if !known.is_file() || known.len() > MAX_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        files.push((format!("{CACHE}/{name}"), fs::read(entry.path())?));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{CACHE, Compiled, LOCK, PARTIAL, PARTS, complete, folder_of};

    /// A folder for which the guest's files are compiled, by the Python of the machine.
    fn compiled() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        complete(place.path(), Path::new("python3"));
        place
    }

    #[test]
    fn every_part_is_compiled_with_the_path_that_it_has_in_a_jail() {
        let place = compiled();

        let known = Compiled::default();
        let files = known.files(place.path());

        assert_eq!(files.len(), PARTS.len());
        for part in PARTS {
            let begin = format!("{CACHE}/{}.", part.name.trim_end_matches(".py"));
            let (_, bytes) = files.iter().find(|(path, _)| path.starts_with(&begin)).unwrap();
            let shown = format!("/saraphina/{}", part.name);
            assert!(bytes.windows(shown.len()).any(|at| at == shown.as_bytes()), "{shown}");
        }
    }

    #[test]
    fn damaged_files_are_not_used_and_are_compiled_anew() {
        let place = compiled();
        let folder = folder_of(place.path());
        let damaged = fs::read_dir(folder.join(CACHE)).unwrap().next().unwrap().unwrap().path();
        fs::write(damaged, "").unwrap();

        assert!(Compiled::default().files(place.path()).is_empty());

        complete(place.path(), Path::new("python3"));
        assert_eq!(Compiled::default().files(place.path()).len(), PARTS.len());
    }

    #[test]
    fn an_interpreter_that_cannot_compile_leaves_nothing_behind() {
        let place = tempfile::tempdir().unwrap();

        complete(place.path(), Path::new("/nowhere/python3"));

        assert!(Compiled::default().files(place.path()).is_empty());
        let left = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(left.collect::<Vec<_>>(), [LOCK]);
    }

    #[test]
    fn what_a_killed_one_left_is_no_hindrance_and_one_at_work_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join(PARTIAL)).unwrap();
        let lock = fs::File::create(place.path().join(LOCK)).unwrap();
        lock.lock().unwrap();

        complete(place.path(), Path::new("python3"));
        assert!(place.path().join(PARTIAL).exists() && !folder_of(place.path()).exists());

        drop(lock);
        complete(place.path(), Path::new("python3"));
        assert_eq!(Compiled::default().files(place.path()).len(), PARTS.len());
    }
}
