//! Sorts the words of a shell and chooses the surface that answers them.
//!
//! A command goes to `turn.rs`, lines and standard input to `script.rs`, a terminal without words to the prompt of `repl/`.
//! The words are sorted by hand, not by clap: a command keeps every word after its name, also the flags of the program,
//! because its free text may hold them.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use nix::sys::signal::{SigSet, Signal};

use crate::app;
use crate::commands::help;
use crate::commands::registry;
use crate::surfaces::check;
use crate::surfaces::mcp::serving;
use crate::surfaces::open;
use crate::surfaces::repl;
use crate::surfaces::script::{AfterError, Script};
use crate::surfaces::serve;
use crate::surfaces::sign;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::visit::{Compose, Visit};
use crate::surfaces::words::generated;
use crate::surfaces::words::grammar::{Grammar, Wish};
use crate::surfaces::words::suggest;
use crate::surfaces::writer::daemon;
use foundation::config::read;
use foundation::config::settings::Settings;
use record::domain::principal::Surface;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind, Exit};

/// Runs this process: the shell's words, its settings and its streams.
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    // Answered before anything else is built, because scripts ask for it often.
    if words.first().is_some_and(|word| word == "--version" || word == "-V") {
        let line = concat!("saraphina ", env!("CARGO_PKG_VERSION"), "\n");
        return match std::io::stdout().write_all(line.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(Exit::Unavailable.code()),
        };
    }
    // A write beyond a limit of sizes (`ulimit -f`) fails then, as one to a full disk does, and ends no process.
    let beyond = SigSet::from(Signal::SIGXFSZ);
    if let Err(error) = beyond.thread_block() {
        tracing::warn!(failure = %error, "a limit of sizes may end this process");
    }
    let mut terminal = Terminal::of_process();
    let exit = run(&words, &mut terminal, registry::ENTRIES, app::compose);
    ExitCode::from(settle(&mut terminal, exit).code())
}

/// Turns a success into an error when the output could not be written.
fn settle(terminal: &mut Terminal, exit: Exit) -> Exit {
    let Some(failure) = terminal.failure() else { return exit };
    let message = format!("the output cannot be written: {failure}");
    let error = CommandError::new(ErrorKind::Unavailable, message);
    let failed = turn::refuse(terminal, "", Wish::Page, &error);
    if exit == Exit::Done { failed } else { exit }
}

/// Work that the shell's words ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Task {
    /// One command with its words.
    Command { name: String, words: Vec<String> },
    /// Slash lines.
    Lines(Vec<String>),
    /// Lines from standard input, or a session at a terminal.
    Session,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    task: Task,
    wish: Wish,
    after_error: AfterError,
}

/// Carries out what the words ask for.
pub fn run(
    words: &[OsString],
    terminal: &mut Terminal,
    entries: &'static [Entry],
    compose: Compose,
) -> Exit {
    let asked = match utf8(words).and_then(|words| sort(&words)) {
        Ok(asked) => asked,
        Err(error) => {
            let wish = wish_of(words, Wish::Page);
            return turn::refuse(terminal, "", wish, &error);
        }
    };
    if matches!(asked.task, Task::Command { .. }) {
        terminal.for_shell();
    }
    if let Some(exit) = generate(&asked, terminal, entries) {
        return exit;
    }
    if let Task::Command { name, words } = &asked.task
        && name == check::NAME
    {
        return check::carry_out(words, asked.wish, terminal);
    }
    let settings = match read::read() {
        Ok(settings) => Arc::new(settings),
        Err(error) => {
            let error = CommandError::from_source(ErrorKind::Usage, &error)
                .hint("Correct the file, or set SARAPHINA_HOME to a folder that can be read.");
            return turn::refuse(terminal, asked.name(), asked.wish, &error);
        }
    };
    terminal.heed(&settings);
    warn(terminal, &settings);
    let _observing = app::observe(&settings);
    if let Task::Command { name, words } = &asked.task
        && name == "daemon"
    {
        return daemon::carry_out(words, asked.wish, terminal, || compose(settings));
    }
    if let Task::Command { name, words } = &asked.task
        && let Some(exit) = subcommand(name, (words, asked.wish), terminal, (&settings, compose))
    {
        return exit;
    }
    let surface = match &asked.task {
        Task::Command { .. } => Surface::Shell,
        Task::Session if terminal.can_type() => Surface::Repl,
        Task::Lines(_) | Task::Session => Surface::Script,
    };
    let mut visit = Visit::new(settings, compose, surface);
    let exit = match surface {
        Surface::Repl => return repl::prompt::run(visit, terminal, entries),
        _ => begin(&asked, &mut visit, terminal, entries),
    };
    match visit.close() {
        Ok(()) => exit,
        Err(error) => turn::refuse(terminal, asked.name(), Wish::Page, &error),
    }
}

/// Carries out what begins an engine or looks for one, and therefore is no command of the list.
fn subcommand(
    name: &str,
    (words, wish): (&[String], Wish),
    terminal: &mut Terminal,
    (settings, compose): (&Arc<Settings>, Compose),
) -> Option<Exit> {
    let make_app = || compose(Arc::clone(settings));
    Some(match name {
        serve::NAME => serve::carry_out(words, wish, terminal, make_app),
        open::NAME => open::carry_out(words, wish, terminal, make_app),
        serving::NAME => serving::carry_out(words, wish, terminal, make_app),
        sign::NAME => {
            let visit = Visit::new(Arc::clone(settings), compose, Surface::Shell);
            sign::carry_out(words, wish, terminal, visit)
        }
        _ => return None,
    })
}

