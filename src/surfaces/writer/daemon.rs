//! The command line of the daemon: run, start, stop, status.
//!
//! It is no command of the registry: a command runs inside an engine, and these begin and end engines. `lifecycle.rs` and
//! `resident.rs` do the work; this file reads words and draws the state.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command};

use crate::app::App;
use crate::surfaces::http::status::Status;
use crate::surfaces::subcommand::{self, Shown};
use crate::surfaces::terminal::Terminal;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::writer::daemon_state::DaemonState;
use crate::surfaces::writer::lifecycle;
use crate::surfaces::writer::resident;
use work::contract::error::{CommandError, Exit};
use work::contract::page::{Cell, Page, Tone};

/// Jobs that the state names one by one.
const MOST_JOBS: usize = 4;

/// An action on the daemon of a home.
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

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    Command::new("daemon")
        .about("Keep an engine running that all sessions of this home share")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommand(Command::new("run").about("Run the engine here until it is told to stop"))
        .subcommand(Command::new("start").about("Start the engine in the background"))
        .subcommand(
            Command::new("stop")
                .about("Stop the engine; work has 10 s to finish, then it is cut short"),
        )
        .subcommand(Command::new("status").about("Show the engine at work"))
}

/// Carries out what was typed after `daemon`, on a runtime of its own, and shows what came of it.
pub fn carry_out(
    words: &[String],
    wish: Wish,
    terminal: &mut Terminal,
    make_app: impl FnOnce() -> App,
) -> Exit {
    subcommand::carry_out((command(), words), wish, terminal, async |matches: ArgMatches, _| {
        let (action, state) = run(&matches, make_app()).await?;
        let exit = if state.done { Exit::Done } else { Exit::Negative };
        Shown::of(&state, state.page(action), exit)
    })
}

/// Does what the command line says.
async fn run(matches: &ArgMatches, app: App) -> Result<(DaemonAction, DaemonState), CommandError> {
    let action = match matches.subcommand_name() {
        Some("run") => DaemonAction::Run,
        Some("start") => DaemonAction::Start,
        Some("stop") => DaemonAction::Stop,
        Some("status") => DaemonAction::Status,
        Some(_) | None => return Err(CommandError::usage("run, start, stop or status?")),
    };
    Ok((action, main(action, app).await?))
}

async fn main(action: DaemonAction, app: App) -> Result<DaemonState, CommandError> {
    match action {
        DaemonAction::Run => Box::pin(resident::run(&app, None, || {})).await,
        DaemonAction::Start => Box::pin(lifecycle::start(&app)).await,
        DaemonAction::Stop => Box::pin(lifecycle::stop(&app)).await,
        DaemonAction::Status => Box::pin(lifecycle::status(&app)).await,
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
        let jobs = engine.jobs.iter().map(|job| format!("{} on {}", job.job_id, job.proposal_id));
        vec![
            ("process", engine.pid.to_string().into()),
            ("version", engine.version.clone().into()),
            ("since", engine.started_at.clone().into()),
            ("uptime", format!("{} s", engine.uptime_ms / 1000).into()),
            ("home", engine.home.clone().into()),
            ("socket", self.socket.clone().into()),
            ("address", engine.address.clone().unwrap_or_else(|| "none".to_owned()).into()),
            ("commands", or_none(&numbered(&engine.commands)).into()),
            ("jobs", listed(jobs.collect()).into()),
        ]
    }
}

/// Names each command once, with how many of it are at work.
fn numbered(commands: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for command in commands {
        *counts.entry(command).or_default() += 1;
    }
    let words = |(name, count)| match count {
        1 => String::from(name),
        count => format!("{count} × {name}"),
    };
    counts.into_iter().map(words).collect()
}

/// Lists jobs, and beyond a few only how many more there are.
fn listed(mut jobs: Vec<String>) -> String {
    let more = jobs.len().saturating_sub(MOST_JOBS);
    jobs.truncate(MOST_JOBS);
    if more > 0 {
        jobs.push(format!("and {more} more, see `saraphina jobs`"));
    }
    or_none(&jobs)
}

fn or_none(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_queue_is_told_in_a_line() {
        let jobs: Vec<String> = (0..MOST_JOBS + 60).map(|number| format!("job_{number}")).collect();
        let commands = ["jobs", "sandbox-code", "sandbox-code"].map(str::to_owned);

        assert_eq!(numbered(&commands), ["jobs", "2 × sandbox-code"]);
        assert_eq!(listed(jobs[..2].to_vec()), "job_0, job_1");
        assert_eq!(listed(jobs), "job_0, job_1, job_2, job_3, and 60 more, see `saraphina jobs`");
        assert_eq!(listed(Vec::new()), "none");
    }
}
