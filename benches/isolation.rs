//! What isolation adds to the start of a process.
//!
//! `cargo bench --bench isolation`: a jail around `/bin/true` and a plain `/bin/true`, interleaved; the difference must
//! stay within 30 ms in the median and 15 ms in the best.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints and may fail loudly")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;

const RUNS: usize = 30;
const MOST_MEDIAN: Duration = Duration::from_millis(30);
const MOST_BEST: Duration = Duration::from_millis(15);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let backend = LinuxBackend::new(Config {
        executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
        home: Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home"),
        python: None,
        linter: Linter::Pylint,
    });
    let jailed = || runtime.block_on(backend.time_program("/bin/true")).unwrap();
    jailed();
    plain();
    let pairs: Vec<(Duration, Duration)> = (0..RUNS).map(|_| (plain(), jailed())).collect();
    let plain = sorted(pairs.iter().map(|pair| pair.0));
    let jailed = sorted(pairs.iter().map(|pair| pair.1));
    let added = sorted(pairs.iter().map(|(plain, jailed)| jailed.saturating_sub(*plain)));
    let median = added[RUNS / 2];
    let best = jailed[0].saturating_sub(plain[0]);
    println!("| | plain | jailed | added |");
    println!("|---|---|---|---|");
    println!("| median | {:.1?} | {:.1?} | {median:.1?} |", plain[RUNS / 2], jailed[RUNS / 2]);
    println!("| best | {:.1?} | {:.1?} | {best:.1?} |", plain[0], jailed[0]);
    if median <= MOST_MEDIAN && best <= MOST_BEST { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn sorted(times: impl Iterator<Item = Duration>) -> Vec<Duration> {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    times
}

#[expect(clippy::disallowed_methods, reason = "the bench compares with a plain process")]
fn plain() -> Duration {
    let started = Instant::now();
    Command::new("/bin/true").status().unwrap();
    started.elapsed()
}
