//! Installation of the pinned tools into a folder of their own.
//!
//! uv is tried first, then the interpreter's own pip, then a fresh pip: whichever is there. Every package is locked by its
//! hash, so it makes no difference who fetches it. The folder is filled beside its place and moved there when it is whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::SandboxError;
use crate::toolchain::interpreter::Interpreter;
use crate::toolchain::requirements::requirements;

/// Present in a folder whose installation is complete.
pub(crate) const READY: &str = "saraphina-ready";
/// Has interpreters that suites start find what a box has them find, whatever their environment is (`guest/suite/imports.py`).
const LEAD: &str =
    "import os, site; os.path.isdir('/tmp/.site') and site.addsitedir('/tmp/.site')\n";
/// Last lines of an installer's complaint that are shown, after its first.
const COMPLAINT_LINES: usize = 6;
/// The first pip that installs into another interpreter's folder.
const PIP_FOR_OTHERS: (u32, u32) = (22, 3);

/// Makes the folder beside its place and moves it there when all is in it; the caller holds the lock.
pub(crate) fn install(
    interpreter: &Interpreter,
    folder: &Path,
    key: &str,
    tell: &dyn Fn(&str),
) -> Result<(), SandboxError> {
    let partial = folder.join(format!("partial-{key}-{}", std::process::id()));
    let place = folder.join(key);
    let file = |path: &Path| {
        let path = path.to_path_buf();
        move |source| SandboxError::File { path, source }
    };
    remove(&partial);
    remove(&place);
    let filled = fill(interpreter, &partial, tell);
    if filled.is_err() {
        remove(&partial);
    }
    filled?;
    let lead = lead(&partial, interpreter.minor);
    fs::write(&lead, LEAD).map_err(file(&lead))?;
    fs::write(partial.join(READY), key).map_err(file(&partial))?;
    fs::rename(&partial, &place).map_err(file(&place))
}

/// The file of that line among the packages of a folder (the standard library's `site`).
fn lead(place: &Path, minor: u32) -> PathBuf {
    place.join(format!("lib/python3.{minor}/site-packages/saraphina.pth"))
}

/// Adds it to a folder that was made before there was one; without it only such interpreters find less.
pub(crate) fn complete(place: &Path, minor: u32) {
    let lead = lead(place, minor);
    if !lead.exists() {
        fs::write(lead, LEAD).ok();
    }
}

fn remove(folder: &Path) {
    // Usually there is none.
    fs::remove_dir_all(folder).ok();
}

fn fill(interpreter: &Interpreter, place: &Path, tell: &dyn Fn(&str)) -> Result<(), SandboxError> {
    let list = place.join("requirements.txt");
    tell(&format!("making a folder for Python 3.{} and its tools", interpreter.minor));
    let python = place.join("bin/python");
    make_environment(interpreter, place)?;
    fs::write(&list, requirements(interpreter.minor))
        .map_err(|source| SandboxError::File { path: list.clone(), source })?;
    let mut complaints = Vec::new();
    for installer in [Installer::Uv, Installer::OwnPip, Installer::SeededPip] {
        let Some(mut arguments) = installer.command(interpreter, place) else { continue };
        tell(&format!("installing pytest, coverage, pylint and ruff with {}", installer.word()));
        arguments.extend(["--require-hashes".into(), "-r".into(), list.clone()]);
        match call(&arguments) {
            Ok(_) => return check(&python),
            Err(complaint) => complaints.push(format!("{}: {complaint}", installer.word())),
        }
    }
    Err(if complaints.is_empty() {
        SandboxError::Toolchain {
            detail: format!(
                "uv is not on the PATH, and {} has neither pip nor ensurepip",
                interpreter.executable.display()
            ),
            remedy: remedy(interpreter),
        }
    } else {
        SandboxError::Toolchain {
            detail: complaints.join("; "),
            remedy: "make the package index reachable (the settings of pip and uv, and HTTPS_PROXY, are respected), \
                     then run /setup again"
                .to_owned(),
        }
    })
}

/// Tells what to do about a Python that lacks what an installation needs.
fn remedy(interpreter: &Interpreter) -> String {
    format!(
        "put uv on the PATH, or install pip and venv for this Python (on Debian and Ubuntu: apt-get install \
         python3.{}-venv), or name another Python in SARAPHINA_PYTHON; then run /setup again",
        interpreter.minor
    )
}

