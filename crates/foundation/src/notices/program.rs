//! A channel that starts a program of the owner's for each event.
//!
//! The event comes on its standard input. Its words are the owner's and pass through no shell, and of our own environment it gets only
//! what a program of a desktop needs, so that no key of a model server reaches it.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;

use crate::config::read::{program_folders, variable};
use crate::launch::{HostProgram, Told};
use crate::notices::channel::Channel;
use crate::notices::notice::Notice;
use record::domain::text::Untrusted;
use record::domain::time::Timestamp;

/// Time it has for one event.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Most characters of its complaint that are kept.
const MAX_COMPLAINT: usize = 200;
/// Variables that it gets of ours.
const VARIABLES: [&str; 9] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "TERM",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
];

/// A program that is told.
pub struct Program {
    words: Vec<String>,
}

impl Program {
    /// Makes the channel of a program and its arguments.
    pub const fn new(words: Vec<String>) -> Self {
        Self { words }
    }
}

#[async_trait]
impl Channel for Program {
    fn name(&self) -> &'static str {
        "command"
    }

    fn target(&self) -> String {
        self.words.join(" ")
    }

    fn lacks(&self) -> Option<String> {
        missing(&HostProgram::Notified(self.words.first()?.clone()))
    }

    async fn tell(&self, notice: &Notice, _now: Timestamp) -> Result<(), String> {
        let (program, words) = self.words.split_first().ok_or("no program is named")?;
        let input = format!("{}\n", notice.json());
        started(&HostProgram::Notified(program.clone()), words, input.as_bytes()).await
    }
}

/// Says that a program is not where it would be looked for.
pub(super) fn missing(program: &HostProgram) -> Option<String> {
    let name = program.name();
    let is_there = if name.contains('/') {
        // It would be started in the root.
        Path::new("/").join(&name).is_file()
    } else {
        std::env::split_paths(&program_folders()).any(|folder| folder.join(&name).is_file())
    };
    (!is_there).then(|| no_program(&name))
}

fn no_program(name: &str) -> String {
    format!("there is no program {name}")
}

/// Starts a program, gives it a text and waits for it, within bounds.
pub(super) async fn started(
    program: &HostProgram,
    words: &[String],
    input: &[u8],
) -> Result<(), String> {
    let environment: Vec<(OsString, OsString)> = VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).into(), variable(name)?.into())))
        .collect();
    let ran = program.tell(words, &environment, input);
    match tokio::time::timeout(TIME_LIMIT, ran).await {
        Err(_) => Err(format!("it did not end within {} s", TIME_LIMIT.as_secs())),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            Err(no_program(&program.name()))
        }
        Ok(Err(error)) => Err(format!("it cannot be started: {error}")),
        Ok(Ok(Told { code: Some(0), .. })) => Ok(()),
        Ok(Ok(Told { code, complaint })) => {
            let how = code
                .map_or_else(|| "a signal ended it".to_owned(), |code| format!("exit code {code}"));
            let complaint = String::from_utf8_lossy(&complaint);
            Err(match Untrusted(&complaint).line(MAX_COMPLAINT) {
                words if words.is_empty() => how,
                words => format!("{how}: {words}"),
            })
        }
    }
}
