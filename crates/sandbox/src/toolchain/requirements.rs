//! Hash-locked packages for each Python.
//!
//! The lists are part of the program: two engines of one version lint and measure with the same tools.

/// The oldest minor version of Python 3 that is taken.
pub(crate) const OLDEST: u32 = 10;
/// The newest minor version with a list of its own; newer ones use it too.
pub(crate) const NEWEST: u32 = 14;

/// The list for a minor version of Python 3, in pip's format with hashes.
#[expect(clippy::match_same_arms, reason = "each Python has its own list, even where two agree")]
pub const fn requirements(minor: u32) -> &'static str {
    match minor {
        ..=10 => include_str!("requirements/py310.txt"),
        11 => include_str!("requirements/py311.txt"),
        12 => include_str!("requirements/py312.txt"),
        13 => include_str!("requirements/py313.txt"),
        14.. => include_str!("requirements/py314.txt"),
    }
}
