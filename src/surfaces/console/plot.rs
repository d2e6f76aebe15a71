//! Plots as shapes of an SVG, from series of numbers alone.
//!
//! The server draws them, so that they print as lines, have text that a reader can hear, and can be held against a snapshot. Every plot
//! carries its numbers as a table. Places are whole tenths of a unit: no number of a plot depends on a machine.

/// Size of the drawing.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 190.0;
/// Room at the edges: left for numbers, right for names, below for days.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;
/// Lines across.
const STEPS: u32 = 4;
/// Most days that are named.
const MOST_NAMED: usize = 5;
/// What stands in a table for a value that is not known.
pub const UNKNOWN: &str = "–";
/// Least distance between two names.
const APART: f64 = 12.0;

/// A line of a plot.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its values; `None` where there is none.
    pub values: Vec<Option<f64>>,
}

/// A word at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// From the left.
    pub x: String,
    /// From the top.
    pub y: String,
    /// The word.
    pub text: String,
    /// The class of its line.
    pub class: String,
}

/// A stroke, a dot where it is only one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// The class of its line.
    pub class: String,
    /// The points of a line.
    pub points: String,
    /// The place of a lone point.
    pub dot: Option<(String, String)>,
}

/// A plot with its numbers.
#[derive(Clone, Debug, Default)]
pub struct Plot {
    /// Its heading.
    pub title: &'static str,
    /// Its unit and what it counts.
    pub note: &'static str,
    /// What it shows, for whoever cannot see it.
    pub told: String,
    /// Lines across, from the top.
    pub grid: Vec<Word>,
    /// Names below.
    pub below: Vec<Word>,
    /// The lines.
    pub strokes: Vec<Stroke>,
    /// Their names at the right.
    pub names: Vec<Word>,
    /// The head of the table.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

impl Plot {
    /// Draws series over places that have names; the axis starts at 0.
    pub fn of(title: &'static str, note: &'static str, places: &[String], all: &[Series]) -> Self {
        let top = ceiling(all.iter().flat_map(|one| &one.values).flatten().copied());
        let mut names = Vec::new();
        let mut strokes = Vec::new();
        for (index, one) in all.iter().enumerate() {
            let class = format!("s{}", index + 1);
            strokes.extend(lines(&class, one, places.len(), top));
            let last = one.values.iter().rposition(Option::is_some);
            let last = last.and_then(|at| Some((at, one.values.get(at).copied().flatten()?)));
            if let Some((at, value)) = last {
                let (x, y) = (across(at, places.len()) + 8.0, down(value, top) + 4.0);
                names.push((y, Word { x: tenths(x), y: tenths(y), text: one.name.clone(), class }));
            }
        }
        Self {
            title,
            note,
            told: told(title, places, all),
            grid: grid(top),
            below: below(places),
            strokes,
            names: apart(names),
            head: std::iter::once(String::new())
                .chain(all.iter().map(|one| one.name.clone()))
                .collect(),
            rows: rows(places, all),
        }
    }

    /// The file of its numbers.
    pub fn file(&self) -> String {
        file(self.title)
    }

    /// Tells whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }
}

/// Names the file of a figure's numbers.
pub fn file(title: &str) -> String {
    format!("{}.csv", title.to_lowercase().replace(' ', "-"))
}

/// Finds the round number above all values.
fn ceiling(values: impl Iterator<Item = f64>) -> f64 {
    let most = values.fold(0.0_f64, f64::max);
    if most <= 0.0 {
        return 1.0;
    }
    let scale = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 2.0, 4.0, 5.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * scale).find(|top| *top >= most).unwrap_or(most)
}

#[expect(clippy::cast_precision_loss, reason = "a plot has few points")]
fn across(at: usize, count: usize) -> f64 {
    let share = if count < 2 { 0.5 } else { at as f64 / (count - 1) as f64 };
    LEFT + share * (WIDTH - LEFT - RIGHT)
}

fn down(value: f64, top: f64) -> f64 {
    TOP + (1.0 - value / top) * (HEIGHT - TOP - BOTTOM)
}

fn tenths(place: f64) -> String {
    format!("{:.1}", place + 0.0)
}

