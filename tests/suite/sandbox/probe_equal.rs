//! The light runner and plain pytest agree.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::domain::evidence::{Evidence, Termination, TestOutcome};
use record::domain::probe::{Answer, Question, Traced};
use record::domain::source::Source;
use sandbox::backend::{Job, SandboxBackend as _};
use sandbox::linux::backend::LinuxBackend;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::sandbox::cases::folder;
use crate::sandbox::item::{Item, ignore};
use crate::sandbox::probe_runner::{CLASSES, CODE, FIXTURES, PARAMETERS, RAISED};
use crate::sandbox::probing::{pair, probe};
use crate::sandbox::support::{job_of, prepare, quick, runtime};

/// Items of each corpus.
const ITEMS: usize = 4;

#[test]
fn suites_of_many_kinds_have_the_cases_and_outcomes_of_plain_pytest() {
    let suites = [PARAMETERS, FIXTURES, CLASSES, RAISED];
    let jobs = suites.map(|tests| job_of("equal", pair(CODE, tests)));

    assert_eq!(differences(jobs.into()), Vec::<String>::new());
}

#[test]
fn references_and_bugs_have_the_cases_and_outcomes_of_plain_pytest() {
    let jobs: Vec<Job> = ["humaneval", "mbpp", "exercism"]
        .iter()
        .flat_map(|name| spread(Item::load(&folder("corpus").join(format!("{name}.jsonl")))))
        .flat_map(|item| item.variants().into_iter().map(move |variant| item.job(variant)))
        .collect();
    assert!(jobs.len() > 3 * ITEMS, "{} jobs", jobs.len());

    assert_eq!(differences(jobs), Vec::<String>::new());
}

fn spread(items: Vec<Item>) -> Vec<Item> {
    let step = (items.len() / ITEMS).max(1);
    items.into_iter().step_by(step).collect()
}

fn differences(jobs: Vec<Job>) -> Vec<String> {
    let runtime = runtime();
    let backend = Arc::new(quick());
    prepare(&backend, &runtime);
    runtime.block_on(async {
        let mut running = JoinSet::new();
        for job in jobs {
            let backend = Arc::clone(&backend);
            running.spawn(async move { difference(&backend, job).await });
        }
        running.join_all().await.into_iter().flatten().collect()
    })
}

async fn difference(backend: &LinuxBackend, job: Job) -> Option<String> {
    let source: Source = job.source.clone();
    let evidence = backend.run(job, &ignore, CancellationToken::new()).await.unwrap();
    if evidence.termination != Termination::Completed {
        return None;
    }
    let asked = probe(source, Question::Trace(Vec::new()));
    let answer = backend.probe(asked, None, CancellationToken::new()).await.unwrap();
    let Answer::Traced(traced) = answer else { panic!("{answer:?}") };
    let (theirs, ours) = (pytest(&evidence), light(&traced));
    (theirs != ours).then(|| format!("pytest {theirs:?}, the light runner {ours:?}"))
}

/// Whether each test holds, as pytest says; those that are skipped left out.
fn pytest(evidence: &Evidence) -> BTreeMap<String, bool> {
    let ran = evidence.tests.cases.iter().filter(|case| case.outcome != TestOutcome::Skipped);
    let holds = |outcome| {
        matches!(outcome, TestOutcome::Passed | TestOutcome::Xfailed | TestOutcome::Xpassed)
    };
    ran.map(|case| (case.id.clone(), holds(case.outcome))).collect()
}

fn light(traced: &Traced) -> BTreeMap<String, bool> {
    traced.cases.iter().map(|case| (case.id.clone(), case.complaint.is_none())).collect()
}
