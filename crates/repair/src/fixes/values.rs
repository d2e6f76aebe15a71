//! Values on a line of Python, found in its tokens.
//!
//! Broken files often do not parse, so fixes look for values in the tokens of a line rather than in a syntax tree.

use crate::broken::Line;
use crate::tokens::{Sort, Token, closing, is_keyword};

/// Values of a line, as stretches of it: names with what they are called or subscripted with, brackets, literals.
pub(super) fn values(line: Line<'_>) -> Vec<(usize, usize)> {
    let tokens = line.tokens();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let follows_dot = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|before| {
            before.text == "." || before.text == "def" || before.text == "for"
        });
        let is_start = match token.sort {
            Sort::Name => !is_keyword(token.text) && !follows_dot,
            Sort::Text | Sort::Number | Sort::Open => true,
            Sort::Close | Sort::Sign => false,
        };
        if !is_start {
            continue;
        }
        found.extend(ends(&tokens, at).into_iter().map(|end| (token.start, end)));
    }
    found
}

/// Finds where a value that begins with a token may end: behind it, and behind each call, subscript and attribute that follows.
fn ends(tokens: &[Token<'_>], first: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = first;
    while let Some(token) = tokens.get(at) {
        let end = if token.sort == Sort::Open { closing(tokens, at) } else { Some(*token) };
        let Some(end) = end else { break };
        found.push(end.end);
        at = tokens
            .iter()
            .position(|other| other.start == end.start)
            .map_or(tokens.len(), |at| at + 1);
        match tokens.get(at) {
            Some(next) if next.sort == Sort::Open && next.start == end.end && next.text != "{" => {}
            Some(next) if next.text == "." => {
                at += 1;
                found.pop();
            }
            _ => break,
        }
    }
    found
}
