//! Paints a cell of which a part is to be typed.
//!
//! An id is told from all others by its first digits: they stand out, and the rest steps back. Without colours nothing is marked, because a
//! sign within an id would be copied with it.

use crate::surfaces::render::ink::{Hue, Ink, Look};
use work::contract::page::Cell;

/// Paints escaped text in the tone of its cell, the marked part stronger than the rest.
pub fn paint(cell: &Cell, text: &str, look: &Look) -> String {
    let Some(mark) = cell.marked.as_deref().filter(|_| look.ink == Ink::Colour) else {
        return look.ink.paint(text, Hue::of(cell.tone));
    };
    // The mark begins the digits, and may be found in the word before them too: `a` is in `proposal`.
    let (kind, digits) = text.split_at(text.find('_').map_or(0, |place| place + 1));
    match digits.strip_prefix(mark) {
        Some(rest) => format!(
            "{}{}{}",
            faint(kind, look),
            look.ink.paint(mark, Some(Hue::Bold)),
            faint(rest, look)
        ),
        None => look.ink.paint(text, Hue::of(cell.tone)),
    }
}

fn faint(text: &str, look: &Look) -> String {
    if text.is_empty() { String::new() } else { look.ink.paint(text, Some(Hue::Faint)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::render::ink::{Icons, Typing};

    #[test]
    fn the_digits_that_tell_an_id_apart_stand_out() {
        let colour =
            Look { width: None, ink: Ink::Colour, icons: Icons::Shown, typing: Typing::Session };
        for (mark, rest) in [("7c2", "e91aa0b1d"), ("a", "c26fdcbffc9"), ("a", "a")] {
            let cell = Cell::from(format!("proposal_{mark}{rest}")).with_mark(mark);

            let painted = paint(&cell, &cell.text, &colour);

            let expected = format!(
                "\u{1b}[2mproposal_\u{1b}[0m\u{1b}[1m{mark}\u{1b}[0m\u{1b}[2m{rest}\u{1b}[0m"
            );
            assert_eq!(painted, expected);
            assert_eq!(paint(&cell, &cell.text, &Look::PLAIN), cell.text);
        }
    }
}
