//! What a provisional answer costs, beside the pipeline that programs of this kind use.
//!
//! `cargo bench --bench first -- [--python PATH] [--items N] [--rounds N]`. The other pipeline is pytest with a JSON
//! report, `coverage run`, `coverage json` and pylint, four cold processes one after another; a third way only forks
//! and calls. All ways run interleaved, item by item; the figures are medians over the items. CPU time is that of all
//! processes, refilled boxes included, as a cgroup of version 1 counts it. At the end each item is proposed and run
//! through the commands, into a home of its own, for p50 and p95 with the store.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints, may fail loudly, and runs the other pipeline"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use sandbox::backend::{Job, SandboxBackend as _};
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

#[path = "../tests/suite/sandbox/item.rs"]
#[expect(dead_code, reason = "the suite uses more of it")]
mod item;

#[path = "first/others.rs"]
mod others;

#[path = "first/stored.rs"]
mod stored;

use item::{Item, Variant, ignore};
use others::{Cost, Other, other_python, version};

/// How long the engine may take to prepare itself.
const WARM_UP: Duration = Duration::from_secs(20);

/// The ways that are compared, the other pipeline first.
const WAYS: [&str; 10] = [
    "other pipeline",
    "pytest --cov, one cold process",
    "first answer of a cold engine",
    "fork and call",
    "tests and coverage, no sandbox",
    "tests and coverage",
    "tests, coverage and ruff",
    "tests, coverage and pylint",
    "stored verdict: controls and pylint too",
    "a box that waits, made",
];

/// An executor that only forks and calls.
const CALLED: usize = 3;
/// The same work without and with a sandbox.
const PLAIN: usize = 4;
const BOXED: usize = 5;
/// What is done before there is a request.
const SET_UP: usize = 9;

/// What each way cost for one item.
type Ways = [Cost; WAYS.len()];

struct Arguments {
    python: Option<PathBuf>,
    items: usize,
    rounds: usize,
}

fn main() {
    let arguments = arguments();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let home = root.join("target/bench-first").join(name_of(arguments.python.as_deref()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let backend = Arc::new(backend(&home, arguments.python.clone()));
    runtime.block_on(backend.prepare(&ignore)).unwrap();
    let other = other_python(&home, arguments.python.as_deref());
    let items = items(root, arguments.items);
    let mut bench = Bench {
        runtime,
        backend,
        other: Other::new(&other, &home),
        items,
        home,
        python: arguments.python,
    };
    bench.warm_up();
    println!("{} items, {} rounds, {}", bench.items.len(), arguments.rounds, version(&other));
    let costs: Vec<_> = (0..arguments.rounds).flat_map(|_| bench.round()).collect();
    print_ways(&costs);
    bench.print_stored();
    bench.print_throughput();
}

fn print_ways(costs: &[Ways]) {
    println!("| way | wall, ms | CPU, ms | wall, other over this | CPU, other over this |");
    println!("|---|---|---|---|---|");
    for (way, name) in WAYS.iter().enumerate() {
        let of = |take: fn(&Cost) -> Duration| {
            let each = costs.iter().map(|item| (millis(take(&item[way])), millis(take(&item[0]))));
            let (own, ratio): (Vec<f64>, Vec<f64>) =
                each.map(|(this, other)| (this, other / this)).unzip();
            (median(own), median(ratio))
        };
        let (wall, cpu) = (of(|cost| cost.wall), of(|cost| cost.cpu));
        println!("| {name} | {:.1} | {:.1} | {:.1} | {:.1} |", wall.0, cpu.0, wall.1, cpu.1);
    }
    let cpu = |way: usize| move |item: &Ways| millis(item[way].cpu);
    let on_path = |item: &Ways| cpu(BOXED)(item) - cpu(SET_UP)(item);
    let over = |way: &dyn Fn(&Ways) -> f64, base: usize| {
        median(costs.iter().map(|item| way(item) / cpu(base)(item)).collect())
    };
    let wall = |item: &Ways| millis(item[BOXED].wall) - millis(item[PLAIN].wall);
    println!(
        "\nisolation adds {:.1} ms of wall time; {:.2} times the CPU time, {:.2} without the set-up of the box",
        median(costs.iter().map(wall).collect()),
        over(&cpu(BOXED), PLAIN),
        over(&on_path, PLAIN)
    );
    let called = costs.iter().map(|item| millis(item[BOXED].wall) / millis(item[CALLED].wall));
    println!(
        "tests and coverage take {:.1} times the wall time of fork and call; {:.1} times its CPU time, {:.1} without the set-up",
        median(called.collect()),
        over(&cpu(BOXED), CALLED),
        over(&on_path, CALLED)
    );
}

fn arguments() -> Arguments {
    let mut found = Arguments { python: None, items: 36, rounds: 1 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--python" => found.python = words.next().map(PathBuf::from),
            "--items" => found.items = words.next().unwrap().parse().unwrap(),
            "--rounds" => found.rounds = words.next().unwrap().parse().unwrap(),
            _ => {}
        }
    }
    found
}

fn name_of(python: Option<&Path>) -> String {
    python.map_or_else(|| "default".to_owned(), |path| path.display().to_string().replace('/', "_"))
}

fn backend(home: &Path, python: Option<PathBuf>) -> LinuxBackend {
    LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: home.to_path_buf(),
        python,
        linter: Linter::Pylint,
    })
}

