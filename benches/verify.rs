//! A large log exported, verified and proved.
//!
//! `cargo bench --bench verify -- [ENTRIES] [DECISIONS]`: a log of 1,000,000 entries with 1,000 signed decisions, or as given.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may end")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use foundation::store::sqlite::generate::fill;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use foundation::store::store::Store;
use record::audit::checkpoint::Checkpoint;
use record::audit::key::LogKey;
use record::audit::local_key::LocalKey;
use record::audit::log_proof::{GrowthText, InclusionText};
use record::audit::merkle::{Frontier, NodeRef, leaf_hash};
use record::domain::act::{Act, ActKind};
use record::domain::change::Change;
use record::domain::principal::{Principal, Via};
use record::domain::time::Timestamp;
use tokio_util::sync::CancellationToken;
use verifier::check::check;
use verifier::given::Trusted;
use verifier::source::Source;
use work::auditing::exporting::write::{Export, Form};

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/support/signing.rs"]
mod signing;

const START: i64 = 1_795_164_420_000;
const PROOFS: u64 = 2_000;
const ROUNDS: usize = 3;

fn main() {
    // `cargo test --benches` only asks whether this starts.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    if let Some(folder) = std::env::args().skip_while(|argument| argument != "--only").nth(1) {
        measure_verification(Path::new(&folder));
        return;
    }
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let (entries, decisions) =
        (numbers.next().unwrap_or(1_000_000), numbers.next().unwrap_or(1_000));
    let passing = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let home = passing.path().join("home");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let since = Instant::now();
    generate(&runtime, &home, entries, decisions);
    println!(
        "{entries} entries, {decisions} signed decisions: generated in {:.0} s",
        seconds(since)
    );
    let store: Arc<dyn Store> = Arc::new(open(&home, Opening::ReadOnly));
    let folder = passing.path().join("export");
    measure_export(&runtime, &store, &folder);
    for _ in 0..ROUNDS {
        verify_alone(&folder);
    }
    measure_proofs(&runtime, store.as_ref(), entries);
    measure_tree();
}

fn open(home: &Path, opening: Opening) -> SqliteStore {
    let clock: Arc<dyn Fn() -> Timestamp + Send + Sync> =
        Arc::new(|| Timestamp::from_millis(START));
    SqliteStore::open(home, opening, &clock).unwrap()
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

/// The genesis counts as an entry.
fn generate(runtime: &tokio::runtime::Runtime, home: &Path, entries: u64, decisions: u64) {
    let begun = open(home, Opening::Writer);
    let note = runtime.block_on(begun.log_state()).unwrap().checkpoint;
    drop(begun);
    let head = Checkpoint::parse_unverified(&note).unwrap();
    let key = LocalKey::from_seed(&[9; 32]);
    let every = (entries / decisions.max(1)).max(1);
    let at = Timestamp::from_millis(START);
    let changes = (1..entries).map(|number| {
        let is_decision = number % every == 0;
        let act = if is_decision {
            signing::approval(&head, Some(&key), number, at)
        } else {
            verdict(number)
        };
        Change {
            act,
            consequences: vec![],
            writes: vec![],
            expected: None,
            idempotency: format!("{number:016x}{number:016x}"),
            at,
        }
    });
    fill(home, at, changes).unwrap();
}

/// A record of about 970 bytes, as verdicts are.
fn verdict(number: u64) -> Act {
    Act::new(ActKind::ExecutionVerdict, Principal::system(), Via::internal())
        .with("verdict", "passed")
        .with("termination", "completed")
        .with("integrity", "controlled")
        .with("evidence_digest", format!("sha256:{number:064x}"))
        .with("environment_digest", format!("sha256:{number:064x}"))
        .with("policy_digest", format!("sha256:{number:064x}"))
        .with("coverage_bp", number % 10_000)
        .with("duration_ms", number % 1_000)
        .with("lint_tool", "pylint \"3\"\n".repeat(12))
}

fn measure_export(runtime: &tokio::runtime::Runtime, store: &Arc<dyn Store>, folder: &Path) {
    let (store, handle) = (Arc::clone(store), runtime.handle().clone());
    let export = Export { store, handle, cancel: CancellationToken::new() };
    let since = Instant::now();
    let written = export.write(Form::Folder, folder).unwrap();
    println!("  exported {} entries in {:.2} s", written.entries, seconds(since));
}

/// Verifies in a process of its own, whose memory is then that of the verification.
#[expect(clippy::disallowed_methods, reason = "the bench starts itself")]
fn verify_alone(folder: &Path) {
    let own = std::env::current_exe().unwrap();
    let status = std::process::Command::new(own).arg("--only").arg(folder).status().unwrap();
    assert!(status.success(), "the verification broke off");
}

fn measure_verification(folder: &Path) {
    let since = Instant::now();
    let source = Source::open(folder).unwrap_or_else(|_| unreachable!("it was just written"));
    let verified = check(&source, Trusted::default(), &|| false).unwrap();
    let bytes = folder.join("records.jsonl").metadata().unwrap().len();
    println!(
        "  verified {} entries ({} bytes each), {} signed, in {:.2} s, {:.2} s of computing, peak {} MiB, ok: {} {:?}",
        verified.entries,
        bytes / verified.entries,
        verified.decisions.signed,
        seconds(since),
        computing(),
        peak(),
        verified.ok,
        verified.problem,
    );
}

/// Seconds that all threads of this process computed, system calls included.
fn computing() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let own: f64 = text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default();
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let ticks = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    let all: f64 = ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    // A hundred ticks a second; the finer count is of the first thread only.
    (all / 100.0).max(own / 1e9)
}

fn measure_proofs(runtime: &tokio::runtime::Runtime, store: &dyn Store, entries: u64) {
    let note = runtime.block_on(store.log_state()).unwrap().checkpoint;
    let nodes = |place: NodeRef| store.node(place).ok().flatten();
    let mut times = Vec::new();
    for round in 0..PROOFS {
        let seq = round.wrapping_mul(0x9e37_79b9_7f4a_7c15) % entries;
        let since = Instant::now();
        let row = runtime.block_on(store.log_from(seq, 1)).unwrap();
        let inclusion = InclusionText::build(seq, &note, &nodes).unwrap();
        let growth = GrowthText::build(seq + 1, &note, &nodes).unwrap();
        std::hint::black_box((row, inclusion.text(), growth.text()));
        times.push(since.elapsed());
    }
    times.sort_unstable();
    let (median, late) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("  a record with both proofs: {median:?}, p99 {late:?}");
}

/// What tree and checkpoint cost in computing, without the rows they become.
fn measure_tree() {
    let key = LogKey::from_seed("saraphina/bench", &[7; 32]).unwrap();
    let mut frontier = Frontier::empty();
    let since = Instant::now();
    for number in 0..10_000_u64 {
        frontier.push(leaf_hash(&number.to_be_bytes())).for_each(drop);
        let (size, root) = (frontier.size(), frontier.root());
        let origin = "saraphina/bench".to_owned();
        std::hint::black_box(key.sign(&Checkpoint { origin, size, root }).unwrap());
    }
    println!("  tree and signed checkpoint: {:.1} µs an entry", seconds(since) * 1e6 / 10_000.0);
}

/// The most memory this process held, in MiB.
fn peak() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1_024
}
