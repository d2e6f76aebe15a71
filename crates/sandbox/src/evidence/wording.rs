//! Counts in the words of findings.
//!
//! An owner reads a finding as a sentence, so one place has the verb of one. The lists beside it (`remarks.rs`,
//! `ending.rs`, `controls.rs`) hold both forms.

/// A count with what it counts: of one, or of several.
pub(crate) fn many(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
