//! Counts and names in the words of findings.
//!
//! An owner reads a finding as a sentence, so one place has the verb of one. The lists beside it (`remarks.rs`,
//! `ending.rs`, `controls.rs`) hold both forms.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most tests that one finding names.
const MOST_NAMES: usize = 5;
/// Longest reason of a suite that is repeated, in characters.
const MOST_REASON: usize = 120;

/// A count with what it counts: of one, or of several.
pub(crate) fn many(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// The first names of several; nothing where there are none.
pub(crate) fn named<T: AsRef<str>>(places: &[T]) -> Option<String> {
    let names: Vec<&str> = places.iter().map(AsRef::as_ref).take(MOST_NAMES).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The reason that is given most often; of several the first in the alphabet.
pub(crate) fn commonest<'a>(reasons: &[&'a str]) -> &'a str {
    let mut counts = BTreeMap::<&str, usize>::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(reason, count)| (*count, Reverse(*reason)));
    most.map_or("", |(reason, _)| reason)
}

/// Words of a suite in brackets and quotation marks, cut to a line.
pub(crate) fn quoted(why: &str) -> String {
    let why = why.strip_prefix("Skipped: ").unwrap_or(why);
    let line = why.lines().next().unwrap_or_default().trim();
    let line: String = line.chars().take(MOST_REASON).collect();
    if line.is_empty() { line } else { format!(" (\"{line}\")") }
}

#[cfg(test)]
mod tests {
    use super::{commonest, quoted};

    #[test]
    fn the_reason_that_most_give_is_repeated_as_a_quotation_of_one_line() {
        let reasons = ["no b", "Skipped: no a\nwhatever", "Skipped: no a\nwhatever"];

        assert_eq!(quoted(commonest(&reasons)), " (\"no a\")");
        assert_eq!(quoted(commonest(&[])), "");
        assert_eq!(commonest(&["b", "a"]), "a");
        assert_eq!(quoted(&"x".repeat(200)).len(), 125);
    }
}
