//! Reads a project's folder as it lies.
//!
//! Files keep their paths, and each gets a role. The caller's process walks the folder (`walk.rs`). Whatever is too much is refused by name, with the limit and what raises it: nothing is cut
//! off in silence.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::command::Surroundings;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::page::{Block, Cell, Page, Tone};
use crate::drafting::kinds::{self, Aside};
use crate::drafting::submission::Given;
use crate::drafting::walk::{Found, LeftOut, MAX_LEFT_OUT, Walk, walked};
use inspection::language::Language;
use record::domain::pytest;
use record::domain::role::Role;
use record::domain::secrets::is_file_of_secrets;
use record::domain::source::{
    MAX_FILE_BYTES, MAX_FILES, MAX_SOURCE_BYTES, MAX_TREE_BYTES, MAX_TREE_FILES,
};
use record::domain::source_path::SourcePath;

/// Largest file that is looked at, in bytes.
pub const MAX_LOOKED: usize = 1 << 20;
/// What was taken of a folder, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Taken {
    /// The folder's name.
    pub name: String,
    /// Files of code.
    pub code: usize,
    /// Files of tests.
    pub tests: usize,
    /// Files beside them.
    pub support: usize,
    /// What was left out, each with the reason; at most 50.
    pub left_out: Vec<LeftOut>,
    /// What was taken as bytes alone although it was more, each with what it was; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<LeftOut>,
}

impl Taken {
    /// Says it in a line.
    pub fn line(&self) -> String {
        let Self { code, tests, support, .. } = self;
        let left = match self.left_out.len() {
            0 => String::new(),
            count => format!("; left out: {count}"),
        };
        format!("{}: {code} of code, {tests} of tests, {support} beside them{left}", self.name)
    }

    /// Lays it out, with what was left out and why.
    pub fn page(&self) -> Page {
        let line = |left: &LeftOut| Cell::from(format!("{} ({})", left.path, left.why));
        let page = Page::new().fields([("Folder", Cell::from(self.line()))]);
        let lists =
            [("Left out", &self.left_out), ("Taken, but not as it lies there", &self.otherwise)];
        lists.into_iter().filter(|(_, list)| !list.is_empty()).fold(page, |page, (title, list)| {
            let shown: Vec<Cell> = list.iter().map(line).collect();
            page.text(Cell::toned(title, Tone::Dim)).block(Block::List(shown))
        })
    }
}

/// Refuses the work tree to whoever comes over the network: it holds what its owner has shown to nobody yet.
pub fn check_worktree(worktree: bool, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
    if !worktree || surroundings.is_here() {
        return Ok(());
    }
    let message = "the work tree of a repository is for whoever sits before it";
    Err(CommandError::new(ErrorKind::Forbidden, message)
        .hint("Give a range of commits, a difference, or files."))
}

/// Refuses parts to leave out of what is no folder and no work tree.
pub fn check_without(
    folder: Option<&Path>,
    worktree: bool,
    without: &[PathBuf],
) -> Result<(), CommandError> {
    if without.is_empty() || folder.is_some() || worktree {
        return Ok(());
    }
    Err(CommandError::usage("only a folder or a work tree is taken without a part")
        .hint("Give --without with --folder or --worktree."))
}

