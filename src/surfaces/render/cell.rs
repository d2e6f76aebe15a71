//! Draws one cell: escaped, with its icon, in its colour.
//!
//! Escaping comes before colouring here as everywhere in `render/`. Tables ask for the text alone, because they colour and
//! cut in their own way.

use crate::surfaces::render::ink::{Hue, Icons, Look};
use record::domain::text::Untrusted;
use work::contract::page::Cell;

/// Draws a cell in its tone, its line breaks kept.
pub fn draw_cell(cell: &Cell, look: &Look) -> String {
    look.ink.paint(&escaped(cell, look), Hue::of(cell.tone))
}

/// Returns the escaped text of a cell, after its icon where there is a terminal.
pub fn escaped(cell: &Cell, look: &Look) -> String {
    let text = Untrusted(&cell.text).terminal();
    match (look.icons, cell.icon) {
        (Icons::Shown, Some(icon)) if !icon.is_control() => format!("{icon} {text}"),
        (Icons::Shown | Icons::Dropped, _) => text,
    }
}
