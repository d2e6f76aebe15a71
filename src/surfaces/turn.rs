//! One typed command, from words to output.

use serde_json::Value;

use crate::commands::command::Entry;
use crate::commands::error::{CommandError, Exit};
use crate::domain::principal::Surface;
use crate::surfaces::confirm::{self, Answer};
use crate::surfaces::envelope;
use crate::surfaces::files::{Files, StandardInput};
use crate::surfaces::grammar::{self, Grammar, Wish, Words};
use crate::surfaces::progress::Progress;
use crate::surfaces::render::{error, page};
use crate::surfaces::terminal::Terminal;
use crate::surfaces::visit::Visit;

/// Carries out a command and shows what came of it.
pub fn carry_out(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &'static Entry,
    words: &Words,
) -> Exit {
    if words.wish == Wish::Help {
        let prefix = if visit.surface() == Surface::Shell { "saraphina " } else { "/" };
        terminal.page(&grammar::help(entry, prefix));
        return Exit::Done;
    }
    let answer = call(visit, terminal, entry, words);
    show(terminal, entry, words.wish, &answer)
}

fn call(
    visit: &mut Visit,
    terminal: &mut Terminal,
    entry: &'static Entry,
    words: &Words,
) -> Result<Value, CommandError> {
    let args = Grammar::of(entry).understand(entry, words)?;
    let input = match visit.surface() {
        Surface::Shell => StandardInput::Free,
        _ => StandardInput::Taken,
    };
    let args = (entry.prepare)(args, &Files { input })?;
    let error = match attempt(visit, terminal, entry, args.clone(), words.wish) {
        Err(error) if terminal.can_ask() => error,
        answer => return answer,
    };
    let Some(confirmation) = error.confirmation.as_deref() else { return Err(error) };
    match confirm::ask(terminal, confirmation)? {
        Answer::Yes => {
            let args = confirm::confirmed(args, confirmation);
            attempt(visit, terminal, entry, args, words.wish)
        }
        Answer::No => Err(confirm::declined()),
    }
}

fn attempt(
    visit: &mut Visit,
    terminal: &Terminal,
    entry: &'static Entry,
    args: Value,
    wish: Wish,
) -> Result<Value, CommandError> {
    let is_drawn = wish == Wish::Page && terminal.can_draw_progress();
    let progress =
        if is_drawn { Progress::drawn(terminal.error_look()) } else { Progress::silent() };
    let answer = visit.run(entry, args, progress.events());
    progress.finish();
    answer
}

fn show(
    terminal: &mut Terminal,
    entry: &Entry,
    wish: Wish,
    answer: &Result<Value, CommandError>,
) -> Exit {
    match answer {
        Ok(data) => {
            if wish == Wish::Json {
                terminal.print(&format!("{}\n", envelope::line(entry.spec.name, Ok(data))));
            } else {
                let text = page::draw(&(entry.page)(data), &terminal.look());
                terminal.page(&text);
            }
            (entry.exit)(data)
        }
        Err(error) => refuse(terminal, entry.spec.name, wish, error),
    }
}

/// Shows why a command was not carried out.
pub fn refuse(terminal: &mut Terminal, name: &str, wish: Wish, error: &CommandError) -> Exit {
    if wish == Wish::Json {
        terminal.print(&format!("{}\n", envelope::line(name, Err(error))));
    }
    let look = terminal.error_look();
    terminal.complain(&error::draw(error, &look));
    Exit::Error(error.kind)
}
