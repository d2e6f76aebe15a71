//! Colours, widths and icons of the place where output goes.
//!
//! A `Look` is all that drawing knows of a terminal. Only the sixteen colours of the terminal's own palette are used, so
//! that its owner's theme decides how they look.

use unicode_width::UnicodeWidthChar as _;

use work::contract::page::Tone;

/// Permission to colour output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text only.
    Plain,
    /// Select Graphic Rendition sequences around text.
    Colour,
}

/// The width, colours and icons of the place where output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal; none where lines may have any length.
    pub width: Option<usize>,
    /// Colours, or text only.
    pub ink: Ink,
    /// Icons, or words alone.
    pub icons: Icons,
    /// The place where the next command is typed.
    pub typing: Typing,
}

/// The place where a person types commands, which decides how one is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// A session or a script: `/name`.
    Session,
    /// A shell: `saraphina name`.
    Shell,
}

/// Icons beside the words for a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icons {
    /// On a terminal.
    Shown,
    /// Everywhere else: words alone.
    Dropped,
}

impl Look {
    /// Text for a file or a pipe.
    pub const PLAIN: Self =
        Self { width: None, ink: Ink::Plain, icons: Icons::Dropped, typing: Typing::Session };
}

/// A colour of the sixteen that every terminal has, or an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    /// Bold.
    Bold,
    /// Faint.
    Faint,
    /// Red.
    Red,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
    /// Blue.
    Blue,
    /// Magenta.
    Magenta,
    /// Cyan.
    Cyan,
}

impl Hue {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Faint => "2",
            Self::Red => "31",
            Self::Green => "32",
            Self::Yellow => "33",
            Self::Blue => "34",
            Self::Magenta => "35",
            Self::Cyan => "36",
        }
    }

    /// Returns the hue of a tone; plain text has none.
    pub const fn of(tone: Tone) -> Option<Self> {
        match tone {
            Tone::Plain => None,
            Tone::Good => Some(Self::Green),
            Tone::Bad => Some(Self::Red),
            Tone::Warn => Some(Self::Yellow),
            Tone::Dim => Some(Self::Faint),
            Tone::Strong => Some(Self::Bold),
        }
    }
}

impl Ink {
    /// Paints escaped text in a hue; every line gets its own sequence, so that a pager may start anywhere.
    pub fn paint(self, text: &str, hue: Option<Hue>) -> String {
        let (Self::Colour, Some(hue)) = (self, hue) else { return text.to_owned() };
        let painted = text.split('\n').map(|line| match line {
            "" => String::new(),
            _ => format!("\u{1b}[{}m{line}\u{1b}[0m", hue.code()),
        });
        painted.collect::<Vec<_>>().join("\n")
    }
}

/// Counts the columns that text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(|symbol| symbol.width().unwrap_or(0)).sum()
}

/// Cuts text to a number of columns, with an ellipsis where something was cut.
pub fn fit(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut taken = 0;
    for symbol in text.chars() {
        taken += symbol.width().unwrap_or(0);
        if taken + 1 > width {
            break;
        }
        cut.push(symbol);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_columns_and_not_by_characters() {
        assert_eq!(["解析器abc", "abc"].map(|text| fit(text, 5)), ["解析…", "abc"]);
    }

    #[test]
    fn every_line_carries_its_own_colour() {
        let painted = Ink::Colour.paint("a\n\nb", Some(Hue::Red));

        assert_eq!(painted, "\u{1b}[31ma\u{1b}[0m\n\n\u{1b}[31mb\u{1b}[0m");
        assert_eq!(Ink::Plain.paint("a", Some(Hue::Red)), "a");
    }
}
