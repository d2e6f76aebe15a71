//! Draws values over days as a line of Braille dots.
//!
//! Files and pipes get one line per value instead, because a program can read numbers and cannot read dots. The scale
//! begins at zero, so that a small change looks small.

use textplots::{Chart, Plot as _, Shape};

use crate::surfaces::render::ink::{Hue, Icons, Look, columns};
use crate::surfaces::render::wrap::wrap;
use record::domain::text::Untrusted;

/// Rows of dots; a character holds four of them.
const DOT_ROWS: u32 = 32;
/// Columns that labels beside the picture may take.
const MARGIN: usize = 24;

/// Draws a chart on a terminal, and the values in lines everywhere else.
pub fn draw(title: &str, points: &[(String, i64)], look: &Look) -> String {
    let title = look.ink.paint(&Untrusted(title).line(200), Some(Hue::Bold));
    let title = wrap(&title, look.width, "");
    let body = match (look.icons, points) {
        (_, []) => "no values".to_owned(),
        (Icons::Shown, [first, .., last]) => picture(points, first, last, look),
        // A line needs two ends: one day is drawn as level.
        (Icons::Shown, [only]) => {
            picture(&[only.clone(), (String::new(), only.1)], only, &(String::new(), only.1), look)
        }
        (Icons::Dropped, _) => values(points),
    };
    format!("{title}\n{body}")
}

fn values(points: &[(String, i64)]) -> String {
    let lines =
        points.iter().map(|(label, value)| format!("{}  {value}", Untrusted(label).line(60)));
    lines.collect::<Vec<_>>().join("\n")
}

#[expect(clippy::cast_precision_loss, reason = "a dot is far coarser than the rounding")]
fn picture(
    points: &[(String, i64)],
    first: &(String, i64),
    last: &(String, i64),
    look: &Look,
) -> String {
    let characters = look.width.unwrap_or(80).saturating_sub(MARGIN).clamp(20, 100);
    let dots = u32::try_from(characters * 2).unwrap_or(120);
    let highest = points.iter().map(|(_, value)| *value).max().unwrap_or(0);
    let series: Vec<(f32, f32)> = points
        .iter()
        .enumerate()
        .map(|(index, (_, value))| (index as f32, *value as f32))
        .collect();
    let end = points.len().saturating_sub(1) as f32;
    let top = if highest > 0 { highest as f32 } else { 1.0 };
    let shape = Shape::Lines(&series);
    let mut chart = Chart::new_with_y_range(dots, DOT_ROWS, 0.0, end, 0.0, top);
    let drawn = chart.lineplot(&shape);
    drawn.figures();
    let frame = drawn.frame();
    let rows: Vec<&str> = frame.trim_end().split('\n').collect();
    let labelled = rows.iter().enumerate().map(|(index, row)| {
        let row = row.trim_end();
        let gap = " ".repeat(characters.saturating_sub(columns(row)));
        match index {
            0 => format!("{row}{gap}  {highest}"),
            _ if index + 1 == rows.len() => format!("{row}{gap}  0"),
            _ => row.to_owned(),
        }
    });
    let (left, right) = (Untrusted(&first.0).line(30), Untrusted(&last.0).line(30));
    let gap = characters.saturating_sub(columns(&left) + columns(&right)).max(1);
    let labels = format!("{left}{}{right}", " ".repeat(gap));
    labelled.chain([labels]).collect::<Vec<_>>().join("\n")
}