/// Reads a folder but for the named parts.
pub fn read(
    root: &Path,
    without: &[PathBuf],
    surroundings: &dyn Surroundings,
) -> Result<(Vec<Given>, Taken), CommandError> {
    let Walk { mut found, hidden, mut left_out, otherwise, .. } =
        walked(root, without, surroundings)?;
    check(root, &found)?;
    let read = |file: &Found| -> Result<Given, CommandError> {
        let read = Given::read(&file.from, Role::Support, MAX_FILE_BYTES, surroundings)?;
        Ok(Given { path: file.path.to_string(), ..read })
    };
    let mut given = found.iter().map(read).collect::<Result<Vec<Given>, CommandError>>()?;
    let (data, other): (Vec<Found>, Vec<Found>) =
        hidden.into_iter().partition(|file| is_data_of(&given, &file.path));
    let hidden = other.into_iter().map(|file| LeftOut::new(file.path.to_string(), Aside::Hidden));
    left_out.extend(hidden.take(MAX_LEFT_OUT.saturating_sub(left_out.len())));
    for file in data {
        given.push(read(&file)?);
        found.push(file);
    }
    check(root, &found)?;
    let paths: Vec<SourcePath> = found.into_iter().map(|file| file.path).collect();
    give_roles(&mut given, &paths);
    let count = |role| given.iter().filter(|file| file.role == role).count();
    let (code, tests, support) = (count(Role::Code), count(Role::Test), count(Role::Support));
    if code == 0 {
        let message = format!("{} holds no Python code", root.display());
        return Err(CommandError::usage(message)
            .hint("Name the folder of a project in Python, or its files one by one."));
    }
    // `.` has no name of its own.
    let whole = surroundings.whole(root).unwrap_or_else(|_| root.to_owned());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "folder".to_owned());
    Ok((given, Taken { name, code, tests, support, left_out, otherwise }))
}

/// Reads a folder for somebody who only looks: what is too much is left out, sources last, and told.
pub fn read_to_look(
    root: &Path,
    without: &[PathBuf],
    surroundings: &dyn Surroundings,
) -> Result<(Vec<Given>, Vec<String>), CommandError> {
    let mut found = walked(root, without, surroundings)?.found;
    let language = |file: &Found| Language::of(file.path.as_str().as_bytes());
    if !found.iter().any(|file| language(file).is_some()) {
        let message = format!("{} holds no source that can be looked into", root.display());
        return Err(CommandError::usage(message)
            .hint("Name a folder or file with Python, JavaScript, TypeScript, Go or Rust."));
    }
    let all = found.len();
    found.sort_by_key(|file| language(file).is_none());
    let (mut space, mut files) = (MAX_TREE_BYTES, MAX_TREE_FILES);
    found.retain(|file| {
        let bytes = usize::try_from(file.bytes).unwrap_or(usize::MAX);
        let is_taken = bytes <= MAX_LOOKED && bytes <= space && files > 0;
        if is_taken {
            (space, files) = (space - bytes, files - 1);
        }
        is_taken
    });
    found.sort_by(|left, right| left.path.cmp(&right.path));
    let read = |file: &Found| -> Result<Given, CommandError> {
        let read = Given::read(&file.from, Role::Support, MAX_LOOKED, surroundings)?;
        Ok(Given { path: file.path.to_string(), ..read })
    };
    let mut given = found.iter().map(read).collect::<Result<Vec<Given>, CommandError>>()?;
    let mut notes = Vec::new();
    if found.len() < all {
        notes.push(format!(
            "{} of {all} files are left out: a look takes {MAX_TREE_FILES} files, {} MiB together and {} MiB each, sources first; --without makes room",
            all - found.len(),
            MAX_TREE_BYTES >> 20,
            MAX_LOOKED >> 20
        ));
    }
    let paths: Vec<SourcePath> = found.into_iter().map(|file| file.path).collect();
    give_roles(&mut given, &paths);
    given.retain(is_text);
    Ok((given, notes))
}

/// Whether a file has lines that can be told: an image has none, nor has what is full of zeros.
fn is_text(file: &Given) -> bool {
    let is_source = Language::of(file.path.as_bytes()).is_some();
    file.content.as_ref().map_or(is_source, |text| !text.contains('\0'))
}

fn give_roles(given: &mut [Given], paths: &[SourcePath]) {
    let read = |name: &str| given.iter().find(|file| file.path == *name).map(Given::text);
    let settings = pytest::counting(read).map(|(_, text)| text);
    for (file, role) in given.iter_mut().zip(kinds::roles_of_project(paths, settings.as_slice())) {
        file.role = role;
    }
}

/// Whether a hidden file is data of a package: it lies beside an `__init__.py`, and code of the project names it.
///
/// What usually holds passwords stays out, whoever names it.
fn is_data_of(given: &[Given], path: &SourcePath) -> bool {
    let Some((folder, name)) = path.as_str().rsplit_once('/') else { return false };
    let beside = format!("{folder}/__init__.py");
    let is_naming = |file: &Given| {
        file.path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py")
            && file.text().contains(name)
    };
    !is_file_of_secrets(name)
        && given.iter().any(|file| file.path == beside)
        && given.iter().any(is_naming)
}

