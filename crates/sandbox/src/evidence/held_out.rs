//! Examples that were held out of the tests, and what the code gives for them.
//!
//! Whoever knows the inputs of the tests can write their answers down, and no run of the same tests shows it. Docstrings and the
//! owner's request often hold other inputs. They are called in the box of the replay, which has no test, and compared
//! here. What the request says and the code does not do needs an owner's eye; a docstring may be out of date, so it is only told.

use serde_json::Value as Json;

use crate::evidence::plan::ControlPlan;
use crate::evidence::runs::ControlRuns;
use crate::evidence::witness::{Example, Replayed, compare};
use record::domain::controls::HeldOut;
use record::domain::evidence::Finding;

/// Examples named in a finding.
const NAMED: usize = 3;

/// What became of the examples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Examples {
    /// Those that were tried and could be compared.
    pub(crate) count: HeldOut,
    asked: Vec<String>,
    described: Vec<String>,
}

impl Examples {
    /// Compares what the replay gave; calls that tests make themselves are left to these.
    pub(crate) fn of(plan: &ControlPlan, runs: &ControlRuns) -> Self {
        let mut found = Self::default();
        let Some(answers) = &runs.answers else { return found };
        let between = plan.asked(true).count() + plan.witnesses.len();
        let asked = plan.asked(true).enumerate();
        let described = plan.asked(false).enumerate().map(|(at, one)| (between + at, one));
        for (index, example) in asked.chain(described) {
            if plan.witnesses.iter().all(|witness| witness.call != example.call) {
                found.take(example, answers.get(&index).and_then(Option::as_ref));
            }
        }
        found
    }

    fn take(&mut self, example: &Example, answer: Option<&Json>) {
        match compare(&example.expected, answer) {
            Replayed::Confirmed => {
                self.count.tried += 1;
                self.count.held += 1;
            }
            // What keeps something answers a request all the same: these calls were the first ones.
            Replayed::Refuted if example.is_asked || !example.stateful => {
                self.count.tried += 1;
                let Example { place, line, call, .. } = example;
                let told = format!("{place} line {line} ({}.{})", call.module, call.function);
                let list = if example.is_asked { &mut self.asked } else { &mut self.described };
                list.push(told);
            }
            Replayed::Refuted | Replayed::Open => {}
        }
    }

    /// Whether the request has an example that the code does not meet.
    pub(crate) const fn contradict(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Names the examples that the code does not meet.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let one = |code: &str, list: &[String]| {
            let names = list.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let more = list.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let message =
                format!("the code gives something else than the example in {names}{more}");
            (!list.is_empty()).then(|| Finding { code: code.to_owned(), message })
        };
        let asked = one("request_contradicted", &self.asked);
        asked.into_iter().chain(one("docstring_contradicted", &self.described)).collect()
    }
}
