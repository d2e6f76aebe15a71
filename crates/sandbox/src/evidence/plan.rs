//! Plans of negative controls: the files of each.
//!
//! The harness makes the parts in the box when the suite is dead; here they become sources under
//! the names of the real ones, so that a suite finds nothing that tells a control from the real run.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::claims::Claims;
use crate::evidence::expectations::{Body, Edit, Expectation, Helper};
use crate::evidence::ran::Ran;
use crate::evidence::stubs::{Filling, fill};
use crate::evidence::witness::{Call, Example, Witness};
use crate::frame::{Frame, Injections};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

/// Most bytes of any one kind of text.
const MOST_BYTES: usize = 4 << 20;

/// A run besides the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Every function of the subject raises.
    StubRaises,
    /// Every function returns an empty value of the type it was seen to return.
    StubEmpty,
    /// The real code; its functions give their tests other results.
    Spoilt,
    /// The real code; its functions give their tests results that are nearly right.
    Near,
    /// One definition at a time is a stub, where a stub of all of them passed.
    StubAlone,
    /// The real code; one half of the tests has another expectation, the other none.
    Half(usize),
    /// The real code; no test has an expectation.
    Outside(usize),
    /// The real code; tests that have nothing to do with it stay as they are, the others have no expectation.
    Unasked,
    /// The real code; assertions of helpers fail.
    Refused,
    /// The real code and tests, which run from the last to the first.
    Reversed,
    /// The real code; what was left open is held against what nothing equals.
    Last(usize),
    /// Single calls, without any test.
    Replay,
}

impl Phase {
    /// Whether the code of this run is a stub; its suite is the real one, file for file.
    pub(crate) const fn is_stub(self) -> bool {
        match self {
            Self::StubRaises | Self::StubEmpty | Self::StubAlone | Self::Spoilt | Self::Near => {
                true
            }
            Self::Half(_)
            | Self::Outside(_)
            | Self::Unasked
            | Self::Refused
            | Self::Reversed
            | Self::Last(_)
            | Self::Replay => false,
        }
    }

    /// The word in evidence.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::StubRaises => "stub_raises",
            Self::StubEmpty => "stub_empty",
            Self::StubAlone => "stub_alone",
            Self::Spoilt => "results_changed",
            Self::Near => "results_nearly_right",
            Self::Half(_) => "changed_half",
            Self::Outside(_) => "asked_outside",
            Self::Unasked => "left_as_it_is",
            Self::Refused => "helpers_failing",
            Self::Reversed => "tests_reversed",
            Self::Last(_) => "nothing_equal",
            Self::Replay => "replay",
        }
    }

    /// What a pass of this run says of the suite.
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::StubRaises => "code whose functions all raise",
            Self::StubEmpty => "code whose functions return empty values of their types",
            Self::StubAlone => "code of which one function is empty",
            Self::Spoilt => "code that gives other results",
            Self::Near => "code that gives nearly the same results",
            Self::Half(_) | Self::Last(_) => "other expectations",
            Self::Outside(_) | Self::Unasked => "no expectation",
            Self::Refused => "helpers whose assertions fail",
            Self::Reversed => "the reverse order",
            Self::Replay => "no test at all",
        }
    }
}

/// What the harness made of the files, and the types that functions were seen to return.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ControlPlan {
    pub(crate) stubs: BTreeMap<String, String>,
    /// Code files in which one definition only has no body, by path and name.
    pub(crate) alone: BTreeMap<(String, String), String>,
    /// What the tests expect, in the order of the files.
    pub(crate) expectations: Vec<Expectation>,
    /// Edits that remove comments of test files.
    pub(crate) comments: BTreeMap<String, Vec<Edit>>,
    /// Which tests claim to test what.
    pub(crate) claims: Claims,
    /// The files in which the code has a definition, where no test file has one of that name.
    pub(crate) defined: BTreeMap<String, BTreeSet<String>>,
    /// Functions that tests surely call.
    pub(crate) bodies: Vec<Body>,
    pub(crate) witnesses: Vec<Witness>,
    /// Examples that no test has.
    pub(crate) examples: Vec<Example>,
    /// Assertions outside of tests.
    pub(crate) helpers: Vec<Helper>,
    /// Tests that may want an assertion to fail.
    pub(crate) wanting: BTreeSet<String>,
    /// Whether tests may find what others left: a fixture, a set-up or an object of several, or state of the code.
    pub(crate) is_shared: bool,
    /// Test files as pytest compiles them, in base64.
    pub(crate) rewritten: BTreeMap<String, String>,
    /// Names that test files forgot to import; absent where they were not told.
    pub(crate) injections: Option<Injections>,
    pub(crate) types: BTreeMap<String, BTreeMap<u32, String>>,
    /// Why nothing could be made; empty otherwise.
    pub(crate) unavailable: String,
}

