//! The command line of `saraphina check`, which tells what commits carry a valid decision.
//!
//! It is no command of the registry: a command runs in an engine of a home, and this needs neither home nor settings, so that it runs
//! wherever a repository is. All that it goes by comes from its arguments.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;

use crate::surfaces::envelope;
use crate::surfaces::render::page::draw;
use crate::surfaces::terminal::Terminal;
use crate::surfaces::turn;
use crate::surfaces::words::grammar::Wish;
use foundation::config::read;
use foundation::config::short_file::{self, Links};
use foundation::launch;
use record::audit::key::VerifierKey;
use work::checking::allowed_signers::{AllowedSigners, MAX_SIGNERS_BYTES};
use work::checking::check::{self, Wish as Wanted};
use work::checking::installing::{Existing, Forge, Hook, Installed, Order};
use work::checking::kept_lines::{self, Wish as States};
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::page::Page;

/// The name of the subcommand.
pub const NAME: &str = "check";
/// Most bytes of a file with the key of a log.
const MAX_KEY_BYTES: u64 = 4_096;

/// Declares the subcommand for the command line; `--json` is the program's own option.
pub fn command() -> Command {
    let path = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new(NAME)
        .about(
            "Tell which commits carry a valid decision, from the repository and public keys alone",
        )
        .arg(Arg::new("range").value_name("A..B").help("The commits to check"))
        .arg(path("signers", "FILE", "Whose signatures count, as OpenSSH's allowed_signers"))
        .arg(path("log", "FILE", "The public key of the log, to check that it holds the decisions"))
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("REV")
                .help("The start of continuous control: every commit after it has to be covered"),
        )
        .arg(path("repo", "PATH", "The repository; else that of this folder"))
        .arg(path("objects", "FOLDER", "Objects of a push that is not taken yet, for a hook"))
        .arg(
            Arg::new("notes")
                .long("notes")
                .value_name("REV")
                .help("The state of the notes, where it is not that of refs/notes/saraphina"),
        )
        .arg(
            Arg::new("notes-before")
                .long("notes-before")
                .value_name("REV")
                .requires("notes")
                .conflicts_with_all(["range", "since", "install"])
                .help("Check the notes alone: none may have lost a line since this earlier state"),
        )
        .arg(flag("install", "Write a workflow file or a hook that runs the check"))
        .arg(
            Arg::new("forge")
                .long("forge")
                .value_parser(value_parser!(Forge))
                .help("The forge of the workflow file"),
        )
        .arg(path("hook", "PATH", "Write a pre-receive hook there"))
        .arg(
            Arg::new("branch")
                .long("branch")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("Check this branch alone (repeatable)"),
        )
        .arg(flag("force", "Replace files that are there"))
}

/// Carries out what was typed after `check`, on a runtime of its own, and shows what came of it.
pub fn carry_out(words: &[String], wish: Wish, terminal: &mut Terminal) -> Exit {
    let wish = if words.iter().any(|word| word == "--json") { Wish::Json } else { wish };
    let typed = words.iter().filter(|word| *word != "--json");
    let parsed =
        command().bin_name("saraphina check").no_binary_name(true).try_get_matches_from(typed);
    let matches = match parsed {
        Ok(matches) => matches,
        Err(help) if help.kind() == clap::error::ErrorKind::DisplayHelp => {
            // The check itself reads no settings, but a pager that somebody named is heeded.
            if let Ok(settings) = read::read() {
                terminal.heed(&settings);
            }
            terminal.page(&help.to_string());
            return Exit::Done;
        }
        Err(error) => return turn::refuse(terminal, NAME, wish, &misread(&error)),
    };
    let shown = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))
        .and_then(|runtime| runtime.block_on(run(&matches)));
    match shown {
        Ok(Shown { json, page, exit }) => {
            if wish == Wish::Json {
                terminal.print(&format!("{}\n", envelope::line(NAME, Ok(&json))));
            } else {
                let text = draw(&page, &terminal.look());
                terminal.page(&text);
            }
            exit
        }
        Err(error) => turn::refuse(terminal, NAME, wish, &error),
    }
}

/// What is shown of an answer.
struct Shown {
    json: serde_json::Value,
    page: Page,
    exit: Exit,
}

impl Shown {
    fn of(answer: &impl Serialize, page: Page, exit: Exit) -> Result<Self, CommandError> {
        let json = serde_json::to_value(answer)
            .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
        Ok(Self { json, page, exit })
    }
}

fn misread(error: &clap::Error) -> CommandError {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    CommandError::usage(line).hint("See `saraphina check --help`.")
}

