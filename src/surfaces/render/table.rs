//! Draws tables: in columns, or row by row where those are too wide.
//!
//! The last column may be wrapped by words: the first ones hold the ids that a person copies into the next command. On a terminal too narrow for
//! that each row is drawn as names and values. Lines of a pipe are never broken.

use crate::surfaces::render::cell::escaped;
use crate::surfaces::render::fields;
use crate::surfaces::render::ink::{Hue, Look, columns};
use crate::surfaces::render::marked;
use crate::surfaces::render::wrap::wrap;
use record::domain::text::Untrusted;
use work::contract::page::{Cell, Tone};

/// Columns between two cells.
const GAP: usize = 2;
/// The last column is never narrower than this.
const LEAST: usize = 12;

/// Draws a table without rules.
pub fn draw(head: &[String], rows: &[Vec<Cell>], look: &Look) -> String {
    let head: Vec<String> = head.iter().map(|name| Untrusted(name).line(200)).collect();
    let texts: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| one_line(cell, look)).collect()).collect();
    let Some(last) = head.len().checked_sub(1) else { return String::new() };
    let widths: Vec<usize> = (0..=last).map(|column| widest(&head, &texts, column)).collect();
    let before: usize = widths.iter().take(last).map(|width| width + GAP).sum();
    let room = match look.width {
        Some(width) => match room_for_last(&texts, last, before, width, &widths) {
            Some(room) => Some(room),
            None => return by_rows(&head, rows, look),
        },
        None => None,
    };
    let titles: Vec<String> =
        head.iter().map(|name| look.ink.paint(name, Hue::of(Tone::Strong))).collect();
    let mut lines = vec![line(&head, &titles, &widths, before, None)];
    for (row, texts) in rows.iter().zip(&texts) {
        let painted: Vec<String> =
            row.iter().zip(texts).map(|(cell, text)| marked::paint(cell, text, look)).collect();
        lines.push(line(texts, &painted, &widths, before, room));
    }
    lines.join("\n")
}

fn one_line(cell: &Cell, look: &Look) -> String {
    let text = escaped(cell, look);
    text.trim().replace(['\n', '\t'], " ")
}

fn widest(head: &[String], texts: &[Vec<String>], column: usize) -> usize {
    let cells = texts.iter().filter_map(|row| row.get(column));
    cells.chain(head.get(column)).map(|text| columns(text)).max().unwrap_or(0)
}

/// Finds the columns left for the last cell; none where it could not hold its words.
fn room_for_last(
    texts: &[Vec<String>],
    last: usize,
    before: usize,
    width: usize,
    widths: &[usize],
) -> Option<usize> {
    let natural = widths.get(last).copied().unwrap_or(0);
    let room = width.saturating_sub(before);
    if natural <= room {
        return Some(room);
    }
    let words = texts.iter().filter_map(|row| row.get(last)).flat_map(|text| text.split(' '));
    let longest = words.map(columns).max().unwrap_or(0);
    (room >= longest.max(LEAST)).then_some(room)
}

/// Draws one row: cells padded to their columns, the last one wrapped.
fn line(
    texts: &[String],
    painted: &[String],
    widths: &[usize],
    before: usize,
    room: Option<usize>,
) -> String {
    let mut drawn = String::new();
    let last = painted.len().saturating_sub(1);
    for (index, (text, cell)) in texts.iter().zip(painted).enumerate() {
        if index == last {
            let gap = format!("\n{}", " ".repeat(before));
            drawn.push_str(&wrap(cell, room, "").replace('\n', &gap));
        } else {
            let width = widths.get(index).copied().unwrap_or(0);
            drawn.push_str(cell);
            drawn.push_str(&" ".repeat((width + GAP).saturating_sub(columns(text))));
        }
    }
    drawn.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Draws every row as names and values; cells without text, or with the dash that says there is nothing, are left out.
fn by_rows(head: &[String], rows: &[Vec<Cell>], look: &Look) -> String {
    let drawn = rows.iter().map(|row| {
        let tells = |cell: &Cell| !matches!(cell.text.trim(), "" | "-");
        let named = head.iter().zip(row).filter(|(_, cell)| tells(cell));
        let fields: Vec<(String, Cell)> =
            named.map(|(name, cell)| (name.clone(), cell.clone())).collect();
        fields::draw(&fields, look)
    });
    drawn.collect::<Vec<_>>().join("\n\n")
}
