//! Reads differences in unified form, which models give though they are asked for edits.
//!
//! A hunk becomes an edit: its context and what it removes are the lines to look for. The numbers of its lines are passed over, since
//! models count badly; an edit has to fit at one place alone. The form is that of `diff -u` (POSIX.1-2024, "Diff -u Output Format").

use crate::providers::blocks::{Piece, pieces};

/// In the place of a path: there is no such file on this side.
const NO_FILE: &str = "/dev/null";

/// Lines that are there, and lines for their place.
pub type Hunk = (Vec<String>, Vec<String>);

/// A part that is no change of lines: a line without a sign, a file that only moves, a binary one.
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
    fn of(before: &str, after: &str) -> Self {
        // A time may follow a path.
        let path = |text: &str| text.split('\t').next().unwrap_or(text).trim().to_owned();
        Self { before: Some(path(before)), after: Some(path(after)), hunks: Vec::new() }
    }

    /// Takes a line between the names that Git gives and the first hunk.
    fn take_heading(&mut self, line: &str) {
        let none = || Some(NO_FILE.to_owned());
        if line.starts_with("new file mode ") {
            self.before = none();
        } else if line.starts_with("deleted file mode ") {
            self.after = none();
        }
    }

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
        match (bare(self.before.as_deref(), "a/"), bare(self.after.as_deref(), "b/")) {
            (Some(before), Some(after)) => (before == after).then_some(after),
            (before, after) => before.or(after),
        }
    }

    /// The text of a new file.
    pub fn text(&self) -> String {
        let lines = self.hunks.iter().flat_map(|(_, after)| after);
        lines.flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// A path without the letter before it, where there is a file on this side.
fn bare<'p>(path: Option<&'p str>, letter: &str) -> Option<&'p str> {
    let path = path.filter(|path| *path != NO_FILE)?;
    Some(path.strip_prefix(letter).unwrap_or(path))
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

/// Reads what a difference does to each file; one that has no lines is new, or gone, or nothing that an edit can do.
pub fn read(text: &str) -> Result<Vec<FileHunks>, Odd> {
    let lines: Vec<&str> = text.lines().collect();
    let line = |at: usize| lines.get(at).copied().unwrap_or_default();
    let mut files: Vec<FileHunks> = Vec::new();
    let mut is_inside = false;
    let mut at = 0;
    while at < lines.len() {
        let heading = line(at).strip_prefix("--- ").zip(line(at + 1).strip_prefix("+++ "));
        // Within a hunk such lines may be changes of lines that begin alike.
        let heading = heading.filter(|_| !is_inside || is_hunk(line(at + 2)));
        let both = line(at).strip_prefix("diff --git ");
        if let Some((before, after)) = heading {
            let file = FileHunks::of(before, after);
            // Git has named the two sides before.
            files.pop_if(|known| *known == file);
            files.push(file);
            at += 1;
        } else if let Some(both) = both {
            let sides = both.split_once(" b/");
            files.extend(sides.map(|(before, after)| FileHunks::of(before, &format!("b/{after}"))));
        } else if is_hunk(line(at)) {
            if files.is_empty() {
                files.push(FileHunks::default());
            }
            files.last_mut().into_iter().for_each(|file| file.hunks.push(Hunk::default()));
        } else if is_inside {
            let hunk = files.last_mut().and_then(|file| file.hunks.last_mut());
            hunk.map_or(Ok(()), |hunk| take(hunk, line(at)))?;
        } else if let Some(file) = files.last_mut() {
            file.take_heading(line(at));
        }
        is_inside = (is_inside && heading.is_none() && both.is_none()) || is_hunk(line(at));
        at += 1;
    }
    files.iter_mut().flat_map(|file| &mut file.hunks).for_each(without_end);
    match files.iter().find(|file| file.hunks.is_empty() && !file.is_new() && !file.is_gone()) {
        Some(file) => Err(Odd(file.after.clone().unwrap_or_default())),
        None => Ok(files),
    }
}

/// Takes away empty lines that stand between a hunk and what comes after it.
fn without_end((before, after): &mut Hunk) {
    while [&*before, &*after].iter().all(|side| side.last().is_some_and(String::is_empty)) {
        before.pop();
        after.pop();
    }
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
        Some('\\') => {}
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
    fn files_without_lines_are_new_or_gone_or_refused() {
        let git = |lines: &str| {
            let files = read(&format!("diff --git a/x.py b/x.py\n{lines}{HUNKS}"))?;
            let told =
                |file: &FileHunks| (file.path().unwrap().to_owned(), file.is_new(), file.is_gone());
            Ok(files.iter().map(told).collect::<Vec<_>>())
        };
        let and_sums = |is_new: bool| {
            Ok(vec![("x.py".to_owned(), is_new, !is_new), ("sums.py".to_owned(), false, false)])
        };

        assert_eq!(git("new file mode 100644\nindex 0000000..e69de29\n"), and_sums(true));
        assert_eq!(git("deleted file mode 100644\n"), and_sums(false));
        for odd in [
            "old mode 100644\nnew mode 100755\n",
            "Binary files a/x.py and b/x.py differ\n",
            "rename from x.py\n",
        ] {
            assert_eq!(git(odd), Err(Odd("b/x.py".to_owned())), "{odd}");
        }
    }

    #[test]
    fn lines_that_look_like_the_names_of_files_may_be_changes() {
        let text = "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- old\n+++ 1\n x\n";

        let files = read(text).unwrap();

        let hunk = |line: &str| vec![line.to_owned(), "x".to_owned()];
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].hunks, [(hunk("-- old"), hunk("++ 1"))]);
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
