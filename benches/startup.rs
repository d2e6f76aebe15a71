//! How long a person waits before anything happens.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench starts programs, prints, and may fail loudly"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 40;

/// Times whole processes, interleaved, and prints medians and ratios.
///
/// `cargo bench --bench startup -- [HOME]`: with a home, such as the million-proposal home of the store bench, the
/// prompt is timed on it, against one query of the sqlite3 shell on the same database.
fn main() {
    let home = std::env::args().skip(1).find(|word| !word.starts_with("--")).map(PathBuf::from);
    let fresh = tempfile::tempdir().unwrap();
    let home = home.unwrap_or_else(|| fresh.path().join("home"));
    let saraphina = env!("CARGO_BIN_EXE_saraphina");
    if !home.join("knowledge.db").exists() {
        run(program(saraphina, &home).args(["propose-code", "a CSV parser"]), b"");
    }
    let database = home.join("knowledge.db");
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(run(&mut Command::new("/bin/true"), b""));
        times[1].push(run(program(saraphina, &home).arg("--version"), b""));
        times[2].push(run(
            Command::new("sqlite3")
                .arg(&database)
                .arg("select count(*) from code_proposals limit 0"),
            b"",
        ));
        times[3].push(run(&mut program(saraphina, &home), b"/quit\n"));
    }
    let medians = times.map(median);
    let names = ["/bin/true", "--version", "sqlite3, one query", "prompt ready and left"];
    for (name, median) in names.iter().zip(medians) {
        println!("{name:24} {:8.2} ms", median.as_secs_f64() * 1e3);
    }
    let ratio = |of: usize, to: usize| medians[of].as_secs_f64() / medians[to].as_secs_f64();
    println!("--version / true         {:8.2}  (wanted: at most 3)", ratio(1, 0));
    println!("prompt / sqlite3         {:8.2}  (wanted: at most 5)", ratio(3, 2));
}

fn program(path: &str, home: &Path) -> Command {
    let mut command = Command::new(path);
    command.env("SARAPHINA_HOME", home);
    command
}

fn run(command: &mut Command, input: &[u8]) -> Duration {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // A program that reads nothing may be gone already.
    child.stdin.take().expect("it was piped").write_all(input).ok();
    child.wait().expect("it ends");
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
