//! Leaves an earlier repair out where the last one does without it.
//!
//! A first repair may mend some tests at the wrong place. Once the right place is found, it is noise that an owner would have
//! to read and to answer for. Whether the tests pass without it is for a sandbox to say; here the edits are only taken apart.

use record::domain::source::{Source, SourceFile};

/// Makes the step from `between` to `after` on `before` instead; `None` where it touches the step before it.
pub fn without_earlier(before: &Source, between: &Source, after: &Source) -> Option<Source> {
    let file = |file: &SourceFile| {
        let of = |source: &Source| {
            let found = source.files().iter().find(|other| other.path == file.path);
            found.map(|file| file.content.clone())
        };
        let (between, after) = (of(between)?, of(after)?);
        let content = moved(&file.content, &between, &after)?;
        Some(SourceFile { content, ..file.clone() })
    };
    if before.files().len() != between.files().len() {
        return None;
    }
    let files: Option<Vec<SourceFile>> = before.files().iter().map(file).collect();
    Source::new(files?).ok()
}

/// The stretch in which two texts differ: where it begins, and its ends in both.
struct Stretch {
    start: usize,
    old_end: usize,
    new_end: usize,
}

impl Stretch {
    fn of(old: &[u8], new: &[u8]) -> Self {
        let start = old.iter().zip(new).take_while(|(one, other)| one == other).count();
        let most = old.len().min(new.len()) - start;
        let ends = old.iter().rev().zip(new.iter().rev());
        let same = ends.take(most).take_while(|(one, other)| one == other).count();
        Self { start, old_end: old.len() - same, new_end: new.len() - same }
    }
}

fn moved(before: &[u8], between: &[u8], after: &[u8]) -> Option<Vec<u8>> {
    if before == between || between == after {
        return Some(if between == after { before } else { after }.to_vec());
    }
    let (earlier, later) = (Stretch::of(before, between), Stretch::of(between, after));
    let (start, end) = if later.old_end <= earlier.start {
        (later.start, later.old_end)
    } else if later.start >= earlier.new_end {
        let back = |at: usize| at - earlier.new_end + earlier.old_end;
        (back(later.start), back(later.old_end))
    } else {
        return None;
    };
    let parts = [before.get(..start), after.get(later.start..later.new_end), before.get(end..)];
    Some(parts.into_iter().collect::<Option<Vec<&[u8]>>>()?.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, between: &str, after: &str) -> Option<String> {
        let moved = moved(before.as_bytes(), between.as_bytes(), after.as_bytes())?;
        Some(String::from_utf8(moved).unwrap())
    }

    #[test]
    fn the_later_edit_is_made_without_the_earlier_one() {
        for (before, between, after, wanted) in [
            ("a = 1\nb = 2\n", "a = 10\nb = 2\n", "a = 10\nb = 3\n", "a = 1\nb = 3\n"),
            ("a = 1\nb = 2\n", "a = 1\nb = 20\n", "a = 3\nb = 20\n", "a = 3\nb = 2\n"),
            ("a = 1\nb = 2\n", "a = 1\n", "a = 4\n", "a = 4\nb = 2\n"),
            ("a\n", "a\n", "b\n", "b\n"),
            ("a\n", "b\n", "b\n", "a\n"),
        ] {
            assert_eq!(told(before, between, after).as_deref(), Some(wanted), "{between:?}");
        }
    }

    #[test]
    fn edits_that_touch_stay_together() {
        assert_eq!(told("a = 1\n", "a = 1 + x\n", "a = 1 + y\n"), None);
        assert_eq!(told("ab", "aXb", "aXYb").as_deref(), Some("aYb"));
    }
}
