//! Carries out a subcommand that is no command of the registry.
//!
//! `daemon`, `serve`, `open`, `sign` and `mcp` begin or look for an engine, so that they cannot run in one. They share how words are read, on what
//! runtime they run, and how their answer is shown.

use clap::{ArgMatches, Command};
use serde::Serialize;

use crate::surfaces::envelope;
use crate::surfaces::render::page::draw;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::words::grammar::{Wish, complaint};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::page::Page;

/// Threads of an engine that no session shares.
const WORKERS: usize = 2;

/// What is shown of an answer.
pub struct Shown {
    json: serde_json::Value,
    page: Page,
    exit: Exit,
}

impl Shown {
    /// Makes the answer from data for programs and a page for people.
    pub fn of(answer: &impl Serialize, page: Page, exit: Exit) -> Result<Self, CommandError> {
        let json = serde_json::to_value(answer)
            .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
        Ok(Self { json, page, exit })
    }
}

/// Reads what was typed after the name of a subcommand; `None` where help was asked for and shown.
pub fn read(
    (command, words): (Command, &[String]),
    wish: Wish,
    terminal: &mut Terminal,
) -> Result<Option<(ArgMatches, Wish)>, Exit> {
    let wish = if words.iter().any(|word| word == "--json") { Wish::Json } else { wish };
    let name = command.get_name().to_owned();
    let typed = words.iter().filter(|word| *word != "--json");
    let parsed = command
        .bin_name(format!("saraphina {name}"))
        .no_binary_name(true)
        .try_get_matches_from(typed);
    match parsed {
        Ok(matches) => Ok(Some((matches, wish))),
        Err(help) if help.kind() == clap::error::ErrorKind::DisplayHelp => {
            terminal.page(&help.to_string());
            Ok(None)
        }
        Err(error) => Err(turn::refuse(terminal, &name, wish, &misread(&name, &error))),
    }
}

/// Reads the words of a subcommand, runs it on a runtime of its own and shows what came of it.
pub fn carry_out(
    (command, words): (Command, &[String]),
    wish: Wish,
    terminal: &mut Terminal,
    run: impl AsyncFnOnce(ArgMatches, Wish) -> Result<Shown, CommandError>,
) -> Exit {
    let name = command.get_name().to_owned();
    let (matches, wish) = match read((command, words), wish, terminal) {
        Ok(Some(read)) => read,
        Ok(None) => return Exit::Done,
        Err(exit) => return exit,
    };
    match block_on(run(matches, wish)) {
        Ok(Shown { json, page, exit }) => {
            if wish == Wish::Json {
                terminal.print(&format!("{}\n", envelope::line(&name, Ok(&json))));
            } else {
                let text = draw(&page, &terminal.look());
                terminal.page(&text);
            }
            exit
        }
        Err(error) => turn::refuse(terminal, &name, wish, &error),
    }
}

/// Runs something to its end on a runtime of its own.
pub fn block_on<T>(
    future: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))
        .and_then(|runtime| runtime.block_on(future))
}

fn misread(name: &str, error: &clap::Error) -> CommandError {
    CommandError::usage(complaint(error)).hint(format!("See `saraphina {name} --help`."))
}
