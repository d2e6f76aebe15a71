//! Highlights source text, for terminals with colours and for pages.
//!
//! For a terminal the text is escaped first: what a model wrote may hold sequences that act on it. Text without colours, of an
//! unknown language or beyond `MAX_BYTES` is shown as it is.

use std::sync::LazyLock;

use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::surfaces::render::ink::{Hue, Ink, Look};
use record::domain::text::Untrusted;

/// Longer texts are shown without colours, because highlighting takes time.
const MAX_BYTES: usize = 256 * 1024;

/// What a piece of source text is, as far as colours tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A remark.
    Comment,
    /// A text.
    Text,
    /// A number or another constant.
    Constant,
    /// An operator.
    Operator,
    /// A word of the language.
    Keyword,
    /// A name that is defined.
    Name,
    /// A name that the language brings.
    Builtin,
}

impl Kind {
    /// The class on a page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Comment => "co",
            Self::Text => "st",
            Self::Constant => "nu",
            Self::Operator => "op",
            Self::Keyword => "kw",
            Self::Name => "na",
            Self::Builtin => "bi",
        }
    }

    const fn hue(self) -> Hue {
        match self {
            Self::Comment => Hue::Faint,
            Self::Text => Hue::Green,
            Self::Constant => Hue::Yellow,
            Self::Operator | Self::Builtin => Hue::Cyan,
            Self::Keyword => Hue::Magenta,
            Self::Name => Hue::Blue,
        }
    }
}

/// Kinds by the prefix of a scope; the first prefix that fits the innermost scope wins.
const KINDS: [(&str, Kind); 9] = [
    ("comment", Kind::Comment),
    ("string", Kind::Text),
    ("constant", Kind::Constant),
    ("keyword.operator", Kind::Operator),
    ("keyword", Kind::Keyword),
    ("storage", Kind::Keyword),
    ("entity.name", Kind::Name),
    ("support", Kind::Builtin),
    ("variable.language", Kind::Keyword),
];

/// A line in pieces of one kind each.
pub type Pieces = Vec<(Option<Kind>, String)>;

/// The same as scopes: to compare numbers is quick, to write a scope out as a text is not.
static SCOPES: LazyLock<Vec<(Scope, Kind)>> = LazyLock::new(|| {
    KINDS.iter().filter_map(|(name, kind)| Some((Scope::new(name).ok()?, *kind))).collect()
});

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// Draws source text, highlighted on a terminal with colours.
pub fn draw(language: &str, text: &str, look: &Look) -> String {
    let text = Untrusted(text).terminal();
    if look.ink == Ink::Plain || text.len() > MAX_BYTES {
        return text;
    }
    let Some(syntax) = SYNTAXES.find_syntax_by_token(language) else { return text };
    highlight(&text, syntax).unwrap_or(text)
}

/// Takes a text apart into lines of coloured pieces, without their ends; `None` for a language that nobody knows.
pub fn coloured(language: &str, text: &str) -> Option<Vec<Pieces>> {
    let syntax = SYNTAXES.find_syntax_by_token(language)?;
    let whole = |line: Pieces| {
        line.into_iter().filter_map(|(kind, piece)| {
            let piece = piece.trim_end_matches(['\n', '\r']);
            (!piece.is_empty()).then(|| (kind, piece.to_owned()))
        })
    };
    Some(pieces(text, syntax)?.into_iter().map(|line| whole(line).collect()).collect())
}

fn highlight(text: &str, syntax: &SyntaxReference) -> Option<String> {
    let mut drawn = String::with_capacity(text.len() * 2);
    for (kind, piece) in pieces(text, syntax)?.into_iter().flatten() {
        drawn.push_str(&Ink::Colour.paint(&piece, kind.map(Kind::hue)));
    }
    Some(drawn)
}

fn pieces(text: &str, syntax: &SyntaxReference) -> Option<Vec<Pieces>> {
    let mut state = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let changes = state.parse_line(line, &SYNTAXES).ok()?;
        let mut pieces: Pieces = Vec::new();
        for (piece, change) in ScopeRegionIterator::new(&changes, line) {
            scopes.apply(change).ok()?;
            if !piece.is_empty() {
                pieces.push((kind(&scopes), piece.to_owned()));
            }
        }
        lines.push(pieces);
    }
    Some(lines)
}

fn kind(scopes: &ScopeStack) -> Option<Kind> {
    scopes.as_slice().iter().rev().find_map(|scope| {
        SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, kind)| *kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::render::ink::{Icons, Typing};

    #[test]
    fn keywords_and_strings_of_python_have_colours() {
        let look = Look {
            width: Some(80),
            ink: Ink::Colour,
            icons: Icons::Shown,
            typing: Typing::Session,
        };

        let drawn = draw("python", "def f():\n    return 'a\u{1b}[2J'\n", &look);

        insta::assert_snapshot!(drawn.replace('\u{1b}', "^"), @r"
        ^[35mdef^[0m ^[34mf^[0m():
            ^[35mreturn^[0m ^[32m'^[0m^[32ma^[0m^[33m\x1b^[0m^[32m[2J^[0m^[32m'^[0m
        ");
    }

    #[test]
    fn an_unknown_language_is_shown_as_it_is() {
        let look =
            Look { width: None, ink: Ink::Colour, icons: Icons::Shown, typing: Typing::Session };

        assert_eq!(draw("klingon", "a b", &look), "a b");
    }
}
