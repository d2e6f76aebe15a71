//! A Python with the pinned tools, ready for suites.
//!
//! Each interpreter has a folder of its own under the home, set up once under a lock. Later runs only look whether
//! interpreter, library and packages are still the same files, and set up anew where they are not.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::backend::{Progress, RunProgress};
use crate::error::SandboxError;
use crate::toolchain::compiled::{self, Compiled};
use crate::toolchain::install;
use crate::toolchain::interpreter::{self, Interpreter};
use crate::toolchain::requirements::requirements;
use record::domain::digest::{Digest, hex};

/// Hex digits of a key.
const KEY_DIGITS: usize = 12;
/// Remembers which toolchain the home uses.
const CURRENT: &str = "current.json";
/// Longest file of that name that is read.
const MAX_CURRENT_BYTES: u64 = 1 << 20;

/// An interpreter with the pinned packages, in a folder of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    /// Names interpreter and packages.
    pub key: String,
    /// The interpreter of the folder.
    pub python: PathBuf,
    /// Folders that a jail must show for it to run.
    pub folders: Vec<PathBuf>,
    /// Files that stay as they are for as long as this is the same toolchain.
    watched: Vec<Stamp>,
    #[serde(skip)]
    compiled: Compiled,
}

/// A file as it was: its size and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    path: PathBuf,
    size: u64,
    modified_ns: u128,
}

impl Stamp {
    /// The file as it is, links followed; nothing where it is gone.
    fn of(path: &Path) -> Option<Self> {
        let known = fs::metadata(path).ok()?;
        let modified = known.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        let modified_ns = modified.as_nanos();
        Some(Self { path: path.to_path_buf(), size: known.len(), modified_ns })
    }
}

impl Toolchain {
    /// Whether interpreter, standard library and packages are still those that were set up; a few looks at files.
    pub(crate) fn is_current(&self) -> bool {
        self.watched.iter().all(|stamp| Stamp::of(&stamp.path).as_ref() == Some(stamp))
    }

    /// The compiled files of the guest; none where they could not be compiled beforehand.
    pub(crate) fn compiled(&self) -> &[compiled::File] {
        let place = self.python.parent().and_then(Path::parent);
        place.map_or(&[], |place| self.compiled.files(place))
    }

    /// The same, whose jails show one folder more.
    pub(crate) fn showing(&self, folder: &Path) -> Self {
        let mut shown = self.clone();
        shown.folders.push(folder.to_path_buf());
        shown
    }
}

/// The toolchain a home used last, valid as long as its interpreter stays the same.
#[derive(Debug, Serialize, Deserialize)]
struct Current {
    wanted: Option<PathBuf>,
    interpreter: Interpreter,
    toolchain: Toolchain,
}

/// Gives the toolchain of a home, setting it up where it is missing.
pub(crate) async fn ensure(
    home: PathBuf,
    wanted: Option<PathBuf>,
    progress: Progress<'_>,
) -> Result<Toolchain, SandboxError> {
    let (tell, mut stages) = mpsc::unbounded_channel();
    let work = tokio::task::spawn_blocking(move || ensure_blocking(&home, wanted, &tell));
    while let Some(stage) = stages.recv().await {
        progress(RunProgress::Stage(stage));
    }
    work.await.map_err(|error| SandboxError::Toolchain {
        detail: error.to_string(),
        remedy: "report this".to_owned(),
    })?
}

/// The toolchain of a home where it is set up already.
pub fn present(home: &Path, wanted: Option<&Path>) -> Option<Toolchain> {
    Some(remembered(&home.join("toolchain"), wanted)?.toolchain)
}

