//! What isolation adds to the start of a process.
//!
//! `cargo bench --bench isolation`: a jail around `/bin/true` and a plain `/bin/true`, interleaved; the difference must
//! stay within 30 ms in the median and 15 ms in the best.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use saraphina::sandbox::linux::backend::{Config, LinuxBackend};

const RUNS: usize = 30;
const MOST_MEDIAN: Duration = Duration::from_millis(30);
const MOST_BEST: Duration = Duration::from_millis(15);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let backend = LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home"),
        python: None,
    });
    let jailed = || runtime.block_on(backend.time_program("/bin/true")).unwrap();
    (jailed(), plain());
    let mut pairs: Vec<(Duration, Duration)> = (0..RUNS).map(|_| (plain(), jailed())).collect();
    let mut added: Vec<Duration> =
        pairs.iter().map(|(plain, jailed)| jailed.saturating_sub(*plain)).collect();
    added.sort_unstable();
    let best = pairs.iter().map(|pair| pair.1).min().unwrap()
        - pairs.iter().map(|pair| pair.0).min().unwrap();
    pairs.sort_by_key(|pair| pair.1);
    let median = added[RUNS / 2];
    println!("| | plain | jailed | added |");
    println!("|---|---|---|---|");
    println!("| median | {:.1?} | {:.1?} | {median:.1?} |", pairs[RUNS / 2].0, pairs[RUNS / 2].1);
    println!(
        "| best | {:.1?} | {:.1?} | {best:.1?} |",
        pairs.iter().map(|pair| pair.0).min().unwrap(),
        pairs[0].1
    );
    if median <= MOST_MEDIAN && best <= MOST_BEST { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::disallowed_methods, reason = "the bench compares with a plain process")]
fn plain() -> Duration {
    let started = Instant::now();
    Command::new("/bin/true").status().unwrap();
    started.elapsed()
}
