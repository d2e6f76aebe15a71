//! The toolchain, by every installer and on every Python here.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::surfaces::process::{Finished, Home};

/// The uv that is tried.
const UV: &str = "uv==0.13.8";
/// The minor versions of Python 3 that are looked for.
const MINORS: std::ops::RangeInclusive<u32> = 10..=14;

fn built(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-homes").join(name)
}

#[expect(clippy::disallowed_methods, reason = "tests prepare what the program under test meets")]
fn call(program: impl AsRef<Path>, arguments: &[&str]) -> String {
    let program = program.as_ref();
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", program.display());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "interpreters are where the tests' own environment has them"
)]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// A folder with nothing but uv in it, installed beside the build.
fn uv() -> PathBuf {
    let (environment, folder) = (built("uv"), built("uv-alone"));
    fs::create_dir_all(&folder).unwrap();
    // Tests run in processes of their own, and one of them is the first.
    let lock = fs::File::create(built("uv.lock")).unwrap();
    lock.lock().unwrap();
    if !environment.join("bin/uv").exists() {
        call("python3", &["-m", "venv", environment.to_str().unwrap()]);
        call(environment.join("bin/python"), &["-m", "pip", "install", "--quiet", UV]);
    }
    if !folder.join("uv").exists() {
        symlink(environment.join("bin/uv"), folder.join("uv")).unwrap();
    }
    folder
}

/// The PATH of the tests without the folders in which uv lies.
fn path_without_uv() -> String {
    let path = variable("PATH");
    let folders = path.split(':').filter(|folder| !Path::new(folder).join("uv").exists());
    folders.collect::<Vec<_>>().join(":")
}

/// Sets the toolchain of a home up; what was said.
fn set_up(home: &Home, python: Option<&Path>, path: &str) -> Finished {
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    // What tells installers of proxies, certificates and indexes is handed on.
    let told = std::env::vars().filter(|(name, _)| !name.starts_with("SARAPHINA_"));
    command.envs(told).args(["setup", "--json"]).env("PATH", path);
    command.envs(python.map(|python| ("SARAPHINA_PYTHON", python)));
    home.finish(command, b"")
}

fn stages(finished: &Finished) -> Vec<String> {
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let answer: Value = serde_json::from_str(&finished.out).unwrap();
    let done = answer["data"]["steps"][1]["done"].as_array().unwrap();
    done.iter().map(|stage| stage.as_str().unwrap().to_owned()).collect()
}

