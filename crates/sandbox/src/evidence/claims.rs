//! Definitions that tests claim to test, and those that they do not need.
//!
//! Tests that pass where every function raises, and where every function is empty, test something else than the
//! subject. No expectation elsewhere excuses them: each definition is judged by the tests that have to do with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::expectations::{Expectation, Kind, Root};
use crate::evidence::ran::Ran;

/// The tests that have to do with one definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Tests that call it, or put something in its place.
    pub(crate) claimed: BTreeSet<String>,
    /// Tests that name it in any way.
    pub(crate) named: BTreeSet<String>,
}

/// Claims by definition.
pub(crate) type Claims = BTreeMap<String, Claim>;

/// Definitions that the tests of them do not need, as stubs of all that raise and of all that are empty show.
pub(crate) fn needless(
    claims: &Claims,
    real: &Ran,
    stubs: [Option<&Ran>; 2],
    expectations: &[Expectation],
) -> Vec<String> {
    let [raising, empty] = stubs;
    let survives = |claim: &Claim, run: Option<&Ran>| {
        run.is_some_and(|run| {
            claim.named.iter().filter(|test| real.holds(test)).all(|test| run.holds(test))
        })
    };
    let found = claims.iter().filter(|(_, claim)| {
        let is_claimed = claim.claimed.iter().any(|test| real.holds(test));
        let is_never_met = survives(claim, raising) || looks_elsewhere(claim, real, expectations);
        is_claimed && survives(claim, empty) && is_never_met
    });
    found.map(|(name, _)| name.clone()).collect()
}

/// Whether the tests of a definition only compare what helpers of their own give.
fn looks_elsewhere(claim: &Claim, real: &Ran, expectations: &[Expectation]) -> bool {
    let of_claim = |expectation: &&Expectation| {
        claim.named.contains(&expectation.test) && real.holds(&expectation.test)
    };
    let compares = |expectation: &&Expectation| {
        matches!(expectation.kind, Kind::Equal | Kind::Same | Kind::Raises)
    };
    let mut roots =
        expectations.iter().filter(of_claim).filter(compares).map(|found| found.origin).peekable();
    roots.peek().is_some() && roots.all(|root| root == Root::Own)
}
