//! Reads the lines of a session: typed, pasted, or written in an editor.
//!
//! What is typed ahead waits in the line editor, several pasted commands wait in a queue. A question voids both: what was typed before it was
//! not typed in the knowledge of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History as _, SearchDirection};
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Editor, Event, EventContext,
    EventHandler, KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use crate::surfaces::render::ink::Ink;
use crate::surfaces::repl::helper::Assistant;
use crate::surfaces::repl::history::HistoryFile;
use crate::surfaces::repl::written;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::slash;
use record::domain::text::Untrusted;
use work::contract::command::Entry;
use work::contract::page::counted;

/// The text before the cursor.
const PROMPT: &str = "saraphina> ";
/// The word that asks for the editor program.
const EDIT: &str = "/edit";

type LineEditor = Editor<Assistant, FileHistory>;

/// The lines of a session.
pub struct Lines {
    editor: LineEditor,
    entries: &'static [Entry],
    visit: Rc<RefCell<Visit>>,
    ink: Ink,
    history: HistoryFile,
    /// The editor program.
    program: String,
    /// Commands of one paste that are still to be carried out.
    waiting: VecDeque<String>,
    /// A line that is to be written in the editor program, as the key for it left it.
    asked: Arc<Mutex<Option<String>>>,
    /// What the next line begins with.
    initial: Option<String>,
}

impl Lines {
    /// Begins with the history of the home.
    pub fn new(
        visit: Rc<RefCell<Visit>>,
        entries: &'static [Entry],
        ink: Ink,
    ) -> rustyline::Result<Self> {
        let settings = Arc::clone(&visit.borrow().settings);
        let history = HistoryFile::of(&settings);
        let asked = Arc::new(Mutex::new(None));
        let past = FileHistory::with_config(&config()?);
        let mut editor = edit(past, Assistant::new(entries, Rc::clone(&visit), ink), &asked)?;
        history.load(&mut editor);
        let program = settings.get("EDITOR").unwrap_or(written::EDITOR).to_owned();
        let waiting = VecDeque::new();
        Ok(Self { editor, entries, visit, ink, history, program, waiting, asked, initial: None })
    }

    /// Gives the next line; none to leave.
    pub fn next(&mut self, terminal: &mut Terminal) -> Option<String> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                terminal.print(&format!("{PROMPT}{}\n", Untrusted(&line).terminal()));
                return Some(self.keep(line, terminal));
            }
            let read = match self.initial.take() {
                Some(text) => self.editor.readline_with_initial(PROMPT, (&text, "")),
                None => self.editor.readline(PROMPT),
            };
            let line = match read {
                Ok(line) => self.sorted(line, terminal),
                // Ctrl-C clears the line and nothing else, unless the key for the editor program stands behind it.
                Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => {
                    self.write_asked(terminal);
                    None
                }
                Err(ReadlineError::Eof) => return None,
                Err(error) => {
                    terminal.complain(&format!("error: the terminal cannot be read: {error}\n"));
                    return None;
                }
            };
            if line.is_some() {
                return line;
            }
        }
    }

    /// Gives a line that was read back, unless it belongs to the editor program or holds several commands.
    fn sorted(&mut self, line: String, terminal: &mut Terminal) -> Option<String> {
        if let Some(text) = self.wants_editor(&line) {
            self.write(&text, terminal);
            return None;
        }
        let mut commands = VecDeque::from(slash::split(&line, self.entries));
        if commands.len() < 2 {
            return Some(self.keep(line, terminal));
        }
        self.waiting.append(&mut commands);
        None
    }

    fn write_asked(&mut self, terminal: &mut Terminal) {
        let text = self.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(text) = text {
            self.write(&text, terminal);
        }
    }

    /// Forgets what was typed ahead where somebody was asked something, and what a finished command may have changed.
    pub fn after(&mut self, terminal: &mut Terminal) -> rustyline::Result<()> {
        if let Some(assistant) = self.editor.helper() {
            assistant.forget();
        }
        if terminal.take_asked() {
            self.drop_waiting(terminal);
            // Only a new line editor has read nothing yet.
            let past = std::mem::take(self.editor.history_mut());
            let assistant = Assistant::new(self.entries, Rc::clone(&self.visit), self.ink);
            self.editor = edit(past, assistant, &self.asked)?;
        }
        Ok(())
    }

    /// Drops what is left of a paste.
    pub fn drop_waiting(&mut self, terminal: &mut Terminal) {
        if !self.waiting.is_empty() {
            let left = counted(self.waiting.len(), "pasted command");
            terminal.complain(&format!("{left} after this not carried out\n"));
            self.waiting.clear();
        }
    }

    fn keep(&mut self, line: String, terminal: &mut Terminal) -> String {
        if let Some(failure) = self.history.keep(&mut self.editor, &line) {
            terminal.complain(&format!("warning: the history is not kept: {failure}\n"));
        }
        line
    }

    /// Finds the text that `/edit` is to begin with: its own, or the last line.
    fn wants_editor(&self, line: &str) -> Option<String> {
        let rest = line.trim().strip_prefix(EDIT)?;
        if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            return None;
        }
        if !rest.trim().is_empty() {
            return Some(rest.trim().to_owned());
        }
        let past = self.editor.history();
        let last = past.get(past.len().saturating_sub(1), SearchDirection::Reverse);
        Some(last.ok().flatten().map(|found| found.entry.into_owned()).unwrap_or_default())
    }

    fn write(&mut self, text: &str, terminal: &mut Terminal) {
        match written::write(&self.program, text) {
            Ok(text) => self.initial = Some(text),
            Err(error) => {
                let words = format!("error: {} cannot be used: {error}\n", self.program);
                terminal.complain(&format!(
                    "{words}hint: Set EDITOR to a program that edits a file.\n"
                ));
            }
        }
    }
}

fn config() -> rustyline::Result<Config> {
    let config = Config::builder()
        .auto_add_history(false)
        .completion_type(CompletionType::List)
        .history_ignore_dups(true)?
        .max_history_size(10_000)?;
    Ok(config.build())
}

fn edit(
    past: FileHistory,
    assistant: Assistant,
    asked: &Arc<Mutex<Option<String>>>,
) -> rustyline::Result<LineEditor> {
    let mut editor = Editor::with_history(config()?, past)?;
    editor.set_helper(Some(assistant));
    let keys = vec![KeyEvent::ctrl('X'), KeyEvent::ctrl('E')];
    let handler = EventHandler::Conditional(Box::new(EditorKey(Arc::clone(asked))));
    editor.bind_sequence(Event::KeySeq(keys), handler);
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), Cmd::Newline);
    Ok(editor)
}

/// Ctrl-X Ctrl-E: leaves the line to the editor program.
struct EditorKey(Arc<Mutex<Option<String>>>);

impl ConditionalEventHandler for EditorKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, line: &EventContext<'_>) -> Option<Cmd> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(line.line().to_owned());
        Some(Cmd::Interrupt)
    }
}
