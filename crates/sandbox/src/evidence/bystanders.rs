//! Tests that look at the text of test files, such as a check of their style.
//!
//! Controls change that text, so such a test gives other values there, and nobody has lied. It is excused where it has
//! nothing to do with the subject and fails as well in a run that leaves it as it is and has the others tell their values.
//! What is excused proves nothing either: no suite that has such a test is *confirmed*.

use std::collections::BTreeSet;

use crate::evidence::expectations::Root;
use crate::evidence::held::Held;
use crate::evidence::judged::Outcomes;
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::ran::Ran;
use crate::evidence::rounds::{lasting_strays, outside};
use crate::evidence::runs::ControlRuns;
use crate::evidence::scripts::Script;

/// The script that leaves alone what controls speak against and has nothing to do with the subject; nothing where no test is like that.
pub(crate) fn unasked(plan: &ControlPlan, real: &Ran, runs: &ControlRuns) -> Option<Script> {
    let outcomes = Outcomes::of(real, plan, runs);
    let wrong = plan.expectations.iter().enumerate().filter(|(at, found)| {
        matches!(outcomes.held.get(at), Some(Held::Wrong | Held::Silent)) && real.holds(&found.test)
    });
    let mut accused = lasting_strays(real, runs);
    accused.extend(wrong.map(|(_, found)| found.test.clone()));
    accused.retain(|test| is_bystander(plan, test));
    let mut script = outside(plan, real);
    script.0.retain(|test, _| !accused.contains(test));
    (!accused.is_empty() && !script.0.is_empty()).then_some(script)
}

/// The tests that are excused, each of them left alone in a run in which it failed.
pub(crate) fn excused(plan: &ControlPlan, real: &Ran, runs: &ControlRuns) -> BTreeSet<String> {
    let Some(acted) = runs.acted.get(&Phase::Unasked) else { return BTreeSet::new() };
    let is_left = |test: &&String| !acted.script.0.contains_key(*test) && real.holds(test);
    let has_failed = |test: &&String| acted.ran.cases(test).1 > 0;
    let found = real.passed.iter().filter(is_left).filter(has_failed);
    found.filter(|test| is_bystander(plan, test)).cloned().collect()
}

/// Whether a test names no function of the subject and looks at none of its values.
fn is_bystander(plan: &ControlPlan, test: &str) -> bool {
    let is_named = plan.claims.values().any(|claim| claim.named.contains(test));
    let looks = plan.of_test(test).any(|(_, found)| found.origin == Root::Subject);
    !is_named && !looks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::claims::Claim;
    use crate::evidence::controls::judge;
    use crate::evidence::controls_samples::{good, names, plan, ran, real, script, three};
    use crate::evidence::scripts::{Acted, Part};
    use record::domain::evidence::IntegrityState;
    use serde_json::json;

    /// The plan and the runs of a suite of which `b` expects something of no code, and had something else where it was asked.
    fn accused() -> (ControlPlan, ControlRuns) {
        let (mut plan, mut runs) = (plan(), good());
        plan.expectations[1].origin = Root::Other;
        for acted in runs.acted.values_mut().filter(|acted| acted.told.contains_key(&1)) {
            acted.told.insert(1, vec![(0, json!(["int", "0x4"]))]);
        }
        (plan, runs)
    }

    fn left(passed: &[&str], failed: &[&str]) -> Acted {
        let told = [(0, vec![(0, three())])].into();
        Acted { script: script(&[("a", Part::Ask)]), ran: ran(passed, failed), told }
    }

    #[test]
    fn a_test_that_reads_the_others_is_left_alone_and_excused_where_it_fails() {
        let (plan, mut runs) = accused();
        let state = |runs: &ControlRuns| judge(&real(), &plan, runs).state;

        assert_eq!(state(&runs), IntegrityState::Suspect);
        assert_eq!(unasked(&plan, &real(), &runs), Some(script(&[("a", Part::Ask)])));

        runs.acted.insert(Phase::Unasked, left(&["a", "b"], &[]));
        assert_eq!(state(&runs), IntegrityState::Suspect, "it passes where it is left alone");

        runs.acted.insert(Phase::Unasked, left(&["a"], &["b"]));
        let judged = judge(&real(), &plan, &runs);
        assert_eq!(judged.state, IntegrityState::Controlled);
        assert!(judged.findings.iter().any(|found| found.code == "tests_read_tests"));
    }

    #[test]
    fn what_names_the_subject_or_looks_at_it_is_never_excused() {
        let (mut plan, runs) = accused();
        plan.claims.insert("add".to_owned(), Claim { named: names(&["b"]), ..Claim::default() });
        assert_eq!(unasked(&plan, &real(), &runs), None);

        let (mut plan, mut runs) = accused();
        plan.expectations[1].origin = Root::Subject;
        assert_eq!(unasked(&plan, &real(), &runs), None);

        runs.acted.insert(Phase::Unasked, left(&["a"], &["b"]));
        assert_eq!(judge(&real(), &plan, &runs).state, IntegrityState::Suspect);
    }

    #[test]
    fn nobody_is_left_alone_where_nothing_speaks_against_a_test() {
        assert_eq!(unasked(&plan(), &real(), &good()), None);
    }
}