/// References of the corpora, spread evenly.
fn items(root: &Path, most: usize) -> Vec<Item> {
    let all: Vec<Item> = ["humaneval", "mbpp", "exercism"]
        .iter()
        .flat_map(|name| Item::load(&root.join(format!("tests/fixtures/corpus/{name}.jsonl"))))
        .collect();
    let step = (all.len() / most).max(1);
    all.into_iter().step_by(step).take(most).collect()
}

struct Bench {
    runtime: Runtime,
    backend: Arc<LinuxBackend>,
    other: Other,
    items: Vec<Item>,
    home: PathBuf,
    python: Option<PathBuf>,
}

impl Bench {
    fn warm_up(&self) {
        self.backend.lasts();
        self.backend.warm_up();
        self.runtime.block_on(self.backend.self_test()).unwrap();
        std::thread::sleep(WARM_UP);
        let job = self.items[0].job(Variant::Reference);
        for _ in 0..3 {
            self.runtime.block_on(self.backend.time_first(&job, Some(Linter::Pylint))).unwrap();
        }
    }

    fn round(&mut self) -> Vec<Ways> {
        self.items.clone().iter().map(|item| self.item(item)).collect()
    }

    fn item(&mut self, item: &Item) -> Ways {
        self.other.lay_out(item);
        let job = item.job(Variant::Reference);
        let whole = self.whole(&job);
        [
            self.other.pipeline(item),
            self.other.one_process(),
            self.cold(&job),
            self.other.fork_and_call(),
            self.other.plain_harness(item),
            self.ours(|runtime, backend| first(runtime, backend, &job, None).0),
            self.ours(|runtime, backend| first(runtime, backend, &job, Some(Linter::Ruff)).1),
            self.ours(|runtime, backend| first(runtime, backend, &job, Some(Linter::Pylint)).1),
            whole,
            self.set_up(),
        ]
    }

    /// One more box; the one that makes room for it ends after the meter was read.
    fn set_up(&self) -> Cost {
        let mut unused = None;
        let cost = self.ours(|runtime, backend| {
            let started = Instant::now();
            unused = Some(runtime.block_on(backend.replace_box()).unwrap());
            started.elapsed()
        });
        drop(unused);
        std::thread::sleep(Duration::from_millis(150));
        cost
    }

    fn whole(&self, job: &Job) -> Cost {
        self.ours(|runtime, backend| {
            let started = Instant::now();
            let run = backend.run(job.clone(), &ignore, CancellationToken::new());
            runtime.block_on(run).unwrap();
            started.elapsed()
        })
    }

    /// An engine that has done nothing yet, as one command in a shell is; its walls are proved already.
    fn cold(&self, job: &Job) -> Cost {
        let engine = backend(&self.home, self.python.clone());
        self.runtime.block_on(engine.prepare(&ignore)).unwrap();
        let before = self.other.meter.read();
        let wall = first(&self.runtime, &engine, job, None).0;
        Cost { wall, cpu: self.other.meter.read().saturating_sub(before) }
    }

    /// Times of verdicts through the commands, in an engine that remembers no controls of these items.
    fn print_stored(&mut self) {
        self.backend = Arc::new(backend(&self.home, self.python.clone()));
        self.runtime.block_on(self.backend.prepare(&ignore)).unwrap();
        self.warm_up();
        let work = stored::stored(Arc::clone(&self.backend), &self.items);
        stored::print(&self.runtime.block_on(work));
    }

    /// First answers a second, one after another and as many at once as there are cores.
    fn print_throughput(&self) {
        let cores = std::thread::available_parallelism().unwrap().get();
        let rate = |at_once: usize| {
            let started = Instant::now();
            let jobs = self.items.iter().cycle().take(self.items.len() * 4);
            let work = futures::stream::iter(jobs.map(|item| item.job(Variant::Reference)))
                .map(|job| async move { self.backend.time_first(&job, None).await.unwrap() })
                .buffer_unordered(at_once)
                .count();
            let done = self.runtime.block_on(work);
            f64::from(u32::try_from(done).unwrap()) / started.elapsed().as_secs_f64()
        };
        let pairs: Vec<(f64, f64)> = (0..5).map(|_| (rate(1), rate(cores))).collect();
        let share = |pair: &(f64, f64)| pair.1 / pair.0 / f64::from(u32::try_from(cores).unwrap());
        let middle = |take: fn(&(f64, f64)) -> f64| median(pairs.iter().map(take).collect());
        println!(
            "\nfirst answers a second: {:.1} one by one, {:.1} with {cores} at once: {:.2} of linear",
            middle(|pair| pair.0),
            middle(|pair| pair.1),
            median(pairs.iter().map(share).collect())
        );
    }

    /// Time to the answer, and CPU time until everything that it set off has settled.
    fn ours(&self, work: impl FnOnce(&Runtime, &LinuxBackend) -> Duration) -> Cost {
        let before = self.other.meter.read();
        let wall = work(&self.runtime, &self.backend);
        std::thread::sleep(Duration::from_millis(150));
        Cost { wall, cpu: self.other.meter.read().saturating_sub(before) }
    }
}

fn first(
    runtime: &Runtime,
    backend: &LinuxBackend,
    job: &Job,
    linter: Option<Linter>,
) -> (Duration, Duration) {
    runtime.block_on(backend.time_first(job, linter)).unwrap()
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
