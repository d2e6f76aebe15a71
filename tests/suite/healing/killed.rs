//! A healing whose engine dies goes on where it was.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use foundation::config::settings::{Layers, Settings};
use foundation::observability::fault::{self, Point};
use foundation::providers::completion::Completion;
use foundation::providers::error::ProviderError;
use foundation::providers::provider::{CompletionRequest, DEFAULT_MAX_TOKENS, Provider, Task};
use foundation::store::sqlite::sqlite_store::Opening;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use record::domain::act::ActKind;
use record::domain::environment::Guarantees;
use record::domain::evidence::Evidence;
use record::domain::principal::{Principal, Surface, Via};
use record::domain::role::Role;
use sandbox::backend::{Job, Progress, SandboxBackend};
use sandbox::error::SandboxError;
use saraphina::app::{App, compose};
use saraphina::commands::registry::ENTRIES;
use saraphina::surfaces::writer::link::Link;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use work::contract::caller::Caller;
use work::contract::error::CommandError;
use work::contract::order::Order;

use crate::faults::ledger;
use crate::support::fakes::{Scripted, failing, passing, reply};

/// The home, the index of the point and its passing, when this binary is started again to play an engine.
const PLAN: &str = "SARAPHINA_TEST_HEALING_PLAN";
const TESTS: &str = "from adder import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n";
/// Where engines die: the point, and at which passing.
const DEATHS: [(Point, u64); 9] = [
    (Point::ModelAsked, 2),
    (Point::AnswerReceived, 2),
    (Point::AnswerStored, 2),
    (Point::AnswerStored, 3),
    (Point::LeaseStored, 2),
    (Point::VerdictComputed, 1),
    (Point::VerdictComputed, 3),
    (Point::CommitDone, 5),
    (Point::CommitBegins, 8),
];

/// Gives wrong code, then other wrong code, then right code, and notes each question; where somebody wants it, the answer to
/// the second one is cut off.
struct Improving(PathBuf);

/// Lies there when an answer is to be cut off.
fn cut(home: &Path) -> PathBuf {
    home.with_file_name("cut")
}

#[async_trait]
impl Provider for Improving {
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
        let mut file = options.append(true).create(true).open(&self.0).unwrap();
        writeln!(file, "{}", request.task.word()).unwrap();
        let questions = std::fs::read_to_string(&self.0).unwrap().lines().count();
        if questions == 2 && cut(&self.0).exists() {
            return Err(ProviderError::CutOff);
        }
        let sign = match &request.task {
            Task::Repair(repair) if repair.code.contains("a - b") && repair.tried.is_empty() => "*",
            Task::Repair(_) => "+",
            Task::Draft
            | Task::Change(_)
            | Task::Refine { .. }
            | Task::Review { .. }
            | Task::Script
            | Task::Teach { .. } => "-",
        };
        let scripted = Scripted::default();
        let code = format!("def add(a, b):\n    return a {sign} b\n");
        scripted.replies.lock().unwrap().push_back(reply(&code, TESTS));
        scripted.complete(request, on_text, cancel).await
    }
}

/// Judges by the code alone.
struct Reader;

#[async_trait]
impl SandboxBackend for Reader {
    fn name(&self) -> &'static str {
        "reader"
    }

    fn sweep(&self) {}

    async fn self_test(&self) -> Result<Guarantees, SandboxError> {
        Ok(Guarantees::default())
    }

    async fn prepare(&self, _progress: Progress<'_>) -> Result<(), SandboxError> {
        Ok(())
    }

    async fn run(
        &self,
        job: Job,
        _progress: Progress<'_>,
        _cancel: CancellationToken,
    ) -> Result<Evidence, SandboxError> {
        let code = job.source.text_of(Role::Code);
        let is_right = code.contains("a + b");
        Ok(if is_right { passing() } else { failing(&format!("E   assert {} == 3", code.len())) })
    }
}

fn asked(home: &Path) -> PathBuf {
    home.with_file_name("asked")
}

fn app(home: &Path) -> App {
    let settings = Arc::new(Settings::resolve(home.to_owned(), &Layers::default()));
    App {
        providers: vec![Arc::new(Improving(asked(home)))],
        backends: vec![Arc::new(Reader)],
        ..compose(settings)
    }
}

async fn order(
    (app, link): (&App, &mut Link),
    name: &str,
    args: Value,
) -> Result<Value, CommandError> {
    let entry = ENTRIES.iter().find(|entry| entry.spec.name == name).unwrap();
    let order = Order {
        entry,
        args: (entry.read)(args).unwrap(),
        caller: Caller {
            who: Principal::owner(),
            via: Via { surface: Surface::Script, uid: None, session: "killed".to_owned() },
            idempotency: format!("the {name}"),
            shown: None,
        },
    };
    let (events, cancel) = (Arc::new(|_| {}) as _, CancellationToken::new());
    let answer = Box::pin(link.carry(app, order, &events, &cancel)).await;
    answer.map(|answer| answer.data)
}

