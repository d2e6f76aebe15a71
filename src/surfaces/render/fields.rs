//! Draws names and values: beside each other where there is room, below each other where not.
//!
//! Values are wrapped by words in their own column. Where names would take half of a line, or a word fits a line but not the column, the
//! value goes below its name.

use crate::surfaces::render::cell::draw_cell;
use crate::surfaces::render::ink::{Hue, Look, columns};
use crate::surfaces::render::wrap::{painted_columns, wrap};
use record::domain::text::Untrusted;
use work::contract::page::Cell;

/// Columns between a name and its value.
const GAP: usize = 2;

/// Draws fields, one below the other.
pub fn draw(fields: &[(String, Cell)], look: &Look) -> String {
    let drawn: Vec<(String, String)> = fields
        .iter()
        .map(|(name, cell)| (Untrusted(name).line(60), draw_cell(cell, look)))
        .collect();
    let widest = drawn.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let lines = drawn.iter().map(|(name, value)| field(name, value, widest + GAP, look));
    lines.collect::<Vec<_>>().join("\n")
}

fn field(name: &str, value: &str, column: usize, look: &Look) -> String {
    let painted = look.ink.paint(name, Some(Hue::Faint));
    let room = look.width.map(|width| width.saturating_sub(column));
    let (value, hang) = match (look.width, room) {
        (Some(width), Some(room)) if column * 2 > width || is_cramped(value, room, width) => {
            let below = wrap(value, Some(width.saturating_sub(GAP)), "");
            if value.is_empty() {
                return wrap(&painted, look.width, "");
            }
            return format!("{}\n{}", wrap(&painted, look.width, ""), indented(&below, GAP));
        }
        _ => (wrap(value, room, ""), column),
    };
    let gap = " ".repeat(column.saturating_sub(columns(name)));
    let value = indented(&value, hang);
    format!("{painted}{gap}{}", value.trim_start_matches(' ')).trim_end().to_owned()
}

/// Tells whether a word would be broken beside its name and not below it.
fn is_cramped(value: &str, room: usize, width: usize) -> bool {
    let wide = value.split_whitespace().map(painted_columns);
    wide.max().is_some_and(|wide| wide > room && room + GAP < width)
}

fn indented(text: &str, columns: usize) -> String {
    let gap = " ".repeat(columns);
    let lines = text.split('\n').map(|line| format!("{gap}{line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}
