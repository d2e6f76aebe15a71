//! Which created files go on from deleted ones.
//!
//! A file that moves and changes one line reads as one line, not as a whole file deleted and another created. What counts is the
//! share of bytes in lines that both have, half of them at least, as git measures it (`git diff -M`). The answer depends on paths
//! and bytes alone, because the text that it shapes is signed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use record::domain::source_path::SourcePath;

/// A path with what it holds.
pub type Held<'a> = (&'a SourcePath, &'a [u8]);

/// Deleted files, and created ones, that are compared at most; what is beyond stays deleted and created.
const MOST: usize = 100;
/// Least share of bytes, in hundredths, in lines that both have.
const ALIKE: usize = 50;

/// The bytes of each line, with its end, wherever it stands.
type Lines<'a> = BTreeMap<&'a [u8], usize>;

/// Finds the deleted path that each created one goes on from; each is taken once, the most alike first.
pub fn renames<'a>(
    gone: &[Held<'a>],
    come: &[Held<'a>],
) -> BTreeMap<&'a SourcePath, &'a SourcePath> {
    let (gone, come) = (counted(gone), counted(come));
    let mut found: Vec<_> = come
        .iter()
        .flat_map(|new| gone.iter().map(move |old| (new, old)))
        .map(|((new, after), (old, before))| {
            (Reverse(share(before, after)), old.file_name() != new.file_name(), *new, *old)
        })
        .filter(|(Reverse(share), ..)| *share >= ALIKE)
        .collect();
    found.sort_unstable();
    let mut taken = BTreeSet::new();
    let mut pairs = BTreeMap::new();
    for (_, _, new, old) in found {
        if !pairs.contains_key(new) && taken.insert(old) {
            pairs.insert(new, old);
        }
    }
    pairs
}

fn counted<'a>(files: &[Held<'a>]) -> Vec<(&'a SourcePath, Lines<'a>)> {
    let held = files.iter().filter(|(_, bytes)| !bytes.is_empty()).take(MOST);
    held.map(|(path, bytes)| (*path, lines(bytes))).collect()
}

fn lines(bytes: &[u8]) -> Lines<'_> {
    let mut lines = Lines::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        *lines.entry(line).or_default() += line.len();
    }
    lines
}

/// The share of bytes in lines that two files have in common, in hundredths of the longer one.
fn share(one: &Lines<'_>, other: &Lines<'_>) -> usize {
    let size = |lines: &Lines<'_>| lines.values().sum::<usize>();
    let common = one.iter().map(|(line, bytes)| *bytes.min(other.get(line).unwrap_or(&0)));
    100 * common.sum::<usize>() / size(one).max(size(other)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        text.parse().unwrap()
    }

    #[test]
    fn a_created_file_goes_on_from_the_deleted_one_that_is_most_alike() {
        let paths = ["a.py", "b.py", "new/a.py", "new/c.py"].map(path);
        let [a, b, new_a, new_c] = &paths;
        let gone = [(a, &b"1\n2\n3\n"[..]), (b, &b"1\n2\n3\n4\n"[..])];
        let come = [(new_a, &b"1\n2\n3\n9\n"[..]), (new_c, &b"1\n2\n3\n4\n"[..])];

        let found = renames(&gone, &come);

        assert_eq!(found, [(new_a, a), (new_c, b)].into());
    }

    #[test]
    fn a_file_with_less_than_half_of_the_bytes_in_common_is_another_and_so_is_an_empty_one() {
        let paths = ["old.py", "empty.py", "new.py", "none.py"].map(path);
        let [old, empty, new, none] = &paths;
        let gone = [(old, &b"1\n2\n3\n"[..]), (empty, &b""[..])];
        let come = [(new, &b"1\n8\n9\n"[..]), (none, &b""[..])];

        assert_eq!(renames(&gone, &come), BTreeMap::new());
    }

    #[test]
    fn of_two_that_are_equally_alike_the_one_of_the_same_name_is_taken() {
        let paths = ["a/x.py", "b/y.py", "c/y.py"].map(path);
        let [x, y, new] = &paths;
        let bytes = &b"1\n"[..];

        assert_eq!(renames(&[(x, bytes), (y, bytes)], &[(new, bytes)]), [(new, y)].into());
    }
}
