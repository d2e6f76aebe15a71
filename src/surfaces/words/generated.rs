//! Writes shell completions and the manual page.
//!
//! Both come from the same declarations as the commands, so that none is missing. The whole command line exists as one clap
//! command only here; the program itself builds only the command that was named.

use std::str::FromStr as _;

use clap_complete::Shell;

use crate::commands::help::{self, Explained};
use crate::surfaces::check;
use crate::surfaces::mcp::serving;
use crate::surfaces::open;
use crate::surfaces::serve;
use crate::surfaces::sign;
use crate::surfaces::writer::daemon;
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind};

/// Builds the whole command line as clap knows it; only generators need it.
pub fn program(entries: &[Entry]) -> clap::Command {
    let json = clap::Arg::new("json")
        .long("json")
        .global(true)
        .action(clap::ArgAction::SetTrue)
        .help("Print one JSON object for each command");
    let line = clap::Arg::new("line")
        .short('c')
        .value_name("LINE")
        .action(clap::ArgAction::Append)
        .help("Carry out a slash line; may be repeated");
    let keep_going = clap::Arg::new("keep-going")
        .long("keep-going")
        .action(clap::ArgAction::SetTrue)
        .help("Go on after a line that was not carried out");
    let help = clap::Command::new("completions")
        .about("Print completions for a shell")
        .arg(clap::Arg::new("shell").value_parser(clap::value_parser!(Shell)).required(true));
    clap::Command::new("saraphina")
        .version(env!("CARGO_PKG_VERSION"))
        .about(env!("CARGO_PKG_DESCRIPTION"))
        .args([json, line, keep_going])
        .disable_help_subcommand(true)
        .subcommands(entries.iter().map(|entry| (entry.clap)()))
        .subcommand(check::command())
        .subcommand(daemon::command())
        .subcommand(serving::command())
        .subcommand(serve::command())
        .subcommand(open::command())
        .subcommand(sign::command())
        .subcommand(help)
        .subcommand(clap::Command::new("man").about("Print the manual page"))
}

/// Writes the completion script of a shell.
pub fn completions(shell: Option<&str>, entries: &[Entry]) -> Result<String, CommandError> {
    let names = "Name one of bash, elvish, fish, powershell, zsh.";
    let shell = shell.ok_or_else(|| CommandError::usage("the shell is missing").hint(names))?;
    let shell = Shell::from_str(shell).map_err(|_| {
        CommandError::usage(format!("there are no completions for {shell}")).hint(names)
    })?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program(entries), "saraphina", &mut script);
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// Writes the man page: the program's own options, and every command with the text of its help.
pub fn man(entries: &[Entry]) -> Result<String, CommandError> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(program(entries));
    let failed = |error: std::io::Error| CommandError::from_source(ErrorKind::Internal, &error);
    man.render_title(&mut page).map_err(failed)?;
    man.render_name_section(&mut page).map_err(failed)?;
    man.render_synopsis_section(&mut page).map_err(failed)?;
    man.render_description_section(&mut page).map_err(failed)?;
    man.render_options_section(&mut page).map_err(failed)?;
    let commands = entries.iter().map(help::explain).chain(help::shell_words());
    let commands: String = commands.map(|command| section(&command)).collect();
    Ok(format!("{}.SH COMMANDS\n{commands}", String::from_utf8_lossy(&page)))
}

fn section(command: &Explained) -> String {
    let usage = command.usage.trim_start_matches('/');
    let mut lines = format!(".SS {}\n{}\n", roff(usage), roff(&command.summary));
    for option in &command.options {
        let text = roff(&option.text()).replace('\n', "\n.br\n");
        lines.extend([format!(".TP\n{}\n{text}\n", roff(&option.name))]);
    }
    for example in &command.examples {
        let example = example.trim_start_matches('/');
        lines.extend([format!(".PP\n.RS\nsaraphina {}\n.RE\n", roff(example))]);
    }
    lines
}

/// Writes text so that the formatter takes no sign of it for its own.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    let lines = text.lines().map(|line| match line.chars().next() {
        Some('.' | '\'') => format!("\\&{line}"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
