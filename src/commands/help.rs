//! `/help`: explains all commands, or one with its options.
//!
//! Everything is read from the declarations, so it cannot differ from what is parsed. The list of commands contains this one;
//! a type parameter names the list, because an import of it would close a circle of files.

use std::marker::PhantomData;

use clap::Args as ClapArgs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use record::domain::principal::{Authority, Surface};
use work::contract::catalogue::{self, Catalogue};
use work::contract::command::{Access, Command, Entry, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone};

/// `/help`, of the commands of a list.
pub struct Help<C>(PhantomData<C>);

/// What `/help` takes.
#[derive(Clone, Debug, Default, ClapArgs, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpArgs {
    /// The command to explain; all of them without it.
    #[arg(value_name = "COMMAND")]
    #[serde(default)]
    command: Option<String>,
}

/// What `/help` answers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct HelpOutcome {
    /// The commands that were asked for.
    commands: Vec<Explained>,
    /// Whether one was asked for, or the overview.
    scope: Scope,
}

/// How much was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Scope {
    /// All commands, shortly.
    Overview,
    /// One command, fully.
    Command,
}

/// One command.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Explained {
    name: String,
    aliases: Vec<String>,
    group: String,
    /// One sentence.
    pub summary: String,
    authority: Authority,
    /// The name with the slash, and its arguments.
    pub usage: String,
    /// Arguments and options.
    pub options: Vec<Explanation>,
    /// Lines to type.
    pub examples: Vec<String>,
}

/// One argument or option.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The name, with the word for its value.
    pub name: String,
    meaning: String,
    values: Vec<String>,
    /// What the values mean, where that is told, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    value_meanings: Vec<String>,
}

impl<C: Catalogue> Command for Help<C> {
    const SPEC: Spec = Spec {
        name: "help",
        aliases: &[],
        summary: "Show all commands, or everything about one",
        group: Group::Operate,
        authority: Authority::Read,
        access: Access::None,
        free_text: None,
        examples: &["/help", "/help propose-code"],
    };
    type Args = HelpArgs;
    type Outcome = HelpOutcome;

    async fn run(invocation: &Invocation, args: HelpArgs) -> Result<HelpOutcome, CommandError> {
        let Some(name) = args.command else {
            let is_shell = invocation.caller.via.surface == Surface::Shell;
            let besides = besides().filter(|besides| !is_shell || !is_of_session(&besides.name));
            let commands = C::entries().iter().map(explain).chain(besides).collect();
            return Ok(HelpOutcome { commands, scope: Scope::Overview });
        };
        // Programs know commands by the names of tools.
        let name = name.trim_start_matches('/').replace('_', "-");
        let name = name.as_str();
        let found = match catalogue::find_in(C::entries(), name) {
            Some(entry) => explain(entry),
            None => besides()
                .find(|besides| {
                    besides.name == name || besides.aliases.iter().any(|one| one == name)
                })
                .ok_or_else(|| unknown(C::entries(), name))?,
        };
        Ok(HelpOutcome { commands: vec![found], scope: Scope::Command })
    }
}

fn unknown(entries: &[Entry], name: &str) -> CommandError {
    let error = CommandError::new(ErrorKind::NotFound, format!("there is no command /{name}"));
    match catalogue::nearest_in(entries, name).first() {
        Some(nearest) => error.hint(format!("Did you mean `/help {nearest}`?")),
        None => error.hint("See `/help` for all commands."),
    }
}

/// The heading of what only a shell has.
const IN_A_SHELL: &str = "In a shell: saraphina <command> without the slash, and";

/// What the surfaces themselves do, which is in no list of commands: name, usage, group and summary.
const BESIDES: &[(&str, &str, &str, &str)] = &[
    (
        "edit",
        "/edit [LINE]",
        "Operate",
        "Write a line, or the last one anew, in $EDITOR; Ctrl-X Ctrl-E does so while typing",
    ),
    ("quit", "/quit", "Operate", "Leave the session, as Ctrl-D does"),
    ("-c", "-c LINE", IN_A_SHELL, "Carry out a slash line; may be repeated"),
    (
        "--keep-going",
        "--keep-going",
        IN_A_SHELL,
        "Go on after a line of a script that was not carried out",
    ),
    ("--json", "--json", IN_A_SHELL, "Print one JSON object for each command"),
    ("--version", "--version", IN_A_SHELL, "Print the version"),
    (
        "check",
        "check A..B",
        IN_A_SHELL,
        "Tell which commits carry a valid decision, without a home; see `saraphina check --help`",
    ),
    (
        "daemon",
        "daemon ACTION",
        IN_A_SHELL,
        "Keep an engine running that all sessions of this home share: run, start, stop or status",
    ),
    (
        "mcp",
        "mcp",
        IN_A_SHELL,
        "Serve an agent over the Model Context Protocol; see `saraphina mcp --help`",
    ),
    (
        "serve",
        "serve",
        IN_A_SHELL,
        "Keep an engine running that is also reached over loopback TCP; see `saraphina serve --help`",
    ),
    (
        "open",
        "open [PAGE]",
        IN_A_SHELL,
        "Print a link that signs a browser in, once; see `saraphina open --help`",
    ),
    (
        "sign",
        "sign [PHRASE]",
        IN_A_SHELL,
        "Answer requests for your signature that a page made; see `saraphina sign --help`",
    ),
    (
        "completions",
        "completions SHELL",
        IN_A_SHELL,
        "Print completions for bash, elvish, fish, powershell or zsh",
    ),
    ("man", "man", IN_A_SHELL, "Print the manual page"),
];

