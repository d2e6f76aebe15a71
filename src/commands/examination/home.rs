//! Examines the home: folder, database, log, writer, tools, providers, settings.
//!
//! Each function looks at one part and returns a [`Part`]; an error is a finding, never the end of the examination. The looks
//! are cheap; [`sums`] and [`rows`] read everything again and run with `--deep` only.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::commands::examination::part::{Health, Part};
use foundation::config::checks::Form;
use foundation::config::keys::{KEYS, Key, Secrecy};
use foundation::config::short_file::{self, Links};
use foundation::providers::provider::Provider;
use foundation::store::store::Store;
use record::audit::key::VerifierKey;
use record::domain::space::Room;
use sandbox::toolchain::python;
use work::applying::unfinished;
use work::auditing::rows::check as all_rows;
use work::contract::catalogue;
use work::contract::command::Entry;
use work::contract::context::Context;
use work::contract::disk;
use work::contract::error::{CommandError, ErrorKind};

/// A write-ahead log that is larger was not shortened for long, in bytes: its own bound, and a large transaction.
const LARGE_WAL: u64 = 96 << 20;
/// Permissions of anybody but the owner.
const OF_OTHERS: u32 = 0o077;
/// Longest state file of a writer that is read, in bytes.
const MAX_STATE: u64 = 4_096;

/// Examines the folder: it is there, ours to write, and has room.
pub fn home(context: &Context) -> Part {
    let home = context.settings.home();
    let place = home.display();
    if !home.exists() {
        return Part::new("home", Health::Warn, format!("{place} is not there yet"))
            .remedy("Run `/setup`; any writing command makes it too.");
    }
    // A file without a name: nothing is left behind, whatever happens.
    if let Err(error) = tempfile::tempfile_in(home) {
        return Part::new("home", Health::Warn, format!("{place} cannot be written: {error}"))
            .remedy("Make it writable, or set SARAPHINA_HOME; reading commands work as it is.");
    }
    if let Some(mode) = mode(home).filter(|mode| mode & OF_OTHERS != 0) {
        let told = format!("{place} can be entered by others: its mode is {mode:o}");
        return Part::new("home", Health::Warn, told)
            .remedy(format!("Run `chmod 700 {place}`: it holds code, evidence and keys."));
    }
    let key = home.join("keys").join("log.key");
    if let Some(mode) = mode(&key).filter(|mode| mode & OF_OTHERS != 0) {
        let key = key.display();
        let told = format!("{key} can be read by others: its mode is {mode:o}");
        return Part::new("home", Health::Warn, told)
            .remedy(format!("Run `chmod 600 {key}`: whoever has it can sign another log."));
    }
    let Some(free) = (context.space)(home) else {
        return Part::new("home", Health::Good, place.to_string());
    };
    let left = disk::words(free);
    let (health, words) = match Room::of(Some(free)) {
        Room::Enough => return Part::new("home", Health::Good, format!("{place}, {left} free")),
        Room::Little => (Health::Warn, "only"),
        Room::Decisions => (Health::Missing, "decisions only, nothing is executed:"),
        Room::Nothing => (Health::Missing, "disk full, writing refused:"),
    };
    Part::new("home", health, format!("{place}: {words} {left} left"))
        .remedy("Free some space; `/doctor --usage` shows what takes it, `/prune` what can go.")
}

/// The permissions of a folder or file.
fn mode(place: &Path) -> Option<u32> {
    std::fs::metadata(place).ok().map(|found| found.permissions().mode() & 0o777)
}

/// Examines the database: it is ours, of this schema, with sound pages.
pub async fn database(context: &Context) -> Part {
    match &context.store {
        Ok(store) => match pages(store.as_ref()).await {
            Ok(part) => part,
            Err(error) => failed("database", &error.into()),
        },
        Err(error) => failed("database", error),
    }
}

async fn pages(store: &dyn Store) -> Result<Part, foundation::store::error::StoreError> {
    let usage = store.usage().await?;
    if usage.database_bytes == 0 {
        return Ok(Part::new(
            "database",
            Health::Good,
            "none yet; the first writing command makes it",
        ));
    }
    let problems = store.check().await?;
    if let Some(first) = problems.first() {
        return Ok(Part::new("database", Health::Broken, format!("damaged: {first}"))
            .remedy("Keep the file as it is, and put a backup in its place."));
    }
    let size = disk::words(usage.database_bytes);
    let words = format!("{size}, schema {}, SQLite {}", usage.schema, usage.sqlite);
    let details = BTreeMap::from([
        ("write-ahead log".to_owned(), disk::words(usage.wal_bytes)),
        ("free pages, used next".to_owned(), disk::words(usage.free_bytes)),
    ]);
    if usage.wal_bytes > LARGE_WAL {
        let remedy =
            "Close sessions that have been reading for long; the next idle writer shortens it.";
        return Ok(Part::new("database", Health::Warn, words).details(details).remedy(remedy));
    }
    Ok(Part::new("database", Health::Good, words).details(details))
}

