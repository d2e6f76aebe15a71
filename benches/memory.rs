//! How long the memory of a repository takes, and how good its predictions are beside those of simpler formulas.
//!
//! `cargo bench --bench memory -- PATH…` builds the memory of each repository in a new home, asks it, and replays the history: the
//! last 300 commits that can be predicted, each from what lay before it. `--tuning` replays the 300 before those instead; `--times` leaves
//! the replay out.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may end")]
#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::cast_precision_loss, reason = "counts of commits and files are small")]

#[path = "memory/asking.rs"]
mod asking;
#[path = "memory/formulas.rs"]
mod formulas;
#[path = "memory/quality.rs"]
mod quality;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use foundation::repository::repository::Repository;
use foundation::store::sqlite::sqlite_store::{Opening, SqliteStore};
use record::domain::time::Timestamp;
use tokio_util::sync::CancellationToken;
use work::memory::building::{Built, build};
use work::memory::site::Site;

/// A repository with its memory in a home of its own.
struct Subject {
    name: String,
    store: SqliteStore,
    repository: Repository,
    home: tempfile::TempDir,
}

impl Subject {
    fn new(path: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Fn() -> Timestamp + Send + Sync> =
            Arc::new(|| Timestamp::from_millis(1_795_164_420_000));
        let store = SqliteStore::open(home.path(), Opening::Writer, &clock).unwrap();
        let folder = home.path().join("repositories");
        let repository = Repository::open(&folder, &"subject".parse().unwrap(), path).unwrap();
        let mut names = path.components().rev().map(|part| part.as_os_str().to_string_lossy());
        let name = names.find(|part| part != "repo" && part != ".git").unwrap().into_owned();
        Self { name, store, repository, home }
    }

    async fn build(&self) -> (Built, Duration) {
        let cancel = CancellationToken::new();
        let site = Site {
            store: &self.store,
            repository: &self.repository,
            name: "subject",
            cancel: &cancel,
            progress: &|_| {},
            at: Timestamp::from_millis(0),
        };
        let since = Instant::now();
        let built = build(&site).await.unwrap();
        (built, since.elapsed())
    }

    fn bytes(&self) -> u64 {
        let names = ["knowledge.db", "knowledge.db-wal"];
        names
            .iter()
            .filter_map(|name| self.home.path().join(name).metadata().ok())
            .map(|file| file.len())
            .sum()
    }
}

/// Seconds of the processor that this process and those that it waited for took, in user and system mode.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = text.rsplit_once(") ").unwrap();
    // Fields 14 to 17 of proc_pid_stat(5), in hundredths of a second; the third is the first here.
    let ticks = fields.split(' ').skip(11).take(4).map(|ticks| ticks.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let is_tuning = words.iter().any(|word| word == "--tuning");
    let paths: Vec<PathBuf> =
        words.iter().filter(|word| !word.starts_with("--")).map(PathBuf::from).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut all = Vec::new();
    for path in paths {
        let subject = Subject::new(&path);
        let before = processor();
        let (built, time) = runtime.block_on(subject.build());
        let used = processor() - before;
        let (_, again) = runtime.block_on(subject.build());
        println!(
            "{}: built in {:.0} ms (processor {:.0} ms; again {:.1} ms); {} commits, {} files, {} sources, {} parsed, {} broken; {} KiB",
            subject.name,
            time.as_secs_f64() * 1e3,
            used * 1e3,
            again.as_secs_f64() * 1e3,
            built.facts.commits,
            built.facts.files,
            built.facts.sources,
            built.parsed,
            built.facts.broken,
            subject.bytes() / 1024
        );
        runtime.block_on(asking::measure(&subject));
        if words.iter().any(|word| word == "--times") {
            continue;
        }
        let measured = runtime.block_on(quality::measure(&subject, is_tuning));
        quality::print(&subject.name, &measured);
        all.push(measured);
        runtime.block_on(async {
            foundation::store::store::Store::close(&subject.store).await.unwrap();
        });
    }
    if !all.is_empty() {
        quality::print("mean", &quality::mean(&all));
    }
}
