//! Decides the next step of a healing from the attempts so far.
//!
//! A pure function of the past: the same past gives the same step, so that a healing that was broken off goes on as it
//! would have. It prefers the cheapest strategy on the best revision, and stops where another try would cost and could not
//! help.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::healing::run::Run;
use record::domain::digest::Digest;
use record::domain::healing::{Stop, Strategy};
use record::domain::source_path::SourcePath;
use record::domain::verdict::VerdictWord;

/// Answers that may be lost on the way before a model counts as not there.
const MAX_LOST: u32 = 3;

/// Everything that decides about the next step.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The strategies, in the order of the cheapest.
    pub strategies: Vec<Strategy>,
    /// Most calls of a model.
    pub max_iterations: u32,
    /// The executed revisions, oldest first.
    pub runs: Vec<Run>,
    /// Strategies that have nothing more to offer for a revision.
    pub exhausted: BTreeSet<(u32, Strategy)>,
    /// Calls of a model so far, those that nothing could be made of included.
    pub calls: u32,
    /// Calls for each file, where there are several.
    pub calls_for: BTreeMap<SourcePath, u32>,
    /// Calls whose answers were lost on the way; they are no attempts.
    pub lost: u32,
    /// True when a model gave code again that was there before.
    pub repeated: bool,
    /// Files, where there are several, for which a model gave code again that was there before.
    pub repeated_for: BTreeSet<SourcePath>,
    /// Reasons to think that the tests are wrong.
    pub doubts: Vec<String>,
    /// True when the time has run out.
    pub is_late: bool,
}

/// The worth of a model's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Something new, or nothing at all.
    New,
    /// Code that was there before.
    SameCode,
}

/// The next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Try a strategy on a revision.
    Try(Strategy, u32),
    /// End.
    Stop(Stop),
}

impl Course {
    /// Decides the next step; pure, and the same for the same past.
    pub fn next(&self) -> Step {
        if self.runs.iter().any(|run| run.verdict == VerdictWord::Passed) {
            return Step::Stop(Stop::Passed);
        }
        if self.runs.last().is_none_or(|run| run.verdict == VerdictWord::Inconclusive) {
            return Step::Stop(Stop::Inconclusive);
        }
        if !self.doubts.is_empty() {
            return Step::Stop(Stop::TestsSuspect);
        }
        if self.is_late {
            return Step::Stop(Stop::Time);
        }
        if self.lost >= MAX_LOST {
            return Step::Stop(Stop::Inconclusive);
        }
        if self.repeated || self.goes_in_circles(None) {
            return Step::Stop(Stop::NoProgress);
        }
        self.strategy()
    }

    /// Tells whether the newest run failed.
    pub fn has_failed(&self) -> bool {
        self.runs.last().is_some_and(|run| run.verdict == VerdictWord::Failed)
    }

    /// Chooses the cheapest strategy that has something to offer for the best revision so far.
    fn strategy(&self) -> Step {
        let Some(best) = self.best() else { return Step::Stop(Stop::Inconclusive) };
        let is_open = |strategy: &&Strategy| !self.exhausted.contains(&(best.revision, **strategy));
        let asked_enough = self.asked_enough(best);
        let can_be_tried = |strategy: &&Strategy| match strategy {
            Strategy::Mechanical | Strategy::Search => true,
            Strategy::Model => !asked_enough && self.is_worth_asking(best),
        };
        match self.strategies.iter().filter(is_open).find(can_be_tried) {
            Some(strategy) => Step::Try(*strategy, best.revision),
            None if self.calls > 0 && asked_enough => Step::Stop(Stop::Attempts),
            None => Step::Stop(Stop::NoProgress),
        }
    }

    /// Tells whether a model was asked as often as it may be: in all, or for each file that fails.
    fn asked_enough(&self, best: &Run) -> bool {
        if best.suspects.is_empty() {
            return self.calls >= self.max_iterations;
        }
        best.suspects.iter().all(|file| self.calls_for(file) >= self.max_iterations)
    }

    /// Counts a call for a file.
    pub fn count_for(&mut self, file: &SourcePath, given: Given) {
        *self.calls_for.entry(file.clone()).or_default() += 1;
        if given == Given::SameCode {
            self.repeated_for.insert(file.clone());
        }
    }

    fn calls_for(&self, file: &SourcePath) -> u32 {
        self.calls_for.get(file).copied().unwrap_or(0)
    }

    fn is_worth_asking(&self, best: &Run) -> bool {
        best.suspects.is_empty() || self.focus(&best.suspects).is_some()
    }