/// Makes an empty environment, by uv where the Python cannot make one.
fn make_environment(interpreter: &Interpreter, place: &Path) -> Result<(), SandboxError> {
    let Err(detail) = call(&own_venv(interpreter, place, &["--without-pip"])) else {
        return Ok(());
    };
    let mut by_uv: Vec<PathBuf> =
        ["uv", "venv", "--no-project", "--python"].iter().map(PathBuf::from).collect();
    by_uv.extend([interpreter.executable.clone(), place.to_path_buf()]);
    match call(&by_uv) {
        Ok(_) => Ok(()),
        Err(by_uv) => Err(SandboxError::Toolchain {
            detail: format!("{detail}; {by_uv}"),
            remedy: remedy(interpreter),
        }),
    }
}

fn own_venv(interpreter: &Interpreter, place: &Path, options: &[&str]) -> Vec<PathBuf> {
    let mut arguments = vec![interpreter.executable.clone()];
    arguments.extend(["-I", "-m", "venv"].iter().chain(options).map(PathBuf::from));
    arguments.push(place.to_path_buf());
    arguments
}

/// The ways to install, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Installer {
    Uv,
    OwnPip,
    SeededPip,
}

impl Installer {
    const fn word(self) -> &'static str {
        match self {
            Self::Uv => "uv",
            Self::OwnPip => "pip",
            Self::SeededPip => "a fresh pip",
        }
    }

    /// The command up to its list of requirements, where this way exists here.
    fn command(self, interpreter: &Interpreter, place: &Path) -> Option<Vec<PathBuf>> {
        let python = place.join("bin/python");
        let words = |words: &[&str]| words.iter().map(PathBuf::from).collect::<Vec<_>>();
        let base = interpreter.executable.clone();
        match self {
            Self::Uv => {
                call(&words(&["uv", "--version"])).ok()?;
                let mut arguments =
                    words(&["uv", "pip", "install", "--compile-bytecode", "--python"]);
                arguments.push(python);
                Some(arguments)
            }
            Self::OwnPip => {
                let mut asked = vec![base.clone()];
                asked.extend(words(&["-m", "pip", "--version"]));
                let told = call(&asked).ok()?;
                if pip_version(&String::from_utf8_lossy(&told.stdout))? < PIP_FOR_OTHERS {
                    return None;
                }
                let mut arguments = vec![base];
                arguments.extend(words(&["-m", "pip", "--python"]));
                arguments.push(python);
                arguments.extend(words(&["install", "--no-input"]));
                Some(arguments)
            }
            Self::SeededPip => {
                call(&own_venv(interpreter, place, &[])).ok()?;
                let mut arguments = vec![python];
                arguments.extend(words(&["-m", "pip", "install", "--no-input"]));
                Some(arguments)
            }
        }
    }
}

/// Reads `pip 23.0.1 from …`.
fn pip_version(told: &str) -> Option<(u32, u32)> {
    let mut parts = told.split_whitespace().nth(1)?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn check(python: &Path) -> Result<(), SandboxError> {
    let arguments =
        [python.to_path_buf(), "-I".into(), "-c".into(), "import pytest, coverage, pylint".into()];
    call(&arguments).map(drop).map_err(|detail| SandboxError::Toolchain {
        detail,
        remedy: "the installed packages do not import; choose another Python".to_owned(),
    })
}

/// Runs an installer away from the caller's folder: Python would import a `pip` that lies there, and uv would read the
/// settings of a project there.
#[expect(clippy::disallowed_methods, reason = "the sandbox is where processes start")]
pub(crate) fn call(arguments: &[PathBuf]) -> Result<Output, String> {
    let (program, rest) = arguments.split_first().ok_or("no program")?;
    let output = Command::new(program)
        .args(rest)
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(output);
    }
    let words = [output.stdout, output.stderr].concat();
    Err(complaint(&String::from_utf8_lossy(&words)))
}

/// Shortens what an installer says: its first line after warnings names the trouble, its last ones the cause.
fn complaint(words: &str) -> String {
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let cut = lines.len().saturating_sub(COMPLAINT_LINES);
    let first = lines.iter().take(cut).find(|line| !line.starts_with("warning:"));
    first.into_iter().chain(lines.iter().skip(cut)).copied().collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::{complaint, pip_version};

    #[test]
    fn a_long_complaint_keeps_the_line_that_names_the_trouble() {
        let long = "warning: odd\n  x No solution found:\n\n  one\n two\n three\n four\n five\n six\n seven\n";

        assert_eq!(
            complaint(long),
            "x No solution found: / two / three / four / five / six / seven"
        );
        assert_eq!(complaint("a\nb"), "a / b");
        assert_eq!(complaint(""), "");
    }

    #[test]
    fn the_version_of_pip_is_read_from_its_own_words() {
        assert_eq!(pip_version("pip 23.0.1 from /usr/lib (python 3.11)"), Some((23, 0)));
        assert_eq!(pip_version("no pip here"), None);
    }
}
