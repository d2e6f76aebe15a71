//! Runs corpora and compares with plain pytest.
//!
//! `cargo bench --profile dev --bench corpus -- DIR [--limit N] [--coverage N] [--only NAME]` reads every `*.jsonl` of
//! a folder, runs its Python items through the sandbox and prints a table; it ends with status 1 on any difference.
//! Coverage is compared with coverage.py outside of the sandbox, so only trusted corpora may be given.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints and may fail loudly"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Instant;

use record::domain::evidence::Evidence;
use sandbox::backend::SandboxBackend as _;
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

#[path = "../tests/suite/sandbox/item.rs"]
mod item;

use item::{Item, Variant, ignore};

/// Items at work at once; the backend bounds what really runs.
const AT_ONCE: usize = 4;

struct Arguments {
    folder: PathBuf,
    limit: usize,
    coverage: usize,
    only: Option<String>,
}

fn arguments() -> Option<Arguments> {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let mut arguments =
        Arguments { folder: PathBuf::new(), limit: usize::MAX, coverage: 60, only: None };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--limit" => arguments.limit = words.next()?.parse().ok()?,
            "--coverage" => arguments.coverage = words.next()?.parse().ok()?,
            "--only" => arguments.only = words.next(),
            folder => arguments.folder = PathBuf::from(folder),
        }
    }
    arguments.folder.is_dir().then_some(arguments)
}

#[derive(Default)]
struct Row {
    items: usize,
    references: usize,
    bugs: usize,
    same: usize,
    compared: usize,
    covered_same: usize,
    milliseconds: Vec<u64>,
    first: Vec<u64>,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!("usage: corpus DIR [--limit N] [--coverage N] [--only NAME]");
        return ExitCode::SUCCESS;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let is_same = runtime.block_on(compare_all(&arguments));
    if is_same { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn compare_all(arguments: &Arguments) -> bool {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home");
    let backend = Arc::new(LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: home.clone(),
        python: None,
        linter: Linter::Pylint,
    }));
    backend.prepare(&|event| eprintln!("{event:?}")).await.unwrap();
    let mut paths: Vec<PathBuf> =
        arguments.folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    let mut is_same = true;
    println!(
        "| corpus | items | references | bugs | same verdict | coverage same | median ms | median first ms |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if arguments.only.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        let items: Vec<Item> = Item::load(&path).into_iter().take(arguments.limit).collect();
        if items.is_empty() {
            continue;
        }
        let row = compare(&backend, items, arguments.coverage).await;
        is_same &= row.same == row.references + row.bugs && row.covered_same == row.compared;
        println!(
            "| {name} | {} | {} | {} | {} | {} of {} | {} | {} |",
            row.items,
            row.references,
            row.bugs,
            row.same,
            row.covered_same,
            row.compared,
            median(row.milliseconds),
            median(row.first)
        );
    }
    is_same
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

async fn compare(backend: &Arc<LinuxBackend>, items: Vec<Item>, coverage: usize) -> Row {
    let mut row = Row { items: items.len(), ..Row::default() };
    let step = (items.len() / coverage.max(1)).max(1);
    let mut work = items
        .into_iter()
        .enumerate()
        .flat_map(|(index, item)| {
            let is_sampled = coverage > 0 && index % step == 0;
            let variants = item.variants();
            variants.into_iter().map(move |variant| {
                (item.clone(), variant, is_sampled && variant == Variant::Reference)
            })
        })
        .collect::<Vec<_>>()
        .into_iter();
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((item, variant, is_sampled)) = work.next()
        {
            let backend = Arc::clone(backend);
            running.spawn(async move {
                let started = Instant::now();
                let evidence = backend
                    .run(item.job(variant), &ignore, CancellationToken::new())
                    .await
                    .unwrap();
                let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap();
                (item, variant, is_sampled, evidence, milliseconds)
            });
        }
        let Some(done) = running.join_next().await else { return row };
        let (item, variant, is_sampled, evidence, milliseconds) = done.unwrap();
        match variant {
            Variant::Reference => row.references += 1,
            Variant::Bug => row.bugs += 1,
        }
        row.milliseconds.push(milliseconds - evidence.timings_ms.queue);
        row.first.push(evidence.timings_ms.first - evidence.timings_ms.queue);
        match item.difference(variant, &evidence) {
            None => row.same += 1,
            Some(told) => eprintln!("{} {variant:?}: {told}", item.id),
        }
        if is_sampled {
            row.compared += 1;
            let theirs = coverage_py(&item);
            let ours = lines(&evidence);
            if theirs == ours {
                row.covered_same += 1;
            } else {
                eprintln!("{}: coverage.py {theirs:?}, here {ours:?}", item.id);
            }
        }
    }
}

/// Covered and all lines.
fn lines(evidence: &Evidence) -> Option<(u64, u64)> {
    let coverage = evidence.coverage.as_ref()?;
    Some((coverage.covered.into(), coverage.total.into()))
}

/// The same by `coverage run -m pytest` and `coverage json`, in a folder of its own.
#[expect(clippy::disallowed_methods, reason = "the bench compares with a plain process")]
fn coverage_py(item: &Item) -> Option<(u64, u64)> {
    let folder = tempfile::tempdir().unwrap();
    let mut code = String::new();
    for (path, role, text) in item.files(Variant::Reference) {
        let full = folder.path().join(&path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
        if role == record::domain::role::Role::Code {
            code = path;
        }
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home/toolchain");
    let current: serde_json::Value =
        serde_json::from_slice(&std::fs::read(home.join("current.json")).unwrap()).unwrap();
    let python = current["toolchain"]["python"].as_str().unwrap().to_owned();
    let coverage = |arguments: &[&str]| {
        Command::new(&python)
            .args(["-m", "coverage"])
            .args(arguments)
            .current_dir(folder.path())
            .env("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            .output()
            .unwrap()
    };
    let tests = item.files(Variant::Reference).into_iter().nth(1).unwrap().0;
    coverage(&["run", "-m", "pytest", "-q", &tests]);
    coverage(&["json", "-o", "report.json"]);
    let report = std::fs::read(folder.path().join("report.json")).ok()?;
    let report: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&report).unwrap();
    let summary = &report["files"][&code]["summary"];
    Some((summary["covered_lines"].as_u64()?, summary["num_statements"].as_u64()?))
}
