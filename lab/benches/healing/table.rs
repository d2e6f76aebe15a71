//! Rows of repairs and what they come to.

use std::collections::BTreeSet;

use serde::Serialize;

/// What became of one item.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// Share of the tests that the wrong program passes, in tenths.
    pub(crate) passed_tenths: u32,
    /// A full execution passed all visible tests.
    pub(crate) is_plausible: bool,
    /// And all hidden ones.
    pub(crate) is_valid: bool,
    /// And does what the reference does on other inputs; unknown where none could be made.
    pub(crate) is_equal: Option<bool>,
    /// Candidates that were tried in all.
    pub(crate) candidates: u64,
    /// Those of them that the complaints themselves suggested.
    pub(crate) mechanical: Option<u64>,
    /// Candidates up to the first that passed everything visible in the box.
    pub(crate) until_passed: u64,
    /// Candidates up to the one that was chosen among those.
    pub(crate) until_chosen: u64,
    pub(crate) behaviours: Option<u32>,
    pub(crate) operator: String,
    /// What confirms it.
    pub(crate) confidence: Option<&'static str>,
    /// From the end of the failing run to the end of the confirming one.
    pub(crate) seconds: f64,
}

fn percent(part: usize, whole: usize) -> String {
    format!("{part} of {whole} ({} %)", (part * 100).div_euclid(whole.max(1)))
}

fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a short list"
    )]
    let place = (last as f64 * share).round() as usize;
    values.get(place).copied().unwrap_or_default()
}

pub(crate) fn summary(name: &str, rows: &[Row]) -> String {
    let count = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
    let plausible: Vec<&Row> = rows.iter().filter(|row| row.is_plausible).collect();
    let passed: Vec<f64> = plausible.iter().map(|row| count_of(row.until_passed)).collect();
    let chosen: Vec<f64> = plausible.iter().map(|row| count_of(row.until_chosen)).collect();
    let seconds: Vec<f64> = plausible.iter().map(|row| row.seconds).collect();
    let right = |behaviours: fn(Option<u32>) -> bool| {
        let some: Vec<&&Row> = plausible.iter().filter(|row| behaviours(row.behaviours)).collect();
        let is_right = |row: &&&&Row| row.is_valid && row.is_equal != Some(false);
        percent(some.iter().filter(is_right).count(), some.len())
    };
    format!(
        "{name}: {} wrong programs; passing all visible tests {}; passing the hidden ones too {}; and like the reference on other \
         inputs {} ({} of them could not be varied); candidates until one passed median {}, p90 {}, until the chosen one {}, p90 {}; seconds to the confirmed patch median {:.2}, p90 {:.2}; \
         one behaviour: right {}; several: right {}; not told: right {}",
        rows.len(),
        percent(plausible.len(), rows.len()),
        percent(count(|row| row.is_valid), rows.len()),
        percent(count(|row| row.is_valid && row.is_equal != Some(false)), rows.len()),
        count(|row| row.is_valid && row.is_equal.is_none()),
        quantile(passed.clone(), 0.5),
        quantile(passed, 0.9),
        quantile(chosen.clone(), 0.5),
        quantile(chosen, 0.9),
        quantile(seconds.clone(), 0.5),
        quantile(seconds, 0.9),
        right(|count| count == Some(1)),
        right(|count| count.is_some_and(|count| count > 1)),
        right(|count| count.is_none()),
    )
}

/// Rates by class of breakage, where the items are of such classes.
pub(crate) fn by_class(rows: &[Row]) {
    let class = |row: &Row| row.id.split_once(':').map(|(class, _)| class.to_owned());
    let classes: BTreeSet<String> = rows.iter().filter_map(class).collect();
    for name in classes {
        let some = rows.iter().filter(|row| class(row).as_ref() == Some(&name));
        let some: Vec<&Row> = some.collect();
        let valid = some.iter().filter(|row| row.is_valid).count();
        println!("  {name}: {}", percent(valid, some.len()));
    }
}

/// Rates by how much of the suite the wrong program passes.
pub(crate) fn by_tenths(rows: &[Row]) {
    for (from, to) in [(0, 0), (1, 3), (4, 6), (7, 9)] {
        let some: Vec<&Row> =
            rows.iter().filter(|row| (from..=to).contains(&row.passed_tenths)).collect();
        let plausible = some.iter().filter(|row| row.is_plausible).count();
        let right = some.iter().filter(|row| row.is_valid && row.is_equal != Some(false)).count();
        println!(
            "  passing {from} to {to} tenths of the tests: plausible {}, and like the reference {}",
            percent(plausible, some.len()),
            percent(right, some.len())
        );
    }
}

fn count_of(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
