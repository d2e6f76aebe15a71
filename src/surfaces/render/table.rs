//! Draws tables without rules, cut to the width of the terminal.
//!
//! Only the last column is cut, because the first ones hold the ids that a person copies into the next command. Lines of a
//! pipe are never cut.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Color, ContentArrangement, Table};

use crate::contract::page::{Cell, Tone};
use crate::surfaces::render::cell::escaped;
use crate::surfaces::render::ink::{Ink, Look, columns, fit};
use record::domain::text::Untrusted;

/// Columns between two cells.
const GAP: usize = 2;
/// The last column is never cut below this.
const LEAST: usize = 12;

/// Draws a table without rules; the last column is cut to the width of the terminal.
pub fn draw(head: &[String], rows: &[Vec<Cell>], look: &Look) -> String {
    let head: Vec<String> = head.iter().map(|name| Untrusted(name).line(200)).collect();
    let mut texts: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell, look)).collect()).collect();
    if let Some(room) = look.width.and_then(|width| room_for_last(&head, &texts, width)) {
        for last in texts.iter_mut().filter_map(|row| row.get_mut(head.len().saturating_sub(1))) {
            *last = fit(last, room);
        }
    }
    let mut table = Table::new();
    // The library would wrap cells; ours are cut already, and a row stays one line.
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    match look.ink {
        Ink::Colour => table.enforce_styling(),
        Ink::Plain => table.force_no_tty(),
    };
    table.set_header(head.iter().map(|name| toned(name, Tone::Strong, look)));
    for (row, texts) in rows.iter().zip(&texts) {
        table.add_row(row.iter().zip(texts).map(|(cell, text)| toned(text, cell.tone, look)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or(2)));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn one_line(cell: &Cell, look: &Look) -> String {
    let text = escaped(cell, look);
    text.trim().replace(['\n', '\t'], " ")
}

fn room_for_last(head: &[String], texts: &[Vec<String>], width: usize) -> Option<usize> {
    let before = head.len().checked_sub(1)?;
    let widest = |column: usize| {
        let cells = texts.iter().filter_map(|row| row.get(column)).map(|text| columns(text));
        cells.chain(head.get(column).map(|name| columns(name))).max().unwrap_or(0)
    };
    let taken: usize = (0..before).map(|column| widest(column) + GAP).sum();
    Some(width.saturating_sub(taken).max(LEAST))
}

fn toned(text: &str, tone: Tone, look: &Look) -> comfy_table::Cell {
    let cell = comfy_table::Cell::new(text);
    match (look.ink, tone) {
        (Ink::Plain, _) | (Ink::Colour, Tone::Plain) => cell,
        (Ink::Colour, Tone::Good) => cell.fg(Color::DarkGreen),
        (Ink::Colour, Tone::Bad) => cell.fg(Color::DarkRed),
        (Ink::Colour, Tone::Warn) => cell.fg(Color::DarkYellow),
        (Ink::Colour, Tone::Dim) => cell.add_attribute(Attribute::Dim),
        (Ink::Colour, Tone::Strong) => cell.add_attribute(Attribute::Bold),
    }
}