async fn run(matches: &ArgMatches) -> Result<Shown, CommandError> {
    if matches.get_flag("install") {
        let installed = install(matches).await?;
        return Shown::of(&installed, installed.page(), Exit::Done);
    }
    let installs = ["forge", "hook", "branch"].into_iter().find(|name| matches.contains_id(name));
    if let Some(name) = installs {
        return Err(CommandError::usage(format!("--{name} goes with --install")));
    }
    let notes = matches.get_one::<String>("notes").cloned();
    let log = matches.get_one::<PathBuf>("log").map(|path| log_key(path)).transpose()?;
    let objects = matches.get_one::<PathBuf>("objects").map(|path| whole(path)).transpose()?;
    let before = matches.get_one::<String>("notes-before").cloned();
    if let Some((before, after)) = before.zip(notes.clone()) {
        let path = repository(matches);
        let kept = kept_lines::check(&States { path, log, objects, before, after }).await?;
        return Shown::of(&kept, kept.page(), Exit::Done);
    }
    let range = matches.get_one::<String>("range").cloned().ok_or_else(|| {
        CommandError::usage("the range of commits is missing")
            .hint("Such as `saraphina check main..HEAD --signers FILE`.")
    })?;
    let wanted = Wanted {
        range,
        since: matches.get_one::<String>("since").cloned(),
        path: repository(matches),
        signers: signers(required(matches, "signers")?)?,
        log,
        objects,
        notes,
    };
    let checked = check::check(&wanted).await?;
    Shown::of(&checked, checked.page(), checked.exit())
}

async fn install(matches: &ArgMatches) -> Result<Installed, CommandError> {
    let forge = matches.get_one::<Forge>("forge").copied();
    let hook = matches.get_one::<PathBuf>("hook");
    let folder = repository(matches);
    let forge = forge.or_else(|| hook.is_none().then_some(Forge::Github));
    let order = Order {
        workflow: forge.map(|forge| (forge, folder.clone())),
        hook: hook.map(|path| hook_of(matches, path)).transpose()?,
        since: match matches.get_one::<String>("since") {
            Some(since) => Some(check::start(&folder, since).await?),
            None => None,
        },
        branches: matches.get_many::<String>("branch").into_iter().flatten().cloned().collect(),
        existing: if matches.get_flag("force") { Existing::Replaced } else { Existing::Kept },
    };
    order.carry_out()
}

fn hook_of(matches: &ArgMatches, path: &Path) -> Result<Hook, CommandError> {
    let given = required(matches, "signers")?;
    // What is written into a hook has to be readable now, not at the first push.
    signers(given)?;
    let log = matches.get_one::<PathBuf>("log");
    log.map(|path| log_key(path)).transpose()?;
    Ok(Hook {
        path: whole(path)?,
        program: launch::own_path()
            .map_err(|error| CommandError::from_source(ErrorKind::Unavailable, &error))?,
        signers: whole(given)?,
        log: log.map(|path| whole(path)).transpose()?,
    })
}

fn repository(matches: &ArgMatches) -> PathBuf {
    matches.get_one::<PathBuf>("repo").cloned().unwrap_or_else(|| PathBuf::from("."))
}

fn required<'a>(matches: &'a ArgMatches, name: &str) -> Result<&'a Path, CommandError> {
    matches.get_one::<PathBuf>(name).map(PathBuf::as_path).ok_or_else(|| {
        CommandError::usage(format!("--{name} is missing"))
            .hint("It is the file `allowed_signers` of an export: `saraphina audit export DIR`.")
    })
}

fn whole(path: &Path) -> Result<PathBuf, CommandError> {
    std::path::absolute(path)
        .map_err(|error| CommandError::usage(format!("{}: {error}", path.display())))
}

fn signers(path: &Path) -> Result<AllowedSigners, CommandError> {
    let text = read(path, MAX_SIGNERS_BYTES)?;
    AllowedSigners::parse(&text).map_err(|error| {
        CommandError::usage(format!("{}: {error}", path.display()))
            .hint("A line is `principal namespaces=\"decision@saraphina\" kind key`.")
    })
}

fn log_key(path: &Path) -> Result<VerifierKey, CommandError> {
    let text = read(path, MAX_KEY_BYTES)?;
    VerifierKey::parse(text.trim_end()).map_err(|error| {
        CommandError::usage(format!("{}: {error}", path.display()))
            .hint("It is the file `signers.vkey` of an export: `saraphina audit export DIR`.")
    })
}

fn read(path: &Path, limit: u64) -> Result<String, CommandError> {
    short_file::read_text(path, Links::Followed, limit).map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            _ => ErrorKind::Usage,
        };
        CommandError::new(kind, format!("{} cannot be read: {error}", path.display()))
            .hint("Check the path.")
    })
}
