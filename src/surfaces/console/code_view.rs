//! Files as numbered lines, with colours for the language and an edge for what ran.
//!
//! A size gate keeps a page readable and quick: a large file is shown by its first lines until all of it is asked for, and beyond a
//! bound without colours. Colours are names of classes; no style comes from a text.

use std::collections::BTreeSet;

use crate::surfaces::console::colours;
use crate::surfaces::console::marks::counted;
use crate::surfaces::render::code::Kind;
use record::domain::role::Role;
use record::domain::source::SourceFile;

/// Lines of a file that are shown before all are asked for.
const FIRST_LINES: usize = 500;
/// Lines from which on a file has to be asked for.
const MANY_LINES: usize = 2_000;
/// Bytes from which on a file has to be asked for.
const MANY_BYTES: usize = 256 << 10;
/// Most bytes of a file that are coloured.
const MAX_COLOURED: usize = 64 << 10;
/// Most characters of one line.
const MAX_LINE_CHARS: usize = 2_000;

/// How much of a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Its first lines, where it is large.
    Gated,
    /// The same, and at most so many lines.
    First(usize),
    /// All of it.
    Whole,
}

/// A piece of a line in one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The class; empty for none.
    pub class: &'static str,
    /// The text.
    pub text: String,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// What its edge says: `hit`, `miss`, or nothing.
    pub edge: &'static str,
    /// Its text.
    pub pieces: Vec<Piece>,
}

/// The lines that ran, and those that did not, of those that can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// Lines that ran.
    pub hit: BTreeSet<u32>,
    /// Lines that never ran.
    pub missed: BTreeSet<u32>,
}

/// A file as it is shown.
#[derive(Clone, Debug)]
pub struct CodeFile {
    /// Where it lies.
    pub path: String,
    /// What it is called among all files of a page.
    pub label: String,
    /// The beginning of its anchors.
    pub anchor: String,
    /// What it is for.
    pub role: &'static str,
    /// How large it is, in words.
    pub size: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Lines that are not shown.
    pub hidden: usize,
    /// What its edges say, in words.
    pub told: String,
    /// Whether it is folded.
    pub fold: Fold,
}

/// Whether a file is shown at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// It is.
    Open,
    /// One of so many that their heads are a table of contents.
    Many,
    /// It stands beside what is decided on: not on paper either, unless it was unfolded.
    Beside,
}

impl Fold {
    /// Its classes.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Open | Self::Many => "",
            Self::Beside => " rest",
        }
    }
}

impl CodeFile {
    /// Makes a file that is shown.
    pub fn of(file: &SourceFile, index: usize, edges: &Edges, extent: Extent) -> Self {
        let text = file.text();
        let path = file.path.to_string();
        let language = path.rsplit_once('.').map_or("", |(_, end)| end).to_owned();
        Self {
            role: match file.role {
                Role::Code => "code",
                Role::Test => "tests",
                Role::Support => "support",
            },
            ..Self::of_text(&path, &language, &text, (index, edges, extent))
        }
    }

    /// Makes a text that is shown as a file of this name.
    pub fn of_text(
        path: &str,
        language: &str,
        text: &str,
        (index, edges, extent): (usize, &Edges, Extent),
    ) -> Self {
        let count = text.lines().count();
        let is_large = count > MANY_LINES || text.len() > MANY_BYTES;
        let gate = if is_large { FIRST_LINES } else { usize::MAX };
        let shown = match extent {
            Extent::Gated => gate,
            Extent::First(most) => gate.min(most),
            Extent::Whole => usize::MAX,
        };
        let colours = (text.len() <= MAX_COLOURED).then(|| colours::of(language, text)).flatten();
        let lines: Vec<Vec<Piece>> = match colours {
            Some(lines) => lines.iter().take(shown).map(|line| pieces(line)).collect(),
            None => text.lines().take(shown).map(plain).collect(),
        };
        let anchor = format!("f{index}");
        let number = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
        let lines: Vec<Line> = lines
            .into_iter()
            .enumerate()
            .map(|(at, pieces)| Line { number: number(at), edge: edges.at(number(at)), pieces })
            .collect();
        Self {
            path: path.to_owned(),
            label: path.to_owned(),
            anchor,
            role: "",
            size: format!("{}, {}", counted(count, "line"), counted(text.len(), "byte")),
            hidden: count.saturating_sub(lines.len()),
            lines,
            told: edges.told(),
            fold: Fold::Open,
        }
    }
}

impl Edges {
    fn at(&self, line: u32) -> &'static str {
        if self.missed.contains(&line) {
            "miss"
        } else if self.hit.contains(&line) {
            "hit"
        } else {
            ""
        }
    }

    fn told(&self) -> String {
        match (self.hit.len(), self.missed.len()) {
            (0, 0) => String::new(),
            (_, 0) => "every line that can run ran".to_owned(),
            (_, 1) => "1 line never ran".to_owned(),
            (_, missed) => format!("{missed} lines never ran"),
        }
    }
}

fn plain(line: &str) -> Vec<Piece> {
    pieces(&[(None, line.to_owned())])
}

/// Cuts a line that is longer than anybody reads, and says by how much.
fn pieces(line: &[(Option<Kind>, String)]) -> Vec<Piece> {
    let mut left = MAX_LINE_CHARS;
    let mut cut = 0;
    let mut made = Vec::new();
    for (kind, text) in line {
        let count = text.chars().count();
        let kept: String = text.chars().take(left).collect();
        cut += count.saturating_sub(left);
        left = left.saturating_sub(count);
        if !kept.is_empty() {
            made.push(Piece { class: kind.map_or("", Kind::word), text: kept });
        }
    }
    if cut > 0 {
        made.push(Piece { class: "cut", text: format!(" … {cut} more characters") });
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, extent: Extent) -> CodeFile {
        CodeFile::of_text("a.py", "py", text, (1, &Edges::default(), extent))
    }

    #[test]
    fn a_large_file_is_shown_by_its_first_lines_until_all_is_asked_for() {
        let text = "x = 1\n".repeat(3_000);

        let (gated, whole) = (shown(&text, Extent::Gated), shown(&text, Extent::Whole));

        assert_eq!((gated.lines.len(), gated.hidden), (500, 2_500));
        let few = shown(&text, Extent::First(20));
        assert_eq!((few.lines.len(), few.hidden), (20, 2_980));
        assert_eq!((whole.lines.len(), whole.hidden), (3_000, 0));
    }

    #[test]
    fn a_line_of_a_mebibyte_is_cut_and_says_so() {
        let file = shown(&"y".repeat(1 << 20), Extent::Whole);

        let pieces = &file.lines[0].pieces;
        assert_eq!(pieces[0].text.len(), 2_000);
        assert_eq!(pieces[1].text, " … 1046576 more characters");
    }

    #[test]
    fn colours_are_classes_and_lines_stay_lines() {
        let file = shown("def f():\n    '''a\n    b'''\n", Extent::Gated);

        let texts: Vec<String> = file
            .lines
            .iter()
            .map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect())
            .collect();
        assert_eq!(texts, ["def f():", "    '''a", "    b'''"]);
        assert_eq!(file.lines[0].pieces[0], Piece { class: "kw", text: "def".to_owned() });
    }
}
