//! Parts of the function around a complaint, read from its lines.
//!
//! Headers and docstrings are recognised by text, because the file may not parse.

use super::found::Found;
use crate::broken::Line;
use crate::tokens::is_keyword;

/// The names of the parameters in a header.
pub(super) fn parameters(header: Line<'_>) -> Vec<&str> {
    let tokens = header.tokens();
    let inner = tokens.iter().skip_while(|token| token.text != "(").skip(1);
    let mut found = Vec::new();
    let mut before = "(";
    for token in inner {
        if token.is_name() && matches!(before, "(" | ",") && !is_keyword(token.text) {
            found.push(token.text);
        }
        before = token.text;
    }
    found
}

/// The first line of the function around the complaint behind its docstring.
pub(super) fn first_line<'s>(found: &Found<'_, 's>) -> Option<Line<'s>> {
    first_of(&found.broken.body())
}

/// The first of the lines of a function behind its docstring.
pub(super) fn first_of<'s>(body: &[Line<'s>]) -> Option<Line<'s>> {
    let mut mark: Option<&str> = None;
    for line in body.iter().copied() {
        let text = line.text.trim();
        if let Some(open) = mark {
            mark = if text.contains(open) { None } else { mark };
            continue;
        }
        let prefixed = text.trim_start_matches(['r', 'u', 'R']);
        let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| prefixed.starts_with(quotes));
        match quotes {
            Some(quotes) if text.matches(quotes).count() == 1 => mark = Some(quotes),
            Some(_) => {}
            None if line.is_blank() || prefixed.starts_with(['"', '\'']) => {}
            None => return Some(line),
        }
    }
    None
}
