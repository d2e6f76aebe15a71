//! Finds uv, or installs it for a home that has none.
//!
//! The one on the PATH is taken. Otherwise the toolchain's own interpreter makes a folder for it, and pip installs the wheel
//! whose hash is written here.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::SandboxError;
use crate::toolchain::install::call;

/// The locked wheel: its version, and its hashes for the systems that boxes run on.
const LOCKED: &str = "uv==0.13.9 \
    --hash=sha256:d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19 \
    --hash=sha256:ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375\n";

/// Gives a uv that works; `place` is where one is installed.
pub(crate) fn find(
    place: &Path,
    python: &Path,
    tell: &dyn Fn(&str),
) -> Result<PathBuf, SandboxError> {
    let own = place.join("uv/bin/uv");
    for known in [PathBuf::from("uv"), own.clone()] {
        if call(&[known.clone(), "--version".into()]).is_ok() {
            return Ok(known);
        }
    }
    tell("installing uv");
    install(place, python).map_err(|detail| SandboxError::Packages {
        detail: format!("uv is not on the PATH, and could not be installed: {detail}"),
        remedy: "put uv on the PATH".to_owned(),
    })?;
    Ok(own)
}

fn install(place: &Path, python: &Path) -> Result<(), String> {
    let (folder, list) = (place.join("uv"), place.join("uv.txt"));
    // What was left half done by an engine that died.
    fs::remove_dir_all(&folder).ok();
    fs::write(&list, LOCKED).map_err(|error| error.to_string())?;
    let words = |words: &[&str]| words.iter().map(PathBuf::from).collect::<Vec<_>>();
    let mut make = vec![python.to_path_buf()];
    make.extend(words(&["-I", "-m", "venv"]));
    make.push(folder.clone());
    call(&make)?;
    let mut fetch = vec![folder.join("bin/python")];
    fetch.extend(words(&["-m", "pip", "install", "--no-input", "--quiet", "--no-deps"]));
    fetch.extend(words(&["--only-binary", ":all:", "--require-hashes", "-r"]));
    fetch.push(list);
    call(&fetch).map(drop)
}
