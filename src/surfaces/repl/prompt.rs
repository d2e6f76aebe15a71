//! The loop of the interactive session.
//!
//! It reads a line, keeps it in the history and hands it to `turn.rs`; the editor's questions go to `helper.rs`. The visit
//! is shared with the helper, which runs a command of its own to complete proposals: the loop borrows it only while a
//! command runs.

use std::cell::RefCell;
use std::rc::Rc;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use crate::contract::command::Entry;
use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::surfaces::repl::helper::Assistant;
use crate::surfaces::repl::history::HistoryFile;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::words::slash::{self, Line};

/// The text before the cursor.
const PROMPT: &str = "saraphina> ";
/// The greeting of a home that does not exist yet.
const GREETING: &str = "saraphina proposes code, runs it for evidence, and records what you decide.\n\
    Type `/propose-code a CSV parser that handles quoted fields`, or /help; Ctrl-D leaves.\n";

type LineEditor = Editor<Assistant, FileHistory>;

/// Reads and carries out lines until Ctrl-D or `/quit`, then waits until all is written.
pub fn run(visit: Visit, terminal: &mut Terminal, entries: &'static [Entry]) -> Exit {
    if !visit.settings.home().exists() {
        terminal.print(GREETING);
    }
    let mut history = HistoryFile::of(&visit.settings);
    let visit = Rc::new(RefCell::new(visit));
    let assistant = Assistant::new(entries, Rc::clone(&visit), terminal.look().ink);
    let mut editor = match edit(assistant) {
        Ok(editor) => editor,
        Err(error) => {
            let error = CommandError::from_source(ErrorKind::Unavailable, &error);
            return turn::refuse(terminal, "", Wish::Page, &error);
        }
    };
    history.load(&mut editor);
    while let Some(line) = read(&mut editor, terminal) {
        if let Some(failure) = history.keep(&mut editor, &line) {
            terminal.complain(&format!("warning: the history is not kept: {failure}\n"));
        }
        let step = carry_out(&line, &mut visit.borrow_mut(), terminal, entries);
        if let Some(assistant) = editor.helper() {
            assistant.forget();
        }
        if step == Step::Leave {
            break;
        }
    }
    let closed = visit.borrow_mut().close();
    match closed {
        Ok(()) => Exit::Done,
        Err(error) => turn::refuse(terminal, "", Wish::Page, &error),
    }
}

fn edit(assistant: Assistant) -> rustyline::Result<LineEditor> {
    let config = Config::builder()
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .history_ignore_dups(true)?
        .max_history_size(10_000)?
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(assistant));
    Ok(editor)
}

/// Reads the next line; none to leave.
fn read(editor: &mut LineEditor, terminal: &mut Terminal) -> Option<String> {
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => return Some(line),
            // Ctrl-C clears the line and nothing else.
            Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => {}
            Err(ReadlineError::Eof) => return None,
            Err(error) => {
                terminal.complain(&format!("error: the terminal cannot be read: {error}\n"));
                return None;
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Stay,
    Leave,
}

fn carry_out(
    line: &str,
    visit: &mut Visit,
    terminal: &mut Terminal,
    entries: &'static [Entry],
) -> Step {
    let line = slash::joined(line);
    match slash::read(&line, entries) {
        Ok(Line::Nothing) => {}
        Ok(Line::Quit) => return Step::Leave,
        Ok(Line::Call { entry, words }) => {
            turn::carry_out(visit, terminal, entry, &words);
        }
        Err(error) => {
            let (name, wish) = slash::wished(&line, Wish::Page);
            turn::refuse(terminal, name, wish, &error.into());
        }
    }
    Step::Stay
}
