//! Counts of decisions with and without an owner's signature.
//!
//! An unsigned decision is no break by itself, because logs begin before keys are enrolled; auditors are told how many there are,
//! and which.

/// Counts of decisions with and without an owner's signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionTally {
    /// Those that do.
    pub signed: u64,
    /// Those that do not.
    pub unsigned: u64,
    /// The sequences of the first of those.
    pub first_unsigned: Vec<u64>,
}

/// Unsigned decisions whose sequence is kept.
const NAMED_UNSIGNED: usize = 20;

impl DecisionTally {
    /// Counts a decision.
    pub(super) fn count(&mut self, seq: u64, signature: Option<&str>) {
        if signature.is_some() {
            self.signed += 1;
            return;
        }
        self.unsigned += 1;
        if self.first_unsigned.len() < NAMED_UNSIGNED {
            self.first_unsigned.push(seq);
        }
    }
}
