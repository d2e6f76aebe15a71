//! Draws a page, block by block.
//!
//! Commands build pages out of blocks (`contract/page.rs`) and know no terminal; this file alone decides how blocks look
//! and where an empty line stands. Everything in a page is taken for hostile text and escaped.

use crate::surfaces::render::cell::draw_cell;
use crate::surfaces::render::ink::{Hue, Look};
use crate::surfaces::render::wrap::{painted_columns, wrap, wrap_source};
use crate::surfaces::render::{chart, code, diff, fields, table, typed};
use record::domain::text::Untrusted;
use work::contract::page::{Block, Cell, Page, Tone};

/// Columns before a line of a diff: whether it comes or goes.
const SIGNS: usize = 1;

/// Columns between the number of a line of source and the line.
const MARGIN: usize = 3;

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
    let (ink, width) = (look.ink, look.width);
    match block {
        Block::Title(text) => {
            wrap(&ink.paint(&Untrusted(text).terminal(), Some(Hue::Bold)), width, "")
        }
        Block::Fields(fields) => fields::draw(fields, look),
        Block::Table { head, rows } => table::draw(head, rows, look),
        Block::Code { language, text } => draw_code(language, text, look),
        Block::Diff(text) => wrap_source(&diff::draw(text, look), width, SIGNS),
        Block::Text(cell) => wrap(&typed::line(&draw_cell(cell, look), look.typing), width, ""),
        Block::List(cells) => draw_list(cells, look),
        Block::Quote(text) => draw_quote(text, look),
        // Another format has lines of its own.
        Block::Document(text) => Untrusted(text).terminal(),
        Block::Chart { title, points } => chart::draw(title, points, look),
        Block::Next(steps) => draw_steps(steps, look),
    }
}

fn draw_list(cells: &[Cell], look: &Look) -> String {
    let lines = cells.iter().map(|cell| {
        let text = typed::line(&draw_cell(cell, look), look.typing).replace('\n', "\n  ");
        wrap(&format!("- {text}"), look.width, "  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Numbers the lines, so that no line of the source can be taken for one of ours, in pipes and logs as on a terminal.
fn draw_code(language: &str, text: &str, look: &Look) -> String {
    let text = code::draw(language, text.trim_end_matches('\n'), look);
    let digits = text.split('\n').count().to_string().len();
    let bar = look.ink.paint("|", Some(Hue::Faint));
    let left = look.width.map(|width| width.saturating_sub(digits + MARGIN));
    let mut drawn = String::with_capacity(text.len() * 2);
    for (index, line) in text.split('\n').enumerate() {
        let mut number = (index + 1).to_string();
        for part in wrap_source(line, left, 0).split('\n') {
            drawn.push_str(format!("{number:>digits$} {bar} {part}").trim_end());
            drawn.push('\n');
            number.clear();
        }
    }
    drawn
}

fn draw_quote(text: &str, look: &Look) -> String {
    let bar = look.ink.paint("|", Some(Hue::Faint));
    let text = Untrusted(text.trim_end_matches('\n')).terminal();
    if text.is_empty() {
        return String::new();
    }
    let text = wrap(&text, look.width.map(|width| width.saturating_sub(2)), "");
    let lines = text.split('\n').map(|line| format!("{bar} {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn draw_steps(steps: &[String], look: &Look) -> String {
    let steps = steps.iter().map(|step| {
        let word = look.ink.paint("next:", Hue::of(Tone::Dim));
        let is_command = step.starts_with('/') || step.contains("  ");
        let step = Untrusted(&typed::step(step, look.typing)).terminal();
        let whole = format!("{word} {step}");
        if !is_command || look.width.is_none_or(|width| painted_columns(&whole) <= width) {
            return wrap(&whole, look.width, "  ");
        }
        // A command is made to be copied, so that the terminal alone breaks it, which keeps it one line.
        let (command, told) = step.split_once("  ").unwrap_or((&step, ""));
        let told = wrap(&format!("  {}", told.trim_start()), look.width, "  ");
        let beside = painted_columns(&format!("{word} {command}"));
        let gap = if look.width.is_none_or(|width| beside <= width) { ' ' } else { '\n' };
        format!("{word}{gap}{command}\n{told}").trim_end().to_owned()
    });
    steps.collect::<Vec<_>>().join("\n")
}
