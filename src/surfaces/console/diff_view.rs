//! A unified difference as rows with numbers, in one column or side by side.
//!
//! It reads the text that owners sign, so that the page can show nothing else than the terminal does. Lines that are no part of a
//! difference, such as "deleted, mode 100644", stay as notes.

/// A row of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `add`, `del`, `hunk`, `note`, or nothing for what stays.
    pub class: &'static str,
    /// The number on the old side; empty where there is none.
    pub old: String,
    /// The number on the new side.
    pub new: String,
    /// The sign.
    pub sign: &'static str,
    /// The text.
    pub text: String,
}

/// Both sides of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What was there.
    pub left: Row,
    /// What is there.
    pub right: Row,
}

/// A file of a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffFile {
    /// Where it lies.
    pub path: String,
    /// Lines added.
    pub added: usize,
    /// Lines taken away.
    pub removed: usize,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Rows that are not shown.
    pub hidden: usize,
    /// What it was or became, where it moved; empty otherwise.
    pub renamed: String,
}

/// Most rows of one file.
const MAX_ROWS: usize = 2_000;
/// Most rows of all files together; a browser that gets more is of no use to a reader.
const MAX_ALL_ROWS: usize = 12_000;
/// Most characters of a row.
const MAX_CHARS: usize = 2_000;
/// The name of a file that is not there.
const NOTHING: &str = "/dev/null";

/// Reads a difference; at most `MAX_ROWS` rows of each file, and `MAX_ALL_ROWS` of all.
pub fn files(diff: &str) -> Vec<DiffFile> {
    let mut files: Vec<DiffFile> = Vec::new();
    let mut at = Place::default();
    for line in diff.lines() {
        if let Some(path) = line.strip_prefix("diff ").filter(|_| at.is_outside()) {
            files.push(DiffFile { path: path.to_owned(), ..DiffFile::default() });
            at = Place { all_rows: at.all_rows, ..Place::default() };
            continue;
        }
        // Two revisions are told apart by the heads of their files alone.
        if line.starts_with("--- ") && at.is_outside() {
            line.get(4..).unwrap_or_default().clone_into(&mut at.old_name);
            continue;
        }
        if line.starts_with("+++ ") && at.is_outside() && !at.old_name.is_empty() {
            let name = std::mem::take(&mut at.old_name);
            begin(&mut files, &name, line.get(4..).unwrap_or_default());
            continue;
        }
        let Some(file) = files.last_mut() else { continue };
        if line.starts_with("renamed ") && at.is_outside() {
            line.clone_into(&mut file.renamed);
            continue;
        }
        at.take(file, line);
    }
    files
}

fn begin(files: &mut Vec<DiffFile>, old: &str, new: &str) {
    let name = if new == NOTHING { old } else { new };
    let path = name.split_once('/').map_or(name, |(_, path)| path);
    let is_known = files.last().is_some_and(|file| file.path == path && file.added == 0);
    if !is_known {
        files.push(DiffFile { path: path.to_owned(), ..DiffFile::default() });
    }
}

#[derive(Default)]
struct Place {
    old: u64,
    new: u64,
    /// Lines of the hunk that are still to come, on both sides.
    left: (u64, u64),
    old_name: String,
    /// Rows that are shown so far, of all files.
    all_rows: usize,
}

impl Place {
    fn is_outside(&self) -> bool {
        self.left == (0, 0)
    }

    fn take(&mut self, file: &mut DiffFile, line: &str) {
        let row = if let Some(hunk) = line.strip_prefix("@@ ").filter(|_| self.is_outside()) {
            self.enter(hunk);
            Row::of("hunk", (None, None), line)
        } else if self.is_outside() {
            Row::of("note", (None, None), line)
        } else {
            self.step(file, line)
        };
        if file.rows.len() < MAX_ROWS && self.all_rows < MAX_ALL_ROWS {
            file.rows.push(row);
            self.all_rows += 1;
        } else {
            file.hidden += 1;
        }
    }

    fn enter(&mut self, hunk: &str) {
        let side = |text: &str| {
            let (from, count) = text.split_once(',').unwrap_or((text, "1"));
            Some((from.get(1..)?.parse().ok()?, count.parse().ok()?))
        };
        let mut words = hunk.split(' ');
        let (old, new) = (words.next().and_then(side), words.next().and_then(side));
        if let (Some((old, before)), Some((new, after))) = (old, new) {
            (self.old, self.new, self.left) = (old, new, (before, after));
        }
    }

