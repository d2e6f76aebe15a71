//! How fast candidates are tried.
//!
//! `cargo bench -p saraphina-lab --profile dev --bench probe -- [DIR] [--items N] [--candidates N]` takes the Python items of every
//! `*.jsonl` of a folder (the fixtures of the tests where none is given), makes candidates by a scan of the bytes
//! (`<` for `<=`, `+` for `-`, numbers one up and one down), and tries them in boxes that wait. A rate is the number of
//! candidates over what trying them takes longer than trying one; it holds the time of those that run out of it. Their
//! share is what the question takes less without them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints and may fail loudly"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use record::domain::language::Language;
use record::domain::limits::Limits;
use record::domain::patch::{Edit, Patch};
use record::domain::probe::{Answer, Detail, Ending, Patience, Probe, Question, Tried, Try};
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::backend::SandboxBackend as _;
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

#[path = "../../tests/suite/sandbox/item.rs"]
#[expect(dead_code, reason = "the suite uses more of it")]
mod item;

use item::{Item, Variant, ignore};

/// Candidates of a mutation score.
const MUTANTS: usize = 50;
/// How long the engine may take to prepare itself.
const WARM_UP: Duration = Duration::from_secs(5);
/// What a byte becomes.
const SWAPS: [(&str, &str); 12] = [
    (" < ", " <= "),
    (" <= ", " < "),
    (" > ", " >= "),
    (" >= ", " > "),
    (" == ", " != "),
    (" != ", " == "),
    (" + ", " - "),
    (" - ", " + "),
    (" * ", " + "),
    (" and ", " or "),
    (" or ", " and "),
    (" += ", " -= "),
];

struct Arguments {
    folder: PathBuf,
    items: usize,
    candidates: usize,
}

/// What one item showed.
struct Row {
    /// Trying every candidate.
    all: Duration,
    /// Trying one.
    one: Duration,
    /// Trying those that do not run out of time.
    quick: Duration,
    /// The first fifty, as a mutation score needs them.
    mutants: Duration,
    tried: usize,
    late: usize,
}

fn main() {
    let arguments = arguments();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let backend = LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina-lab")),
        home: root.join("target/test-home"),
        python: None,
        linter: Linter::Pylint,
    });
    runtime.block_on(backend.prepare(&ignore)).unwrap();
    backend.lasts();
    backend.warm_up();
    std::thread::sleep(WARM_UP);
    let bench = Bench { runtime, backend, candidates: arguments.candidates };
    for variant in [Variant::Reference, Variant::Bug] {
        let items = items(&arguments);
        let items = items.iter().filter(|item| item.variants().contains(&variant));
        let rows: Vec<Row> = items.filter_map(|item| bench.item(item, variant)).collect();
        print(&format!("{variant:?}"), &rows);
    }
}

fn arguments() -> Arguments {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = root.join("tests/fixtures/corpus");
    let mut found = Arguments { folder, items: 40, candidates: 1_000 };
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--items" => found.items = words.next().unwrap().parse().unwrap(),
            "--candidates" => found.candidates = words.next().unwrap().parse().unwrap(),
            folder => found.folder = PathBuf::from(folder),
        }
    }
    found
}

fn items(arguments: &Arguments) -> Vec<Item> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(&arguments.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "jsonl"))
        .collect();
    files.sort();
    let all: Vec<Item> = files.iter().flat_map(|path| Item::load(path)).collect();
    let step = (all.len() / arguments.items).max(1);
    all.into_iter().step_by(step).take(arguments.items).collect()
}

struct Bench {
    runtime: Runtime,
    backend: LinuxBackend,
    candidates: usize,
}

impl Bench {
    fn item(&self, item: &Item, variant: Variant) -> Option<Row> {
        let source = item.job(variant).source;
        let found = candidates(&source);
        if found.is_empty() {
            return None;
        }
        let many: Vec<Patch> = found.iter().cycle().take(self.candidates).cloned().collect();
        let (_, one) = self.time(&source, many.iter().take(1).cloned().collect());
        let (tried, all) = self.time(&source, many.clone());
        let is_late = |tried: &&Tried| tried.ending == Ending::TimedOut;
        let late: Vec<usize> = tried.iter().filter(is_late).map(|tried| tried.index).collect();
        let quick = many.iter().enumerate().filter(|(index, _)| !late.contains(index));
        let (_, quick) = self.time(&source, quick.map(|(_, patch)| patch.clone()).collect());
        let (_, mutants) = self.time(&source, found.iter().take(MUTANTS).cloned().collect());
        Some(Row { all, one, quick, mutants, tried: tried.len(), late: late.len() })
    }

