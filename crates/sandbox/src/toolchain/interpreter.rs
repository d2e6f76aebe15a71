//! Interpreters of this machine, and which of them fits.
//!
//! Each candidate is asked who it is, because a name on the PATH may be a script of a version manager, and a jail must bind
//! the real program with its library.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::error::SandboxError;
use crate::toolchain::requirements::{NEWEST, OLDEST};

/// Asks an interpreter who it really is; a version manager's shim answers for what it starts.
const QUESTION: &str = "import json, os, sys
print(json.dumps({'executable': sys.executable, 'prefix': sys.base_prefix, 'library': os.__file__,
 'major': sys.version_info[0], 'minor': sys.version_info[1], 'version': sys.version}))";

/// A Python that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Interpreter {
    /// The real program.
    pub(crate) executable: PathBuf,
    /// The folder of its library.
    pub(crate) prefix: PathBuf,
    /// A file of that library which every release replaces.
    pub(crate) library: PathBuf,
    pub(crate) major: u32,
    pub(crate) minor: u32,
    /// The whole version text, build included.
    pub(crate) version: String,
}

impl Interpreter {
    fn is_suitable(&self) -> bool {
        // Without a PATH an interpreter may not know where it is, and then it cannot be bound into a box.
        self.major == 3 && self.minor >= OLDEST && self.executable.is_absolute()
    }
}

/// The wanted interpreter; else `python3` where it fits; else the newest `python3.N`.
pub(crate) fn find(wanted: Option<&Path>) -> Result<Interpreter, SandboxError> {
    let mut looked = Vec::new();
    let mut try_one = |name: &OsStr| {
        let found = ask(name);
        let told = match &found {
            Ok(found) => format!("Python {}.{}", found.major, found.minor),
            Err(why) => why.clone(),
        };
        looked.push(format!("{}: {told}", name.to_string_lossy()));
        found.ok().filter(Interpreter::is_suitable)
    };
    let found = match wanted {
        Some(path) => try_one(path.as_os_str()),
        None => try_one(OsStr::new("python3")).or_else(|| {
            let names = (OLDEST..=NEWEST).rev().map(|minor| format!("python3.{minor}"));
            names.into_iter().find_map(|name| try_one(OsStr::new(&name)))
        }),
    };
    found.ok_or(SandboxError::NoPython { looked })
}

#[expect(clippy::disallowed_methods, reason = "the sandbox is where processes start")]
fn ask(program: &OsStr) -> Result<Interpreter, String> {
    let answer = Command::new(program)
        .args(["-I", "-c", QUESTION])
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => "not there".to_owned(),
            _ => format!("cannot be started: {error}"),
        })?;
    serde_json::from_slice(&answer.stdout).map_err(|_| "does not answer as a Python".to_owned())
}
