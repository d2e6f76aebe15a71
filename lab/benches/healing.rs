//! Repairs without a model, counted.
//!
//! `cargo bench -p saraphina-lab --bench healing -- FOLDER [--only NAME] [--half] [--split tuning|report|all] [--limit N] [--items]`
//! takes the wrong programs of every `*.jsonl` of a folder: each runs in the sandbox, is mended by small edits, and the patch
//! is executed again in full. Only that execution counts. `--half` hides half of the tests of each item from the search
//! (places of the SHA-256 of id and test, alternating, one that fails stays visible); they are cut out of the suite, rows of a
//! table aside, which are only not run. The split is by the second-lowest bit
//! of SHA-256 over the id: 0 is for tuning, 1 for reports. A patch is also held against the reference on inputs that no test
//! has, those aside on which the reference itself raises.
//!
//! Sets such as `HumanEval` and `QuixBugs` are in public training data; nothing here is learned by a model, but operators and
//! weights were chosen with the tuning half in sight. They are seeded bugs of single functions with the tests as oracle.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may end")]
#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::print_stderr, reason = "progress goes beside the table")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use item::{Item, Variant, ignore};
use record::domain::digest::Digest;
use record::domain::environment::Guarantees;
use record::domain::evidence::{Evidence, Termination, TestOutcome};
use record::domain::healing::Confidence;
use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::patch::{Edit, Patch};
use record::domain::policy::Policy;
use record::domain::probe::{Answer, Compare, Inputs, Probe, Question};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{VerdictWord, decide, judge};
use sandbox::backend::{Job, Progress, SandboxBackend};
use sandbox::error::SandboxError;
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use table::{Row, by_class, by_tenths, summary};
use tokio_util::sync::CancellationToken;
use work::healing::rounds;
use work::healing::search::bench::Bench;
use work::healing::search::found::{Patched, Sought};
use work::healing::search::search;
use work::healing::workshop::TOOLS;

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../../tests/suite/sandbox/item.rs"]
mod item;
#[path = "healing/table.rs"]
mod table;
#[path = "healing/tests.rs"]
mod tests;

/// Wall time of a full execution, in milliseconds, as in healing trials.
const TRIAL_MS: u64 = 10_000;
/// Time of a comparison with the reference.
const JUDGE: Duration = Duration::from_secs(10);

/// Which items count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Split {
    Tuning,
    Report,
    All,
}

impl Split {
    fn has(self, id: &str) -> bool {
        let is_report = Digest::of(id.as_bytes()).as_bytes()[31] >> 1 & 1 == 1;
        match self {
            Self::Tuning => !is_report,
            Self::Report => is_report,
            Self::All => true,
        }
    }
}

struct Arguments {
    folder: PathBuf,
    only: Option<String>,
    is_half: bool,
    split: Split,
    limit: usize,
    is_listing: bool,
}

fn arguments() -> Option<Arguments> {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let mut arguments = Arguments {
        folder: PathBuf::new(),
        only: None,
        is_half: false,
        split: Split::Report,
        limit: usize::MAX,
        is_listing: false,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => arguments.only = words.next(),
            "--half" => arguments.is_half = true,
            "--items" => arguments.is_listing = true,
            "--limit" => arguments.limit = words.next()?.parse().ok()?,
            "--split" => {
                arguments.split = match words.next()?.as_str() {
                    "tuning" => Split::Tuning,
                    "report" => Split::Report,
                    "all" => Split::All,
                    _ => return None,
                }
            }
            folder => arguments.folder = PathBuf::from(folder),
        }
    }
    arguments.folder.is_dir().then_some(arguments)
}

/// A sandbox of which some tests are not seen.
struct Blind<'a> {
    inner: &'a LinuxBackend,
    hidden: BTreeSet<String>,
}

