//! Refuses new names that cannot stand beside those that are there.
//!
//! Names that are one with another but for case or spelling take each other's place on many machines, and a file has no files below
//! it, so that nothing of them could be applied. What a repository has already is its own affair: only names that a change brings are
//! held against the rest, folders like files.

use std::collections::{BTreeMap, BTreeSet};

use record::domain::changeset::{ChangesetError, Touched};
use record::domain::lookalike::folded;
use record::domain::source::SourceFile;
use record::domain::source_path::SourcePath;

/// Refuses a change that brings such a name; `left` is all that it leaves.
pub fn check<'a>(
    left: impl Iterator<Item = &'a SourcePath>,
    touched: &'a [Touched],
) -> Result<(), ChangesetError> {
    let is_new = |one: &&Touched| one.before.is_none() && one.after.is_some();
    let new: BTreeSet<&SourcePath> = touched.iter().filter(is_new).map(|one| &one.path).collect();
    if new.is_empty() {
        return Ok(());
    }
    let going: BTreeSet<&SourcePath> =
        touched.iter().filter(|one| one.after.is_none()).map(|one| &one.path).collect();
    let old = left.filter(|path| !new.contains(path) && !going.contains(path));
    refuse_twins(old, new.iter().copied())
}

/// Refuses a change that brings a file below what is no folder, or in the place of one; `left` is all that it leaves, and `beside` what
/// else stands in the base: links, repositories of their own.
pub fn check_folders<'a>(
    left: impl Iterator<Item = &'a SourcePath> + Clone,
    beside: &[&'a str],
    touched: &'a [Touched],
) -> Result<(), ChangesetError> {
    let is_new = |one: &&Touched| one.before.is_none() && one.after.is_some();
    let goes =
        |path: &str| touched.iter().any(|one| one.path.as_str() == path && one.after.is_none());
    let files: BTreeSet<&str> =
        left.clone().map(SourcePath::as_str).chain(beside.iter().copied()).collect();
    let folders: BTreeSet<&str> =
        left.flat_map(names_above).filter(|folder| !files.contains(folder)).collect();
    for path in touched.iter().filter(is_new).map(|one| &one.path) {
        if let Some(file) = names_above(path).find(|name| files.contains(name) && !goes(name)) {
            return Err(ChangesetError::Below(path.clone(), file.to_owned()));
        }
        if folders.contains(path.as_str()) {
            return Err(ChangesetError::Nested(path.clone()));
        }
    }
    Ok(())
}

/// Refuses files of which two are one where case does not count, or the way a letter is written.
pub fn check_files(files: &[SourceFile]) -> Result<(), ChangesetError> {
    refuse_twins(std::iter::empty(), files.iter().map(|file| &file.path))
}

fn refuse_twins<'a>(
    old: impl Iterator<Item = &'a SourcePath>,
    new: impl Iterator<Item = &'a SourcePath>,
) -> Result<(), ChangesetError> {
    // Names folded, each with the file that it leads to, and names as they are spelled.
    let (mut known, mut spelled) = (BTreeMap::new(), BTreeSet::new());
    for path in old {
        for name in names(path) {
            known.entry(folded(name)).or_insert(path);
            spelled.insert(name);
        }
    }
    for path in new {
        for name in names(path).filter(|name| spelled.insert(name)) {
            if let Some(other) = known.insert(folded(name), path) {
                return Err(ChangesetError::SameButCase(other.clone(), path.clone()));
            }
        }
    }
    Ok(())
}

/// The folders that a path lies in, outermost first, and the path itself.
fn names(path: &SourcePath) -> impl Iterator<Item = &str> {
    names_above(path).chain([path.as_str()])
}

/// The folders that a path lies in, outermost first.
fn names_above(path: &SourcePath) -> impl Iterator<Item = &str> {
    let path = path.as_str();
    path.match_indices('/').filter_map(move |(end, _)| path.get(..end))
}

#[cfg(test)]
mod tests {
    use record::domain::changeset::Side;
    use record::domain::role::Role;

    use super::*;

    fn checked(base: &[&str], new: &[&str], gone: &[&str]) -> Result<(), String> {
        let path = |path: &&str| path.parse::<SourcePath>().unwrap();
        let side = || Some(Side::file(*b"x"));
        let touch = |one: &&str, before, after| Touched {
            path: path(one),
            role: Role::Support,
            before,
            after,
        };
        let new = new.iter().map(|one| touch(one, None, side()));
        let gone = gone.iter().map(|one| touch(one, side(), None));
        let touched: Vec<Touched> = new.chain(gone).collect();
        let left: Vec<SourcePath> = base.iter().map(path).collect();
        check(left.iter(), &touched).map_err(|error| error.to_string())
    }

    #[test]
    fn a_new_name_that_is_another_but_for_its_case_is_refused() {
        let refused = |one: &str, other: &str| {
            let told = "are one file where case, or the way a letter is written, does not count";
            Err(format!("{one} and {other} {told}"))
        };

        assert_eq!(checked(&["a.py"], &["A.py"], &[]), refused("a.py", "A.py"));
        assert_eq!(checked(&["b/a.py"], &["B/c.py"], &[]), refused("b/a.py", "B/c.py"));
        assert_eq!(checked(&["ö.txt"], &["Ö.txt"], &[]), refused("ö.txt", "Ö.txt"));
        assert_eq!(
            checked(&["\u{e9}.py"], &["e\u{301}.py"], &[]),
            refused("\u{e9}.py", "e\u{301}.py")
        );
        assert_eq!(checked(&["a.py"], &["ａ.py"], &[]), refused("a.py", "ａ.py"));
        assert_eq!(checked(&[], &["N/a.py", "n/b.py"], &[]), refused("N/a.py", "n/b.py"));
    }

    #[test]
    fn a_file_below_a_file_or_in_the_place_of_a_folder_is_refused() {
        let path = |path: &&str| path.parse::<SourcePath>().unwrap();
        let checked = |base: &[&str], new: &str, gone: &[&str]| {
            let side = || Some(Side::file(*b"x"));
            let touch = |one: &str, before, after| Touched {
                path: path(&one),
                role: Role::Code,
                before,
                after,
            };
            let gone = gone.iter().map(|one| touch(one, side(), None));
            let touched: Vec<Touched> = gone.chain([touch(new, None, side())]).collect();
            let left: Vec<SourcePath> = base.iter().map(path).collect();
            check_folders(left.iter(), &["sub"], &touched).map_err(|error| error.to_string())
        };

        let below = |path: &str, file: &str| {
            Err(format!("{path} would lie below {file}, which is no folder of the repository"))
        };
        assert_eq!(checked(&["a.py"], "a.py/b.py", &[]), below("a.py/b.py", "a.py"));
        assert_eq!(checked(&[], "sub/f.txt", &[]), below("sub/f.txt", "sub"));
        assert_eq!(checked(&[], "sub/f.txt", &["sub"]), Ok(()));
        assert_eq!(
            checked(&["shop/a.py"], "shop", &[]),
            Err("shop would be a file and a folder".to_owned())
        );
        assert_eq!(checked(&["shop/a.py"], "shop/b.py", &[]), Ok(()));
    }

    #[test]
    fn a_file_may_change_the_case_of_its_name_and_what_was_there_before_may_stay() {
        assert_eq!(checked(&["a.py"], &["A.py"], &["a.py"]), Ok(()));
        assert_eq!(checked(&["a/x", "A/y"], &["A/z"], &[]), Ok(()));
        assert_eq!(checked(&["a/x"], &["a/y"], &[]), Ok(()));
    }
}
