//! A process with an engine, to be killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use foundation::config::settings::{Layers, Settings};
use foundation::observability::fault::{self, Point};
use foundation::providers::completion::Completion;
use foundation::providers::error::ProviderError;
use foundation::providers::provider::{CompletionRequest, Provider};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use record::audit::local_key::LocalKey;
use record::domain::principal::{Principal, Surface, Via};
use sandbox::backend::SandboxBackend;
use sandbox::linux::backend::{Config, LinuxBackend};
use sandbox::toolchain::linter::Linter;
use saraphina::app::{App, compose};
use saraphina::commands::registry::ENTRIES;
use saraphina::surfaces::writer::link::Link;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use work::contract::caller::Caller;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::order::Order;
use work::contract::signature::{Signed, ToSign};

use crate::support::fakes::{Fake, Scripted, reply};
use crate::support::reply::with_signature;

/// Holds the plan when this binary is started again to play an engine.
const PLAN: &str = "SARAPHINA_TEST_ENGINE_PLAN";
/// Turns of an engine that nobody kills.
const MAX_TURNS: u64 = 60;
/// How often a decision is asked about.
const MAX_ASKED: u32 = 4;

/// What an engine is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) home: PathBuf,
    /// Where it kills itself: the index of the point, and at which passing.
    pub(crate) point: Option<(usize, u64)>,
    /// The number of its first turn.
    pub(crate) start: u64,
    /// Whether suites run in the real sandbox.
    pub(crate) sandboxed: bool,
    /// The proposal that it and others refine, and how often, instead of taking turns.
    pub(crate) crowd: Option<(String, u64)>,
}

/// Plays an engine, where this process was started for that; whether it was.
pub(crate) async fn play() -> bool {
    let plan = std::env::vars().find_map(|(key, value)| (key == PLAN).then_some(value));
    let Some(plan) = plan else { return false };
    let plan: Plan = serde_json::from_str(&plan).unwrap();
    if let Some((index, passing)) = plan.point {
        let (wanted, passed) = (Point::ALL[index], AtomicU64::new(0));
        fault::arm(move |point| {
            if point == wanted && passed.fetch_add(1, Ordering::SeqCst) + 1 == passing {
                kill(Pid::this(), Signal::SIGKILL).unwrap();
            }
        });
    }
    let mut caller = Customer::new(&plan);
    match &plan.crowd {
        None => take_turns(&mut caller, plan.start).await,
        Some((proposal, times)) => refine(&mut caller, proposal, *times).await,
    }
    caller.link.close().await.unwrap();
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn playing() {
    play().await;
}

/// Starts this binary again as an engine; `test` names the test that plays it, and is empty in a bench.
pub(crate) fn start(plan: &Plan) -> Engine {
    let mut command = again();
    command.env(PLAN, serde_json::to_string(plan).unwrap());
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    Engine { child, lines, begun }
}

#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
fn again() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::engine::playing", "--nocapture", "--test-threads=1"]);
    command
}

/// An engine in a process of its own.
pub(crate) struct Engine {
    pub(crate) child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    pub(crate) begun: Instant,
}

impl Engine {
    /// The next thing it says; `None` when it has ended.
    pub(crate) fn hear(&mut self) -> Option<String> {
        loop {
            let line = self.lines.next()?.ok()?;
            if let Some((_, said)) = line.split_once("engine: ") {
                return Some(said.to_owned());
            }
        }
    }

    /// Kills it after a while; what it said until then.
    pub(crate) fn kill_after(mut self, wait: Duration) -> Vec<String> {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        let killer = std::thread::spawn(move || {
            let (_keep, never) = std::sync::mpsc::channel::<()>();
            never.recv_timeout(wait).unwrap_err();
            // It may have ended; its number is not given away before it is waited for.
            kill(pid, Signal::SIGKILL).unwrap_or_default();
        });
        let said = std::iter::from_fn(|| self.hear()).collect();
        killer.join().unwrap();
        self.child.wait().unwrap();
        said
    }
}

fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "engine: {words}").unwrap();
    out.flush().unwrap();
}

/// The implementations of an engine on a home: a model that always answers, and a backend.
pub(crate) fn app(home: &Path, sandboxed: bool) -> App {
    let settings = Arc::new(Settings::resolve(home.to_owned(), &Layers::default()));
    let backend: Arc<dyn SandboxBackend> = if sandboxed {
        Arc::new(LinuxBackend::new(Config {
            executable: PathBuf::from(env!("CARGO_BIN_EXE_saraphina")),
            home: Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-home"),
            python: None,
            linter: Linter::Pylint,
        }))
    } else {
        Arc::new(Fake::default())
    };
    App {
        providers: vec![Arc::new(Endless { asked: asked(home) })],
        backends: vec![backend],
        ..compose(settings)
    }
}

/// Where each question to the model is noted: what would have to be paid for.
pub(crate) fn asked(home: &Path) -> PathBuf {
    home.with_file_name("asked")
}

/// Where approved modules are applied: a folder for each turn.
pub(crate) fn targets(home: &Path) -> PathBuf {
    home.with_file_name("targets")
}

struct Endless {
    asked: PathBuf,
}

#[async_trait]
impl Provider for Endless {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError> {
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.append(true).create(true).open(&self.asked).unwrap();
        writeln!(file, "{}", request.request).unwrap();
        let module = &request.module;
        let code = format!("def add(a, b):\n    # {}\n    return a + b\n", request.request);
        let tests =
            format!("from {module} import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n");
        let scripted = Scripted::default();
        scripted.replies.lock().unwrap().push_back(reply(&code, &tests));
        scripted.complete(request, on_text, cancel).await
    }
}