/// Proposes and heals; the same each time, under the same keys.
async fn heal(home: &Path, bounds: &Value) -> Value {
    let (app, mut link) = (app(home), Link::default());
    let wish = json!({"request": ["an adder of two numbers"]});
    let proposed = order((&app, &mut link), "propose-code", wish).await.unwrap();
    let mut args = bounds.clone();
    args["id"] = proposed["proposal_id"].clone();
    let healed = order((&app, &mut link), "auto-refine", args).await.unwrap();
    let verified = order((&app, &mut link), "audit", json!({"what": "verify"})).await.unwrap();
    assert_eq!(verified["ok"], true, "{verified:#}");
    link.close().await.unwrap();
    healed
}

/// Calls on record of which nothing is known but that they were made.
async fn lost(home: &Path) -> usize {
    let records = ledger::records(&ledger::open(home, Opening::ReadOnly)).await;
    let calls = records.iter().filter(|record| record.kind == ActKind::ModelCalled);
    calls.filter(|call| call.data.get("finish") == Some(&json!("lost"))).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn playing() {
    let plan = std::env::vars().find_map(|(key, value)| (key == PLAN).then_some(value));
    let Some(plan) = plan else { return };
    let (home, (index, passing), bounds): (PathBuf, (usize, u64), Value) =
        serde_json::from_str(&plan).unwrap();
    let (wanted, passed) = (DEATHS[index].0, AtomicU64::new(0));
    fault::arm(move |point| {
        if point == wanted && passed.fetch_add(1, Ordering::SeqCst) + 1 == passing {
            kill(Pid::this(), Signal::SIGKILL).unwrap();
        }
    });
    heal(&home, &bounds).await;
}

/// Plays an engine that dies on its way.
#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
fn die(home: &Path, (index, passing): (usize, u64), bounds: &Value) {
    let plan = serde_json::to_string(&(home, (index, passing), bounds)).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "healing::killed::playing", "--nocapture", "--test-threads=1"]);
    let ended =
        command.env(PLAN, plan).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert_eq!(ended.code(), None, "{:?} was not reached", DEATHS[index]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healing_goes_on_after_its_engine_died_and_pays_once() {
    for (index, (point, passing)) in DEATHS.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let bounds = json!({});
        die(&home, (index, passing), &bounds);

        let healed = heal(&home, &bounds).await;
        let again = heal(&home, &bounds).await;

        let at = format!("{point:?} {passing}: {healed:#}");
        assert_eq!((&healed["stop"], &healed["revision"]), (&json!("passed"), &json!(3)), "{at}");
        assert_eq!(healed["attempts"].as_array().unwrap().len(), 2, "{at}");
        assert_eq!(healed, again);
        // Only an answer that nobody had stored yet is asked for again, and the call before is on record.
        let calls = std::fs::read_to_string(asked(&home)).unwrap().lines().count();
        assert_eq!(calls, 3 + usize::from(point == Point::AnswerReceived), "{at}");
        let is_lost = matches!(point, Point::ModelAsked | Point::AnswerReceived);
        assert_eq!(lost(&home).await, usize::from(is_lost), "{at}");
        assert_eq!(healed["spent"]["calls"], 2 + u32::from(is_lost), "{at}");
        assert_eq!(healed["unusable"].as_array().unwrap().len(), usize::from(is_lost), "{at}");
        assert_eq!(std::fs::read_dir(home.join("answers")).unwrap().count(), 0, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_call_is_charged_to_the_healing_that_goes_on() {
    // Room for one call and no second one: what a call may use is at least its reply.
    let room = u64::from(DEFAULT_MAX_TOKENS);
    let bounds = json!({"budget_tokens": room * 2 - 1});
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    die(&home, (0, DEATHS[0].1), &bounds);

    let healed = heal(&home, &bounds).await;

    assert_eq!((&healed["stop"], &healed["spent"]["calls"]), (&json!("budget"), &json!(1)));
    let tokens = healed["spent"]["tokens"].as_u64().unwrap();
    assert!((room..room * 2).contains(&tokens), "{healed:#}");
    let trouble = healed["unusable"][0]["trouble"].as_str().unwrap();
    assert!(trouble.contains("the engine ended before an answer was stored"), "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_recorded_already_is_not_charged_again() {
    let committed = DEATHS.iter().position(|(point, _)| *point == Point::CommitDone).unwrap();
    // One of these ends the engine between the record of the answer that was cut off and the end of its mark.
    for passing in 3..9 {
        let (folder, bounds) = (tempfile::tempdir().unwrap(), json!({}));
        let home = folder.path().join("home");
        std::fs::write(cut(&home), "").unwrap();
        die(&home, (committed, passing), &bounds);

        let healed = heal(&home, &bounds).await;

        let at = format!("commit {passing}: {healed:#}");
        assert_eq!(
            (&healed["stop"], &healed["spent"]["calls"]),
            (&json!("passed"), &json!(3)),
            "{at}"
        );
        assert_eq!(healed["unusable"].as_array().unwrap().len(), 1, "{at}");
        assert_eq!(lost(&home).await, 0, "{at}");
    }
}
