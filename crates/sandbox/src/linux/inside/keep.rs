//! Copies out what a suite wrote, for an owner who asked to keep it.
//!
//! That is the scratch folder, and what lies beside the sources. The outermost process does it, which still sees the
//! host, through `/proc` and while the first process holds the mounts. The names and links it meets were made by tested
//! code, so only plain files are opened, and no link is followed.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use nix::unistd::Pid;

use crate::linux::boundary::paths::{SOURCES, WORK};

/// Copies the scratch folder and the sources while the init still holds it; every other process of the jail is dead by then.
pub(crate) fn copy_box(init: Pid, target: &Path, most_bytes: u64) -> io::Result<()> {
    let root = PathBuf::from(format!("/proc/{init}/root"));
    let mut copy = Copy { root: &root, left: most_bytes };
    // What lies in both folders is taken from the first, which is the last of a stack.
    let mut pending =
        [SOURCES, WORK].map(|from| (inside(&root, from), target.to_path_buf())).to_vec();
    while let Some((source, target)) = pending.pop() {
        fs::create_dir_all(&target)?;
        for entry in fs::read_dir(&source)? {
            let entry = entry?;
            let target = target.join(entry.file_name());
            if !entry.file_type()?.is_dir() {
                copy.entry(&entry, &target)?;
            } else if !is_other(&target) {
                pending.push((entry.path(), target));
            }
        }
    }
    Ok(())
}

/// Tells whether something else than a folder has a place; nothing is written through a link of the other folder.
fn is_other(target: &Path) -> bool {
    fs::symlink_metadata(target).is_ok_and(|there| !there.is_dir())
}

fn inside(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

struct Copy<'a> {
    root: &'a Path,
    left: u64,
}

impl Copy<'_> {
    /// Links into the sealed sources become copies, other links stay links; only files are read.
    fn entry(&mut self, entry: &fs::DirEntry, target: &Path) -> io::Result<()> {
        let kind = entry.file_type()?;
        if fs::symlink_metadata(target).is_ok() {
            return Ok(());
        }
        if kind.is_file() {
            return self.file(&entry.path(), target);
        }
        if !kind.is_symlink() {
            return Ok(());
        }
        let link = fs::read_link(entry.path())?;
        let is_plain = !link.components().any(|part| part == Component::ParentDir);
        match link.to_str().filter(|link| is_plain && link.starts_with(SOURCES)) {
            Some(source) => self.file(&inside(self.root, source), target),
            None => symlink(link, target),
        }
    }

    fn file(&mut self, source: &Path, target: &Path) -> io::Result<()> {
        let mut writer = fs::File::create_new(target)?;
        if fs::symlink_metadata(source)?.is_file() {
            self.left -= io::copy(&mut fs::File::open(source)?.take(self.left), &mut writer)?;
        }
        Ok(())
    }
}
