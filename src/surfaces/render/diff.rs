//! Colours the lines of a unified diff.
//!
//! The first characters of a line decide. The names of files begin with the same signs as changes, and are therefore looked
//! at first.

use crate::surfaces::render::ink::{Hue, Look};
use record::domain::text::Untrusted;

/// Draws a unified diff, its lines coloured by their kind.
pub fn draw(text: &str, look: &Look) -> String {
    let text = Untrusted(text).terminal();
    let lines = text.split('\n').map(|line| look.ink.paint(line, hue(line)));
    lines.collect::<Vec<_>>().join("\n")
}

fn hue(line: &str) -> Option<Hue> {
    if line.starts_with("+++") || line.starts_with("---") || line.starts_with("diff ") {
        return Some(Hue::Bold);
    }
    match line.chars().next() {
        Some('+') => Some(Hue::Green),
        Some('-') => Some(Hue::Red),
        Some('@') => Some(Hue::Cyan),
        Some('\\') => Some(Hue::Faint),
        _ => None,
    }
}