fn warn(terminal: &mut Terminal, settings: &Settings) {
    for warning in settings.warnings() {
        terminal.complain(&format!("warning: {warning}\n"));
    }
}

impl Asked {
    fn name(&self) -> &str {
        match &self.task {
            Task::Command { name, .. } => name,
            Task::Lines(_) | Task::Session => "",
        }
    }
}

fn begin(
    asked: &Asked,
    visit: &mut Visit,
    terminal: &mut Terminal,
    entries: &'static [Entry],
) -> Exit {
    match &asked.task {
        Task::Command { name, words } => command(asked, name, words, visit, terminal, entries),
        Task::Lines(lines) => script(asked, visit, terminal, entries).run_lines(lines),
        Task::Session => script(asked, visit, terminal, entries).run_input(),
    }
}

fn script<'a>(
    asked: &Asked,
    visit: &'a mut Visit,
    terminal: &'a mut Terminal,
    entries: &'static [Entry],
) -> Script<'a> {
    terminal.for_script();
    Script { visit, terminal, entries, after_error: asked.after_error, wish: asked.wish }
}

fn command(
    asked: &Asked,
    name: &str,
    words: &[String],
    visit: &mut Visit,
    terminal: &mut Terminal,
    entries: &'static [Entry],
) -> Exit {
    let Some(entry) = catalogue::find_in(entries, name) else {
        let wish = wish_of(words, asked.wish);
        let error = if help::is_of_session(name) {
            CommandError::usage(format!("/{name} is for a session"))
                .hint("Begin one by `saraphina` alone.")
        } else {
            suggest::unknown(name, entries)
        };
        return turn::refuse(terminal, name, wish, &error);
    };
    let mut words = Grammar::of(entry).sort(words);
    if asked.wish != Wish::Page {
        words.wish = asked.wish;
    }
    turn::carry_out(visit, terminal, entry, &words)
}

/// Prints completions or the man page; they need no settings, and answer although a settings file is broken.
fn generate(asked: &Asked, terminal: &mut Terminal, entries: &[Entry]) -> Option<Exit> {
    let Task::Command { name, words } = &asked.task else { return None };
    let text = match name.as_str() {
        "completions" => generated::completions(words.first().map(String::as_str), entries),
        "man" => generated::man(entries),
        _ => return None,
    };
    Some(match text {
        Ok(text) => {
            terminal.print(&text);
            Exit::Done
        }
        Err(error) => turn::refuse(terminal, name, wish_of(words, asked.wish), &error),
    })
}

/// Reads the wish from words that no command could sort.
fn wish_of<W: AsRef<OsStr>>(words: &[W], otherwise: Wish) -> Wish {
    let mut flags = words.iter().map(AsRef::as_ref).take_while(|word| *word != "--");
    if flags.any(|word| word == "--json") { Wish::Json } else { otherwise }
}

fn utf8(words: &[OsString]) -> Result<Vec<String>, CommandError> {
    let words = words.iter().enumerate().map(|(index, word)| {
        word.to_str().map(str::to_owned).ok_or_else(|| {
            CommandError::usage(format!("word {} is not valid UTF-8", index + 1))
                .hint("Name files by paths that are UTF-8.")
        })
    });
    words.collect()
}

/// Sorts options of the program from the command and its words.
fn sort(words: &[String]) -> Result<Asked, CommandError> {
    let mut asked = Asked { task: Task::Session, wish: Wish::Page, after_error: AfterError::Stop };
    let mut lines = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "--json" => asked.wish = Wish::Json,
            "--keep-going" => asked.after_error = AfterError::KeepGoing,
            "--help" | "-h" => return Ok(Asked { task: overview(), ..asked }),
            "-c" => lines.push(rest.next().cloned().ok_or_else(|| {
                CommandError::usage("-c needs a line").hint("Such as `-c \"/list-proposals\"`.")
            })?),
            option if option.starts_with('-') => {
                return Err(CommandError::usage(format!("there is no option {option}"))
                    .hint("See `saraphina --help`."));
            }
            name if lines.is_empty() => {
                let name = name.strip_prefix('/').unwrap_or(name).to_owned();
                let words = rest.cloned().collect();
                return Ok(Asked { task: Task::Command { name, words }, ..asked });
            }
            name => {
                return Err(CommandError::usage(format!("{name} cannot follow -c"))
                    .hint("Give either a command or lines by -c."));
            }
        }
    }
    if !lines.is_empty() {
        asked.task = Task::Lines(lines);
    }
    Ok(asked)
}

fn overview() -> Task {
    Task::Command { name: "help".to_owned(), words: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(words: &[&str]) -> Result<Asked, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        sort(&words).map_err(|error| error.message)
    }

    #[test]
    fn options_of_the_program_precede_the_command() {
        let asked = sorted(&["--json", "/list-proposals", "--keep-going"]).unwrap();

        let task = Task::Command {
            name: "list-proposals".to_owned(),
            words: vec!["--keep-going".to_owned()],
        };
        assert_eq!(asked, Asked { task, wish: Wish::Json, after_error: AfterError::Stop });
    }

    #[test]
    fn lines_may_be_repeated_and_exclude_a_command() {
        let asked = sorted(&["-c", "/help", "--keep-going", "-c", "/quit"]).unwrap();

        assert_eq!(asked.task, Task::Lines(vec!["/help".to_owned(), "/quit".to_owned()]));
        assert_eq!(asked.after_error, AfterError::KeepGoing);
        assert_eq!(sorted(&["-c"]), Err("-c needs a line".to_owned()));
        assert_eq!(sorted(&["-c", "/a", "b"]), Err("b cannot follow -c".to_owned()));
        assert_eq!(sorted(&["--frob"]), Err("there is no option --frob".to_owned()));
    }
}
