//! Draws an error, its causes and its hints as lines.
//!
//! Each part has its word in front (`error:`, `caused by:`, `hint:`), so that the lines also make sense without colours and
//! can be searched for.

use crate::surfaces::render::ink::{Hue, Look};
use crate::surfaces::render::typed;
use crate::surfaces::render::wrap::wrap;
use record::domain::text::Untrusted;
use work::contract::error::CommandError;

/// Draws `error:`, `caused by:` and `hint:` lines.
pub fn draw(error: &CommandError, look: &Look) -> String {
    let mut drawn = line("error:", Hue::Red, &error.message, look);
    for cause in &error.causes {
        drawn.push_str(&line("caused by:", Hue::Faint, cause, look));
    }
    for hint in &error.hints {
        let hint = typed::hint(hint, look.typing);
        drawn.push_str(&line("hint:", Hue::Cyan, &hint, look));
    }
    drawn
}

fn line(word: &str, hue: Hue, text: &str, look: &Look) -> String {
    let line = format!("{} {}", look.ink.paint(word, Some(hue)), Untrusted(text).terminal());
    format!("{}\n", wrap(&line, look.width, "  "))
}