#[async_trait]
impl SandboxBackend for Blind<'_> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn sweep(&self) {}

    async fn self_test(&self) -> Result<Guarantees, SandboxError> {
        self.inner.self_test().await
    }

    async fn prepare(&self, progress: Progress<'_>) -> Result<(), SandboxError> {
        self.inner.prepare(progress).await
    }

    async fn run(
        &self,
        job: Job,
        progress: Progress<'_>,
        cancel: CancellationToken,
    ) -> Result<Evidence, SandboxError> {
        self.inner.run(job, progress, cancel).await
    }

    async fn probe(&self, probe: Probe, cancel: CancellationToken) -> Result<Answer, SandboxError> {
        let asks_all = matches!(&probe.question, Question::Try(wanted) if wanted.cases.is_empty());
        let is_there = |id: &String| tests::is_there(&probe.source, id);
        assert!(!asks_all || !self.hidden.iter().any(is_there), "hidden tests would be run");
        let mut answer = self.inner.probe(probe, cancel).await?;
        if let Answer::Traced(traced) = &mut answer {
            traced.cases.retain(|case| !self.hidden.contains(&case.id));
        }
        Ok(answer)
    }
}

fn main() {
    // `cargo test --benches` only asks whether this starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let Some(arguments) = arguments() else {
        eprintln!(
            "usage: healing FOLDER [--only NAME] [--half] [--split tuning|report|all] [--limit N] [--items]"
        );
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure_all(&arguments));
}

async fn measure_all(arguments: &Arguments) {
    let backend = LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina-lab")),
        home: Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target").join("test-home"),
        python: None,
        linter: Linter::Pylint,
    });
    backend.prepare(&|event| eprintln!("{event:?}")).await.unwrap();
    backend.lasts();
    backend.warm_up();
    let mut paths: Vec<PathBuf> =
        arguments.folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if arguments.only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let items = Item::load(&path).into_iter();
        let items = items.filter(|item| item.variants().contains(&Variant::Bug));
        let items: Vec<Item> =
            items.filter(|item| arguments.split.has(&item.id)).take(arguments.limit).collect();
        if items.is_empty() {
            continue;
        }
        let mut rows = Vec::new();
        for item in &items {
            let row = measure(&backend, item, arguments.is_half).await;
            if let (true, Some(row)) = (arguments.is_listing, &row) {
                println!("{}", serde_json::to_string(row).unwrap());
            }
            rows.extend(row);
        }
        println!("{}", summary(&name, &rows));
        by_class(&rows);
        by_tenths(&rows);
    }
}

/// Mends one item; nothing where its wrong program does not fail here.
async fn measure(backend: &LinuxBackend, item: &Item, is_half: bool) -> Option<Row> {
    let job = Job {
        limits: Limits { tests_ms: TRIAL_MS, ..Limits::default() },
        ..item.job(Variant::Bug)
    };
    let failing = execute(backend, job.clone()).await;
    let visible = if is_half { visible_half(backend, item, &job).await? } else { None };
    let started = Instant::now();
    let blind = Blind { inner: backend, hidden: hidden(&failing, visible.as_ref()) };
    let cancel = CancellationToken::new();
    let bench = Bench {
        backend: &blind,
        cancel: &cancel,
        name: format!("heal-{}", Digest::of(item.id.as_bytes()).hex().get(..12).unwrap()),
        language: Language::Python,
        limits: Limits::default(),
        tools: TOOLS,
        is_late: std::sync::atomic::AtomicBool::new(false),
    };
    let mut row = Row {
        id: item.id.clone(),
        passed_tenths: failing.tests.passed * 10 / failing.tests.collected.max(1),
        ..Row::default()
    };
    if judge(&failing, &Policy::default()).word == VerdictWord::Passed {
        eprintln!("{}: the wrong program passes", item.id);
        return None;
    }
    let seen = tests::without(&job.source, &blind.hidden);
    for is_search in [false, true] {
        let sought = if is_search {
            search::search(&bench, &seen).await.unwrap()
        } else {
            rounds::mend(&bench, &seen).await.unwrap()
        };
        let found = sought.found.as_ref();
        let until = |rank: Option<u64>| row.candidates + rank.unwrap_or(sought.candidates);
        row.until_passed = until(found.and_then(|found| found.first_rank));
        row.until_chosen = until(found.and_then(|found| found.rank));
        row.mechanical.get_or_insert(sought.candidates);
        row.candidates += sought.candidates;
        if let Some(patched) = confirm(backend, &job, &blind, &sought, &mut row).await {
            row.seconds = started.elapsed().as_secs_f64();
            row.is_equal = is_equal(&bench, item, &patched.source).await;
            break;
        }
    }
    Some(row)
}

