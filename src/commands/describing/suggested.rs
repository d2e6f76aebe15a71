//! The description of a repository that its owner is asked about.
//!
//! Arguments count before what the files say. Everything is looked at on the first turn and on the second, so that a yes is about what
//! is there now: the digest of the question would be another one otherwise.

use std::path::Path;

use crate::commands::describing::page::described_page;
use crate::commands::describing::suite::SuiteView;
use foundation::repository::survey::Found;
use record::domain::changeset::{Base, RepositoryName};
use record::domain::repository::Repository as Described;
use work::contract::confirmation::{Confirmation, Wanted as Answered};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::ground::Ground;
use work::contract::invocation::Invocation;
use work::contract::page::{Cell, Page, Tone};
use work::drafting::changing;
use work::executing::changes::alone;
use work::executing::dependencies::{self, Laid};
use work::reporting::packages;

/// Time that a suite gets where the owner says nothing, in seconds.
const SECONDS: u32 = 300;
/// Memory that it gets, in MiB.
const MEMORY_MIB: u32 = 1_024;
/// Longest name that is made of a folder's.
const MAX_NAME: usize = 40;

/// What the arguments say.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The whole path.
    pub path: &'a Path,
    /// The name.
    pub name: Option<&'a str>,
    /// Words for pytest.
    pub tests: &'a [String],
    /// Packages; none at all where it is absent.
    pub packages: Option<&'a [String]>,
    /// Folders that imports start from.
    pub roots: &'a [String],
    /// The longest time.
    pub seconds: Option<u32>,
    /// The most memory.
    pub memory_mib: Option<u32>,
    /// Whether the tests of HEAD run.
    pub run: Run,
}

/// Whether the tests of HEAD run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// They do.
    Yes,
    /// They do not.
    No,
}

/// A repository as it would be described, with what the question shows beside it.
pub struct Suggested {
    /// What would be on record.
    pub described: Described,
    /// What the files of HEAD say.
    found: Found,
    /// Where HEAD stands.
    pub base: Base,
    branch: Option<String>,
    laid: Laid,
    /// What its suite did; nothing where it was not to run, or not yet.
    pub run: Option<SuiteView>,
    /// What its suite runs on.
    pub ground: Ground,
}

/// Looks at a repository, and describes it as its files and the arguments say.
pub async fn suggested(invocation: &Invocation, said: Said<'_>) -> Result<Suggested, CommandError> {
    let path = said.path;
    let text = path.to_str().ok_or_else(|| {
        CommandError::usage(format!("{} is not UTF-8", path.display())).hint("Rename the folder.")
    })?;
    let name: RepositoryName = match said.name {
        Some(name) => name.parse()?,
        None => usual_name(path)?,
    };
    invocation.stage("looking at the files of HEAD");
    let (head, listing, found) = changing::surveyed(invocation, &name, path).await?;
    let or = |given: &[String], found: &[String]| {
        if given.is_empty() { found.to_vec() } else { given.to_vec() }
    };
    let packages = said.packages.map(|given| or(given, &found.packages)).unwrap_or_default();
    let laid = dependencies::looked_up(invocation, &packages, None).await?;
    let described = Described {
        name,
        path: text.to_owned(),
        roots: or(said.roots, &found.roots),
        tests: or(said.tests, &found.tests),
        packages,
        lock: laid.layer().map(|layer| layer.digest),
        python: found.python.clone(),
        seconds: said.seconds.unwrap_or(SECONDS),
        memory_mib: said.memory_mib.unwrap_or(MEMORY_MIB),
    };
    described.check().map_err(|error| CommandError::usage(error.to_string()))?;
    let ground = changing::ground_of(&listing, described.clone());
    // Code of others waits for the owner's word, although it would run in a box.
    let run = if said.run == Run::No || matches!(laid, Laid::Shown(_)) {
        None
    } else {
        Some(SuiteView::of(&alone::base(invocation, &ground, &head.base.tree).await?))
    };
    let (base, branch) = (head.base, head.branch);
    Ok(Suggested { described, found, base, branch, laid, run, ground })
}

/// A name made of that of the folder.
fn usual_name(path: &Path) -> Result<RepositoryName, CommandError> {
    let folder = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let folder = folder.unwrap_or_default();
    let stem = folder.strip_suffix(".git").unwrap_or(&folder);
    let plain = |symbol: char| if symbol.is_ascii_alphanumeric() { symbol } else { '-' };
    let name: String = stem.chars().take(MAX_NAME).map(plain).collect();
    name.trim_matches('-').parse().map_err(|_| {
        CommandError::usage(format!("{} gives no name", path.display()))
            .hint("Give one: `--name shop`.")
    })
}

/// Asks for the owner's word on exactly this description.
///
/// `was` is what is known under its name already, whose place it takes.
pub fn question(suggested: &Suggested, was: Option<&Described>) -> CommandError {
    let Suggested { described, found, base, branch, laid, run, ground: _ } = suggested;
    let digest = described.digest();
    let said: Vec<&str> = found.said_by.iter().map(String::as_str).collect();
    let at = match branch {
        Some(branch) => format!("{} ({branch})", base.commit),
        None => format!("{} (detached)", base.commit),
    };
    let page = Page::new()
        .title(format!("Let changes of {} be proposed?", described.name))
        .then(described_page(described))
        .fields(was.map(|was| ("Takes the place of", replaced(was, described))))
        .fields([
            ("HEAD", Cell::from(at)),
            (
                "Said by",
                Cell::from(if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }),
            ),
            (
                "Tests of HEAD",
                run.as_ref().map_or_else(|| Cell::from("not run yet"), SuiteView::cell),
            ),
            ("Digest", Cell::toned(digest.hex(), Tone::Dim)),
        ]);
    let page = match laid {
        Laid::None => page,
        Laid::Granted(layer) | Laid::Shown(layer) => {
            packages::shown(page, layer).text(Cell::toned(
                "Code of others: it will run in the sandbox with every change of this repository.",
                Tone::Warn,
            ))
        }
        Laid::Not(why) => page.text(Cell::toned(format!("Packages: {why}"), Tone::Warn)),
    };
    let confirmation = Confirmation {
        question: format!("Add {} exactly so, digest {}?", described.name, digest.short()),
        wanted: Answered::Yes,
        content_hash: digest,
        shown_digest: page.digest(),
        page,
    };
    let message = match laid {
        Laid::None | Laid::Granted(_) | Laid::Shown(_) => {
            "a repository needs the owner's word".to_owned()
        }
        Laid::Not(why) => {
            format!("a repository needs the owner's word; its packages could not be had: {why}")
        }
    };
    CommandError::new(ErrorKind::NeedsOwner, message)
        .hint(format!("Without a terminal, give `--yes --expect {}`.", digest.hex()))
        .asking(confirmation)
}

/// Names what is known already; a repository elsewhere is easily meant for another one.
fn replaced(was: &Described, now: &Described) -> Cell {
    if was.path == now.path {
        return Cell::from("what was said of it before");
    }
    Cell::toned(format!("another repository of this name, {}", was.path), Tone::Warn)
}