/// Refuses a folder that is too much, before anything of it is read.
fn check(root: &Path, found: &[Found]) -> Result<(), CommandError> {
    let limit = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    let refusal = |message: String, path: &str| {
        Err(CommandError::usage(message).hint(format!("Leave it out with --without {path}.")))
    };
    if let Some(file) = found.iter().find(|file| file.bytes > limit(MAX_FILE_BYTES)) {
        let message = format!(
            "{} has {} bytes; a file may have {MAX_FILE_BYTES}, whatever SARAPHINA_MAX_FILE_MIB says",
            file.path, file.bytes
        );
        return refusal(message, file.path.as_str());
    }
    let total: u64 = found.iter().map(|file| file.bytes).sum();
    if total > limit(MAX_SOURCE_BYTES) {
        let largest = found.iter().max_by_key(|file| file.bytes);
        let largest = largest.map_or("", |file| file.path.as_str());
        let message = format!(
            "the files of {} have {total} bytes together; {MAX_SOURCE_BYTES} are taken, whatever SARAPHINA_MAX_SOURCE_MIB says; the largest is {largest}",
            root.display()
        );
        return refusal(message, largest);
    }
    if found.len() > MAX_FILES {
        let message = format!(
            "{} holds {} files; at most {MAX_FILES} are taken, whatever SARAPHINA_MAX_FILES says",
            root.display(),
            found.len()
        );
        let folder = crowded(found);
        if folder.is_empty() {
            return Err(CommandError::usage(message).hint("Name a smaller folder."));
        }
        return refusal(message, &folder);
    }
    Ok(())
}

/// The folder that is best left out: the largest without code and tests, of tests' data last; where all hold some, the largest of the root.
fn crowded(found: &[Found]) -> String {
    let mut counts = BTreeMap::<&str, (usize, bool)>::new();
    for file in found {
        let path = file.path.as_str();
        for (end, _) in path.match_indices('/') {
            let (count, has_python) =
                counts.entry(path.get(..end).unwrap_or_default()).or_default();
            *count += 1;
            *has_python |= path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py");
        }
    }
    let is_enough = |count: usize| found.len() - count <= MAX_FILES;
    let rank = |(folder, (count, has_python)): &(&str, (usize, bool))| {
        let is_of_tests = folder.split('/').any(kinds::is_of_tests);
        let depth = folder.matches('/').count();
        let is_best = !has_python && is_enough(*count);
        let is_whole = *has_python && depth > 0;
        (is_best && !is_of_tests, is_best, !is_whole, *count, Reverse(depth))
    };
    let best = counts.into_iter().max_by_key(rank);
    best.map(|(folder, _)| folder.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Found, MAX_FILES, PathBuf, crowded};

    fn found(folders: &[(&str, usize)]) -> Vec<Found> {
        let file =
            |path: String| Found { path: path.parse().unwrap(), bytes: 1, from: PathBuf::new() };
        let of = |(name, count): &(&str, usize)| {
            let (folder, ending) = name.split_once('*').unwrap();
            let of = move |at| file(format!("{folder}{at}{ending}"));
            (0..*count).map(of).collect::<Vec<_>>()
        };
        folders.iter().flat_map(of).collect()
    }

    #[test]
    fn the_folder_that_is_best_left_out_holds_no_code_and_no_tests() {
        let most = MAX_FILES;
        let with = |folders: &[(&str, usize)]| crowded(&found(folders));

        assert_eq!(
            with(&[("tests/t*.py", most), ("docs/img/*.png", 40), ("docs/*.md", 2)]),
            "docs"
        );
        assert_eq!(
            with(&[("tests/data/*.json", most), ("tests/*.py", 9), ("docs/*.md", 8)]),
            "tests/data"
        );
        assert_eq!(with(&[("a/b/*.py", most), ("c/*.py", 9), ("c/d/*.md", 5)]), "a");
        assert_eq!(with(&[("*.py", most + 1)]), "");
    }
}