    fn step(&mut self, file: &mut DiffFile, line: &str) -> Row {
        let (old, new) = (self.old, self.new);
        let text = line.get(1..).unwrap_or_default();
        match line.as_bytes().first() {
            Some(b'-') => {
                file.removed += 1;
                self.old += 1;
                self.left.0 = self.left.0.saturating_sub(1);
                Row::of("del", (Some(old), None), text)
            }
            Some(b'+') => {
                file.added += 1;
                self.new += 1;
                self.left.1 = self.left.1.saturating_sub(1);
                Row::of("add", (None, Some(new)), text)
            }
            Some(b'\\') => Row::of("note", (None, None), line),
            Some(_) | None => {
                (self.old, self.new) = (old + 1, new + 1);
                self.left = (self.left.0.saturating_sub(1), self.left.1.saturating_sub(1));
                Row::of("", (Some(old), Some(new)), text)
            }
        }
    }
}

impl Row {
    fn of(class: &'static str, (old, new): (Option<u64>, Option<u64>), text: &str) -> Self {
        let number = |side: Option<u64>| side.map(|number| number.to_string()).unwrap_or_default();
        let sign = match class {
            "add" => "+",
            "del" => "−",
            _ => "",
        };
        let text = text.chars().take(MAX_CHARS).collect();
        Self { class, old: number(old), new: number(new), sign, text }
    }

    fn nothing() -> Self {
        Self::of("void", (None, None), "")
    }
}

impl DiffFile {
    /// The rows side by side: what was taken away beside what came in its place.
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let (mut gone, mut come): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
        for row in &self.rows {
            match row.class {
                "del" => gone.push(row.clone()),
                "add" => come.push(row.clone()),
                _ => {
                    flush(&mut pairs, &mut gone, &mut come);
                    pairs.push(Pair { left: row.clone(), right: row.clone() });
                }
            }
        }
        flush(&mut pairs, &mut gone, &mut come);
        pairs
    }
}

fn flush(pairs: &mut Vec<Pair>, gone: &mut Vec<Row>, come: &mut Vec<Row>) {
    let count = gone.len().max(come.len());
    let (mut gone, mut come) = (gone.drain(..), come.drain(..));
    pairs.extend((0..count).map(|_| Pair {
        left: gone.next().unwrap_or_else(Row::nothing),
        right: come.next().unwrap_or_else(Row::nothing),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n x\n--- old\n+++ new\n z\n\
        diff b.sh\nmode 100644 becomes 100755\ndiff c.py\ndeleted, mode 100644\n\
        --- a/c.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n\
        diff e.py\nrenamed from d/e.py\n--- a/d/e.py\n+++ b/e.py\n@@ -1 +1 @@\n-1\n+renamed by 2\n\
        diff d/e.py\nrenamed to e.py\n";

    #[test]
    fn lines_that_look_like_heads_stay_lines() {
        let files = files(DIFF);

        let told: Vec<(&str, usize, usize)> =
            files.iter().map(|file| (file.path.as_str(), file.added, file.removed)).collect();
        let wanted =
            [("a.py", 1, 1), ("b.sh", 0, 0), ("c.py", 0, 1), ("e.py", 1, 1), ("d/e.py", 0, 0)];
        assert_eq!(told, wanted);
        let texts: Vec<&str> = files[0].rows.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["@@ -1,3 +1,3 @@", "x", "-- old", "++ new", "z"]);
    }

    #[test]
    fn a_file_that_moved_is_one_file_under_its_new_name_with_what_it_was() {
        let files = files(DIFF);

        let told: Vec<&str> = files.iter().map(|file| file.renamed.as_str()).collect();
        assert_eq!(told, ["", "", "", "renamed from d/e.py", "renamed to e.py"]);
    }

    #[test]
    fn all_files_together_have_a_bound_and_each_says_what_is_not_shown() {
        let one = |at: usize| {
            let lines = "+x\n".repeat(1_999);
            format!("diff {at}.py\n--- /dev/null\n+++ b/{at}.py\n@@ -0,0 +1,1999 @@\n{lines}")
        };
        let diff: String = (0..8).map(one).collect();

        let files = files(&diff);

        let told: Vec<(usize, usize)> =
            files.iter().map(|file| (file.rows.len(), file.hidden)).collect();
        assert_eq!(told[..6], [(2_000, 0); 6]);
        assert_eq!(told[6..], [(0, 2_000); 2]);
        assert!(files.iter().all(|file| file.added == 1_999));
    }

    #[test]
    fn side_by_side_what_came_stands_beside_what_went() {
        let files = files(DIFF);

        let pairs = files[0].pairs();

        let changed = &pairs[2];
        assert_eq!((changed.left.old.as_str(), changed.left.text.as_str()), ("2", "-- old"));
        assert_eq!((changed.right.new.as_str(), changed.right.text.as_str()), ("2", "++ new"));
        assert_eq!(pairs.len(), 4);
    }
}