/// The main job with a toolchain that is set up: its verdict, and what linted.
fn main_job(home: &Home, python: Option<&Path>, path: &str) -> (String, String) {
    let lines = "/propose-code a CSV parser that handles quoted fields\n/sandbox-code @\n";
    let mut command = home.command(env!("CARGO_BIN_EXE_saraphina"));
    command.arg("--json").env("PATH", path);
    command.envs(python.map(|python| ("SARAPHINA_PYTHON", python)));
    let finished = home.finish(command, lines.as_bytes());
    let answer: Value = serde_json::from_str(finished.out.lines().last().unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tool = text(&answer["data"]["lint"]["tool"]);
    (text(&answer["data"]["verdict"]), tool.split(' ').next().unwrap_or_default().to_owned())
}

fn passed() -> (String, String) {
    ("passed".to_owned(), "pylint".to_owned())
}

#[test]
fn uv_installs_the_hash_locked_packages_where_it_is_there() {
    let (home, path) = (Home::new(), format!("{}:{}", uv().display(), path_without_uv()));

    let done = stages(&set_up(&home, None, &path));

    assert_eq!(done.len(), 2, "{done:?}");
    assert_eq!(done[1], "installing pytest, coverage, pylint and ruff with uv");
    assert_eq!(main_job(&home, None, &path), passed());
}

#[test]
fn a_python_without_pip_and_ensurepip_is_served_by_uv_and_else_told_what_to_do() {
    let home = Home::new();
    let python = amputated(home.folder(), &["ensurepip"]);
    let without = path_without_uv();

    let refused = set_up(&home, Some(&python), &without);
    let served = set_up(&home, Some(&python), &format!("{}:{without}", uv().display()));

    let answer: Value = serde_json::from_str(&refused.out).unwrap();
    let minor = minor(&python);
    assert_eq!(refused.code, Some(6), "{refused:?}");
    assert_eq!(
        answer["error"]["message"],
        "the Python toolchain could not be set up: uv is not on the PATH, and \
         [folder]/amputated/bin/python3 has neither pip nor ensurepip"
    );
    assert_eq!(
        answer["error"]["hints"],
        serde_json::json!([format!(
            "put uv on the PATH, or install pip and venv for this Python (on Debian and Ubuntu: apt-get install \
             python3.{minor}-venv), or name another Python in SARAPHINA_PYTHON; then run /setup again"
        )])
    );
    assert!(stages(&served)[1].ends_with("with uv"), "{served:?}");
}

#[test]
fn a_python_without_venv_gets_its_folder_from_uv() {
    let home = Home::new();
    let python = amputated(home.folder(), &["ensurepip", "venv"]);
    let without = path_without_uv();

    let refused = set_up(&home, Some(&python), &without);
    let served = set_up(&home, Some(&python), &format!("{}:{without}", uv().display()));

    assert_eq!(refused.code, Some(6), "{refused:?}");
    assert!(refused.out.contains("No module named venv"), "{refused:?}");
    assert!(stages(&served)[1].ends_with("with uv"), "{served:?}");
}

#[test]
fn an_installer_that_lies_in_the_working_folder_is_not_run() {
    let home = Home::new();
    home.put("pip.py", "open('was-run', 'w').close()\n");

    let done = stages(&set_up(&home, None, &path_without_uv()));

    assert!(done[1].ends_with("with pip"), "{done:?}");
    assert!(!home.folder().join("was-run").exists());
}

#[test]
fn the_main_job_passes_on_every_python_that_is_here() {
    let found = pythons();
    println!("tried: {found:?}");
    assert!(!found.is_empty(), "there is no Python from 3.10 on");
    let path = format!("{}:{}", uv().display(), path_without_uv());
    let mut outcomes = Vec::new();
    for python in &found {
        let home = Home::new();
        let done = stages(&set_up(&home, Some(python), &path));
        assert_eq!(done.len(), 2, "{}: {done:?}", python.display());
        outcomes.push((python, main_job(&home, Some(python), &path)));
    }

    let expected: Vec<_> = found.iter().map(|python| (python, passed())).collect();
    assert_eq!(outcomes, expected);
}

/// One interpreter of each version from 3.10 on: those on the PATH, and those of a version manager.
fn pythons() -> Vec<PathBuf> {
    let managed = match variable("PYENV_ROOT") {
        root if root.is_empty() => Path::new(&variable("HOME")).join(".pyenv"),
        root => PathBuf::from(root),
    };
    let managed = fs::read_dir(managed.join("versions")).into_iter().flatten();
    let managed = managed.map(|version| version.unwrap().path().join("bin"));
    let path = variable("PATH");
    let folders: Vec<PathBuf> = path.split(':').map(PathBuf::from).chain(managed).collect();
    let of_minor = |minor: u32| {
        let name = format!("python3.{minor}");
        let mut found = folders.iter().map(|folder| folder.join(&name));
        found.find(|python| python.exists() && runs(python))
    };
    MINORS.filter_map(of_minor).collect()
}

/// Whether it is more than the shim of a version that is not chosen.
#[expect(clippy::disallowed_methods, reason = "tests look for what the program under test meets")]
fn runs(python: &Path) -> bool {
    Command::new(python).args(["-I", "-c", ""]).output().is_ok_and(|output| output.status.success())
}

fn minor(python: &Path) -> String {
    call(python, &["-I", "-c", "import sys; print(sys.version_info[1])"])
}

/// A copy of the default Python that lacks modules, as some systems ship it; pip is never in it.
fn amputated(folder: &Path, lacking: &[&str]) -> PathBuf {
    let ask = |expression: &str| {
        let question = format!("import os, sys, sysconfig; print(os.path.realpath({expression}))");
        PathBuf::from(call("python3", &["-I", "-c", &question]))
    };
    let library = ask("sysconfig.get_path('stdlib')");
    let copy = folder.join("amputated");
    let own = copy.join("lib").join(library.file_name().unwrap());
    fs::create_dir_all(copy.join("bin")).unwrap();
    fs::create_dir_all(own.join("site-packages")).unwrap();
    fs::copy(ask("sys.executable"), copy.join("bin/python3")).unwrap();
    link_all(library.parent().unwrap(), &copy.join("lib"), &[]);
    link_all(&library, &own, lacking);
    copy.join("bin/python3")
}

/// Links everything of a folder that is not there yet and is not among the lacking.
fn link_all(from: &Path, to: &Path, lacking: &[&str]) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        let is_lacking = lacking.iter().any(|name| entry.file_name() == *name);
        if !place.exists() && !is_lacking {
            symlink(entry.path(), place).unwrap();
        }
    }
}