fn ensure_blocking(
    home: &Path,
    wanted: Option<PathBuf>,
    tell: &mpsc::UnboundedSender<String>,
) -> Result<Toolchain, SandboxError> {
    let folder = home.join("toolchain");
    if let Some(current) = remembered(&folder, wanted.as_deref()) {
        let place = folder.join(&current.toolchain.key);
        install::complete(&place, current.interpreter.minor);
        compiled::complete(&place, &current.toolchain.python);
        return Ok(current.toolchain);
    }
    let file = |path: &Path| {
        let path = path.to_path_buf();
        move |source| SandboxError::File { path, source }
    };
    lead_somewhere(&folder)?;
    fs::create_dir_all(&folder).map_err(file(&folder))?;
    let lock_path = folder.join("lock");
    let lock =
        File::options().create(true).append(true).open(&lock_path).map_err(file(&lock_path))?;
    lock.lock().map_err(file(&lock_path))?;
    let interpreter = interpreter::find(wanted.as_deref())?;
    let key = key_of(&interpreter);
    let place = folder.join(&key);
    if !place.join(install::READY).exists() {
        install::install(&interpreter, &folder, &key, &|stage: &str| {
            // The screen may be gone; the installation goes on.
            tell.send(stage.to_owned()).ok();
        })?;
    }
    let toolchain = toolchain(&place, key, &interpreter)?;
    compiled::complete(&place, &toolchain.python);
    remember(&folder, wanted, interpreter, &toolchain);
    Ok(toolchain)
}

/// Refuses a link whose folder is gone: making the folder would only say that there is something already.
fn lead_somewhere(folder: &Path) -> Result<(), SandboxError> {
    if folder.is_symlink() && !folder.exists() {
        let detail = format!("{} is a link to a folder that is not there", folder.display());
        let remedy = "Remove the link, or put its folder back.".to_owned();
        return Err(SandboxError::Toolchain { detail, remedy });
    }
    Ok(())
}

/// The toolchain of a folder that is complete; an interpreter that went away in the meantime is an error.
fn toolchain(
    place: &Path,
    key: String,
    interpreter: &Interpreter,
) -> Result<Toolchain, SandboxError> {
    let python = place.join("bin/python");
    let ready = place.join(install::READY);
    let files = [&interpreter.executable, &interpreter.library, &python, &ready];
    let stamp = |path: &&PathBuf| {
        Stamp::of(path).ok_or_else(|| SandboxError::Toolchain {
            detail: format!("{} went away while the toolchain was set up", path.display()),
            remedy: "run /setup again".to_owned(),
        })
    };
    let watched = files.iter().map(stamp).collect::<Result<_, _>>()?;
    let folders = folders(place, interpreter);
    Ok(Toolchain { key, python, folders, watched, compiled: Compiled::default() })
}

fn key_of(interpreter: &Interpreter) -> String {
    let parts = [
        interpreter.executable.as_os_str().as_encoded_bytes(),
        interpreter.version.as_bytes(),
        requirements(interpreter.minor).as_bytes(),
    ];
    let digits = hex(Digest::of_parts(&parts).as_bytes());
    format!("py3{}-{}", interpreter.minor, digits.get(..KEY_DIGITS).unwrap_or_default())
}

/// Both the paths as told and where links lead, because programs meet either.
fn folders(place: &Path, interpreter: &Interpreter) -> Vec<PathBuf> {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let executable = real(&interpreter.executable);
    let around = executable.parent().and_then(Path::parent).map(Path::to_path_buf);
    let told = [place.to_path_buf(), interpreter.prefix.clone()];
    let followed = told.iter().map(|path| real(path)).collect::<Vec<_>>();
    let all: BTreeSet<PathBuf> = told.into_iter().chain(followed).chain(around).collect();
    all.into_iter().filter(|path| path.parent().is_some()).collect()
}

/// Reads a short regular file; a pipe or a device would never end.
fn short(path: &Path) -> Option<Vec<u8>> {
    let found = fs::metadata(path).ok()?;
    let is_short = found.is_file() && found.len() <= MAX_CURRENT_BYTES;
    is_short.then(|| fs::read(path).ok()).flatten()
}

fn remembered(folder: &Path, wanted: Option<&Path>) -> Option<Current> {
    let current: Current = serde_json::from_slice(&short(&folder.join(CURRENT))?).ok()?;
    let is_same = current.wanted.as_deref() == wanted
        && current.toolchain.key == key_of(&current.interpreter)
        && current.toolchain.is_current();
    is_same.then_some(current)
}

