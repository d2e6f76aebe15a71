//! Probes of the tests, and their answers.

use std::time::Duration;

use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::patch::{Edit, Patch};
use record::domain::probe::{
    Answer, Compare, Compared, Detail, Ending, Failing, Infect, Infected, Inputs, Patience, Probe,
    Question, Traced, Tried, Try,
};
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::backend::SandboxBackend as _;
use sandbox::linux::backend::LinuxBackend;
use tokio_util::sync::CancellationToken;

use crate::sandbox::support::{backend, file, prepare, runtime};

/// A code and a test file.
pub(crate) fn pair(code: &str, tests: &str) -> Source {
    let files =
        vec![file("subject.py", Role::Code, code), file("test_subject.py", Role::Test, tests)];
    Source::new(files).unwrap()
}

pub(crate) fn probe(source: Source, question: Question) -> Probe {
    Probe {
        name: "probe".to_owned(),
        source,
        language: Language::Python,
        limits: Limits { tests_ms: 20_000, ..Limits::default() },
        question,
    }
}

/// Asks in a fresh interpreter.
pub(crate) fn ask(probe: Probe) -> Answer {
    ask_of(&backend(), probe)
}

pub(crate) fn ask_of(backend: &LinuxBackend, probe: Probe) -> Answer {
    let runtime = runtime();
    prepare(backend, &runtime);
    runtime.block_on(backend.probe(probe, None, CancellationToken::new())).unwrap()
}

pub(crate) fn traced(source: Source) -> Traced {
    match ask(probe(source, Question::Trace(Vec::new()))) {
        Answer::Traced(traced) => traced,
        other => panic!("{other:?}"),
    }
}

/// Everything that can be told of candidates.
pub(crate) fn every(candidates: Vec<Patch>) -> Try {
    let further = candidates.len();
    let (cases, detail, patience) = (Vec::new(), Detail::Complaint, Patience::Usual);
    let further_time = Duration::from_mins(1);
    Try { candidates, cases, further, further_time, detail, patience }
}

pub(crate) fn tried(source: Source, candidates: Vec<Patch>) -> Vec<Tried> {
    tried_with(source, every(candidates))
}

pub(crate) fn tried_with(source: Source, wanted: Try) -> Vec<Tried> {
    match ask(probe(source, Question::Try(wanted))) {
        Answer::Tried(tried) => tried,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn compared(source: Source, candidates: Vec<Patch>) -> Compared {
    compared_on(source, Compare { candidates, inputs: Inputs::FarAndOwn })
}

pub(crate) fn compared_on(source: Source, wanted: Compare) -> Compared {
    match ask(probe(source, Question::Compare(wanted))) {
        Answer::Compared(compared) => compared,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn infected(source: Source, candidates: Vec<Patch>, cases: Vec<String>) -> Infected {
    infected_in(source, Infect { candidates, cases, failing: Failing::default() })
}

pub(crate) fn infected_in(source: Source, infect: Infect) -> Infected {
    match ask(probe(source, Question::Infect(infect))) {
        Answer::Infected(infected) => infected,
        other => panic!("{other:?}"),
    }
}

/// The first place of a text in `subject.py`, and what takes its place.
pub(crate) fn swap(source: &Source, from: &str, to: &str) -> Patch {
    swap_in("subject.py", source, from, to)
}

pub(crate) fn swap_in(path: &str, source: &Source, from: &str, to: &str) -> Patch {
    let of = source.files().iter().find(|file| file.path.as_str() == path).unwrap();
    let start = of.text().find(from).unwrap();
    Patch::of(Edit {
        path: path.parse().unwrap(),
        start,
        end: start + from.len(),
        text: to.to_owned(),
    })
}

/// How each ended, and the places of the cases that pass.
pub(crate) fn outcomes(tried: &[Tried]) -> Vec<(Ending, Vec<usize>)> {
    tried.iter().map(|tried| (tried.ending, tried.passed.iter().copied().collect())).collect()
}
