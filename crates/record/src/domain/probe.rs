//! Quick questions about candidates, answered inside a sandbox.
//!
//! Thousands of small changes are tried in one box, without pytest, coverage or lint. What comes back is a hint from a
//! process that runs untrusted code: it chooses what is worth a full execution, and is never evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::language::Language;
use crate::domain::limits::Limits;
use crate::domain::patch::Patch;
use crate::domain::source::Source;
use crate::domain::source_path::SourcePath;

/// What is asked of a box.
#[derive(Clone, Debug)]
pub struct Probe {
    /// A word that names the box among others at work.
    pub name: String,
    /// The files that candidates change; the suite among them is never changed.
    pub source: Source,
    /// The language of the suite.
    pub language: Language,
    /// What the box may use; `tests_ms` bounds all of its work.
    pub limits: Limits,
    /// The question.
    pub question: Question,
}

/// A question about a source.
#[derive(Clone, Debug)]
pub enum Question {
    /// What each test does on the source as it is, line by line; the tests that come first, because time may end before all
    /// have run.
    Trace(Vec<String>),
    /// Which tests pass with each candidate.
    Try(Try),
    /// Which candidates change the value of an expression in which tests.
    Infect(Infect),
    /// Which candidates behave alike on inputs that no test has.
    Compare(Compare),
}

/// Candidates and when to stop trying.
#[derive(Clone, Debug)]
pub struct Try {
    /// In the order in which they are tried.
    pub candidates: Vec<Patch>,
    /// The tests that count, in the order in which they run; all of them where empty.
    pub cases: Vec<String>,
    /// How many further candidates are tried after the first one that passes every case.
    pub further: usize,
    /// How long these may take, in the process that found it and in those behind it.
    pub further_time: Duration,
    /// How much is told of a candidate that fails.
    pub detail: Detail,
    /// How long a candidate may run.
    pub patience: Patience,
}

/// Candidates that are not run, and the tests that are.
#[derive(Clone, Debug)]
pub struct Infect {
    /// The candidates.
    pub candidates: Vec<Patch>,
    /// The tests, as a trace names them: those that fail, those that run out of time, those that pass.
    pub cases: Vec<String>,
    /// How many of them fail.
    pub failing: Failing,
}

/// How many tests fail; those that do in time come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failing {
    /// Those that end.
    pub in_time: usize,
    /// Those that run out of time.
    pub late: usize,
}

/// Candidates to compare, and on what.
#[derive(Clone, Debug)]
pub struct Compare {
    /// In the order of their behaviours.
    pub candidates: Vec<Patch>,
    /// Which inputs count.
    pub inputs: Inputs,
}

/// Which inputs count in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Calls of the suite with one small change.
    Near,
    /// These and mixtures of what several calls pass; the suite's own calls are asked too, for the properties that their
    /// answers have in common.
    FarAndOwn,
    /// Calls with one small change to which the first candidate gives an answer: it is the measure of the others.
    AnsweredByFirst,
}

/// How long a candidate may run before it is taken for endless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Some times as long as the source as it is.
    Short,
    /// The same, and longer where nothing passes.
    Usual,
    /// Seconds each: for what ran out of time before, and may be right but slow.
    Long,
}

/// How much is told of a candidate that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Which cases pass, and nothing more.
    Outcome,
    /// Its first complaint too.
    Complaint,
}

/// What a box answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Question::Trace`].
    Traced(Traced),
    /// To [`Question::Try`]: of those that were tried, in order; shorter where time ran out or enough was found.
    Tried(Vec<Tried>),
    /// To [`Question::Infect`].
    Infected(Infected),
    /// To [`Question::Compare`].
    Compared(Compared),
}

/// What the tests do on a source as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traced {
    /// The tests, in the order of the suite.
    pub cases: Vec<Case>,
    /// Names of the types that the variables of a function held, by file and line of its `def`; parameters included.
    pub types: BTreeMap<(SourcePath, u32), BTreeMap<String, BTreeSet<String>>>,
    /// Why the source or its suite cannot even be imported.
    pub complaint: Option<Complaint>,
    /// Tests that need more than a box without pytest has, and why; candidates are not tried against them.
    pub unfit: Vec<(String, String)>,
}