fn remember(
    folder: &Path,
    wanted: Option<PathBuf>,
    interpreter: Interpreter,
    toolchain: &Toolchain,
) {
    let current = Current { wanted, interpreter, toolchain: toolchain.clone() };
    let partial = folder.join(format!("{CURRENT}.partial"));
    // Without the note the interpreter is asked again next time; nothing else is lost.
    let written = serde_json::to_vec(&current)
        .map_err(std::io::Error::from)
        .and_then(|text| fs::write(&partial, text))
        .and_then(|()| fs::rename(&partial, folder.join(CURRENT)));
    written.ok();
}

#[cfg(test)]
mod tests {
    use super::{
        Interpreter, Toolchain, install, key_of, lead_somewhere, remember, remembered, toolchain,
    };
    use std::fs;
    use std::path::Path;

    /// A folder with an interpreter, a library file and a complete toolchain, as the installer leaves them.
    fn set_up(folder: &Path) -> (Interpreter, Toolchain) {
        let (executable, library) = (folder.join("python3"), folder.join("os.py"));
        fs::write(&executable, "the program").unwrap();
        fs::write(&library, "the library").unwrap();
        let interpreter = Interpreter {
            executable: executable.clone(),
            prefix: folder.to_path_buf(),
            library,
            major: 3,
            minor: 12,
            version: "3.12.4".to_owned(),
        };
        let key = key_of(&interpreter);
        let place = folder.join("toolchain").join(&key);
        fs::create_dir_all(place.join("bin")).unwrap();
        std::os::unix::fs::symlink(executable, place.join("bin/python")).unwrap();
        fs::write(place.join(install::READY), &key).unwrap();
        let toolchain = toolchain(&place, key, &interpreter).unwrap();
        (interpreter, toolchain)
    }

    #[test]
    fn a_toolchain_whose_files_are_as_they_were_is_current_and_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let (interpreter, toolchain) = set_up(folder.path());
        let place = folder.path().join("toolchain");
        remember(&place, None, interpreter, &toolchain);

        assert!(toolchain.is_current());
        assert_eq!(remembered(&place, None).map(|current| current.toolchain), Some(toolchain));
        assert!(remembered(&place, Some(Path::new("/another/python3"))).is_none());
    }

    #[test]
    fn an_interpreter_library_or_folder_that_changed_or_vanished_is_noticed() {
        type Change = fn(&Path, &Toolchain);
        let changes: [Change; 5] = [
            |folder, _| fs::write(folder.join("python3"), "an upgraded program").unwrap(),
            |folder, _| fs::write(folder.join("os.py"), "an upgraded library").unwrap(),
            |folder, _| fs::remove_file(folder.join("python3")).unwrap(),
            |_, toolchain| fs::remove_file(&toolchain.python).unwrap(),
            |folder, _| fs::remove_dir_all(folder.join("toolchain")).unwrap(),
        ];
        for change in changes {
            let folder = tempfile::tempdir().unwrap();
            let (interpreter, toolchain) = set_up(folder.path());
            let place = folder.path().join("toolchain");
            remember(&place, None, interpreter, &toolchain);

            change(folder.path(), &toolchain);

            assert!(!toolchain.is_current());
            assert!(remembered(&place, None).is_none());
        }
    }

    #[test]
    fn an_interpreter_that_vanishes_during_set_up_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (interpreter, known) = set_up(folder.path());
        let place = folder.path().join("toolchain").join(&known.key);
        fs::remove_file(&interpreter.executable).unwrap();

        let told = toolchain(&place, known.key, &interpreter).unwrap_err();

        assert!(told.to_string().ends_with("went away while the toolchain was set up"), "{told}");
    }

    #[test]
    fn a_link_whose_folder_is_gone_is_told_as_such() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("toolchain");
        std::os::unix::fs::symlink(home.path().join("gone"), &folder).unwrap();

        let refused = lead_somewhere(&folder).unwrap_err().to_string();
        fs::create_dir(home.path().join("gone")).unwrap();

        assert!(refused.contains("is a link to a folder that is not there"), "{refused}");
        lead_somewhere(&folder).unwrap();
    }
}
