//! The command line of `saraphina open`: a link that signs a browser in, once.
//!
//! It finds the engine of the home, or starts one that is reached over TCP, and has it make a code. At a terminal of a desktop it opens
//! the browser, too: by a file that only this user can read, because other users see the words a program is started with.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};
use hyper::Method;
use serde_json::json;

use crate::app::App;
use crate::surfaces::http::sign_in::{Code, CodeWish};
use crate::surfaces::subcommand::{self, Shown};
use crate::surfaces::terminal::Terminal;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::writer::lifecycle;
use crate::surfaces::writer::socket::Socket;
use foundation::config::read::variable;
use foundation::launch;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::page::{Block, Page};

/// The name of the subcommand.
pub const NAME: &str = "open";
/// The file that leads a browser to the link.
const FILE: &str = "sign-in.html";

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    Command::new(NAME)
        .about("Print a link that signs a browser in, once, and open it on a desktop")
        .arg(Arg::new("page").value_name("PAGE").help("The page to open, such as /record"))
        .arg(
            Arg::new("no-browser")
                .long("no-browser")
                .action(ArgAction::SetTrue)
                .help("Print the link, and open nothing"),
        )
        .after_help("Examples:\n  saraphina open\n  saraphina open /record")
}

/// Carries out what was typed after `open`, on a runtime of its own.
pub fn carry_out(
    words: &[String],
    wish: Wish,
    terminal: &mut Terminal,
    make_app: impl FnOnce() -> App,
) -> Exit {
    let has_desktop = variable("DISPLAY").or(variable("WAYLAND_DISPLAY")).is_some();
    let may_open = terminal.can_ask() && has_desktop;
    subcommand::carry_out((command(), words), wish, terminal, async |matches: ArgMatches, wish| {
        let app = make_app();
        let code = code(&app, matches.get_one::<String>("page")).await?;
        if may_open && wish == Wish::Page && !matches.get_flag("no-browser") {
            open(&app.home(), &code.url)?;
        }
        // A link is made to be copied, so it is never broken.
        let page = Page::new().block(Block::Document(code.url.clone()));
        Shown::of(&code, page, Exit::Done)
    })
}

/// The path of a page of the console, with or without its first `/`; an address of elsewhere is none.
fn path_of(page: &str) -> Result<String, CommandError> {
    if page.contains("://") {
        return Err(CommandError::usage(format!("{page:?} is no page of the console"))
            .hint("Name one by its path, such as /record."));
    }
    Ok(if page.starts_with('/') { page.to_owned() } else { format!("/{page}") })
}

async fn code(app: &App, page: Option<&String>) -> Result<Code, CommandError> {
    let page = page.map(|page| path_of(page)).transpose()?;
    let found = lifecycle::status(app).await?;
    if !found.running {
        lifecycle::start_as(app, &["serve"]).await?;
    }
    let owner = app.settings.get("SARAPHINA_OWNER").map(str::to_owned);
    let wish = json!(CodeWish { page, owner });
    let socket = Socket::of(&app.home())?;
    let told = lifecycle::ask(&socket, (Method::POST, "/v1/sign-in-codes"), &wish).await?;
    let told = told.ok_or_else(|| {
        CommandError::new(ErrorKind::Unavailable, "the engine went away")
            .hint("Run `saraphina open` again.")
    })?;
    serde_json::from_value(told?)
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))
}

/// Opens the browser at a file that leads to the link.
fn open(home: &Path, url: &str) -> Result<(), CommandError> {
    let failed = |error: std::io::Error| {
        CommandError::new(ErrorKind::Unavailable, format!("no browser can be opened: {error}"))
            .hint("Run `saraphina open --no-browser` and open the link by hand.")
    };
    let path = write(home, url).map_err(failed)?;
    launch::browser(&path).map_err(failed)
}

fn write(home: &Path, url: &str) -> std::io::Result<PathBuf> {
    // A temporary file is its user's alone.
    let mut file = tempfile::NamedTempFile::new_in(home)?;
    let text = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>saraphina</title><meta http-equiv=\"refresh\" content=\"0;url={url}\">\n"
    );
    file.write_all(text.as_bytes())?;
    let path = home.join(FILE);
    file.persist(&path).map_err(|error| error.error)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_named_by_its_path_and_by_no_address() {
        assert_eq!(path_of("record").unwrap(), "/record");
        assert_eq!(path_of("/record").unwrap(), "/record");
        let refused = path_of("http://127.0.0.1:7878/record").unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Usage);
    }
}