/// One stroke for each run of values without a gap.
fn lines(class: &str, one: &Series, count: usize, top: f64) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    let mut run: Vec<(String, String)> = Vec::new();
    for (at, value) in one.values.iter().map(Some).chain([None]).enumerate() {
        if let Some(Some(value)) = value {
            run.push((tenths(across(at, count)), tenths(down(*value, top))));
            continue;
        }
        let points = std::mem::take(&mut run);
        let dot = if points.len() == 1 { points.first().cloned() } else { None };
        if !points.is_empty() {
            let points: Vec<String> = points.into_iter().map(|(x, y)| format!("{x},{y}")).collect();
            strokes.push(Stroke { class: class.to_owned(), points: points.join(" "), dot });
        }
    }
    strokes
}

fn grid(top: f64) -> Vec<Word> {
    let line = |step: u32| {
        let value = top * f64::from(step) / f64::from(STEPS);
        let text = if top < 4.0 { format!("{value:.2}") } else { short(value) };
        Word { x: tenths(LEFT), y: tenths(down(value, top)), text, class: String::new() }
    };
    (0..=STEPS).rev().map(line).collect()
}

fn below(places: &[String]) -> Vec<Word> {
    let step = places.len().div_ceil(MOST_NAMED).max(1);
    let named = places.iter().enumerate().filter(|(at, _)| at.is_multiple_of(step));
    named
        .map(|(at, text)| Word {
            x: tenths(across(at, places.len())),
            y: tenths(HEIGHT - 8.0),
            text: text.clone(),
            class: String::new(),
        })
        .collect()
}

/// Keeps names from lying on each other.
fn apart(mut names: Vec<(f64, Word)>) -> Vec<Word> {
    names.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mut last = f64::NEG_INFINITY;
    let mut placed = Vec::new();
    for (y, word) in names {
        last = y.max(last + APART);
        placed.push(Word { y: tenths(last), ..word });
    }
    placed
}

fn told(title: &str, places: &[String], all: &[Series]) -> String {
    let one = |series: &Series| {
        let known: Vec<f64> = series.values.iter().flatten().copied().collect();
        let last = known.last().map_or_else(|| "no value".to_owned(), |last| number(*last));
        format!("{} ends at {last}", series.name)
    };
    let lines: Vec<String> = all.iter().map(one).collect();
    let span = match (places.first(), places.last()) {
        (Some(first), Some(last)) if first != last => format!(" from {first} to {last}"),
        _ => String::new(),
    };
    format!("{title}{span}: {}", lines.join(", "))
}

/// A number at the axis, which has room for four digits.
fn short(value: f64) -> String {
    match value {
        10_000_000.0.. => format!("{:.0}M", value / 1_000_000.0),
        10_000.0.. => format!("{:.0}k", value / 1_000.0),
        _ => number(value),
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn rows(places: &[String], all: &[Series]) -> Vec<Vec<String>> {
    let cell = |series: &Series, at: usize| {
        let value = series.values.get(at).copied().flatten();
        value.map_or_else(|| UNKNOWN.to_owned(), number)
    };
    let row = |(at, place): (usize, &String)| {
        std::iter::once(place.clone()).chain(all.iter().map(|one| cell(one, at))).collect()
    };
    places.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(values: &[Option<f64>]) -> Plot {
        let places: Vec<String> = (1..=values.len()).map(|day| format!("{day} Nov")).collect();
        let series = Series { name: "passed".to_owned(), values: values.to_vec() };
        Plot::of("Runs", "a day", &places, &[series])
    }

    #[test]
    fn a_gap_breaks_the_line_and_a_lone_value_is_a_dot() {
        let drawn = plot(&[Some(1.0), Some(3.0), None, Some(4.0)]);

        let strokes: Vec<(&str, bool)> =
            drawn.strokes.iter().map(|one| (one.points.as_str(), one.dot.is_some())).collect();
        assert_eq!(strokes, [("44.0,125.5 192.7,48.5", false), ("490.0,10.0", true)]);
        assert_eq!(drawn.told, "Runs from 1 Nov to 4 Nov: passed ends at 4");
        assert_eq!(drawn.rows[2], ["3 Nov", "–"]);
    }

    #[test]
    fn nothing_draws_nothing() {
        assert!(plot(&[]).is_empty() && plot(&[None, None]).is_empty());
        assert_eq!(plot(&[Some(0.0)]).grid[0].text, "1.00");
    }

    #[test]
    fn names_at_the_right_do_not_lie_on_each_other() {
        let word = |text: &str| Word {
            x: String::new(),
            y: String::new(),
            text: text.to_owned(),
            class: String::new(),
        };

        let placed = apart(vec![(50.0, word("b")), (49.0, word("a"))]);

        assert_eq!([&placed[0].y, &placed[1].y], ["49.0", "61.0"]);
    }
}
