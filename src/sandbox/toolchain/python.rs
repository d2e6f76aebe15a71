//! A ready Python toolchain.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::domain::digest::{Digest, hex};
use crate::sandbox::backend::{Progress, SandboxEvent};
use crate::sandbox::error::SandboxError;
use crate::sandbox::toolchain::install;
use crate::sandbox::toolchain::interpreter::{self, Interpreter};
use crate::sandbox::toolchain::requirements::requirements;

/// Hex digits of a key.
const KEY_DIGITS: usize = 12;
/// Remembers which toolchain the home uses.
const CURRENT: &str = "current.json";

/// An interpreter with the pinned packages, in a folder of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    /// Names interpreter and packages.
    pub key: String,
    /// The interpreter of the folder.
    pub python: PathBuf,
    /// What a jail must show for it to run.
    pub folders: Vec<PathBuf>,
}

/// The toolchain a home used last, valid as long as its interpreter stays the same.
#[derive(Debug, Serialize, Deserialize)]
struct Current {
    wanted: Option<PathBuf>,
    interpreter: Interpreter,
    stamp: String,
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
        progress(SandboxEvent::Stage(stage));
    }
    work.await.map_err(|error| SandboxError::Toolchain {
        detail: error.to_string(),
        remedy: "report this".to_owned(),
    })?
}

fn ensure_blocking(
    home: &Path,
    wanted: Option<PathBuf>,
    tell: &mpsc::UnboundedSender<String>,
) -> Result<Toolchain, SandboxError> {
    let folder = home.join("toolchain");
    if let Some(toolchain) = remembered(&folder, wanted.as_deref()) {
        return Ok(toolchain);
    }
    let file = |path: &Path| {
        let path = path.to_path_buf();
        move |source| SandboxError::File { path, source }
    };
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
    let toolchain =
        Toolchain { key, python: place.join("bin/python"), folders: folders(&place, &interpreter) };
    remember(&folder, wanted, interpreter, &toolchain);
    Ok(toolchain)
}

fn key_of(interpreter: &Interpreter) -> String {
    let parts = [
        interpreter.executable.as_os_str().as_encoded_bytes(),
        interpreter.version.as_bytes(),
        requirements(interpreter).as_bytes(),
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

fn remembered(folder: &Path, wanted: Option<&Path>) -> Option<Toolchain> {
    let current: Current = serde_json::from_slice(&fs::read(folder.join(CURRENT)).ok()?).ok()?;
    let is_same = current.wanted.as_deref() == wanted
        && current.stamp == stamp(&current.interpreter.executable)?
        && current.toolchain.key == key_of(&current.interpreter)
        && folder.join(&current.toolchain.key).join(install::READY).exists();
    is_same.then_some(current.toolchain)
}

/// Size and time of a program: a changed interpreter is asked again.
fn stamp(executable: &Path) -> Option<String> {
    let known = fs::metadata(executable).ok()?;
    let modified = known.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {}", known.len(), modified.as_nanos()))
}

fn remember(
    folder: &Path,
    wanted: Option<PathBuf>,
    interpreter: Interpreter,
    toolchain: &Toolchain,
) {
    let Some(stamp) = stamp(&interpreter.executable) else { return };
    let current = Current { wanted, interpreter, stamp, toolchain: toolchain.clone() };
    let partial = folder.join(format!("{CURRENT}.partial"));
    // Without the note the interpreter is asked again next time; nothing else is lost.
    let written = serde_json::to_vec(&current)
        .map_err(std::io::Error::from)
        .and_then(|text| fs::write(&partial, text))
        .and_then(|()| fs::rename(&partial, folder.join(CURRENT)));
    written.ok();
}
