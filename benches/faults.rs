//! Faults in their full numbers.
//!
//! `cargo bench --profile dev --bench faults -- [PART]… [NAME=NUMBER]…` runs all parts or those named: `kills` (500 at random
//! moments over 10,000 proposals), `points` (20 at each of ten points), both with suites in the real sandbox; `power`
//! (1,000 cuts with the store's settings and with weaker ones); `errors` (a failure of each call of the file layer);
//! `crowd` (4 processes with 400 changes each); `model` (10,000 random sequences of commands). `seed=2` is another run;
//! `kills=50`, `points=2`, `power=100`, `crowd=40` and `model=500` are shorter ones. It ends at the first difference.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may end")]
#![expect(clippy::panic, reason = "a difference ends the run")]
#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use faults::kills::Scene;
use faults::seeds::Seed;
use faults::{contention, engine, errors, model, power};
use foundation::observability::fault::Point;
use foundation::store::sqlite::generate::fill;
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;
use store::sample;

#[expect(dead_code, reason = "the suite uses the rest")]
#[path = "../tests/suite/faults/mod.rs"]
mod faults;
#[expect(dead_code, reason = "the suite uses the rest")]
#[path = "../tests/suite/store"]
mod store {
    //! Changes as the commands make them.
    pub(crate) mod sample;
}
#[expect(dead_code, reason = "the suite uses the rest")]
#[path = "../tests/suite/support/mod.rs"]
mod support;

const PROPOSALS: u64 = 10_000;
/// Records of that home: its genesis, and two of each proposal.
const FILLED: usize = 1 + 2 * 10_000;
/// How much of each part, when nothing else is said.
const COUNTS: [(&str, u64); 6] = [
    ("kills", 500),
    ("points", 20),
    ("power", 1_000),
    ("errors", 1),
    ("crowd", 400),
    ("model", 10_000),
];
/// How often the home of many kills is looked through in between.
const LOOK_EVERY: u64 = 100;
/// How long processes of killed engines may live.
const REAPED_WITHIN: Duration = Duration::from_secs(5);

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if runtime.block_on(engine::play()) {
        return;
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether this starts.
    if words.iter().any(|word| word == "--test") {
        return;
    }
    let number = |name: &str| {
        let value = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        value.map(|value| value.parse::<u64>().unwrap())
    };
    let seed = number("seed").unwrap_or(1);
    let is_named = |part: &str| words.iter().any(|word| word.split('=').next() == Some(part));
    let all = !COUNTS.iter().any(|(part, _)| is_named(part));
    for (part, usual) in COUNTS {
        if all || is_named(part) {
            runtime.block_on(run(part, number(part).unwrap_or(usual), seed));
        }
    }
}

async fn run(part: &str, count: u64, seed: u64) {
    match part {
        "kills" => kill_at_random(count, seed).await,
        "points" => kill_at_points(count, seed).await,
        "power" => cut_power(count, seed).await,
        "errors" => println!("{:?}", errors::run(1).await),
        "crowd" => {
            let folder = tempfile::tempdir().unwrap();
            println!("{:?}", contention::run(&folder.path().join("home"), count).await);
        }
        _ => compare(count, seed).await,
    }
}

async fn cut_power(cuts: u64, seed: u64) {
    for (level, words) in [(2, "as released (FULL)"), (1, "NORMAL"), (0, "OFF")] {
        let begun = Instant::now();
        let found = power::run(seed..seed + cuts, level).await;
        println!("power, {words}: {found:?} in {} s", begun.elapsed().as_secs());
        assert!((level == 2) == (found.lost + found.unsound == 0), "{found:?}");
    }
}

async fn compare(count: u64, seed: u64) {
    let begun = Instant::now();
    let mut stage = model::Stage::new();
    for sequence in model::sequences(seed.to_le_bytes()[0], count) {
        stage.play(&sequence).await;
    }
    let commands = stage.finish().await;
    println!(
        "model: {count} sequences, {commands} commands, no difference, in {} s",
        begun.elapsed().as_secs()
    );
}

/// A home of many proposals, each with an execution.
fn large_home(folder: &Path) -> PathBuf {
    let home = folder.join("home");
    let changes = (0..PROPOSALS).flat_map(|n| {
        let run = sample::execution(n, 1, 1, VerdictWord::Passed, sample::at(1));
        [sample::created(n, sample::at(0)), sample::executed(n, run, Status::Tested, sample::at(1))]
    });
    fill(&home, sample::at(0), changes).unwrap();
    home
}

async fn kill_at_random(kills: u64, seed: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut scene = Scene::new(&large_home(folder.path()), true);
    scene.filled = FILLED;
    let mut seed = Seed(seed);
    let begun = Instant::now();
    for kill in 1..=kills {
        scene.kill_at_random(&mut seed);
        if kill.is_multiple_of(LOOK_EVERY) {
            scene.assert_whole().await;
        }
    }
    scene.assert_whole().await;
    tell("random", scene, begun);
}

async fn kill_at_points(each: u64, seed: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut scene = Scene::new(&large_home(folder.path()), true);
    scene.filled = FILLED;
    let mut seed = Seed(seed);
    let begun = Instant::now();
    for index in
        (0..Point::ALL.len()).cycle().take(Point::ALL.len() * usize::try_from(each).unwrap())
    {
        scene.kill_at(index, &mut seed);
    }
    scene.assert_whole().await;
    tell("points", scene, begun);
}

fn tell(what: &str, mut scene: Scene, begun: Instant) {
    let left = processes_left();
    let acknowledged = scene.acknowledged();
    scene.ready_ms.sort_unstable();
    let at = |part: usize| scene.ready_ms.get(scene.ready_ms.len() * part / 100).copied();
    println!(
        "{what}: {} kills, {acknowledged} acknowledged, 0 lost, 0 gaps, 0 double verdicts, {left} processes left; start to ready \
         in ms: median {:?}, p95 {:?}; in {} s",
        scene.kills,
        at(50),
        at(95),
        begun.elapsed().as_secs()
    );
    assert_eq!(left, 0);
}

/// Processes of the program under test that still live after a while.
fn processes_left() -> usize {
    let until = Instant::now() + REAPED_WITHIN;
    loop {
        let left = processes();
        if left == 0 || Instant::now() >= until {
            return left;
        }
        std::thread::yield_now();
    }
}

fn processes() -> usize {
    let program = Path::new(env!("CARGO_BIN_EXE_saraphina")).canonicalize().unwrap();
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let runs = |path: PathBuf| std::fs::read_link(path.join("exe")).is_ok_and(|exe| exe == program);
    entries.filter(|entry| runs(entry.path())).count()
}