/// Tells whether a name is a word that only a session knows.
pub fn is_of_session(name: &str) -> bool {
    besides().any(|besides| {
        besides.group != IN_A_SHELL
            && (besides.name == name || besides.aliases.iter().any(|alias| alias == name))
    })
}

/// Explains the words of a shell that are no commands of the list and no options.
pub fn shell_words() -> impl Iterator<Item = Explained> {
    besides().filter(|besides| besides.group == IN_A_SHELL && !besides.name.starts_with('-'))
}

fn besides() -> impl Iterator<Item = Explained> {
    BESIDES.iter().map(|(name, usage, group, summary)| Explained {
        name: (*name).to_owned(),
        aliases: if *name == "quit" { vec!["exit".to_owned()] } else { Vec::new() },
        group: (*group).to_owned(),
        summary: (*summary).to_owned(),
        authority: Authority::Read,
        usage: (*usage).to_owned(),
        options: Vec::new(),
        examples: Vec::new(),
    })
}

/// Explains a command, from its declaration alone.
pub fn explain(entry: &Entry) -> Explained {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let command = (entry.clap)();
    let positionals = command.get_positionals().map(place).collect::<String>();
    Explained {
        name: entry.spec.name.to_owned(),
        aliases: owned(entry.spec.aliases),
        group: entry.spec.group.title().to_owned(),
        summary: entry.spec.summary.to_owned(),
        authority: entry.spec.authority,
        usage: format!("/{}{positionals}", entry.spec.name),
        options: command.get_arguments().filter(|arg| !arg.is_hide_set()).map(describe).collect(),
        examples: owned(entry.spec.examples),
    }
}

fn place(arg: &clap::Arg) -> String {
    let name = value_name(arg);
    if arg.is_required_set() { format!(" <{name}>") } else { format!(" [{name}]") }
}

fn value_name(arg: &clap::Arg) -> String {
    let given = arg.get_value_names().and_then(|names| names.first());
    given.map_or_else(|| arg.get_id().as_str().to_uppercase(), ToString::to_string)
}

fn describe(arg: &clap::Arg) -> Explanation {
    let name = match arg.get_long() {
        Some(long) if arg.get_action().takes_values() => format!("--{long} {}", value_name(arg)),
        Some(long) => format!("--{long}"),
        None => value_name(arg),
    };
    // A switch is true or false, which is not worth saying.
    let values =
        if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() };
    let meanings: Vec<String> =
        values.iter().filter_map(|value| Some(value.get_help()?.to_string())).collect();
    Explanation {
        name,
        meaning: arg.get_help().map(ToString::to_string).unwrap_or_default(),
        value_meanings: if meanings.len() == values.len() { meanings } else { Vec::new() },
        values: values.iter().map(|value| value.get_name().to_owned()).collect(),
    }
}

impl Outcome for HelpOutcome {
    fn page(&self) -> Page {
        match (self.scope, self.commands.as_slice()) {
            (Scope::Command, [command]) => command_page(command),
            (Scope::Command | Scope::Overview, commands) => overview(commands),
        }
    }
}

fn overview(commands: &[Explained]) -> Page {
    let mut page = Page::new();
    let mut groups: Vec<&str> = Vec::new();
    for command in commands {
        if !groups.contains(&command.group.as_str()) {
            groups.push(&command.group);
        }
    }
    for group in groups {
        let lines = commands
            .iter()
            .filter(|command| command.group == group)
            .map(|command| (command.usage.clone(), Cell::from(command.summary.clone())));
        page = page.title(group).fields(lines);
    }
    page.text(Cell::toned(
        "Flags come before free text, which runs to the end of the line; `@` is your newest proposal. \
         At the prompt Tab completes, Ctrl-R searches what was typed before, Alt-Enter begins a new line, and a plain \
         sentence is answered with the command that fits. Every command takes --json.",
        Tone::Dim,
    ))
    .next(["/help <command> for its options"])
}

/// Lays out the help of one command, the same on every surface.
pub fn command_page(command: &Explained) -> Page {
    let mut page = Page::new().title(command.usage.clone()).text(command.summary.clone());
    let options: Vec<(String, Cell)> = command
        .options
        .iter()
        .map(|option| (option.name.clone(), Cell::from(option.text())))
        .collect();
    if !options.is_empty() {
        page = page.fields(options);
    }
    let mut facts = vec![("Authority", Cell::from(command.authority.to_string()))];
    if !command.aliases.is_empty() {
        let aliases: Vec<String> = command.aliases.iter().map(|name| format!("/{name}")).collect();
        facts.push(("also called", Cell::from(aliases.join(", "))));
    }
    page = page.fields(facts);
    if command.examples.is_empty() {
        return page;
    }
    let examples = command.examples.iter().map(|example| Cell::from(example.clone())).collect();
    page.text("Examples").block(Block::List(examples))
}

impl Explanation {
    /// Says what it means and which values it takes.
    pub fn text(&self) -> String {
        if self.values.is_empty() {
            return self.meaning.clone();
        }
        if self.value_meanings.is_empty() {
            return format!("{} [{}]", self.meaning, self.values.join(", "));
        }
        let lines = self.values.iter().zip(&self.value_meanings);
        let lines = lines.map(|(value, meaning)| format!("\n{value}: {meaning}"));
        format!("{}{}", self.meaning, lines.collect::<String>())
    }
}
