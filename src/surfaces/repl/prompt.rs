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
use crate::surfaces::confirm;
use crate::surfaces::render::page;
use crate::surfaces::repl::helper::Assistant;
use crate::surfaces::repl::history::HistoryFile;
use crate::surfaces::repl::welcome;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::words::slash::{self, Line};
use crate::surfaces::words::suggest;

/// The text before the cursor.
const PROMPT: &str = "saraphina> ";

type LineEditor = Editor<Assistant, FileHistory>;

/// Reads and carries out lines until Ctrl-D or `/quit`, then waits until all is written.
pub fn run(mut visit: Visit, terminal: &mut Terminal, entries: &'static [Entry]) -> Exit {
    let welcome = welcome::page(&mut visit, entries);
    terminal.print(&page::draw(&welcome, &terminal.look()));
    let mut history = HistoryFile::of(&visit.settings);
    let visit = Rc::new(RefCell::new(visit));
    let ink = terminal.look().ink;
    let make = |past| edit(past, Assistant::new(entries, Rc::clone(&visit), ink));
    let mut editor = match settings().map(|settings| FileHistory::with_config(&settings)) {
        Ok(past) => make(past),
        Err(error) => Err(error),
    };
    if let Ok(editor) = &mut editor {
        history.load(editor);
    }
    let exit = loop {
        let open = match &mut editor {
            Ok(open) => open,
            Err(error) => break no_terminal(terminal, error),
        };
        let Some(line) = read(open, terminal) else { break Exit::Done };
        if let Some(failure) = history.keep(open, &line) {
            terminal.complain(&format!("warning: the history is not kept: {failure}\n"));
        }
        let step = carry_out(&line, &mut visit.borrow_mut(), terminal, entries);
        if step == Step::Leave {
            break Exit::Done;
        }
        if let Some(assistant) = open.helper() {
            assistant.forget();
        }
        if terminal.take_asked() {
            // What was typed ahead of a question must not follow it: only a new editor has read nothing yet.
            let past = std::mem::take(open.history_mut());
            editor = make(past);
        }
    };
    let closed = visit.borrow_mut().close();
    match closed {
        Ok(()) => exit,
        Err(error) => turn::refuse(terminal, "", Wish::Page, &error),
    }
}

fn no_terminal(terminal: &mut Terminal, error: &ReadlineError) -> Exit {
    let error = CommandError::from_source(ErrorKind::Unavailable, error);
    turn::refuse(terminal, "", Wish::Page, &error)
}

fn settings() -> rustyline::Result<Config> {
    let settings = Config::builder()
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .history_ignore_dups(true)?
        .max_history_size(10_000)?;
    Ok(settings.build())
}

fn edit(past: FileHistory, assistant: Assistant) -> rustyline::Result<LineEditor> {
    let mut editor = Editor::with_history(settings()?, past)?;
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

/// Puts a plain sentence as the command that it resembles, where the person agrees.
fn meant(line: &str, terminal: &mut Terminal, entries: &'static [Entry]) -> Option<String> {
    let is_plain = slash::is_plain(line);
    let meant = suggest::suggestion(line, entries).filter(|_| is_plain && terminal.can_ask())?;
    if !suggest::may_be_offered(&meant) {
        return None;
    }
    let question = format!("Run `{}`?", meant.line);
    confirm::agree(terminal, &question).then_some(meant.line)
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
    let mut line = slash::joined(line);
    if let Some(meant) = meant(&line, terminal, entries) {
        line = meant;
    }
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