impl ControlPlan {
    /// Passed tests that stand in no file: a loop puts them into a class, or a class has them from another.
    pub(crate) fn unwritten<'a>(&self, real: &'a Ran) -> Vec<&'a str> {
        let named = self.claims.values().flat_map(|claim| &claim.named);
        let named = named.chain(self.bodies.iter().flat_map(|body| &body.tests));
        let expecting = self.expectations.iter().map(|expectation| &expectation.test);
        let written: BTreeSet<&String> = named.chain(expecting).collect();
        let passed = real.passed.iter().filter(|test| real.holds(test) && !written.contains(test));
        passed.map(String::as_str).collect()
    }

    /// Takes a frame that is about controls; all others belong elsewhere.
    pub(crate) fn take(&mut self, frame: Frame) {
        match frame {
            Frame::Types { path, types } => self.types.entry(path).or_default().extend(types),
            Frame::Stub { path, text } => append(&mut self.stubs, path, &text),
            Frame::Alone { path, name, text } => append(&mut self.alone, (path, name), &text),
            Frame::Expectations { cases } => self.expectations.extend(cases),
            Frame::Comments { path, edits } => self.comments.entry(path).or_default().extend(edits),
            Frame::Claims { pairs } => self.claim(pairs),
            Frame::Helpers { cases } => self.helpers.extend(cases),
            Frame::Wanting { tests } => self.wanting.extend(tests),
            Frame::Shared => self.is_shared = true,
            Frame::Defined { places } => {
                for (name, path) in places {
                    self.defined.entry(name).or_default().insert(path);
                }
            }
            Frame::Bodies { cases } => self.bodies.extend(cases),
            Frame::Witnesses { cases } => self.witnesses.extend(cases),
            Frame::Examples { cases } => self.examples.extend(cases),
            Frame::Injections { names } => self.injections = Some(names),
            Frame::Rewritten { path, text } => append(&mut self.rewritten, path, &text),
            Frame::ControlsUnavailable { message } => self.unavailable = message,
            _ => {}
        }
    }

    /// The calls of a replay: those of the request in its order, while nothing else was called; those of tests; those of docstrings.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        let (asked, described) = (self.asked(true), self.asked(false));
        let tests = self.witnesses.iter().map(|witness| &witness.call);
        asked.map(|example| &example.call).chain(tests).chain(described.map(|one| &one.call))
    }

    /// The examples of the request, or those of docstrings.
    pub(crate) fn asked(&self, is_asked: bool) -> impl Iterator<Item = &Example> {
        self.examples.iter().filter(move |example| example.is_asked == is_asked)
    }

    /// Drops what is claimed of files of which nothing ran: tests have the name from elsewhere, such as a later Python that brings it.
    pub(crate) fn leave_idle(&mut self, is_idle: impl Fn(&String) -> bool) {
        let defined = &self.defined;
        let is_met =
            |name: &String| defined.get(name).is_none_or(|paths| !paths.iter().all(&is_idle));
        self.claims.retain(|name, _| is_met(name));
    }

    fn claim(&mut self, pairs: Vec<(String, String, bool)>) {
        for (name, test, is_claimed) in pairs {
            let claim = self.claims.entry(name).or_default();
            if is_claimed {
                claim.claimed.insert(test.clone());
            }
            claim.named.insert(test);
        }
    }

    /// Tests that passed and expect something.
    pub(crate) fn tests<'a>(&'a self, real: &Ran) -> BTreeSet<&'a str> {
        let found = self.expectations.iter().map(|found| found.test.as_str());
        found.filter(|test| real.holds(test)).collect()
    }

    /// The expectations of a test, with their places.
    pub(crate) fn of_test(&self, test: &str) -> impl Iterator<Item = (usize, &Expectation)> {
        self.expectations.iter().enumerate().filter(move |(_, found)| found.test == test)
    }

    /// The files of a stub, under the names of the real ones; nothing where it would be no other run.
    pub(crate) fn source(&self, real: &Source, phase: Phase) -> Option<Source> {
        let content = |file: &SourceFile| self.content(file, phase);
        let files = real.files().iter().map(|file| SourceFile {
            content: content(file).map_or_else(|| file.content.clone(), String::into_bytes),
            ..file.clone()
        });
        let changed = Source::new(files.collect()).ok()?;
        (changed.content_hash() != real.content_hash()).then_some(changed)
    }

    /// The files in which one definition alone is a stub, for each that the plan knows.
    pub(crate) fn alone(&self, real: &Source, phase: Phase) -> Vec<Source> {
        let single = |(path, _): &(String, String), text: &String| Self {
            stubs: BTreeMap::from([(path.clone(), text.clone())]),
            types: self.types.clone(),
            ..Self::default()
        };
        let plans = self.alone.iter().map(|(place, text)| single(place, text));
        plans.filter_map(|plan| plan.source(real, phase)).collect()
    }

    fn content(&self, file: &SourceFile, phase: Phase) -> Option<String> {
        let path = file.path.as_str();
        let none = BTreeMap::new();
        let filling = match phase {
            Phase::Half(_)
            | Phase::Outside(_)
            | Phase::Unasked
            | Phase::Refused
            | Phase::Reversed
            | Phase::Last(_)
            | Phase::Replay
            | Phase::Spoilt
            | Phase::Near
            | Phase::StubAlone => return None,
            Phase::StubRaises => Filling::Raise,
            Phase::StubEmpty => Filling::Empty(self.types.get(path).unwrap_or(&none)),
        };
        let stub = self.stubs.get(path).filter(|_| file.role == Role::Code)?;
        Some(fill(stub, filling))
    }
}

fn append<K: Ord>(texts: &mut BTreeMap<K, String>, place: K, text: &str) {
    let known: usize = texts.values().map(String::len).sum();
    if known + text.len() <= MOST_BYTES {
        texts.entry(place).or_default().push_str(text);
    }
}
