//! The command line of `saraphina serve`: a daemon that is also reached over TCP.
//!
//! It is no command of the registry, because it begins an engine. The address is bound before anything of the home is touched, so that
//! one that is taken costs nothing, and printed once the engine answers, so that a script can wait for it.

use std::net::SocketAddr;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;

use crate::app::App;
use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::surfaces::envelope;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::writer::resident;
use crate::surfaces::writer::tcp_door::TcpDoor;

/// The name of the subcommand.
pub const NAME: &str = "serve";
/// The address where nothing else is said.
const ADDRESS: &str = "127.0.0.1:7272";
/// Threads of an engine that no session shares.
const WORKERS: usize = 2;

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    Command::new(NAME)
        .about("Keep an engine running that is also reached over loopback TCP")
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS:PORT")
                .value_parser(value_parser!(SocketAddr))
                .default_value(ADDRESS)
                .help("Where to listen; port 0 takes a free one"),
        )
        .after_help(
            "Examples:\n  saraphina serve\n  saraphina serve --listen 127.0.0.1:0\n  saraphina open",
        )
}

/// Serves until a signal or `saraphina daemon stop` ends it, on a runtime of its own.
pub fn carry_out(
    words: &[String],
    wish: Wish,
    terminal: &mut Terminal,
    make_app: impl FnOnce() -> App,
) -> Exit {
    let wish = if words.iter().any(|word| word == "--json") { Wish::Json } else { wish };
    let typed = words.iter().filter(|word| *word != "--json");
    let parsed =
        command().bin_name("saraphina serve").no_binary_name(true).try_get_matches_from(typed);
    let matches = match parsed {
        Ok(matches) => matches,
        Err(help) if help.kind() == clap::error::ErrorKind::DisplayHelp => {
            terminal.page(&help.to_string());
            return Exit::Done;
        }
        Err(error) => return turn::refuse(terminal, NAME, wish, &misread(&error)),
    };
    let served = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))
        .and_then(|runtime| runtime.block_on(run(&matches, wish, terminal, &make_app())));
    match served {
        Ok(()) => Exit::Done,
        Err(error) => turn::refuse(terminal, NAME, wish, &error),
    }
}

fn misread(error: &clap::Error) -> CommandError {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    CommandError::usage(line).hint("See `saraphina serve --help`.")
}

async fn run(
    matches: &ArgMatches,
    wish: Wish,
    terminal: &mut Terminal,
    app: &App,
) -> Result<(), CommandError> {
    let wanted = matches.get_one::<SocketAddr>("listen").copied();
    let wanted = wanted.ok_or_else(|| CommandError::usage("--listen needs an address"))?;
    if !wanted.ip().is_loopback() {
        return Err(open_to_the_network(wanted));
    }
    let door = TcpDoor::at(wanted).await?;
    let address = format!("http://{}", door.address());
    let ready = || match wish {
        Wish::Json => {
            let data = json!({ "address": address, "home": app.home(), "pid": std::process::id() });
            terminal.print(&format!("{}\n", envelope::line(NAME, Ok(&data))));
        }
        Wish::Page | Wish::Help => terminal.print(&format!("{address}\n")),
    };
    Box::pin(resident::run(app, Some(door), ready)).await?;
    Ok(())
}

fn open_to_the_network(address: SocketAddr) -> CommandError {
    let message = format!("{address} is reached from other machines, and nothing would be secret");
    CommandError::usage(message).hint("Listen at 127.0.0.1 or [::1].")
}
