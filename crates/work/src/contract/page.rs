//! A result laid out in blocks, without colours or widths.
//!
//! A command says what belongs together and how it is meant; each surface decides how to draw it, and escapes every text, for
//! much of it comes from a model or from tested code. The plain form exists for one purpose: its digest says what an owner
//! was shown.

use serde::{Deserialize, Serialize};

use record::domain::digest::Digest;
use record::domain::text::Untrusted;

/// Blocks from top to bottom; surfaces draw them, and escape every text in them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// One block of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Title(String),
    /// Names and values, one a line.
    Fields(Vec<(String, Cell)>),
    /// A table; where it is too wide, its last column is wrapped, or each row is drawn by itself.
    Table {
        /// Column names.
        head: Vec<String>,
        /// Rows of as many cells.
        rows: Vec<Vec<Cell>>,
    },
    /// Source text to be highlighted.
    Code {
        /// The language's word.
        language: String,
        /// The text.
        text: String,
    },
    /// A unified diff.
    Diff(String),
    /// A paragraph.
    Text(Cell),
    /// Lines with a bullet each.
    List(Vec<Cell>),
    /// Text as it came from a program or a model.
    Quote(String),
    /// Finished text of another format, such as Markdown; printed as it is, escaped for the terminal.
    Document(String),
    /// Values over days, drawn in the terminal.
    Chart {
        /// The title above it.
        title: String,
        /// Label and value, in order.
        points: Vec<(String, i64)>,
    },
    /// Commands to type next.
    Next(Vec<String>),
}

/// Counts things in words: `1 record`, `2 records`, `3 entries`.
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// A piece of text with its tone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The text, trusted or not: whoever draws it escapes it.
    pub text: String,
    /// The meaning it has.
    pub tone: Tone,
    /// A picture before the text, drawn on a terminal only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<char>,
    /// The part of the text that stands for all of it, such as the first digits of an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marked: Option<String>,
}

/// The meaning of a piece of text, which a surface turns into a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// It speaks for the proposal.
    Good,
    /// It speaks against it.
    Bad,
    /// The owner should look.
    Warn,
    /// Of little weight.
    Dim,
    /// Of weight.
    Strong,
}

impl Cell {
    /// Makes text in a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone, icon: None, marked: None }
    }

    /// Marks the part of the text that stands for all of it.
    #[must_use]
    pub fn with_mark(self, mark: impl Into<String>) -> Self {
        Self { marked: Some(mark.into()), ..self }
    }

    /// Puts a picture before the text.
    #[must_use]
    pub fn with_icon(self, icon: char) -> Self {
        Self { icon: Some(icon), ..self }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

impl Page {
    /// The lists of what speaks against something: all their cells are warnings.
    #[must_use]
    pub fn warnings(&self) -> Self {
        let is_warning = |cell: &Cell| cell.tone == Tone::Warn;
        let is_list =
            |block: &&Block| matches!(block, Block::List(cells) if cells.iter().all(is_warning));
        Self { blocks: self.blocks.iter().filter(is_list).cloned().collect() }
    }

    /// Makes an empty page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one more block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a heading.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.block(Block::Title(title.into()))
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<Cell>) -> Self {
        self.block(Block::Text(text.into()))
    }

    /// Adds names and values.
    #[must_use]
    pub fn fields<N: Into<String>>(self, fields: impl IntoIterator<Item = (N, Cell)>) -> Self {
        self.block(Block::Fields(
            fields.into_iter().map(|(name, cell)| (name.into(), cell)).collect(),
        ))
    }

    /// Adds a list of lines; nothing where there are none.
    #[must_use]
    pub fn lines(self, lines: Vec<Cell>) -> Self {
        if lines.is_empty() { self } else { self.block(Block::List(lines)) }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn next<N: Into<String>>(self, steps: impl IntoIterator<Item = N>) -> Self {
        self.block(Block::Next(steps.into_iter().map(Into::into).collect()))
    }

    /// Appends another page.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.blocks.extend(other.blocks);
        self
    }

    /// Writes the page as plain text, escaped for a terminal; the digest of what was shown is taken of it.
    pub fn plain(&self) -> String {
        let lines: Vec<String> = self.blocks.iter().flat_map(plain_lines).collect();
        Untrusted(&lines.join("\n")).terminal()
    }

    /// Takes the digest of [`Page::plain`].
    pub fn digest(&self) -> Digest {
        Digest::of(self.plain().as_bytes())
    }
}

fn plain_lines(block: &Block) -> Vec<String> {
    match block {
        Block::Title(text) | Block::Diff(text) | Block::Quote(text) | Block::Document(text) => {
            vec![text.clone()]
        }
        Block::Code { text, language: _ } => vec![text.clone()],
        Block::Fields(fields) => {
            fields.iter().map(|(name, cell)| format!("{name}: {}", cell.text)).collect()
        }
        Block::Table { head, rows } => {
            let row = |cells: &Vec<Cell>| {
                let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
                texts.join("  ")
            };
            std::iter::once(head.join("  ")).chain(rows.iter().map(row)).collect()
        }
        Block::Text(cell) => vec![cell.text.clone()],
        Block::List(cells) => cells.iter().map(|cell| format!("- {}", cell.text)).collect(),
        Block::Chart { title, points } => {
            let point = |(label, value): &(String, i64)| format!("{label}  {value}");
            std::iter::once(title.clone()).chain(points.iter().map(point)).collect()
        }
        Block::Next(steps) => steps.iter().map(|step| format!("next: {step}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_warnings_are_found_wherever_they_stand() {
        let list = |tone| Block::List(vec![Cell::toned("said", tone)]);
        let page = Page::new().block(list(Tone::Warn)).block(list(Tone::Dim)).text("end");

        assert_eq!(page.warnings().blocks, [list(Tone::Warn)]);
        assert!(Page::new().text("end").warnings().blocks.is_empty());
    }
}