/// One who gives commands with keys of their own.
struct Customer {
    app: App,
    link: Link,
    targets: PathBuf,
}

impl Customer {
    fn new(plan: &Plan) -> Self {
        let targets = targets(&plan.home);
        Self { app: app(&plan.home, plan.sandboxed), link: Link::default(), targets }
    }

    /// Where the module of a turn is applied.
    fn target(&self, turn: u64) -> PathBuf {
        self.targets.join(turn.to_string())
    }

    async fn order(&mut self, name: &str, args: Value, key: &str) -> Result<Value, CommandError> {
        let entry = ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap();
        let order = Order {
            entry,
            args: (entry.read)(args).unwrap(),
            caller: Caller {
                who: Principal::owner(),
                via: Via { surface: Surface::Script, uid: None, session: "killed".to_owned() },
                idempotency: key.to_owned(),
                shown: None,
            },
        };
        let (events, cancel) = (Arc::new(|_| {}) as _, CancellationToken::new());
        let answer = Box::pin(self.link.carry(&self.app, order, &events, &cancel)).await;
        answer.map(|answer| answer.data)
    }
}

impl Customer {
    /// The same for a decision, which the owner's key signs; it is enrolled when nobody's is.
    async fn decide(&mut self, name: &str, mut args: Value, key: &str) -> Value {
        let owner = LocalKey::from_seed(&[0x51; 32]);
        args["signing"]["key"] = json!(owner.public().fingerprint());
        let mut asked = self.order(name, args.clone(), key).await;
        // A statement may be asked for anew, as surfaces allow, too.
        for attempt in 0..MAX_ASKED {
            let wanted = match asked {
                Ok(done) => return done,
                Err(error) => error.signing.clone().unwrap_or_else(|| panic!("{error}")),
            };
            if wanted.enrolled.is_empty() {
                self.enrol(&owner, &format!("{key}-enrol-{attempt}")).await;
            }
            let args = with_signature(args.clone(), &signed(&owner, &wanted));
            asked = self.order(name, args, key).await;
        }
        asked.unwrap()
    }

    async fn enrol(&mut self, owner: &LocalKey, key: &str) {
        let line = json!({"what": "add", "line": owner.public().to_string()});
        let asked = self.order("keys", line.clone(), key).await;
        if let Some(asked) = asked.err().and_then(|error| error.signing) {
            let line = with_signature(line, &signed(owner, &asked));
            self.order("keys", line, key).await.unwrap();
        }
    }
}

fn signed(owner: &LocalKey, wanted: &ToSign) -> Signed {
    let signature = owner.sign(wanted.statement.as_bytes()).armour();
    Signed { statement: wanted.statement.clone(), signature }
}

/// Proposes, runs and approves, and says each time what was acknowledged; the first turn may be one that was killed.
async fn take_turns(caller: &mut Customer, start: u64) {
    let nothing = json!({"id": "ffffffffffff", "reason": ["nothing"]});
    let missing = caller.order("reject-code", nothing, "nothing").await.unwrap_err();
    assert_eq!(missing.kind, ErrorKind::NotFound);
    say("ready");
    for n in start..start + MAX_TURNS {
        let request = json!({"request": [format!("an adder of two numbers, number {n}")]});
        let proposed = caller.order("propose-code", request, &format!("{n}-propose")).await;
        let proposed = proposed.unwrap();
        let id = proposed["proposal_id"].as_str().unwrap();
        say(&format!("acknowledged {n} proposal {id}"));
        let ran =
            caller.order("sandbox-code", json!({"id": id}), &format!("{n}-run")).await.unwrap();
        assert_eq!(ran["verdict"], "passed", "{ran:#}");
        say(&format!("acknowledged {n} execution {}", ran["execution_id"].as_str().unwrap()));
        let yes = json!({"id": id, "yes": true, "expect": proposed["content_hash"]});
        caller.decide("approve-code", yes, &format!("{n}-approve")).await;
        say(&format!("acknowledged {n} approval {id}"));
        let folder = caller.target(n);
        std::fs::create_dir_all(&folder).unwrap();
        let into =
            json!({"id": id, "folder": folder, "yes": true, "expect": proposed["content_hash"]});
        let applied = caller.order("apply-code", into, &format!("{n}-apply")).await.unwrap();
        assert_eq!(applied["outcome"], "applied", "{applied:#}");
        say(&format!("acknowledged {n} application {id}"));
    }
}

/// Reads the newest revision and writes the next, against others who do the same.
async fn refine(caller: &mut Customer, proposal: &str, times: u64) {
    let me = std::process::id();
    let mut waits = Vec::new();
    for n in 0..times {
        let begun = Instant::now();
        for attempt in 0.. {
            let code = format!("def add(a, b):\n    return a + b  # {me} {n}\n");
            let given = json!([{"path": "adder.py", "role": "code", "content": code}]);
            let args = json!({"id": proposal, "feedback": ["again"], "given": given});
            let key = format!("{me}-{n}-{attempt}");
            match caller.order("refine-code", args, &key).await {
                Ok(_) => break,
                // Somebody else was quicker: what was read is read again.
                Err(error) if error.message.contains("changed in the meantime") => {}
                Err(error) => {
                    say(&format!("trouble {}", error.chain()));
                    return;
                }
            }
        }
        waits.push(begun.elapsed());
    }
    waits.sort();
    let slow = waits[waits.len() * 99 / 100].as_millis();
    say(&format!("done {} {slow}", waits.len()));
}
