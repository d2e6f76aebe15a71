//! Highlights source text on a terminal with colours.
//!
//! The text is escaped first: what a model wrote may hold sequences that act on a terminal. Text without colours, of an
//! unknown language or beyond `MAX_BYTES` is shown as it is.

use std::sync::LazyLock;

use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use crate::surfaces::render::ink::{Hue, Ink, Look};
use record::domain::text::Untrusted;

/// Longer texts are shown without colours, because highlighting takes time.
const MAX_BYTES: usize = 256 * 1024;

/// Hues by the prefix of a scope; the first prefix that fits the innermost scope wins.
const HUES: [(&str, Hue); 9] = [
    ("comment", Hue::Faint),
    ("string", Hue::Green),
    ("constant", Hue::Yellow),
    ("keyword.operator", Hue::Cyan),
    ("keyword", Hue::Magenta),
    ("storage", Hue::Magenta),
    ("entity.name", Hue::Blue),
    ("support", Hue::Cyan),
    ("variable.language", Hue::Magenta),
];

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

fn highlight(text: &str, syntax: &SyntaxReference) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let mut drawn = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let changes = state.parse_line(line, &SYNTAXES).ok()?;
        for (piece, change) in ScopeRegionIterator::new(&changes, line) {
            scopes.apply(change).ok()?;
            drawn.push_str(&Ink::Colour.paint(piece, hue(&scopes)));
        }
    }
    Some(drawn)
}

fn hue(scopes: &ScopeStack) -> Option<Hue> {
    scopes.as_slice().iter().rev().find_map(|scope| {
        let name = scope.build_string();
        HUES.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, hue)| *hue)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::render::ink::Icons;

    #[test]
    fn keywords_and_strings_of_python_have_colours() {
        let look = Look { width: Some(80), ink: Ink::Colour, icons: Icons::Shown };

        let drawn = draw("python", "def f():\n    return 'a\u{1b}[2J'\n", &look);

        insta::assert_snapshot!(drawn.replace('\u{1b}', "^"), @r"
        ^[35mdef^[0m ^[34mf^[0m():
            ^[35mreturn^[0m ^[32m'^[0m^[32ma^[0m^[33m\x1b^[0m^[32m[2J^[0m^[32m'^[0m
        ");
    }

    #[test]
    fn an_unknown_language_is_shown_as_it_is() {
        let look = Look { width: None, ink: Ink::Colour, icons: Icons::Shown };

        assert_eq!(draw("klingon", "a b", &look), "a b");
    }
}
