//! How long a person waits before anything happens.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench starts programs, prints, and may fail loudly"
)]

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use expectrl::Session;

const ROUNDS: usize = 40;
const PROMPT: &str = "saraphina> ";

/// Times whole processes, interleaved, and prints medians and ratios.
///
/// `cargo bench --bench startup -- [HOME]`: with a home, such as one that the store bench kept, everything is timed on
/// it, and the sqlite3 shell asks the same database for its newest proposal.
fn main() {
    let home = std::env::args().skip(1).find(|word| !word.starts_with("--")).map(PathBuf::from);
    let fresh = tempfile::tempdir().unwrap();
    let home = home.unwrap_or_else(|| fresh.path().join("home"));
    let saraphina = env!("CARGO_BIN_EXE_saraphina");
    if !home.join("knowledge.db").exists() {
        run(program(saraphina, &home).args(["propose-code", "a CSV parser"]), b"");
    }
    let database = home.join("knowledge.db");
    let newest = "SELECT id, status FROM proposals ORDER BY row DESC LIMIT 1";
    let mut times: [Vec<Duration>; 6] = Default::default();
    // The first session of a home greets, which the later ones do not.
    prompt(program(saraphina, &home));
    for _ in 0..ROUNDS {
        times[0].push(run(&mut Command::new("/bin/true"), b""));
        times[1].push(run(program(saraphina, &home).arg("--version"), b""));
        times[2].push(run(Command::new("sqlite3").arg(&database).arg(newest), b""));
        times[3].push(prompt(program(saraphina, &home)));
        times[4].push(run(&mut program(saraphina, &home), b"/quit\n"));
        times[5].push(run(program(saraphina, &home).arg("list-proposals"), b""));
    }
    let medians = times.map(median);
    let names = [
        "/bin/true",
        "--version",
        "sqlite3, one query",
        "prompt at a terminal",
        "script of /quit",
        "list-proposals",
    ];
    for (name, median) in names.iter().zip(medians) {
        println!("{name:24} {:8.2} ms", median.as_secs_f64() * 1e3);
    }
    let ratio = |of: usize, to: usize| medians[of].as_secs_f64() / medians[to].as_secs_f64();
    println!("--version / true         {:8.2}  (wanted: at most 3)", ratio(1, 0));
    println!("prompt / sqlite3         {:8.2}  (wanted: at most 5)", ratio(3, 2));
}

/// From the start of the program to its prompt at a terminal.
fn prompt(command: Command) -> Duration {
    let started = Instant::now();
    let mut session = Session::spawn(command).expect("the program starts");
    let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&shown).contains(PROMPT) {
        let length = session.read(&mut piece).expect("it shows a prompt");
        assert!(length > 0, "it ended without a prompt");
        shown.extend_from_slice(&piece[..length]);
    }
    let ready = started.elapsed();
    session.send_line("/quit").expect("it listens");
    session.get_process().wait().expect("it ends");
    ready
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