    fn time(&self, source: &Source, candidates: Vec<Patch>) -> (Vec<Tried>, Duration) {
        let further = candidates.len();
        let (cases, detail, patience) = (Vec::new(), Detail::Outcome, Patience::Usual);
        let further_time = Duration::from_mins(1);
        let wanted = Try { candidates, cases, further, further_time, detail, patience };
        let probe = Probe {
            name: "bench".to_owned(),
            source: source.clone(),
            language: Language::Python,
            limits: Limits::default(),
            question: Question::Try(wanted),
        };
        let started = Instant::now();
        let answer = self.backend.probe(probe, CancellationToken::new());
        let Answer::Tried(tried) = self.runtime.block_on(answer).unwrap() else {
            return (Vec::new(), started.elapsed());
        };
        (tried, started.elapsed())
    }
}

/// Small edits of the first code file.
fn candidates(source: &Source) -> Vec<Patch> {
    let file = source.of_role(Role::Code).next().unwrap();
    let text = file.text();
    let edit = |start: usize, end: usize, text: String| {
        Patch::of(Edit { path: file.path.clone(), start, end, text })
    };
    let swapped = SWAPS.iter().flat_map(|(from, to)| {
        text.match_indices(from).map(move |(start, _)| (start, start + from.len(), *to))
    });
    let mut found: Vec<Patch> =
        swapped.map(|(start, end, to)| edit(start, end, to.to_owned())).collect();
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    for (start, digit) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        let around = [start.checked_sub(1).and_then(|place| text.as_bytes().get(place))];
        if !is_word(around[0]) && !is_word(text.as_bytes().get(start + 1)) {
            let number = i32::from(digit - b'0');
            found.extend([1, -1].map(|by| edit(start, start + 1, format!("({})", number + by))));
        }
    }
    found
}

fn print(name: &str, rows: &[Row]) {
    let total = |of: fn(&Row) -> Duration| rows.iter().map(of).sum::<Duration>();
    let of = |take: &dyn Fn(&Row) -> f64, share: f64| {
        let mut all: Vec<f64> = rows.iter().map(take).collect();
        all.sort_by(f64::total_cmp);
        let last = all.len().saturating_sub(1);
        let place = Duration::from_secs(last as u64).mul_f64(share).as_secs();
        all.get(usize::try_from(place).unwrap()).copied().unwrap_or_default()
    };
    let rate = |row: &Row| tried(row) / row.all.saturating_sub(row.one).as_secs_f64().max(1e-3);
    let quick = |row: &Row| {
        (tried(row) - late(row)) / row.quick.saturating_sub(row.one).as_secs_f64().max(1e-3)
    };
    let (all, without) = (total(|row| row.all), total(|row| row.quick));
    println!("\n{name}: {} items", rows.len());
    println!("| figure | median | p10 | p90 |");
    println!("|---|---|---|---|");
    let line = |name: &str, take: &dyn Fn(&Row) -> f64| {
        println!("| {name} | {:.3} | {:.3} | {:.3} |", of(take, 0.5), of(take, 0.1), of(take, 0.9));
    };
    line("candidates a second", &rate);
    line("candidates a second, without those that run out of time", &quick);
    line("seconds for one candidate", &|row| row.one.as_secs_f64());
    line("seconds for fifty", &|row| row.mutants.as_secs_f64());
    let share = 1.0 - without.as_secs_f64() / all.as_secs_f64();
    let count: f64 = rows.iter().map(late).sum::<f64>() / rows.iter().map(tried).sum::<f64>();
    println!(
        "{:.1} % of the candidates run out of time and take {:.0} % of it",
        100.0 * count,
        100.0 * share
    );
}

#[expect(clippy::cast_precision_loss, reason = "counts of candidates are small")]
fn tried(row: &Row) -> f64 {
    row.tried as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of candidates are small")]
fn late(row: &Row) -> f64 {
    row.late as f64
}
