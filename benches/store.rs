//! Ratios of the store, all of one run.
//!
//! `cargo bench --bench store -- [SIZE]… [--keep DIR]`: homes of 10,000 and 1,000,000 proposals, or of the sizes given.
//! With `--keep` they stay in `DIR`, one folder for each size, for other benches.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may end")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use foundation::store::query::{ListQuery, LogState, StatsQuery};
use foundation::store::sqlite::generate::fill;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store as _;
use record::audit::verify::Verifier;
use record::domain::act::{ActKind, Subject};
use record::domain::change::Change;
use record::domain::execution::Execution;
use record::domain::id::ProposalId;
use record::domain::language::Language;
use record::domain::proposal::{Proposal, Standing};
use record::domain::stats::Dimension;
use record::domain::status::Status;
use record::domain::time::Timestamp;
use record::domain::verdict::VerdictWord;
use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Runtime;

mod commits;

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/store/sample.rs"]
mod sample;

/// A year of proposals, whatever their number.
const YEAR_MS: u64 = 365 * 86_400_000;
const SIZES: [u64; 2] = [10_000, 1_000_000];
const READS: u64 = 2_000;

fn main() {
    // `cargo test --benches` only asks whether this starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let sizes: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let keep = kept();
    for size in if sizes.is_empty() { SIZES.to_vec() } else { sizes } {
        let passing = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let home = match &keep {
            Some(folder) => folder.join(size.to_string()),
            None => passing.path().to_path_buf(),
        };
        let database = home.join("knowledge.db");
        assert!(!database.exists(), "there is a home in {} already", home.display());
        generate(&home, size);
        let bytes = std::fs::metadata(&database).unwrap().len();
        println!("{size} proposals: {bytes} bytes, {} for each", bytes / size);
        measure_reads(&runtime, &home, size);
        measure_verification(&home);
        let store = open(&home, Opening::Writer, now(size));
        let subject = commits::Subject { runtime: &runtime, store: &store, size, now: now(size) };
        commits::measure(&subject, &home);
    }
}

/// The folder in which the homes stay, if they are to stay.
fn kept() -> Option<PathBuf> {
    std::env::args().skip_while(|argument| argument != "--keep").nth(1).map(PathBuf::from)
}

fn moment(n: u64, size: u64) -> Timestamp {
    sample::at(i64::try_from(n * (YEAR_MS / size)).unwrap())
}

fn now(size: u64) -> Timestamp {
    moment(size, size)
}

fn open(home: &Path, opening: Opening, now: Timestamp) -> SqliteStore {
    let clock: sample::Clock = std::sync::Arc::new(move || now);
    SqliteStore::open(home, opening, &clock).unwrap()
}

fn generate(home: &Path, size: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let begun = open(home, Opening::Writer, moment(0, size));
    let log = runtime.block_on(begun.log_state()).unwrap();
    drop(begun);
    let since = Instant::now();
    fill(home, moment(0, size), (0..size).map(|n| whole_life(n, moment(n, size), &log))).unwrap();
    println!("\ngenerated in {:.0} s", since.elapsed().as_secs_f64());
}

/// A proposal, executed, and every second one decided, as one change.
fn whole_life(n: u64, at: Timestamp, log: &LogState) -> Change {
    let word = if n % 5 == 4 { VerdictWord::Failed } else { VerdictWord::Passed };
    let mut life = created(n, at);
    let tested = executed(n, sample::execution(n, 1, 1, word, at), at);
    life.consequences.push(tested.act);
    life.writes.extend(tested.writes);
    if n.is_multiple_of(2) {
        let decided = sample::rejected(&tested_proposal(n, at), log, at);
        life.consequences.push(decided.act);
        life.writes.extend(decided.writes);
    }
    life
}

/// A proposal whose entries name its revision, as the page of its review wants them.
fn created(n: u64, at: Timestamp) -> Change {
    let mut change = sample::created(n, at);
    let revision = Subject {
        proposal: Some(sample::proposal_id(n)),
        revision: Some(1),
        revision_digest: Some(sample::source(n, 1).content_hash()),
        execution: None,
    };
    change.consequences.push(sample::system(ActKind::RevisionAdded).about(revision));
    change
}

/// An execution whose entry names its environment, for the same.
fn executed(n: u64, execution: Execution, at: Timestamp) -> Change {
    let environment = execution.evidence.environment.digest().to_string();
    let mut change = sample::executed(n, execution, Status::Tested, at);
    change.act = change.act.with("environment_digest", environment);
    change
}

/// What `created` and a passing execution make, without a store.
fn tested_proposal(n: u64, at: Timestamp) -> Proposal {
    Proposal {
        id: sample::proposal_id(n),
        request: sample::request(n),
        language: Language::Python,
        module: "parser".to_owned(),
        status: Status::Tested,
        standing: Standing::Clear,
        related_concepts: vec![],
        head: 1,
        content_hash: sample::source(n, 1).content_hash(),
        latest: None,
        created_at: at,
        updated_at: at,
        version: 1,
    }
}

