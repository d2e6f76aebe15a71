//! The command line of the server: `saraphina mcp`, which clients of agents start.
//!
//! It is no command of the registry: it serves the commands of the registry to somebody else. It ends when its client closes
//! standard input, and everything that was accepted by then is written or cancelled.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rmcp::serve_server;
use rmcp::service::ServerInitializeError;

use crate::app::App;
use crate::surfaces::mcp::folder::Folder;
use crate::surfaces::mcp::installing::client::AgentClient;
use crate::surfaces::mcp::installing::install;
use crate::surfaces::mcp::lines::Lines;
use crate::surfaces::mcp::server::Server;
use crate::surfaces::subcommand;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::ways::Ways;
use crate::surfaces::words::grammar::Wish;
use foundation::config::read::user_folder;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// The name of the subcommand.
pub const NAME: &str = "mcp";
/// Threads that carry out commands.
const WORKERS: usize = 2;

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    Command::new(NAME)
        .about("Serve an agent over the Model Context Protocol, on standard input and output")
        .arg(
            Arg::new("install")
                .long("install")
                .value_name("CLIENT")
                .value_parser(value_parser!(AgentClient))
                .help("Print what the configuration of this client needs, instead of serving"),
        )
        .arg(
            Arg::new("write")
                .long("write")
                .action(ArgAction::SetTrue)
                .requires("install")
                .help("Write it into the client's file, beside what is there"),
        )
}

/// Serves, or prints or writes a configuration.
pub fn carry_out(
    words: &[String],
    wish: Wish,
    terminal: &mut Terminal,
    make_app: impl FnOnce() -> App,
) -> Exit {
    let (matches, wish) = match subcommand::read((command(), words), wish, terminal) {
        Ok(Some(read)) => read,
        Ok(None) => return Exit::Done,
        Err(exit) => return exit,
    };
    let done = match wanted(&matches) {
        Some(order) => install::carry_out(&order, wish, terminal),
        None => serve(terminal, make_app),
    };
    match done {
        Ok(()) => Exit::Done,
        // Standard output belongs to the protocol: what went wrong with a server is said on standard error alone.
        Err(error) => {
            let wish = if wanted(&matches).is_some() { wish } else { Wish::Page };
            turn::refuse(terminal, NAME, wish, &error)
        }
    }
}

fn wanted(matches: &ArgMatches) -> Option<install::Order> {
    let client = *matches.get_one::<AgentClient>("install")?;
    let place = if matches.get_flag("write") { install::Place::File } else { install::Place::Out };
    Some(install::Order { client, place })
}

fn serve(terminal: &mut Terminal, make_app: impl FnOnce() -> App) -> Result<(), CommandError> {
    if terminal.can_type() {
        terminal.complain(
            "This waits for messages of an agent's client. Such a client starts it; see `saraphina mcp --install CLIENT`. Ctrl-C ends it.\n",
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
    let folder = std::env::current_dir()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
    let served = runtime.block_on(serve_client(make_app(), &folder));
    // A thread that still waits for standard input must not hold the process.
    runtime.shutdown_background();
    served
}

async fn serve_client(app: App, folder: &Path) -> Result<(), CommandError> {
    // A client stays for long, so that a backend may keep itself warm for it.
    app.backends.iter().for_each(|backend| backend.lasts());
    let folder = Folder::new(folder, &app.home(), user_folder().as_deref());
    let server = Arc::new(Server::in_folder(Arc::new(Ways::new(app)), folder));
    let lines = Lines::new(tokio::io::stdin(), tokio::io::stdout());
    let running = match serve_server(Arc::clone(&server), lines).await {
        Ok(running) => running,
        // A client that leaves before it says anything asked for nothing.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(CommandError::from_source(ErrorKind::Usage, &error)),
    };
    let end = running.cancellation_token();
    let mut waiting = pin!(running.waiting());
    let ended = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {
            end.cancel();
            waiting.await
        }
        ended = &mut waiting => ended,
    };
    let closed = server.close().await;
    ended.map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
    closed
}
