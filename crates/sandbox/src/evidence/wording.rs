//! Counts and names in the words of findings.
//!
//! An owner reads a finding as a sentence, so one place has the verb of one. The lists beside it (`remarks.rs`,
//! `ending.rs`, `controls.rs`) hold both forms.

/// Most tests that one finding names.
const MOST_NAMES: usize = 5;

/// A count with what it counts: of one, or of several.
pub(crate) fn many(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// The first names of several; nothing where there are none.
pub(crate) fn named<T: AsRef<str>>(places: &[T]) -> Option<String> {
    let names: Vec<&str> = places.iter().map(AsRef::as_ref).take(MOST_NAMES).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
