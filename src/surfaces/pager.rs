//! Shows text that is longer than the screen, one screen after the other.
//!
//! The pager of the settings does it, locked so that it starts no program and writes no file: what it shows may come from a model. Where it
//! cannot be started, a few lines of our own do.

use std::io::{self, Write};
use std::process::Stdio;
use std::thread;

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

/// Shows text through a pager and waits until it is left; one that ends without reading has shown nothing, and is an error.
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
    let (mut reader, mut writer) = io::pipe()?;
    let mut pager = command.stdin(reader.try_clone()?).stdout(out).spawn()?;
    let unread = thread::scope(|scope| {
        scope.spawn(move || writer.write_all(text.as_bytes()));
        let left = pager.wait();
        // What it left is taken here, which also ends the writing.
        let unread = io::copy(&mut reader, &mut io::sink());
        left.and(unread)
    })?;
    if unread > 0 && usize::try_from(unread).is_ok_and(|unread| unread == text.len()) {
        return Err(io::Error::other("the pager read nothing"));
    }
    Ok(())
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
