//! Draws a page, block by block.
//!
//! Commands build pages out of blocks (`contract/page.rs`) and know no terminal; this file alone decides how blocks look
//! and where an empty line stands. Everything in a page is taken for hostile text and escaped.

use crate::contract::page::{Block, Cell, Page, Tone};
use crate::surfaces::render::cell::draw_cell;
use crate::surfaces::render::ink::{Hue, Look, columns};
use crate::surfaces::render::{chart, code, diff, table};
use record::domain::text::Untrusted;

/// Draws a page as text that ends with a newline; blocks are separated by an empty line.
pub fn draw(page: &Page, look: &Look) -> String {
    let mut drawn = String::new();
    let mut previous: Option<&Block> = None;
    for block in &page.blocks {
        let text = draw_block(block, look);
        let text = text.trim_end_matches('\n');
        if text.is_empty() {
            continue;
        }
        if previous.is_some_and(|previous| !belongs_together(previous, block)) {
            drawn.push('\n');
        }
        drawn.push_str(text);
        drawn.push('\n');
        previous = Some(block);
    }
    drawn
}

fn belongs_together(previous: &Block, next: &Block) -> bool {
    matches!(previous, Block::Title(_))
        || matches!((previous, next), (Block::Text(_), Block::Text(_) | Block::List(_)))
}

fn draw_block(block: &Block, look: &Look) -> String {
    match block {
        Block::Title(text) => look.ink.paint(&Untrusted(text).terminal(), Some(Hue::Bold)),
        Block::Fields(fields) => draw_fields(fields, look),
        Block::Table { head, rows } => table::draw(head, rows, look),
        Block::Code { language, text } => code::draw(language, text, look),
        Block::Diff(text) => diff::draw(text, look),
        Block::Text(cell) => draw_cell(cell, look),
        Block::List(cells) => draw_list(cells, look),
        Block::Quote(text) => draw_quote(text, look),
        Block::Document(text) => Untrusted(text).terminal(),
        Block::Chart { title, points } => chart::draw(title, points, look),
        Block::Next(steps) => draw_steps(steps, look),
    }
}

fn draw_fields(fields: &[(String, Cell)], look: &Look) -> String {
    let names: Vec<String> = fields.iter().map(|(name, _)| Untrusted(name).line(60)).collect();
    let widest = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    let lines = names.iter().zip(fields).map(|(name, (_, cell))| {
        let gap = " ".repeat(widest - columns(name));
        let name = look.ink.paint(name, Some(Hue::Faint));
        let value = draw_cell(cell, look).replace('\n', &format!("\n{}", " ".repeat(widest + 2)));
        format!("{name}{gap}  {value}").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn draw_list(cells: &[Cell], look: &Look) -> String {
    let lines = cells.iter().map(|cell| {
        let text = draw_cell(cell, look).replace('\n', "\n  ");
        format!("- {text}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn draw_quote(text: &str, look: &Look) -> String {
    let bar = look.ink.paint("|", Some(Hue::Faint));
    let text = Untrusted(text.trim_end_matches('\n')).terminal();
    if text.is_empty() {
        return String::new();
    }
    let lines = text.split('\n').map(|line| format!("{bar} {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn draw_steps(steps: &[String], look: &Look) -> String {
    let steps = steps.iter().map(|step| {
        let word = look.ink.paint("next:", Hue::of(Tone::Dim));
        format!("{word} {}", Untrusted(step).terminal())
    });
    steps.collect::<Vec<_>>().join("\n")
}
