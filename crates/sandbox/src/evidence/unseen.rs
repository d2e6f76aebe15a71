//! What tests do not see: results, parts, failures of helpers, what others left.
//!
//! None of it makes a suite suspect, as careful people write such tests too; each is named, and keeps the evidence from the
//! highest grade.

use crate::evidence::plan::ControlPlan;
use crate::evidence::ran::Ran;
use crate::evidence::runs::ControlRuns;
use crate::evidence::spoilt::{self, Spoilt};
use crate::evidence::unheard;
use crate::evidence::wording::named;
use record::domain::evidence::Finding;

/// The names of all that goes unseen.
pub(crate) struct Unseen<'a> {
    /// Functions whose results no test looks at, as far as they are not told of as needless.
    results: Vec<&'a str>,
    /// Functions of whose results tests look at a part.
    parts: Vec<&'a str>,
    /// Tests that pass where a helper fails.
    unheard: Vec<String>,
    /// Tests that fail in reverse order.
    leaning: Vec<&'a str>,
}

impl<'a> Unseen<'a> {
    pub(crate) fn of(
        real: &'a Ran,
        plan: &'a ControlPlan,
        runs: &'a ControlRuns,
        needless: &[String],
    ) -> Self {
        let unchecked = |run: Option<&'a Spoilt>| {
            run.into_iter().flat_map(|spoilt| spoilt::unchecked(plan, real, spoilt))
        };
        let is_needless = |name: &&str| needless.iter().any(|other| other == name);
        let results: Vec<&str> =
            unchecked(runs.spoilt.as_ref()).filter(|name| !is_needless(name)).collect();
        let parts = unchecked(runs.near.as_ref()).filter(|name| !results.contains(name)).collect();
        let unheard = unheard::tests(real, plan, runs.refused.as_ref());
        Self { results, parts, unheard, leaning: leaning(real, runs.reversed.as_ref()) }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        let is_looked_at = self.results.is_empty() && self.parts.is_empty();
        is_looked_at && self.unheard.is_empty() && self.leaning.is_empty()
    }

    /// What is told of it; of a suspect suite it says little that tests look at a part.
    pub(crate) fn findings(&self, is_suspect: bool) -> impl Iterator<Item = Finding> {
        let found = [
            (
                "results_unchecked",
                "all their tests still pass where these functions give other results",
                named(&self.results),
            ),
            (
                "results_partly_checked",
                "all their tests still pass where these functions give results in another order, laid out otherwise, with more behind, or lower",
                named(&self.parts).filter(|_| !is_suspect),
            ),
            (
                "helpers_unheard",
                "these tests still pass when an assertion of a helper fails, because nothing reports the failure",
                named(&self.unheard),
            ),
            (
                "order_dependent_tests",
                "these tests fail when the suite runs in reverse order, so they rely on what other tests leave behind",
                named(&self.leaning),
            ),
        ];
        found.into_iter().filter_map(|(code, told, names)| {
            Some(Finding { code: code.to_owned(), message: format!("{told}: {}", names?) })
        })
    }
}

/// The tests that passed, and failed in reverse order.
fn leaning<'a>(real: &'a Ran, reversed: Option<&Ran>) -> Vec<&'a str> {
    let fails = |test: &&String| {
        let cases = reversed.and_then(|ran| ran.cases.get(*test));
        real.holds(test) && cases.is_some_and(|(_, failed)| *failed > 0)
    };
    real.passed.iter().filter(fails).map(String::as_str).collect()
}
