//! Shows text that is longer than the screen, one screen after the other.
//!
//! The pager of the settings does it, locked so that it starts no program and writes no file: what it shows may come from a model. Where it
//! cannot be started, a few lines of our own do.

use std::io::{self, Write};
use std::process::Stdio;

use crate::surfaces::keyboard;
use foundation::config::read::variable;
use foundation::launch::HostProgram;

/// The pager when nothing names one.
pub const PAGER: &str = "less -FRX";
/// The word that stands for no pager.
pub const NONE: &str = "cat";

/// The stream that the pager's screen stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error: questions, whose answers may go through a pipe.
    Err,
}

/// Shows text through a pager and waits until it is left.
pub fn show(words: &str, text: &str, stream: Stream) -> io::Result<()> {
    let mut command = HostProgram::Pager(words.to_owned()).command()?;
    // Without F, R and X `less` stays on short pages, garbles colours and clears the screen.
    if variable("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let out = match stream {
        Stream::Out => Stdio::inherit(),
        Stream::Err => Stdio::from(io::stderr()),
    };
    let mut pager = command.stdin(Stdio::piped()).stdout(out).spawn()?;
    if let Some(mut input) = pager.stdin.take() {
        // Leaving the pager early closes the pipe, which is no trouble.
        input.write_all(text.as_bytes()).ok();
    }
    pager.wait().map(drop)
}

/// Shows text screen by screen without a pager, until the last line or until somebody has seen enough.
pub fn show_by_screens(text: &str, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<&str> = text.lines().collect();
    let rows = rows.saturating_sub(1).max(1);
    let mut shown = 0;
    for screen in lines.chunks(rows) {
        shown += screen.len();
        writeln!(out, "{}", screen.join("\n"))?;
        out.flush()?;
        if shown < lines.len() {
            keyboard::discard_pending();
            let question =
                format!("-- {shown} of {} lines; Enter for more, q to stop -- ", lines.len());
            match keyboard::read_line(&question) {
                Ok(typed) if typed.trim().is_empty() => {}
                _ => return Ok(()),
            }
        }
    }
    Ok(())
}
