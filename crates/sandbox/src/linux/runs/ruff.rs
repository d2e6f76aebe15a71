//! The program ruff of a toolchain: its command, and its version.
//!
//! Ruff needs no interpreter, so it runs as it is, in a box that may not even make a socket. What it prints is read in
//! `evidence/ruff.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::backend::Job;
use crate::linux::boundary::paths::SOURCES;
use crate::linux::boundary::plan::Program;
use crate::toolchain::python::Toolchain;

/// Most that it may say: several times what so many messages take that no more are kept.
pub(crate) const OUTPUT_BYTES: u64 = 8 << 20;
const OPTIONS: [&str; 5] =
    ["check", "--isolated", "--no-cache", "--output-format=json", "--exit-zero"];

/// Ruff over the code files of a job, with these variables.
pub(crate) fn program(
    toolchain: &Toolchain,
    job: &Job,
    mut env: BTreeMap<String, String>,
) -> Program {
    // One file or a few: a thread for each processor costs more than it saves.
    env.insert("RAYON_NUM_THREADS".to_owned(), "1".to_owned());
    let binary = place(toolchain).join("bin/ruff").display().to_string();
    let files = job.linted().map(|file| format!("{SOURCES}/{}", file.path));
    let rules = job.part.iter().filter(|part| !part.rules.is_empty());
    let rules = rules.map(|part| format!("--select={}", part.rules.join(",")));
    let minor = job.part.as_ref().and_then(|part| part.minor);
    let minor = minor.map(|minor| format!("--target-version=py3{minor}"));
    let (options, end) = (OPTIONS.map(str::to_owned), ["--".to_owned()]);
    Program {
        arguments: [binary]
            .into_iter()
            .chain(options)
            .chain(rules)
            .chain(minor)
            .chain(end)
            .chain(files)
            .collect(),
        env,
    }
}

/// Its name and version, as its package has it.
pub(crate) fn name(toolchain: &Toolchain) -> Option<String> {
    let library = entries(&place(toolchain).join("lib"));
    let packages = library.into_iter().flat_map(|python| entries(&python.join("site-packages")));
    packages.into_iter().find_map(|path| {
        let name = path.file_name()?.to_str()?;
        let version = name.strip_prefix("ruff-")?.strip_suffix(".dist-info")?;
        Some(format!("ruff {version}"))
    })
}

fn place(toolchain: &Toolchain) -> PathBuf {
    let place = toolchain.python.parent().and_then(Path::parent);
    place.map(Path::to_path_buf).unwrap_or_default()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
