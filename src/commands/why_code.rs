//! `/why-code`: tells why a line or file is as it is, with proofs.
//!
//! A line is followed through moves to the commit that wrote it, from there to what its message names and to what our own record holds.
//! The blame of a file is kept where the home can be written; where it cannot, it is asked of git each time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::named;
use crate::commands::remembering::subject::{Meant, Subject};
use crate::commands::remembering::views::{HopView, StateView, hops};
use crate::commands::remembering::work_tree_line::{Standing, standing};
use foundation::store::memory::{KeptFile, KeptHunk, Proposed};
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Cell, Page, Tone};
use work::contract::step::word;
use work::memory::decided;
use work::memory::error::MemoryError;
use work::memory::hops::{HopKind, short};
use work::memory::loaded::{Loaded, ask, shown};
use work::memory::site::Site;
use work::memory::trail::{self, Trail};

/// Most proposals of a path that are looked through.
const MOST_PROPOSED: u32 = 50;

/// `/why-code`
pub enum WhyCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// A file of the repository, with a line after a colon where one is meant
    #[arg(value_name = "FILE[:LINE]")]
    pub place: String,
    /// The repository
    #[command(flatten)]
    #[serde(flatten)]
    pub meant: Meant,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// What the memory stands for.
    #[serde(flatten)]
    pub state: StateView,
    /// The file.
    pub path: String,
    /// The line; null for the whole file.
    pub line: Option<u32>,
    /// The same line in the commit, where the work tree has it elsewhere; null where it has not.
    pub commit_line: Option<u32>,
    /// From the commit on, in order.
    pub hops: Vec<HopView>,
    /// What was tried on the file and taken back or rejected.
    pub tries: Vec<HopView>,
}

impl Command for WhyCode {
    const SPEC: Spec = Spec {
        name: "why-code",
        aliases: &[],
        summary: "Tell why a line or file is as it is, each step with what proves it",
        group: Group::Learn,
        authority: Authority::Read,
        access: Access::Record,
        free_text: None,
        examples: &["/why-code src/shop/cart.py:12 --repo shop", "/why-code src/shop/cart.py"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        args.meant.prepare(surroundings);
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let subject = args.meant.find(invocation, Self::SPEC.name).await?;
        let (typed, line) = parted(&args.place);
        let path = &named::path(&subject, typed);
        let store = invocation.store()?;
        let commit_line = line_of_commit(invocation, &subject, (path, line)).await?;
        let (loaded, found) = answered(invocation, &subject, (path, commit_line)).await?;
        let mut steps = found.trail.hops;
        if let Some((proposal, commit)) = &found.trail.proposal {
            let own = decided::of_commit(store, proposal, commit).await?;
            // What our own record holds says more than a note of the same decision.
            if own.iter().any(|hop| hop.kind == HopKind::Review) {
                steps.retain(|hop| hop.kind != HopKind::Note || hop.name != *proposal);
            }
            steps.extend(own);
        }
        let mut tries = found.trail.tries;
        tries.extend(decided::attempts(store, found.proposed).await?);
        Ok(Answer {
            state: StateView::of(&subject.shown, &loaded, subject.has_moved_from(&loaded.head)),
            path: found.trail.path,
            line,
            commit_line: commit_line.filter(|_| commit_line != line),
            hops: steps.into_iter().map(HopView::from).collect(),
            tries: tries.into_iter().map(HopView::from).collect(),
        })
    }
}

/// What was found in the store.
struct Found {
    trail: Trail,
    proposed: Vec<Proposed>,
}

/// `FILE:LINE` in its parts; a colon that no number follows belongs to the name.
fn parted(place: &str) -> (&str, Option<u32>) {
    let parts = place.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?)));
    parts.map_or((place, None), |(path, line)| (path, Some(line)))
}

/// The line of the commit that is meant by one of the work tree.
async fn line_of_commit(
    invocation: &Invocation,
    subject: &Subject,
    (path, line): (&str, Option<u32>),
) -> Result<Option<u32>, CommandError> {
    let Some(line) = line else { return Ok(None) };
    let name = subject.name.as_str();
    let (loaded, file) =
        ask(invocation.store()?, name, |_, loaded| Ok(loaded.file(path).cloned()))?;
    let Some(file) = file else { return Ok(Some(line)) };
    match standing(invocation, subject, &file, line).await {
        Standing::At(line) => Ok(Some(line)),
        Standing::New => {
            let (path, commit) = (shown(&file.path), short(&loaded.head));
            Err(MemoryError::OnlyHere { path, line, commit }.into())
        }
    }
}

/// Asks the memory, and git where the blame of the file is not kept.
async fn answered(
    invocation: &Invocation,
    subject: &Subject,
    (path, line): (&str, Option<u32>),
) -> Result<(Loaded, Found), CommandError> {
    let store = invocation.store()?;
    let unknown = || named::unknown(invocation, subject, path);
    let asked = |fresh: &[KeptHunk]| {
        ask(store, subject.name.as_str(), |recall, loaded| {
            let Some(file) = loaded.file(path) else { return Ok(None) };
            let trail = match line {
                Some(line) => trail::of_line(recall, loaded, (file, line), fresh)?,
                None => trail::of_file(recall, loaded, file)?,
            };
            let name = String::from_utf8_lossy(&file.path).into_owned();
            let proposed = recall.proposed(subject.name.as_str(), &name, MOST_PROPOSED)?;
            Ok(Some((file.clone(), trail, proposed)))
        })
    };
    let (loaded, found) = asked(&[])?;
    let (file, trail, proposed) = found.ok_or_else(unknown)?;
    if let Some(trail) = trail {
        return Ok((loaded, Found { trail, proposed }));
    }
    let Some(line) = line else { return Err(unknown()) };
    let fresh = blamed(invocation, subject, &loaded, &file).await?;
    let (loaded, found) = asked(&fresh)?;
    let (_, trail, proposed) = found.ok_or_else(unknown)?;
    let no_line = || MemoryError::NoLine { path: shown(&file.path), line };
    Ok((loaded, Found { trail: trail.ok_or_else(no_line)?, proposed }))
}

async fn blamed(
    invocation: &Invocation,
    subject: &Subject,
    loaded: &Loaded,
    file: &KeptFile,
) -> Result<Vec<KeptHunk>, CommandError> {
    let repository = subject.open(invocation)?;
    let site = Site {
        store: invocation.store()?,
        repository: &repository,
        name: subject.name.as_str(),
        cancel: &invocation.cancel,
        progress: &|words| invocation.stage(words),
        at: invocation.now(),
    };
    Ok(trail::blame(&site, loaded, file).await?)
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let place = match (self.line, self.commit_line) {
            (Some(line), Some(there)) => {
                format!("{}:{line}, line {there} of the commit", self.path)
            }
            (Some(line), None) => format!("{}:{line}", self.path),
            (None, _) => self.path.clone(),
        };
        let page = Page::new().title(place).block(hops(&self.hops));
        let page = if self.tries.is_empty() {
            page
        } else {
            page.text(Cell::toned("Tried, and taken back or rejected", Tone::Strong))
                .block(hops(&self.tries))
        };
        page.then(self.state.page()).next([format!(
            "/impact-code {} --repo {}  tells what a change of it reaches",
            word(&self.path),
            word(&self.state.repository)
        )])
    }
}
