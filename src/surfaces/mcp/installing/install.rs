//! Prints the configuration of a client, or writes it into the client's file.
//!
//! The file is replaced as a whole by one beside it, so that a client never reads half of it, and keeps its permissions. A file that
//! is a link is replaced where the link leads.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::surfaces::envelope;
use crate::surfaces::mcp::installing::client::{AgentClient, Folders, Start};
use crate::surfaces::mcp::installing::merging::{self, Merged};
use crate::surfaces::terminal::Terminal;
use crate::surfaces::words::grammar::Wish;
use foundation::config::read::{user_folder, variable};
use foundation::config::short_file::{self, Links};
use foundation::launch;
use work::contract::error::{CommandError, ErrorKind};

/// Largest configuration that is added to.
const MAX_BYTES: u64 = 1 << 20;

/// Where the configuration goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To standard output.
    Out,
    /// Into the client's file.
    File,
}

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The client.
    pub client: AgentClient,
    /// Where its configuration goes.
    pub place: Place,
}

/// Prints or writes the configuration of a client.
pub fn carry_out(order: &Order, wish: Wish, terminal: &mut Terminal) -> Result<(), CommandError> {
    let server = order.client.server(&start()?);
    let snippet = merging::alone(order.client.form(), &server);
    let file = order.client.file(&folders()?);
    let written = match order.place {
        Place::Out => false,
        Place::File => {
            let text = existing(&file)?;
            match merging::merge(order.client.form(), &text, &server)? {
                Merged::Same => false,
                Merged::Text(text) => replace(&file, &text).map(|()| true)?,
            }
        }
    };
    let name = file.display();
    if wish == Wish::Json {
        let data = json!({ "file": name.to_string(), "snippet": snippet, "written": written });
        terminal.print(&format!("{}\n", envelope::line("mcp", Ok(&data))));
        return Ok(());
    }
    match (order.place, written) {
        (Place::Out, _) => {
            terminal.print(&snippet);
            terminal.complain(&format!("This belongs into {name}; `--write` puts it there.\n"));
        }
        (Place::File, true) => terminal.print(&format!("Written into {name}.\n")),
        (Place::File, false) => terminal.print(&format!("{name} has it already.\n")),
    }
    Ok(())
}

fn start() -> Result<Start, CommandError> {
    let program = launch::own_path()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
    let program = program.into_os_string().into_string().map_err(|path| {
        CommandError::usage(format!("{} is not valid UTF-8", path.display()))
            .hint("Put the program into a folder whose path is UTF-8.")
    })?;
    let home = variable("SARAPHINA_HOME").filter(|home| !home.is_empty());
    let home = home.map(std::path::absolute).transpose();
    let home = home.map_err(|error| CommandError::from_source(ErrorKind::Usage, &error))?;
    Ok(Start { program, home: home.map(|home| home.display().to_string()) })
}

fn folders() -> Result<Folders, CommandError> {
    let project = std::env::current_dir()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
    let user = user_folder().ok_or_else(|| {
        CommandError::new(ErrorKind::Unavailable, "the folder of the user is not known")
            .hint("Set HOME.")
    })?;
    let codex = variable("CODEX_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    Ok(Folders { project, user, codex })
}

fn existing(file: &Path) -> Result<String, CommandError> {
    match short_file::read_text(file, Links::Followed, MAX_BYTES) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unusable(file, &error)),
    }
}

fn replace(file: &Path, text: &str) -> Result<(), CommandError> {
    let failed = |error: std::io::Error| unusable(file, &error);
    let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    new.write_all(text.as_bytes()).map_err(failed)?;
    if let Ok(old) = std::fs::metadata(&file) {
        std::fs::set_permissions(new.path(), old.permissions()).map_err(failed)?;
    }
    new.as_file().sync_all().map_err(failed)?;
    new.persist(&file).map_err(|error| unusable(&file, &error.error))?;
    Ok(())
}

fn unusable(file: &Path, error: &std::io::Error) -> CommandError {
    CommandError::new(ErrorKind::Unavailable, format!("{} cannot be used: {error}", file.display()))
        .hint("Check the path and its permissions.")
}