/// One test on the source as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its id, as pytest would call it.
    pub id: String,
    /// Why it fails; absent where it passes.
    pub complaint: Option<Complaint>,
    /// Lines of the code files that ran.
    pub lines: BTreeMap<SourcePath, BTreeSet<u32>>,
}

impl Case {
    /// Whether it runs out of time.
    pub fn is_late(&self) -> bool {
        self.complaint.as_ref().is_some_and(|complaint| complaint.kind == "Timeout")
    }
}

/// Why something fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// The name of the exception: `AssertionError`, `SyntaxError`; `Timeout` where it did not end.
    pub kind: String,
    /// Its message, bounded.
    pub message: String,
    /// The innermost line of a code file, or of a test file where no code file is on the stack; from 1.
    pub place: Option<(SourcePath, u32)>,
    /// The column of a syntax error in characters, from 1.
    pub column: Option<u32>,
}

/// What came of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its place among the candidates that were given.
    pub index: usize,
    /// Places, among the cases asked for, of those that pass; where all were asked for, among those of a trace.
    ///
    /// Cases that fail on the source as it is run first, and all of them. The others run only if one of these passes. Where
    /// none fails on the source as it is, a candidate is done with at its first case that fails. It is done with, too, at a
    /// case that runs out of time, unless that one does so on the source as it is; two of them always end it.
    pub passed: BTreeSet<usize>,
    /// Whether it ended by itself.
    pub ending: Ending,
    /// Its first complaint, where asked for.
    pub complaint: Option<Complaint>,
}

/// How the run of a candidate ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself.
    Done,
    /// It does not compile.
    Uncompiled,
    /// A case ran out of fuel or time.
    TimedOut,
    /// It killed its process or ran out of memory.
    Died,
}

/// What candidates would change while tests run on the source as it is, as far as it can be told without running them.
///
/// A candidate infects a test where the expression that it changes has another value there (the infection of the PIE model:
/// Voas, IEEE TSE 1992; weak mutation: Howden, IEEE TSE 1982). One that does not infect a failing test cannot mend it.
///
/// By the place of the test among those asked for: what each candidate does there, in their order. A test of which nothing
/// can be told has no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Infected(pub BTreeMap<usize, Vec<Infection>>);

/// What a candidate would change in one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Infection {
    /// It cannot be told.
    Unknown,
    /// The expression is not reached.
    Unreached,
    /// Nothing: the expression always has the value that it has now.
    Absent,
    /// The value that the function gives the test, and the assertion that waits for it holds.
    Holds,
    /// The value that the function gives the test, and the assertion that waits for it does not hold.
    Fails,
    /// A value.
    Value,
    /// The expression raises, where it does not now.
    Raise,
}

impl Infection {
    /// Whether nothing changes.
    pub const fn is_absent(self) -> bool {
        matches!(self, Self::Unreached | Self::Absent)
    }
}

/// Candidates that do the same, and inputs that tell the others apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Places of the candidates, those that behave alike together; in the order of their first. None without inputs; those
    /// for which there was no time are in no group.
    pub behaviours: Vec<Vec<usize>>,
    /// Inputs that were tried; none where no call of the suite could be varied, and then nothing is known.
    pub inputs: usize,
    /// Properties that the answers of all candidates to the suite's own calls have in common; none where these were not asked.
    pub properties: usize,
    /// For each candidate the properties that its answers lack, and that the answers of all candidates to the suite's own calls
    /// have: "is not negative", "rises".
    pub surprises: Vec<Vec<String>>,
    /// The input that separates the first behaviour from the second one, and as many others as one can.
    pub separating: Option<Separating>,
}

/// A call on which candidates differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separating {
    /// The call, as source text: `f([3, 3])`.
    pub call: String,
    /// What each behaviour answers, as source text, in their order.
    pub answers: Vec<String>,
}
