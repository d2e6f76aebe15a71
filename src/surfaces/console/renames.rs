//! Files of a difference that only have another name.
//!
//! The text that is signed tells a path that is gone and one that is new. Where both hold the same lines, or nearly, a reader is told so;
//! the lines themselves stay as they are signed.

use std::collections::BTreeMap;

use crate::surfaces::console::diff_view::DiffFile;

/// Files that are gone or new, and compared at most.
const MOST: usize = 100;
/// Least share of lines in hundredths that both have to have.
const ALIKE: usize = 70;

type Lines = BTreeMap<String, usize>;

/// Notes at files that are new which one they were, and at those that are gone what they became.
pub fn note(files: &mut [DiffFile]) {
    let of = |files: &[DiffFile], is_wanted: fn(&DiffFile) -> bool| -> Vec<(usize, Lines)> {
        let wanted = files.iter().enumerate().filter(|(_, file)| is_wanted(file));
        wanted.take(MOST).map(|(at, file)| (at, lines(file))).collect()
    };
    let mut gone = of(files, |file| file.is_gone);
    for (new, text) in of(files, |file| file.is_new) {
        let alike = |(_, old): &(usize, Lines)| share(old, &text);
        let best = (0..gone.len()).max_by_key(|at| gone.get(*at).map(alike));
        let Some(at) = best.filter(|at| gone.get(*at).map_or(0, alike) >= ALIKE) else { continue };
        let (old, _) = gone.swap_remove(at);
        let path = |at: usize| files.get(at).map(|file| file.path.clone()).unwrap_or_default();
        let (from, to) = (path(old), path(new));
        for (at, words) in
            [(new, format!("renamed from {from}")), (old, format!("renamed to {to}"))]
        {
            if let Some(file) = files.get_mut(at) {
                file.renamed = words;
            }
        }
    }
}

fn lines(file: &DiffFile) -> Lines {
    let mut lines = Lines::new();
    for row in file.rows.iter().filter(|row| ["add", "del"].contains(&row.class)) {
        *lines.entry(row.text.clone()).or_default() += 1;
    }
    lines
}

/// The share of lines that two files have in common, in hundredths.
fn share(one: &Lines, other: &Lines) -> usize {
    let all: usize = one.values().chain(other.values()).sum();
    let common = one.iter().map(|(line, count)| count.min(other.get(line).unwrap_or(&0)));
    200 * common.sum::<usize>() / all.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::console::diff_view::files;

    const DIFF: &str = "diff new.py\ncreated, mode 100644\n--- /dev/null\n+++ b/new.py\n\
        @@ -0,0 +1,4 @@\n+a\n+b\n+c\n+changed\ndiff old.py\ndeleted, mode 100644\n\
        --- a/old.py\n+++ /dev/null\n@@ -1,4 +0,0 @@\n-a\n-b\n-c\n-d\n\
        diff other.py\ndeleted, mode 100644\n--- a/other.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";

    #[test]
    fn a_new_file_with_nearly_the_lines_of_one_that_is_gone_was_renamed() {
        let mut files = files(DIFF);

        note(&mut files);

        let told: Vec<&str> = files.iter().map(|file| file.renamed.as_str()).collect();
        assert_eq!(told, ["renamed from old.py", "renamed to new.py", ""]);
    }
}