async fn execute(backend: &LinuxBackend, job: Job) -> Evidence {
    let evidence = backend.run(job, &ignore, CancellationToken::new()).await.unwrap();
    decide(evidence, &Policy::default()).0
}

/// The ids of the visible half of the tests; every second one by digest, the first of them a failing one.
async fn visible_half(
    backend: &LinuxBackend,
    item: &Item,
    job: &Job,
) -> Option<Option<BTreeSet<String>>> {
    let probe = Probe {
        name: format!("split-{}", Digest::of(item.id.as_bytes()).hex().get(..12)?),
        source: job.source.clone(),
        language: Language::Python,
        limits: Limits { tests_ms: TRIAL_MS, ..Limits::default() },
        question: Question::Trace,
    };
    let Ok(Answer::Traced(traced)) = backend.probe(probe, CancellationToken::new()).await else {
        return None;
    };
    let place = |id: &str| Digest::of(format!("{}#{id}", item.id).as_bytes()).hex();
    let mut cases = traced.cases;
    cases.sort_by_key(|case| place(&case.id));
    let failing = cases.iter().position(|case| case.complaint.is_some())?;
    let first = cases.remove(failing);
    cases.insert(0, first);
    Some(Some(cases.into_iter().step_by(2).map(|case| case.id).collect()))
}

/// The tests that the search does not see; none where everything is visible.
fn hidden(failing: &Evidence, visible: Option<&BTreeSet<String>>) -> BTreeSet<String> {
    let Some(visible) = visible else { return BTreeSet::new() };
    let all = failing.tests.cases.iter().map(|case| case.id.clone());
    all.filter(|id| !visible.contains(id)).collect()
}

/// Executes the best patch in full, then those of other behaviours; the first that passes what is visible.
async fn confirm(
    backend: &LinuxBackend,
    job: &Job,
    blind: &Blind<'_>,
    sought: &Sought,
    row: &mut Row,
) -> Option<Patched> {
    let found = sought.found.as_ref()?;
    for patched in [&found.patched].into_iter().chain(&found.others) {
        let job = Job { source: tests::all_of(&job.source, &patched.source), ..job.clone() };
        let mut evidence = execute(backend, job.clone()).await;
        if evidence.termination == Termination::Timeout {
            // As the loop does when nothing but time is the trouble.
            evidence = execute(backend, Job { limits: Limits::default(), ..job }).await;
        }
        let fails = |case: &&record::domain::evidence::TestCase| {
            let has_failed = matches!(case.outcome, TestOutcome::Failed | TestOutcome::Error);
            has_failed && !blind.hidden.contains(&case.id)
        };
        let passes_visible =
            evidence.tests.passed > 0 && evidence.tests.cases.iter().all(|case| !fails(&case));
        if passes_visible {
            row.is_plausible = true;
            row.is_valid = judge(&evidence, &Policy::default()).word == VerdictWord::Passed;
            row.behaviours = found.behaviours;
            row.operator.clone_from(&patched.operator);
            row.confidence = found.confidence.map(Confidence::word);
            return Some(patched.clone());
        }
    }
    None
}

/// Whether a patched source does what the reference does on inputs that no test has.
async fn is_equal(bench: &Bench<'_>, item: &Item, patched: &Source) -> Option<bool> {
    let buggy = item.job(Variant::Bug).source;
    let code = buggy.of_role(Role::Code).next()?;
    let whole = |text: &[u8]| {
        Patch::of(Edit {
            path: code.path.clone(),
            start: 0,
            end: code.content.len(),
            text: String::from_utf8_lossy(text).into_owned(),
        })
    };
    let reference = item.job(Variant::Reference).source;
    let sides =
        [&reference, patched].map(|side| whole(&side.of_role(Role::Code).next().unwrap().content));
    let compare = Compare { candidates: sides.to_vec(), inputs: Inputs::AnsweredByFirst };
    let compared = bench.compare(&buggy, compare, JUDGE).await.ok()?;
    (compared.inputs > 0).then_some(compared.behaviours.len() == 1)
}
