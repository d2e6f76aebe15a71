//! `/setup`: prepares the home, the toolchain and the sandbox.
//!
//! Everything would be prepared by the first command that needs it; this one does it ahead, while somebody is watching, and
//! says what was done. Each step looks first, so running it again changes nothing.

use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use record::domain::principal::Authority;
use sandbox::backend::{RunProgress, SandboxBackend};
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::context::Context;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::event::Event;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};

/// `/setup`
pub enum Setup {}

/// Nothing can be typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The home.
    pub home: String,
    /// What was looked after, in order.
    pub steps: Vec<Step>,
    /// How long all of it took.
    pub duration_ms: u64,
}

/// One part that was looked after.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The part: `home`, or `sandbox` and the backend's name.
    pub part: String,
    /// What was done, stage by stage; empty where all was there.
    pub done: Vec<String>,
    /// What it found or proved, in words.
    pub result: String,
    /// How long it took.
    pub duration_ms: u64,
}

impl Command for Setup {
    const SPEC: Spec = Spec {
        name: "setup",
        aliases: &[],
        summary: "Prepare the home, the toolchain and the sandbox; does nothing twice",
        group: Group::Operate,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: None,
        examples: &["/setup"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, _: Args) -> Result<Answer, CommandError> {
        let begun = Instant::now();
        let mut steps = vec![home(invocation).await?];
        for backend in &invocation.backends {
            steps.push(prepare(invocation, backend.as_ref()).await?);
        }
        if invocation.backends.is_empty() {
            return Err(CommandError::new(
                ErrorKind::Unavailable,
                "there is no sandbox backend for this system",
            )
            .hint("The home is ready, and everything but executions works; see `/doctor`."));
        }
        Ok(Answer {
            home: invocation.settings.home().display().to_string(),
            steps,
            duration_ms: millis(begun),
        })
    }
}

/// Tells of the home, which the engine made before this command began.
async fn home(context: &Context) -> Result<Step, CommandError> {
    let begun = Instant::now();
    let usage = context.store()?.usage().await?;
    let result = format!("schema {}, {}", usage.schema, counted(usage.records, "record"));
    Ok(Step { part: "home".to_owned(), done: Vec::new(), result, duration_ms: millis(begun) })
}

async fn prepare(
    invocation: &Invocation,
    backend: &dyn SandboxBackend,
) -> Result<Step, CommandError> {
    let begun = Instant::now();
    let stages: Arc<Mutex<Vec<String>>> = Arc::default();
    let events = Arc::clone(&invocation.events);
    let told = Arc::clone(&stages);
    let progress = move |event| {
        if let RunProgress::Stage(words) = event {
            told.lock().unwrap_or_else(PoisonError::into_inner).push(words.clone());
            events(Event::Stage(words));
        }
    };
    tokio::select! {
        prepared = backend.prepare(&progress) => prepared?,
        () = invocation.cancel.cancelled() => {
            return Err(CommandError::new(ErrorKind::Interrupted, "interrupted"));
        }
    }
    invocation.stage("trying the walls of the sandbox");
    let proved = backend.self_test().await?;
    let absent = proved.0.values().filter(|value| value.starts_with("absent")).count();
    let layers = counted(proved.0.len() - absent, "layer");
    let result = format!("{layers} proved, {absent} absent");
    let done = stages.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let part = format!("sandbox {}", backend.name());
    Ok(Step { part, done, result, duration_ms: millis(begun) })
}

fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let rows = self.steps.iter().map(|step| {
            let done = match step.done.as_slice() {
                [] => Cell::toned("was there already", Tone::Dim),
                done => Cell::from(done.join("; ")),
            };
            vec![
                Cell::from(step.part.as_str()),
                done,
                Cell::from(step.result.as_str()),
                Cell::toned(format!("{} ms", step.duration_ms), Tone::Dim),
            ]
        });
        let head = ["part", "done", "result", "time"].map(str::to_owned).to_vec();
        Page::new()
            .fields([("Home", Cell::from(self.home.as_str()))])
            .block(Block::Table { head, rows: rows.collect() })
            .text(format!("Ready after {} ms.", self.duration_ms))
            .next(["/propose-code <what you need>  makes a first proposal"])
    }
}
