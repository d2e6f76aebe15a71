//! A box in which code passes by its words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use record::domain::environment::Guarantees;
use record::domain::evidence::Evidence;
use record::domain::probe::{
    Answer, Case, Compared, Complaint, Ending, Infect, Infected, Infection, Patience, Probe,
    Question, Separating, Traced, Tried, Try,
};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use sandbox::backend::{Job, Progress, SandboxBackend};
use sandbox::error::SandboxError;
use sandbox::toolchain::layer::Layer;
use tokio_util::sync::CancellationToken;

/// Its six tests: test `n` passes where the code holds `<n>`; code with `(` and without `)` does not parse.
pub(super) const CASES: usize = 6;

/// Answers questions by looking at words, and keeps what it was asked.
#[derive(Default)]
pub(super) struct Imitation {
    pub(super) asked: Mutex<Vec<Probe>>,
}

/// Code in a file beside an empty suite.
pub(super) fn source(code: &str) -> Source {
    let file = |path: &str, role, text: &str| SourceFile {
        path: path.parse().unwrap(),
        role,
        content: text.as_bytes().to_vec(),
    };
    Source::new(vec![file("a.py", Role::Code, code), file("test_a.py", Role::Test, "")]).unwrap()
}

pub(super) fn id(number: usize) -> String {
    format!("test_a.py::test_{number}")
}

fn parses(source: &Source) -> bool {
    let code = source.text_of(Role::Code);
    code.matches('(').count() == code.matches(')').count()
}

fn passes(source: &Source, number: usize) -> bool {
    parses(source) && source.text_of(Role::Code).contains(&format!("<{number}>"))
}

fn complaint(source: &Source) -> Option<Complaint> {
    let told = |kind: &str, message: String| Complaint {
        kind: kind.to_owned(),
        message,
        place: Some(("a.py".parse().unwrap(), 1)),
        column: None,
    };
    if !parses(source) {
        return Some(told("SyntaxError", "'(' was never closed".to_owned()));
    }
    let missing = (0..CASES).find(|number| !passes(source, *number))?;
    Some(told("NameError", format!("name 'n{missing}' is not defined")))
}

fn traced(source: &Source) -> Traced {
    let case = |number| Case {
        id: id(number),
        complaint: complaint(source).filter(|_| !passes(source, number)),
        lines: BTreeMap::new(),
    };
    let is_whole = parses(source);
    Traced {
        cases: if is_whole { (0..CASES).map(case).collect() } else { Vec::new() },
        complaint: if is_whole { None } else { complaint(source) },
        ..Traced::default()
    }
}

fn tried(source: &Source, question: &Try) -> Vec<Tried> {
    let mut answers = Vec::new();
    let mut further = None;
    // Of code with a `$` nothing is tried beside a patch.
    let has_time = !source.text_of(Role::Code).contains('$');
    if !has_time && question.patience == Patience::Short {
        return answers;
    }
    for (index, patch) in question.candidates.iter().enumerate() {
        if further == Some(0) {
            break;
        }
        further = further.map(|further: usize| further - 1);
        let patched = patch.apply(source).unwrap();
        let is_slow = source.text_of(Role::Code).contains('~')
            && patch.edits.iter().any(|edit| edit.text.starts_with('<'));
        if is_slow && question.patience != Patience::Long {
            let (ending, passed) = (Ending::TimedOut, BTreeSet::new());
            answers.push(Tried { index, ending, complaint: None, passed });
            continue;
        }
        let passed: BTreeSet<usize> =
            (0..CASES).filter(|number| passes(&patched, *number)).collect();
        if passed.len() == CASES && further.is_none() {
            further = Some(if has_time { question.further } else { 0 });
        }
        answers.push(Tried {
            index,
            ending: if parses(&patched) { Ending::Done } else { Ending::Uncompiled },
            complaint: complaint(&patched),
            passed,
        });
    }
    answers
}

/// Nothing is known, but of code with a `%`: there candidates that begin with `_` change nothing.
fn infected(source: &Source, question: &Infect) -> Infected {
    if !source.text_of(Role::Code).contains('%') {
        return Infected::default();
    }
    let infection = |patch: &record::domain::patch::Patch| {
        let is_useless = patch.edits.iter().all(|edit| edit.text.starts_with('_'));
        if is_useless { Infection::Absent } else { Infection::Value }
    };
    let told: Vec<Infection> = question.candidates.iter().map(infection).collect();
    Infected((0..question.cases.len()).map(|case| (case, told.clone())).collect())
}

/// Candidates behave alike that have the same letter after a `#`; of code with a `^` there is time for the first one only.
fn compared(source: &Source, patches: &[record::domain::patch::Patch]) -> Compared {
    let mut behaviours: Vec<(String, Vec<usize>)> = Vec::new();
    let count = if source.text_of(Role::Code).contains('^') { 1 } else { patches.len() };
    for (index, patch) in patches.iter().enumerate().take(count) {
        let code = patch.apply(source).unwrap().text_of(Role::Code);
        let letter = code.split('#').nth(1).unwrap_or_default().chars().take(1).collect();
        match behaviours.iter_mut().find(|(known, _)| *known == letter) {
            Some((_, alike)) => alike.push(index),
            None => behaviours.push((letter, vec![index])),
        }
    }
    let answers = behaviours.iter().map(|(letter, _)| format!("'{letter}'")).collect();
    Compared {
        separating: (behaviours.len() > 1).then(|| Separating { call: "f(1)".to_owned(), answers }),
        behaviours: behaviours.into_iter().map(|(_, alike)| alike).collect(),
        inputs: 9,
        properties: 0,
        surprises: Vec::new(),
    }
}

#[async_trait]
impl SandboxBackend for Imitation {
    fn name(&self) -> &'static str {
        "imitation"
    }

    fn sweep(&self) {}

    async fn self_test(&self) -> Result<Guarantees, SandboxError> {
        Ok(Guarantees(BTreeMap::new()))
    }

    async fn prepare(&self, _progress: Progress<'_>) -> Result<(), SandboxError> {
        Ok(())
    }

    async fn run(
        &self,
        _job: Job,
        _progress: Progress<'_>,
        _cancel: CancellationToken,
    ) -> Result<Evidence, SandboxError> {
        Err(SandboxError::Cancelled)
    }

    async fn probe(
        &self,
        probe: Probe,
        layer: Option<Arc<Layer>>,
        cancel: CancellationToken,
    ) -> Result<Answer, SandboxError> {
        drop(layer);
        if cancel.is_cancelled() {
            return Err(SandboxError::Cancelled);
        }
        let source = &probe.source;
        let answer = match &probe.question {
            Question::Trace(_) => Answer::Traced(traced(source)),
            Question::Try(question) => Answer::Tried(tried(source, question)),
            Question::Infect(question) => Answer::Infected(infected(source, question)),
            Question::Compare(wanted) => Answer::Compared(compared(source, &wanted.candidates)),
        };
        self.asked.lock().unwrap().push(probe);
        Ok(answer)
    }
}
