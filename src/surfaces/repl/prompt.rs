//! The loop of the interactive session.
//!
//! It takes a line of `lines.rs` and hands it to `turn.rs`. The visit is shared with the helper of the line editor, which runs
//! a command of its own to complete proposals: the loop borrows it only while a command runs.

use std::cell::RefCell;
use std::rc::Rc;

use crate::surfaces::confirm;
use crate::surfaces::render::page;
use crate::surfaces::repl::lines::Lines;
use crate::surfaces::repl::welcome;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::words::slash::{self, Line};
use crate::surfaces::words::suggest;
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// Reads and carries out lines until Ctrl-D or `/quit`, then waits until all is written.
pub fn run(mut visit: Visit, terminal: &mut Terminal, entries: &'static [Entry]) -> Exit {
    let welcome = welcome::page(&mut visit, entries);
    terminal.print(&page::draw(&welcome, &terminal.look()));
    let visit = Rc::new(RefCell::new(visit));
    let ink = terminal.look().ink;
    let ended = Lines::new(Rc::clone(&visit), entries, ink).and_then(|mut lines| {
        while let Some(line) = lines.next(terminal) {
            match carry_out(&line, &mut visit.borrow_mut(), terminal, entries) {
                Step::Stay => {}
                // Who stops a command does not want the ones pasted behind it.
                Step::Stopped => lines.drop_waiting(terminal),
                Step::Leave => break,
            }
            lines.after(terminal)?;
        }
        Ok(())
    });
    let closed = visit.borrow_mut().close();
    let failed = |error| CommandError::from_source(ErrorKind::Unavailable, &error);
    match ended.map_err(failed).and(closed) {
        Ok(()) => Exit::Done,
        Err(error) => turn::refuse(terminal, "", Wish::Page, &error),
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
    Stopped,
    Leave,
}

fn carry_out(
    line: &str,
    visit: &mut Visit,
    terminal: &mut Terminal,
    entries: &'static [Entry],
) -> Step {
    let mut line = slash::unaliased(&slash::joined(line), visit.settings.aliases(), entries);
    if let Some(meant) = meant(&line, terminal, entries) {
        line = meant;
    }
    let exit = match slash::read(&line, entries) {
        Ok(Line::Nothing) => Exit::Done,
        Ok(Line::Quit) => return Step::Leave,
        Ok(Line::Call { entry, words }) => turn::carry_out(visit, terminal, entry, &words),
        Err(error) => {
            let (name, wish) = slash::wished(&line, Wish::Page);
            turn::refuse(terminal, name, wish, &error.into())
        }
    };
    if exit == Exit::Error(ErrorKind::Interrupted) { Step::Stopped } else { Step::Stay }
}
