//! `saraphina daemon`: the command line of the long-running engine.

use clap::{ArgMatches, Command};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::commands::error::{CommandError, ErrorKind, Exit};
use crate::commands::page::{Cell, Page, Tone};
use crate::surfaces::http::status::Status;
use crate::surfaces::{control, resident};

/// What to do with the daemon of a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaemonAction {
    /// Be it, until told to stop.
    Run,
    /// Start it.
    Start,
    /// Stop it.
    Stop,
    /// Look at it.
    Status,
}

/// What is known of the daemon afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DaemonState {
    /// Whether an engine is at work for this home.
    pub running: bool,
    /// Whether the action was what it came to: started, stopped or found so.
    pub done: bool,
    /// Where engine and clients meet.
    pub socket: String,
    /// What the engine says of itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<Status>,
}

/// The subcommand for the command line.
pub fn command() -> Command {
    let json = clap::Arg::new("json")
        .long("json")
        .action(clap::ArgAction::SetTrue)
        .global(true)
        .help("Print one JSON object");
    Command::new("daemon")
        .about("Keeps an engine running that all sessions of this home share")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(json)
        .subcommand(Command::new("run").about("Runs the engine here until it is told to stop"))
        .subcommand(Command::new("start").about("Starts the engine in the background"))
        .subcommand(Command::new("stop").about("Lets the engine finish its work and stops it"))
        .subcommand(Command::new("status").about("Shows the engine at work"))
}

/// Does what the command line says; data for programs, a page for people.
pub async fn run(matches: &ArgMatches, app: App) -> Result<(Value, Page), CommandError> {
    let action = match matches.subcommand_name() {
        Some("run") => DaemonAction::Run,
        Some("start") => DaemonAction::Start,
        Some("stop") => DaemonAction::Stop,
        Some("status") => DaemonAction::Status,
        Some(_) | None => return Err(CommandError::usage("run, start, stop or status?")),
    };
    let state = main(action, app).await?;
    let data = serde_json::to_value(&state)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    Ok((data, state.page(action)))
}

/// Does one action.
pub async fn main(action: DaemonAction, app: App) -> Result<DaemonState, CommandError> {
    match action {
        DaemonAction::Run => Box::pin(resident::run(&app)).await,
        DaemonAction::Start => Box::pin(control::start(&app)).await,
        DaemonAction::Stop => Box::pin(control::stop(&app)).await,
        DaemonAction::Status => Box::pin(control::status(&app)).await,
    }
}

/// The exit code the data of [`run`] stand for: negative when there was no daemon to stop or to look at.
pub fn exit(data: &Value) -> Exit {
    match data.get("done").and_then(Value::as_bool) {
        Some(false) => Exit::Negative,
        Some(true) | None => Exit::Done,
    }
}

impl DaemonState {
    fn page(&self, action: DaemonAction) -> Page {
        let words = match (action, self.running, self.done) {
            (DaemonAction::Start, _, _) => "the daemon is running",
            (DaemonAction::Run, _, _) | (DaemonAction::Stop, false, true) => "the daemon stopped",
            (DaemonAction::Status, true, true) => "a daemon is running",
            (DaemonAction::Status, true, false) => "no daemon is running, but a session is writing",
            (DaemonAction::Stop | DaemonAction::Status, _, _) => "no daemon is running",
        };
        let tone = if self.done { Tone::Good } else { Tone::Warn };
        let page = Page::new().text(Cell::toned(words, tone));
        match &self.engine {
            Some(engine) => page.fields(self.fields(engine)),
            None if self.done => page,
            None => page.next(["saraphina daemon start"]),
        }
    }

    fn fields(&self, engine: &Status) -> Vec<(&'static str, Cell)> {
        let list = |names: Vec<String>| match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let jobs = engine.jobs.iter().map(|job| format!("{} on {}", job.job_id, job.proposal_id));
        vec![
            ("process", engine.pid.to_string().into()),
            ("version", engine.version.clone().into()),
            ("since", engine.started_at.clone().into()),
            ("uptime", format!("{} s", engine.uptime_ms / 1000).into()),
            ("home", engine.home.clone().into()),
            ("socket", self.socket.clone().into()),
            ("commands", list(engine.commands.clone()).into()),
            ("jobs", list(jobs.collect()).into()),
        ]
    }
}
