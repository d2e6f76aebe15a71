//! Names that are almost a given one, nearest first.
//!
//! A slip of one letter comes before looks alone, and an inserted or omitted letter before an exchanged one.

/// Most names that are offered for one.
const MAX_NEAR: usize = 12;
/// Least likeness of a name that is further off.
const LEAST_LIKENESS: f64 = 0.72;

/// Known names one slip away, then those that look alike; never the name itself.
pub(super) fn nearest<'n>(name: &str, known: &[&'n str]) -> Vec<&'n str> {
    let mut slips: Vec<&str> = Vec::new();
    let mut alike: Vec<(f64, &str)> = Vec::new();
    for other in known.iter().copied().filter(|other| *other != name) {
        let is_slip = strsim::osa_distance(name, other) == 1 || name.eq_ignore_ascii_case(other);
        if is_slip && name.len() + other.len() > 2 {
            slips.push(other);
            continue;
        }
        let likeness = strsim::jaro_winkler(name, other)
            .max(strsim::normalized_damerau_levenshtein(name, other));
        if likeness >= LEAST_LIKENESS {
            alike.push((likeness, other));
        }
    }
    // A letter put in or left out is a likelier slip than one that is another.
    slips.sort_by_key(|other| other.len() == name.len() && !is_turned(name, other));
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    slips.extend(alike.into_iter().map(|(_, other)| other));
    slips.dedup();
    slips.truncate(MAX_NEAR);
    slips
}

/// Tells whether two letters changed places.
fn is_turned(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut symbols: Vec<char> = text.chars().collect();
        symbols.sort_unstable();
        symbols
    };
    sorted(one) == sorted(other)
}
