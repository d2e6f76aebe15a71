//! Cells to text, escaped and coloured.

use crate::contract::page::Cell;
use crate::surfaces::render::ink::{Hue, Icons, Look};
use record::domain::text::Untrusted;

/// A cell in its tone, its line breaks kept.
pub fn draw_cell(cell: &Cell, look: &Look) -> String {
    look.ink.paint(&escaped(cell, look), Hue::of(cell.tone))
}

/// The escaped text of a cell, after its icon where there is a terminal.
pub fn escaped(cell: &Cell, look: &Look) -> String {
    let text = Untrusted(&cell.text).terminal();
    match (look.icons, cell.icon) {
        (Icons::Shown, Some(icon)) if !icon.is_control() => format!("{icon} {text}"),
        (Icons::Shown | Icons::Dropped, _) => text,
    }
}