/// Counts again the sums that statistics are read from.
pub async fn sums(context: &Context) -> Part {
    let Ok(store) = context.store() else {
        return Part::new("sums", Health::Warn, "cannot be looked at without the database");
    };
    match store.recount().await {
        Ok(found) if found.is_empty() => Part::new("sums", Health::Good, "equal to a recount"),
        Ok(found) => Part::new("sums", Health::Broken, found.join("; "))
            .remedy("Keep the file as it is, and put a backup in its place with `/restore`."),
        Err(error) => failed("sums", &error.into()),
    }
}

/// Holds every row against the record, and the record against the rows.
pub async fn rows(context: &Context) -> Part {
    match all_rows::first_of_home(context, CancellationToken::new()).await {
        Ok(None) => Part::new("rows", Health::Good, "every row is what the record says"),
        Ok(Some(misfit)) => Part::new("rows", Health::Broken, misfit.problem)
            .remedy("Run `/audit verify`, and put a backup in its place with `/restore`."),
        Err(error) => failed("rows", &error),
    }
}

fn failed(part: &str, error: &CommandError) -> Part {
    let health = match error.kind {
        ErrorKind::Integrity => Health::Broken,
        _ => Health::Missing,
    };
    Part::new(part, health, error.chain()).remedy(error.hints.join(" "))
}

/// Examines the log: its signed heads fit together; `/audit verify` looks at every entry.
pub async fn log(context: &Context) -> Part {
    let Ok(store) = context.store() else {
        return Part::new("log", Health::Warn, "cannot be looked at without the database");
    };
    match heads(store).await {
        Ok(Ok((health, words))) => Part::new("log", health, words),
        Ok(Err(problem)) => Part::new("log", Health::Broken, problem)
            .remedy("Run `/audit verify`, and put the newest database or key back from a backup."),
        Err(error) => failed("log", &error.into()),
    }
}

/// Says what the heads tell, or what is wrong with them.
async fn heads(
    store: &dyn Store,
) -> Result<Result<(Health, String), String>, foundation::store::error::StoreError> {
    let state = store.log_state().await?;
    let entries = store.usage().await?.records;
    let (key, head) = (store.log_key()?, store.head()?);
    let outside = head.as_ref().map(|head| head.note.as_str());
    if entries == 0 && outside.is_none() {
        return Ok(Ok((Health::Good, "empty".to_owned())));
    }
    let Some(key) = key else { return Ok(Err("the log key of this home is missing".to_owned())) };
    Ok(compare(&key, &state.checkpoint, outside, entries))
}

fn compare(
    key: &VerifierKey,
    note: &str,
    outside: Option<&str>,
    entries: u64,
) -> Result<(Health, String), String> {
    let signed = key.open(note).map_err(|error| error.to_string())?;
    if signed.size < entries {
        return Err(format!("{entries} entries, but only {} are signed for", signed.size));
    }
    match outside.map(|note| key.open(note)) {
        // The next writing command makes it again; what it stood for until then is lost.
        None => {
            let words =
                format!("{} entries; the head outside the database is missing", signed.size);
            Ok((Health::Warn, words))
        }
        Some(Err(error)) => Err(format!("the head outside the database: {error}")),
        Some(Ok(head)) if head.size > signed.size => Err(format!(
            "rolled back: the head outside is at {}, the database at {}",
            head.size, signed.size
        )),
        Some(Ok(_)) => {
            Ok((Health::Good, format!("{} entries, signed by {}", signed.size, key.name())))
        }
    }
}

/// Examines applications: each one ended.
pub async fn applications(context: &Context) -> Part {
    match unfinished::open(context).await {
        Ok(open) if open.is_empty() => Part::new("applications", Health::Good, "none is open"),
        Ok(open) => {
            let (ids, words): (Vec<_>, Vec<String>) = open.into_iter().unzip();
            let ends = ids.first().map(unfinished::ways_out).unwrap_or_default();
            Part::new("applications", Health::Warn, words.join("; ")).remedy(ends)
        }
        Err(error) => failed("applications", &error),
    }
}

