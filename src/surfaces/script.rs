//! Carries out commands from standard input or from `-c`.
//!
//! Lines are read by a thread of their own, a few ahead, so that Ctrl-C is heard while a line is awaited. A script ends at
//! the first error unless told otherwise; its exit code is the gravest of all lines.

use std::io::{BufRead, Read as _};

use tokio::sync::mpsc;

use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::visit::Visit;
use crate::surfaces::words::grammar::Wish;
use crate::surfaces::words::slash::{self, Line};
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// Longest line taken.
const MAX_LINE_BYTES: usize = 4 << 20;
/// Lines read ahead of the one that is carried out.
const AHEAD: usize = 16;
/// Exit codes from here on stop a script.
const STOPPING: u8 = 2;

/// The course of a script after a line that was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterError {
    /// It ends.
    Stop,
    /// It goes on.
    KeepGoing,
}

/// A line or why it cannot be read, under the number of its first line.
type Read = (usize, Result<String, CommandError>);

/// A run of lines: where their output goes, and what an error does.
pub struct Script<'a> {
    /// The stay they belong to.
    pub visit: &'a mut Visit,
    /// The output.
    pub terminal: &'a mut Terminal,
    /// The commands there are.
    pub entries: &'static [Entry],
    /// The course after an error.
    pub after_error: AfterError,
    /// The wish for every line that has none of its own.
    pub wish: Wish,
}

impl Script<'_> {
    /// Carries out given lines; the answer is the gravest exit.
    pub fn run_lines(&mut self, lines: &[String]) -> Exit {
        let mut worst = Exit::Done;
        for (index, line) in lines.iter().enumerate() {
            let place = format!("line {} of -c", index + 1);
            let place = (lines.len() > 1).then_some(place);
            match self.step(place, Ok(line.clone()), &mut worst) {
                Step::Next => {}
                Step::End => break,
            }
        }
        worst
    }

    /// Carries out the lines of standard input as they come.
    pub fn run_input(&mut self) -> Exit {
        let (sender, mut lines) = mpsc::channel(AHEAD);
        // The thread ends with its input or with the process; nothing waits for it.
        std::thread::spawn(move || read_lines(std::io::stdin().lock(), &sender));
        let mut worst = Exit::Done;
        loop {
            let (number, line) = match self.visit.wait(lines.recv()) {
                Ok(Some(Some(line))) => line,
                Ok(Some(None)) => return worst,
                Ok(None) => return Exit::Error(ErrorKind::Interrupted),
                Err(error) => return turn::refuse(self.terminal, "", Wish::Page, &error),
            };
            if self.step(Some(format!("line {number}")), line, &mut worst) == Step::End {
                return worst;
            }
        }
    }

    fn step(
        &mut self,
        place: Option<String>,
        line: Result<String, CommandError>,
        worst: &mut Exit,
    ) -> Step {
        self.terminal.at(place);
        let exit = match line {
            Ok(line) => match self.carry_out(&line) {
                Ok(exit) => exit,
                Err(step) => return step,
            },
            Err(error) => turn::refuse(self.terminal, "", self.wish, &error),
        };
        if exit.code() > worst.code() {
            *worst = exit;
        }
        let is_over = exit == Exit::Error(ErrorKind::Interrupted)
            || exit.code() >= STOPPING && self.after_error == AfterError::Stop;
        if is_over { Step::End } else { Step::Next }
    }

    /// Carries a line out, or says that it is not a command but the end or nothing.
    fn carry_out(&mut self, line: &str) -> Result<Exit, Step> {
        let line = &slash::unaliased(line, self.visit.settings.aliases(), self.entries);
        match slash::read(line, self.entries) {
            Ok(Line::Nothing) => Err(Step::Next),
            Ok(Line::Quit) => Err(Step::End),
            Ok(Line::Call { entry, mut words }) => {
                if self.wish != Wish::Page {
                    words.wish = self.wish;
                }
                Ok(turn::carry_out(self.visit, self.terminal, entry, &words))
            }
            Err(error) => {
                let (name, wish) = slash::wished(line, self.wish);
                Ok(turn::refuse(self.terminal, name, wish, &error.into()))
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Next,
    End,
}

fn read_lines(mut input: impl BufRead, lines: &mpsc::Sender<Read>) {
    let mut number = 0;
    let mut held = String::new();
    let mut first = 1;
    loop {
        number += 1;
        if held.is_empty() {
            first = number;
        }
        let line = match read_line(&mut input) {
            Ok(Some(line)) => line,
            Ok(None) if held.is_empty() => return,
            Ok(None) => {
                lines.blocking_send((first, Ok(held))).ok();
                return;
            }
            Err(error) => {
                if lines.blocking_send((number, Err(error))).is_err() {
                    return;
                }
                continue;
            }
        };
        // A backslash at the end goes on in the next line.
        if let Some(start) = line.strip_suffix('\\') {
            held.push_str(start);
            continue;
        }
        held.push_str(&line);
        if lines.blocking_send((first, Ok(std::mem::take(&mut held)))).is_err() {
            return;
        }
    }
}

fn read_line(input: &mut impl BufRead) -> Result<Option<String>, CommandError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
    let read = input.take(most).read_until(b'\n', &mut bytes);
    let count = read.map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?;
    if count == 0 {
        return Ok(None);
    }
    if count == MAX_LINE_BYTES {
        // The rest of the line is dropped: its end must not be taken for a command.
        input.skip_until(b'\n').ok();
        let message = format!("it has more than {MAX_LINE_BYTES} bytes");
        return Err(CommandError::usage(message).hint("Give long text by `--from FILE`."));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        CommandError::usage("it is not valid UTF-8").hint("Save the script as UTF-8.")
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Some(text.strip_suffix('\r').unwrap_or(text).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(input: &[u8]) -> Vec<(usize, Result<String, String>)> {
        let (sender, mut lines) = mpsc::channel(AHEAD);
        read_lines(input, &sender);
        drop(sender);
        std::iter::from_fn(|| lines.blocking_recv())
            .map(|(number, line)| (number, line.map_err(|error| error.message)))
            .collect()
    }

    #[test]
    fn lines_go_on_after_a_backslash_and_bad_bytes_are_named() {
        let read = read_all(b"/help\r\n/propose-code a \\\nparser\n\xff\n/end\\");

        let line = |number, text: &str| (number, Ok(text.to_owned()));
        let bad = (4, Err("it is not valid UTF-8".to_owned()));
        let expected = [line(1, "/help"), line(2, "/propose-code a parser"), bad, line(5, "/end")];
        assert_eq!(read, expected);
    }
}
