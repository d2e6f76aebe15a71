//! Thresholds of free disk space, and what each still allows.
//!
//! Writing stops before the disk is full, so that a decision, its record and a checkpoint always fit.

/// With less, the owner is warned, in bytes.
const WARN_BELOW: u64 = 512 << 20;
/// With less, nothing new is executed, in bytes.
pub const EXECUTE_FROM: u64 = 128 << 20;
/// With less, nothing is written any more, in bytes: a decision, its record and a checkpoint of the log still fit.
pub const WRITE_FROM: u64 = 16 << 20;

/// The actions that the free space of a home allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Nothing may be written.
    Nothing,
    /// Decisions may; nothing new is executed.
    Decisions,
    /// Everything may, with a warning.
    Little,
    /// Everything may.
    Enough,
}

impl Room {
    /// Judges this many free bytes; where the system does not tell, everything.
    pub fn of(free: Option<u64>) -> Self {
        match free {
            Some(free) if free < WRITE_FROM => Self::Nothing,
            Some(free) if free < EXECUTE_FROM => Self::Decisions,
            Some(free) if free < WARN_BELOW => Self::Little,
            Some(_) | None => Self::Enough,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_space_never_allows_more() {
        use Room::{Decisions, Little, Nothing};
        let steps = [0, WRITE_FROM - 1, WRITE_FROM, EXECUTE_FROM - 1, EXECUTE_FROM, WARN_BELOW - 1];
        let rooms = steps.map(|free| Room::of(Some(free)));

        assert_eq!(rooms, [Nothing, Nothing, Decisions, Decisions, Little, Little]);
        assert_eq!([Room::of(Some(WARN_BELOW)), Room::of(None)], [Room::Enough; 2]);
    }
}
