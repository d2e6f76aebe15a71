//! Reads differences in unified form, which models give though they are asked for edits.
//!
//! A hunk becomes an edit: its context and what it removes are the lines to look for. The numbers of its lines are passed over, since
//! models count badly; an edit has to fit at one place alone. The form is that of `diff -u` (POSIX.1-2024, "Diff -u Output Format").

use crate::providers::blocks::{Piece, pieces};

/// In the place of a path: there is no such file on this side.
const NO_FILE: &str = "/dev/null";

/// Lines that are there, and lines for their place.
pub type Hunk = (Vec<String>, Vec<String>);

/// A line within a hunk that begins with none of the signs of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd(pub String);

/// What a difference does to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHunks {
    /// The path before, where it names one.
    pub before: Option<String>,
    /// The path after, where it names one.
    pub after: Option<String>,
    /// Its hunks, in their order.
    pub hunks: Vec<Hunk>,
}

impl FileHunks {
    /// Whether the file is one that was not there.
    pub fn is_new(&self) -> bool {
        self.before.as_deref() == Some(NO_FILE)
    }

    /// Whether the file goes.
    pub fn is_gone(&self) -> bool {
        self.after.as_deref() == Some(NO_FILE)
    }

    /// The file that it is about, without the letters that Git puts before paths; nothing where it names none, or two.
    pub fn path(&self) -> Option<&str> {
        let bare = |path: &Option<String>, letter: &str| {
            let path = path.as_deref().filter(|path| *path != NO_FILE);
            path.map(|path| path.strip_prefix(letter).unwrap_or(path).to_owned())
        };
        let (before, after) = (bare(&self.before, "a/"), bare(&self.after, "b/"));
        let path = if self.is_gone() { &self.before } else { &self.after };
        let letter = if self.is_gone() { "a/" } else { "b/" };
        let is_one = before.is_none() || after.is_none() || before == after;
        let path = path.as_deref().filter(|_| is_one);
        path.map(|path| path.strip_prefix(letter).unwrap_or(path))
    }

    /// The text of a new file.
    pub fn text(&self) -> String {
        let lines = self.hunks.iter().flat_map(|(_, after)| after);
        lines.flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// Whether a text is a difference and nothing else.
pub fn is_difference(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let has = |start: &str| text.lines().any(|line| line.starts_with(start));
    let is_headed = first.starts_with("diff --git ") || first.starts_with("--- ");
    is_hunk(first) || (is_headed && has("+++ ") && text.lines().any(is_hunk))
}

/// The differences of a reply of which every block is one, or which is one itself, and what it says before the first.
pub fn of_reply(reply: &str) -> Option<(Vec<String>, String)> {
    let pieces = pieces(reply)?;
    let mut blocks = Vec::new();
    let mut said: Option<&str> = None;
    for piece in &pieces {
        match piece {
            Piece::Prose(text) if blocks.is_empty() => said = said.or(Some(text.trim())),
            Piece::Prose(_) => {}
            Piece::Block(block) if block.text.trim().is_empty() => {}
            Piece::Block(block) => blocks.push(block.text.clone()),
        }
    }
    if blocks.is_empty() && is_difference(reply) {
        return Some((vec![reply.to_owned()], String::new()));
    }
    let is_all = !blocks.is_empty() && blocks.iter().all(|block| is_difference(block));
    is_all.then(|| (blocks, said.unwrap_or_default().to_owned()))
}

/// Reads what a difference does to each file.
pub fn read(text: &str) -> Result<Vec<FileHunks>, Odd> {
    let lines: Vec<&str> = text.lines().collect();
    let mut files: Vec<FileHunks> = Vec::new();
    let mut at = 0;
    let mut is_inside = false;
    while let Some(line) = lines.get(at).copied() {
        let next = lines.get(at + 1).copied().unwrap_or_default();
        let heading = line.strip_prefix("--- ").zip(next.strip_prefix("+++ "));
        at += 1;
        if let Some((before, after)) = heading {
            let path = |text: &str| Some(text.split('\t').next().unwrap_or(text).trim().to_owned());
            let (before, after) = (path(before), path(after));
            files.push(FileHunks { before, after, hunks: Vec::new() });
            is_inside = false;
            at += 1;
        } else if is_hunk(line) {
            if files.is_empty() {
                files.push(FileHunks::default());
            }
            if let Some(file) = files.last_mut() {
                file.hunks.push((Vec::new(), Vec::new()));
            }
            is_inside = true;
        } else if line.starts_with("diff --git ") {
            is_inside = false;
        } else if is_inside
            && !line.starts_with('\\')
            && let Some(hunk) = files.last_mut().and_then(|file| file.hunks.last_mut())
        {
            take(hunk, line)?;
        }
    }
    for (before, after) in files.iter_mut().flat_map(|file| &mut file.hunks) {
        // Lines that stand between a hunk and what comes after it.
        while [&*before, &*after].iter().all(|side| side.last().is_some_and(String::is_empty)) {
            before.pop();
            after.pop();
        }
    }
    Ok(files)
}

/// Takes a line of a hunk; the space before an empty one is often lost.
fn take(hunk: &mut Hunk, line: &str) -> Result<(), Odd> {
    let (before, after) = hunk;
    let rest = line.get(1..).unwrap_or_default();
    match line.chars().next() {
        Some('-') => before.push(rest.to_owned()),
        Some('+') => after.push(rest.to_owned()),
        Some(' ') | None => {
            before.push(rest.to_owned());
            after.push(rest.to_owned());
        }
        Some(_) => return Err(Odd(line.trim().to_owned())),
    }
    Ok(())
}

/// Whether a line begins a hunk, with numbers of lines or without.
fn is_hunk(line: &str) -> bool {
    let rest = line.strip_prefix("@@").map(str::trim_start);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '@', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "def add(a, b):\n    return a - b\n\n\ndef twice(a):\n    return a * 3\n";
    const HUNKS: &str = "--- a/sums.py\n+++ b/sums.py\n@@ -10,2 +10,2 @@ anything\n def add(a, b):\n-    return a - b\n+    return a + b\n\n\n@@ -5 +5 @@\n-    return a * 3\n+    return a * 2\n";

    #[test]
    fn a_file_that_holds_a_difference_is_none() {
        let file = format!("TEXT = '''\n{HUNKS}'''\n");

        assert!(!is_difference(&file));
        assert_eq!(of_reply(&format!("Code:\n```python\n{file}```\n")), None);
        assert_eq!(of_reply(&format!("```diff\n{HUNKS}```\n```python\n{CODE}```\n")), None);
    }

    #[test]
    fn a_file_is_named_where_both_sides_name_it() {
        let path = |before: &str, after: &str| {
            let text = format!("--- {before}\n+++ {after}\n@@ -0,0 +1 @@\n+x = 1\n");
            let file = read(&text).unwrap().remove(0);
            (file.path().map(str::to_owned), file.is_new(), file.is_gone())
        };
        let named = |name: &str| Some(name.to_owned());

        assert_eq!(path("a/x.py\t2026", "b/x.py"), (named("x.py"), false, false));
        assert_eq!(path("x.py", "x.py"), (named("x.py"), false, false));
        assert_eq!(path("/dev/null", "b/x.py"), (named("x.py"), true, false));
        assert_eq!(path("a/x.py", "/dev/null"), (named("x.py"), false, true));
        assert_eq!(path("a/x.py", "b/y.py"), (None, false, false));
    }
}