/// Tells who writes to the home.
pub fn writer(context: &Context) -> Part {
    let home = context.settings.home();
    let lock = home.join("writer.lock");
    let Some(pid) = holder(&lock) else {
        return Part::new(
            "writer",
            Health::Good,
            "nobody writes; a writing command starts at once",
        );
    };
    let mode = short_file::read_text(&lock, Links::Followed, MAX_STATE).unwrap_or_default();
    let state: serde_json::Value = serde_json::from_str(&mode).unwrap_or_default();
    let version = state.get("version").and_then(serde_json::Value::as_str).unwrap_or("unknown");
    let mode = state.get("mode").and_then(serde_json::Value::as_str).unwrap_or("process");
    let words = format!("{mode} with process id {pid}, version {version}");
    let is_same = version == env!("CARGO_PKG_VERSION");
    let details = BTreeMap::from([(
        "socket".to_owned(),
        if home.join("saraphina.sock").exists() { "there" } else { "not there" }.to_owned(),
    )]);
    let part = Part::new("writer", if is_same { Health::Good } else { Health::Warn }, words);
    if is_same {
        return part.details(details);
    }
    part.details(details).remedy("Restart it: `saraphina daemon stop`, then any command.")
}

/// Tells whether an engine may be at work in the home; where nothing tells, one may.
pub fn is_written(context: &Context) -> bool {
    let lock = context.settings.home().join("writer.lock");
    !cfg!(target_os = "linux") || !lock.exists() || holder(&lock).is_some()
}

/// Finds the process that has locked a file, as the system tells, without touching the lock.
#[cfg(target_os = "linux")]
fn holder(lock: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let inode = std::fs::metadata(lock).ok()?.ino().to_string();
    // Trying the lock would hold it for a moment, and could make a command that starts just now fail.
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, "WRITE", pid, file, ..] = words.as_slice() else { return None };
        (file.rsplit(':').next()? == inode).then(|| pid.parse().ok())?
    })
}

/// Finds nobody: this system does not tell who has locked a file.
#[cfg(not(target_os = "linux"))]
fn holder(_lock: &Path) -> Option<u32> {
    None
}

/// Examines the Python tools that suites run with.
pub fn toolchain(context: &Context) -> Part {
    let home = context.settings.home();
    let wanted = context.settings.get("SARAPHINA_PYTHON").map(Path::new);
    if let Some(toolchain) = python::present(home, wanted) {
        let place = toolchain.python.display().to_string();
        return Part::new("toolchain", Health::Good, format!("{}: {place}", toolchain.key));
    }
    if home.join("toolchain/current.json").exists() {
        let words = "not as it was set up: the interpreter or the setting changed, or it is gone";
        return Part::new("toolchain", Health::Warn, words)
            .remedy("Run `/setup`; it sets the toolchain up again.");
    }
    Part::new("toolchain", Health::Warn, "not set up yet")
        .remedy("Run `/setup`; the first execution does it too, with Python 3.10 or newer.")
}

/// Lists who answers requests, and what is missing for others to; nobody is asked.
pub fn providers(context: &Context) -> Part {
    let names: Vec<&str> = context.providers.iter().map(|provider| provider.name()).collect();
    let is_unset = |key: &&Key| {
        // Whoever is told of events answers nothing.
        key.form != Form::Webhook
            && (key.secrecy == Secrecy::Secret || key.variable.ends_with("_URL"))
            && context.settings.get(key.variable).is_none()
    };
    let details = KEYS
        .iter()
        .filter(is_unset)
        .map(|key| (format!("{} is not set", key.variable), key.doc.to_owned()))
        .collect();
    let part = match names.as_slice() {
        [] => Part::new("providers", Health::Missing, "none").remedy(
            "Unset SARAPHINA_PROVIDER, or configure the provider that it names; see `/config show`.",
        ),
        ["library"] => Part::new("providers", Health::Good, "library: retrieves, does not generate")
            .remedy("Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server, to generate."),
        [_, ..] => Part::new("providers", Health::Good, in_turn(&context.providers)),
    };
    part.details(details)
}

/// Names who is asked without a word, one after another, and whom only `--provider` asks.
fn in_turn(providers: &[Arc<dyn Provider>]) -> String {
    let Some((first, others)) = providers.split_first() else { return String::new() };
    let names = others.iter().map(|provider| provider.name());
    let (asked, rest): (Vec<&str>, Vec<&str>) = names.partition(|name| first.answers_as(name));
    let asked = if asked.is_empty() { first.name().to_owned() } else { asked.join(", then ") };
    if rest.is_empty() {
        return asked;
    }
    format!("{asked}; with `--provider` also {}", rest.join(", "))
}

/// Lists what was refused while settings were read.
pub fn settings(context: &Context, entries: &'static [Entry]) -> Part {
    let aliases = context.settings.aliases().keys();
    let outdone = aliases.filter(|name| catalogue::find_in(entries, name).is_some());
    let outdone =
        outdone.map(|name| format!("the alias {name:?} is never used: /{name} is a command"));
    let warnings: Vec<String> = context.settings.warnings().into_iter().chain(outdone).collect();
    if warnings.is_empty() {
        return Part::new("settings", Health::Good, "nothing odd");
    }
    Part::new("settings", Health::Warn, warnings.join("; "))
        .remedy("Correct these in the environment or in config.toml.")
}
