//! The ways of others: cold processes, a process that forks, and our harness without a sandbox.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use record::domain::role::Role;

use crate::item::{Item, Variant};

/// What the other pipeline needs besides our own toolchain.
const PACKAGES: [&str; 5] = [
    "pytest==9.2.0",
    "pytest-json-report==1.5.0",
    "coverage",
    "pylint==4.1.4",
    "pytest-cov==7.1.0",
];

/// Wall and CPU time of one way over all items of a round.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

/// An environment for the other pipeline, made once from the same interpreter.
pub(crate) fn other_python(home: &Path, python: Option<&Path>) -> PathBuf {
    let folder = home.join("other");
    let interpreter = folder.join("bin/python");
    if !folder.join("ready").exists() {
        let base = python.map_or_else(|| PathBuf::from("python3"), Path::to_path_buf);
        run(Command::new(base).args(["-m", "venv"]).arg(&folder));
        run(Command::new(&interpreter).args(["-m", "pip", "install", "-q"]).args(PACKAGES));
        fs::write(folder.join("ready"), "").unwrap();
    }
    interpreter
}

fn run(command: &mut Command) {
    assert!(command.stdout(Stdio::null()).status().unwrap().success(), "{command:?}");
}

pub(crate) fn version(python: &Path) -> String {
    let told = Command::new(python).arg("--version").output().unwrap();
    String::from_utf8_lossy(&told.stdout).trim().to_owned()
}

/// Counts the CPU time of this process and of all that it starts, exactly.
pub(crate) struct Meter(PathBuf);

impl Meter {
    fn start() -> Self {
        let folder =
            Path::new("/sys/fs/cgroup/cpuacct").join(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("cgroup.procs"), "0").unwrap();
        Self(folder)
    }

    pub(crate) fn read(&self) -> Duration {
        let text = fs::read_to_string(self.0.join("cpuacct.usage")).unwrap();
        Duration::from_nanos(text.trim().parse().unwrap())
    }

    /// Time and CPU time of some work, after which nothing of it goes on.
    fn cost(&self, work: impl FnOnce()) -> Cost {
        let (started, before) = (Instant::now(), self.read());
        work();
        Cost { wall: started.elapsed(), cpu: self.read().saturating_sub(before) }
    }
}

/// The ways of others, in a folder of their own.
pub(crate) struct Other {
    python: PathBuf,
    folder: PathBuf,
    caller: Talker,
    harness: Talker,
    pub(crate) meter: Meter,
}

/// A warm process that is asked line by line.
struct Talker {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Talker {
    fn start(python: &Path, script: &str, words: &[&Path]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/first").join(script);
        let mut command = Command::new(python);
        command.arg(script).args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let asks = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, asks, answers }
    }

    fn ask(&mut self, question: &str) -> Cost {
        writeln!(self.asks, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let mut micros = line.split_whitespace().map(|word| word.parse::<u64>().unwrap());
        let mut next = || Duration::from_micros(micros.next().unwrap());
        Cost { wall: next(), cpu: next() }
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The harness's files under the names that they have in a jail.
fn lay_out_guest(folder: &Path) {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/sandbox/src/guest");
    fs::create_dir_all(folder).unwrap();
    for room in scripts.read_dir().unwrap().map(Result::unwrap) {
        for entry in room.path().read_dir().into_iter().flatten().map(Result::unwrap) {
            let (room, name) = (room.file_name(), entry.file_name());
            let name = format!("_saraphina_{}_{}", room.display(), name.display());
            fs::copy(entry.path(), folder.join(name)).unwrap();
        }
    }
    fs::write(folder.join("empty.ini"), "[pytest]\n").unwrap();
}

impl Other {
    pub(crate) fn new(python: &Path, home: &Path) -> Self {
        let meter = Meter::start();
        let (guest, folder) = (home.join("guest"), home.join("work"));
        lay_out_guest(&guest);
        fs::remove_dir_all(&folder).ok();
        Self {
            python: python.to_path_buf(),
            caller: Talker::start(python, "fork_and_call.py", &[]),
            harness: Talker::start(python, "plain_harness.py", &[&guest, &folder]),
            folder,
            meter,
        }
    }

    pub(crate) fn lay_out(&self, item: &Item) {
        fs::remove_dir_all(&self.folder).ok();
        for (path, _, text) in item.files(Variant::Reference) {
            let path = self.folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// The commands that programs of this kind run, one after another.
    pub(crate) fn pipeline(&self, item: &Item) -> Cost {
        let files = item.files(Variant::Reference);
        let code = files.iter().find(|(_, role, _)| *role == Role::Code).unwrap().0.clone();
        self.cost(&[
            &["-m", "pylint", "--output-format=json", &code],
            &["-m", "pytest", "-q", "--json-report", "--json-report-file=report.json"],
            &["-m", "coverage", "run", "-m", "pytest", "-q"],
            &["-m", "coverage", "json", "-o", "coverage.json"],
        ])
    }

    pub(crate) fn one_process(&self) -> Cost {
        self.cost(&[&["-m", "pytest", "-q", "--cov=.", "--cov-report=json"]])
    }

    fn cost(&self, commands: &[&[&str]]) -> Cost {
        self.meter.cost(|| commands.iter().for_each(|words| self.run(words)))
    }

    fn run(&self, words: &[&str]) {
        let mut command = Command::new(&self.python);
        command.args(words).current_dir(&self.folder);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    }

    /// A process that is warm already forks, runs the files and calls the tests.
    pub(crate) fn fork_and_call(&mut self) -> Cost {
        self.caller.ask(&self.folder.display().to_string())
    }

    /// The harness of the sandbox, forked from a warm process that is not confined.
    pub(crate) fn plain_harness(&mut self, item: &Item) -> Cost {
        let files = item.files(Variant::Reference);
        let of = |role: Role| -> Vec<&str> {
            files.iter().filter(|file| file.1 == role).map(|file| file.0.as_str()).collect()
        };
        let job = serde_json::json!({
            "src": self.folder, "work": self.folder, "code": of(Role::Code), "tests": of(Role::Test),
            "support": of(Role::Support), "tests_ms": 60_000, "seed": "", "calls": [], "rewritten": {},
        });
        self.harness.ask(&job.to_string())
    }
}