/// Spreads over all proposals without a pattern.
fn pick(round: u64, size: u64) -> u64 {
    round.wrapping_mul(0x9e37_79b9_7f4a_7c15) % size
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let since = Instant::now();
    black_box(work());
    since.elapsed()
}

/// Every column of a proposal, with nothing between the caller and SQLite.
fn raw_point(connection: &Connection, id: &ProposalId) -> usize {
    let mut statement = connection.prepare_cached("SELECT * FROM proposals WHERE id = ?1").unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([id.as_str()]).unwrap();
    let row = rows.next().unwrap().unwrap();
    (0..columns).filter(|column| row.get_ref(*column).is_ok()).count()
}

fn search(text: &str) -> ListQuery {
    ListQuery { search: Some(text.to_owned()), limit: 20, ..ListQuery::default() }
}

fn list(status: Option<Status>, language: Option<Language>) -> ListQuery {
    ListQuery { status, language, limit: 20, ..ListQuery::default() }
}

type Read<'a> = (&'a str, Box<dyn Fn(u64) + 'a>);

fn measure_reads(runtime: &Runtime, home: &Path, size: u64) {
    let store = open(home, Opening::ReadOnly, now(size));
    let raw = raw_connection(home);
    let id = |round| sample::proposal_id(pick(round, size));
    let stats = |since_days: Option<i64>, by| {
        let since = since_days.map(|days| now(size).days_before(days));
        let query = StatsQuery { since, by };
        let store = &store;
        move |_| drop(black_box(runtime.block_on(store.stats(&query)).unwrap()))
    };
    let page = |query: ListQuery| {
        let store = &store;
        move |_| drop(black_box(runtime.block_on(store.list(&query)).unwrap()))
    };
    let rare = |round| {
        let query = search(&format!("case{}", pick(round, size)));
        drop(black_box(runtime.block_on(store.list(&query)).unwrap()));
    };
    let reads: Vec<Read<'_>> = vec![
        (
            "raw point query",
            Box::new(|round| {
                black_box(raw_point(&raw, &id(round)));
            }),
        ),
        ("stats", Box::new(stats(None, None))),
        ("stats --since 30 days", Box::new(stats(Some(30), None))),
        ("stats --since 365 days", Box::new(stats(Some(365), None))),
        ("stats --by model", Box::new(stats(None, Some(Dimension::Model)))),
        ("stats --by day (365)", Box::new(stats(None, Some(Dimension::Day)))),
        ("stats --since 30 --by model", Box::new(stats(Some(30), Some(Dimension::Model)))),
        ("list 20 newest", Box::new(page(list(None, None)))),
        ("list 20 by status", Box::new(page(list(Some(Status::Tested), None)))),
        ("list 20 by language", Box::new(page(list(None, Some(Language::Python))))),
        ("search, common word", Box::new(page(search("parser")))),
        ("search, two common words", Box::new(page(search("parser quoted")))),
        ("search, rare word", Box::new(rare)),
        (
            "proposal",
            Box::new(|round| {
                drop(black_box(runtime.block_on(store.proposal(&id(round))).unwrap()));
            }),
        ),
        (
            "revision with files",
            Box::new(|round| {
                drop(black_box(runtime.block_on(store.revision(&id(round), 1)).unwrap()));
            }),
        ),
        (
            "newest execution",
            Box::new(|round| {
                drop(black_box(runtime.block_on(store.newest_execution(&id(round))).unwrap()));
            }),
        ),
    ];
    print_reads(&reads);
}

fn raw_connection(home: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let raw = Connection::open_with_flags(home.join("knowledge.db"), flags).unwrap();
    raw.pragma_update(None, "query_only", true).unwrap();
    raw
}

/// One round does each read once, so that all of them see the same machine.
fn print_reads(reads: &[Read<'_>]) {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); reads.len()];
    for round in 0..READS {
        for ((_, read), times) in reads.iter().zip(&mut times) {
            times.push(timed(|| read(round)));
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    for ((name, _), time) in reads.iter().zip(&medians) {
        let ratio = time.as_secs_f64() / medians[0].as_secs_f64();
        println!("  {name:<28} {:>9.1} µs {ratio:>8.2} × raw", time.as_secs_f64() * 1e6);
    }
}

fn measure_verification(home: &Path) {
    let store = open(home, Opening::ReadOnly, Timestamp::from_millis(0));
    let mut records = 0_u64;
    let reading = timed(|| {
        store.stream_log(0, &mut |_, bytes| {
            records += u64::from(!bytes.is_empty());
            ControlFlow::Continue(())
        })
    });
    let mut verifier = Verifier::default();
    let checking = timed(|| {
        store.stream_log(0, &mut |_, bytes| match verifier.push(bytes) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    });
    let verification = verifier.finish(None, store.head().unwrap().as_ref());
    println!(
        "  {records} records: streamed in {:.2} s, verified in {:.2} s, ok: {} {:?}",
        reading.as_secs_f64(),
        checking.as_secs_f64(),
        verification.ok,
        verification.problem,
    );
}