    /// Chooses the file that a model is asked for next: the first of the suspects for which its answers are not used up; `None`
    /// where there is nothing left to ask.
    pub fn focus<'r>(&self, suspects: &'r [SourcePath]) -> Option<&'r SourcePath> {
        let is_open = |file: &&SourcePath| {
            self.calls_for(file) < self.max_iterations
                && !self.repeated_for.contains(*file)
                && !self.goes_in_circles(Some(file))
        };
        suspects.iter().find(is_open)
    }

    /// Finds the best so far: more tests passed, then any ran, then fewer critical lint messages, then earlier; one that passed
    /// above all. Among several files fewer that fail count before earlier.
    pub fn best(&self) -> Option<&Run> {
        self.best_of(|_| true)
    }

    /// Tells whether a mechanical edit made the suite run, which nothing did before: such an edit forges nothing, and only
    /// now the tests can be judged.
    pub fn is_first_to_run(&self, run: &Run) -> bool {
        let is_earlier = |other: &&Run| other.revision < run.revision;
        run.strategy == Some(Strategy::Mechanical)
            && run.ran > 0
            && self.runs.iter().filter(is_earlier).all(|other| other.ran == 0)
    }

    fn best_of(&self, is_wanted: impl Fn(&&Run) -> bool) -> Option<&Run> {
        let rank = |run: &&Run| {
            let has_passed = run.verdict == VerdictWord::Passed;
            (
                has_passed,
                run.passed,
                run.executed > 0,
                Reverse(run.criticals),
                Reverse(run.suspects.len()),
                Reverse(run.revision),
            )
        };
        self.runs.iter().filter(is_wanted).max_by_key(rank)
    }

    /// Finds the revision that is to be the newest in the end: one that passed, else the best that passes more tests than the
    /// first and loses none, or that a mechanical edit made run where nothing ran, else the first.
    pub fn kept(&self) -> Option<&Run> {
        let first = self.runs.first()?;
        let gains = |run: &&Run| {
            run.verdict == VerdictWord::Passed
                || run.passed > first.passed && first.passing.is_subset(&run.passing)
                || self.is_first_to_run(run)
        };
        self.best_of(gains).or(Some(first))
    }

    /// Tells whether two answers of a model, for a file where there are several, failed in the same way: asking again would
    /// cost the same again.
    fn goes_in_circles(&self, file: Option<&SourcePath>) -> bool {
        let of_model =
            |run: &&Run| run.strategy == Some(Strategy::Model) && run.file.as_ref() == file;
        let answers: Vec<&Digest> =
            self.runs.iter().filter(of_model).map(|run| &run.signature).collect();
        let Some((last, earlier)) = answers.split_last() else { return false };
        earlier.contains(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(revision: u32, strategy: Option<Strategy>, passed: u32) -> Run {
        Run {
            revision,
            strategy,
            verdict: VerdictWord::Failed,
            passed,
            passing: (0..passed).map(|number| format!("test_{number}")).collect(),
            executed: 4,
            ran: 4,
            criticals: 0,
            signature: Digest::of(&revision.to_be_bytes()),
            suspects: Vec::new(),
            file: None,
        }
    }

    fn course(runs: Vec<Run>) -> Course {
        let calls = runs.iter().filter(|run| run.strategy == Some(Strategy::Model)).count();
        Course {
            strategies: Strategy::ALL.to_vec(),
            max_iterations: 3,
            calls: u32::try_from(calls).unwrap(),
            runs,
            ..Course::default()
        }
    }

    #[test]
    fn what_gains_nothing_or_loses_a_test_is_not_kept() {
        let other = |mut run: Run| {
            run.passing = (4..4 + run.passed).map(|number| format!("test_{number}")).collect();
            run
        };
        let kept = |runs: Vec<Run>| course(runs).kept().unwrap().revision;
        let search = Some(Strategy::Search);

        assert_eq!(kept(vec![run(1, None, 2), run(2, search, 2)]), 1);
        assert_eq!(kept(vec![run(1, None, 2), other(run(2, search, 3))]), 1);
        assert_eq!(kept(vec![run(1, None, 2), run(2, search, 3), run(3, search, 1)]), 2);
        let passed = Run { verdict: VerdictWord::Passed, ..other(run(2, search, 2)) };
        assert_eq!(kept(vec![run(1, None, 2), passed]), 2);
    }

    #[test]
    fn an_edit_after_which_the_suite_runs_at_all_is_kept_whatever_its_tests_are_worth() {
        let silent = Run { executed: 0, ran: 0, ..run(1, None, 0) };
        let parses = |strategy| Run { executed: 0, ..run(2, strategy, 0) };
        let kept = |runs: Vec<Run>| course(runs).kept().unwrap().revision;

        assert_eq!(kept(vec![silent.clone(), parses(Some(Strategy::Mechanical))]), 2);
        assert_eq!(kept(vec![silent, parses(Some(Strategy::Model))]), 1);
        assert_eq!(kept(vec![run(1, None, 0), parses(Some(Strategy::Mechanical))]), 1);
    }

    #[test]
    fn strategies_come_cheapest_first_and_on_the_best_revision() {
        let mut course = course(vec![run(1, None, 2)]);
        let mut steps = vec![course.next()];
        course.exhausted.insert((1, Strategy::Mechanical));
        steps.push(course.next());
        course.exhausted.insert((1, Strategy::Search));
        steps.push(course.next());
        course.runs.push(run(2, Some(Strategy::Model), 3));
        course.calls = 1;
        steps.push(course.next());

        assert_eq!(
            steps,
            [
                Step::Try(Strategy::Mechanical, 1),
                Step::Try(Strategy::Search, 1),
                Step::Try(Strategy::Model, 1),
                Step::Try(Strategy::Mechanical, 2),
            ]
        );
    }

    #[test]
    fn the_loop_ends_in_the_words_of_the_contract() {
        let start = || course(vec![run(1, None, 2)]);
        let model = |revision| run(revision, Some(Strategy::Model), 1);
        let passed = Run { verdict: VerdictWord::Passed, ..model(2) };
        let nothing = Run { verdict: VerdictWord::Inconclusive, ..model(2) };
        let same = |revision| Run { signature: Digest::ZERO, ..model(revision) };
        let only_model = |runs| Course { strategies: vec![Strategy::Model], ..course(runs) };
        let tried_all = BTreeSet::from(Strategy::ALL.map(|strategy| (1, strategy)));
        let courses = [
            course(vec![run(1, None, 2), passed]),
            course(vec![run(1, None, 2), nothing]),
            course(Vec::new()),
            Course { doubts: vec!["no".to_owned()], ..start() },
            Course { is_late: true, ..start() },
            Course { lost: MAX_LOST, ..start() },
            Course { repeated: true, ..start() },
            course(vec![run(1, None, 2), same(2), same(3)]),
            only_model(vec![run(1, None, 2), model(2), model(3), model(4)]),
            Course { exhausted: tried_all, ..start() },
        ];

        assert_eq!(
            courses.map(|course| course.next()),
            [
                Stop::Passed,
                Stop::Inconclusive,
                Stop::Inconclusive,
                Stop::TestsSuspect,
                Stop::Time,
                Stop::Inconclusive,
                Stop::NoProgress,
                Stop::NoProgress,
                Stop::Attempts,
                Stop::NoProgress,
            ]
            .map(Step::Stop)
        );
    }

    #[test]
    fn each_of_several_files_has_its_own_calls_and_one_that_is_used_up_stops_no_other() {
        let path = |name: &str| name.parse::<SourcePath>().unwrap();
        let files = [path("a.py"), path("b.py")];
        let failing = |run: Run| Run { suspects: files.to_vec(), ..run };
        let of = |run: Run, file: &SourcePath| Run { file: Some(file.clone()), ..failing(run) };
        let model = |revision| run(revision, Some(Strategy::Model), 1);
        let mut course = Course {
            strategies: vec![Strategy::Model],
            max_iterations: 2,
            ..course(vec![failing(run(1, None, 2))])
        };
        let step =
            |course: &Course| (course.next(), course.focus(&course.runs[0].suspects).cloned());
        let ask = |file: &SourcePath| (Step::Try(Strategy::Model, 1), Some(file.clone()));

        let mut steps = vec![step(&course)];
        course.calls_for.insert(files[0].clone(), 2);
        course.calls = 2;
        steps.push(step(&course));
        let same = |revision| Run { signature: Digest::ZERO, ..model(revision) };
        course.runs.extend([of(same(2), &files[0]), of(same(3), &files[1])]);
        steps.push(step(&course));
        course.repeated_for.insert(files[1].clone());
        steps.push(step(&course));
        course.calls_for.insert(files[1].clone(), 2);
        steps.push(step(&course));

        let ended = |word| (Step::Stop(word), None);
        let wanted = [
            ask(&files[0]),
            ask(&files[1]),
            ask(&files[1]),
            ended(Stop::NoProgress),
            ended(Stop::Attempts),
        ];
        assert_eq!(steps, wanted);
    }

    #[test]
    fn the_best_has_more_tests_then_less_lint_then_is_earlier() {
        let with_lint = |run: Run| Run { criticals: 1, ..run };
        let best = |runs: Vec<Run>| course(runs).best().unwrap().revision;

        assert_eq!(best(vec![run(1, None, 2), run(2, None, 3), run(3, None, 1)]), 2);
        assert_eq!(best(vec![with_lint(run(1, None, 2)), run(2, None, 2)]), 2);
        assert_eq!(best(vec![run(1, None, 2), run(2, None, 2)]), 1);
        let unparsed = Run { executed: 0, ..run(1, None, 0) };
        assert_eq!(best(vec![unparsed, run(2, None, 0)]), 2);
        let passed = Run { verdict: VerdictWord::Passed, ..run(3, None, 1) };
        assert_eq!(best(vec![run(1, None, 2), passed]), 3);
    }
}
