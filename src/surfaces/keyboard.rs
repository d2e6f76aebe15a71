//! Reads answers typed at the terminal, and nothing that was typed before.
//!
//! A terminal keeps what is typed ahead. To a command line that is a service; to a question it is a danger, because the
//! answer would be older than what is shown. The terminal itself is used, for standard input and output may be pipes.

use std::fs::File;
use std::os::fd::AsFd;

use nix::sys::termios::{FlushArg, tcflush};
use rustyline::history::MemHistory;
use rustyline::{Behavior, Config, Editor};

/// Drops what was typed and not yet read, so that nobody answers a question that they have not seen.
pub fn discard_pending() {
    // Where there is no terminal of the process's own, its input is the one that is read.
    let failure = match File::open("/dev/tty") {
        Ok(terminal) => flush(&terminal),
        Err(_) => flush(std::io::stdin()),
    };
    if let Err(failure) = failure {
        tracing::debug!(failure = %failure, "there is no terminal whose input could be dropped");
    }
}

fn flush(terminal: impl AsFd) -> nix::Result<()> {
    tcflush(terminal, FlushArg::TCIFLUSH)
}

/// Asks for one line.
pub fn read_line(question: &str) -> rustyline::Result<String> {
    let config = Config::builder()
        .behavior(Behavior::PreferTerm)
        .auto_add_history(false)
        .bracketed_paste(true)
        .build();
    let mut editor: Editor<(), MemHistory> = Editor::with_history(config, MemHistory::new())?;
    editor.readline(question)
}
