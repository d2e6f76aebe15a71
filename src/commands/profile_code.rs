//! `/profile-code`: tells where the time of a proposal's tests goes, line by line.
//!
//! Lines are measured by tracing, functions by looks at the stack every few milliseconds of work, inside the sandbox. The flame graph is a picture without scripts,
//! because its names come from code that nobody has approved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use inspection::flame::flame;
use record::domain::principal::Authority;
use sandbox::study::{Frame, Profiled, Stack};
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::contract::reserved::Reserved;
use work::improving::kept;
use work::improving::measuring::{Measurable, measurable};
use work::reporting::views;

/// Lines and functions that are told.
const MAX_TOLD: usize = 15;

/// `/profile-code`
pub enum ProfileCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Revision to look at instead of the newest
    #[arg(long, value_name = "NUMBER")]
    pub revision: Option<u32>,
    /// Run this test or file of tests only (repeatable)
    #[arg(long, value_name = "TEST")]
    pub test: Vec<String>,
    /// Draw a flame graph into this new file, as SVG (owner only)
    #[arg(long, value_name = "FILE")]
    pub flame: Option<PathBuf>,
}

/// What comes of it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The revision.
    pub revision: u32,
    /// Samples that were taken, one for every few milliseconds of work.
    pub samples: u64,
    /// Lines that take most themselves, measured by tracing, hottest first.
    pub lines: Vec<Spot>,
    /// Functions that take most with all that they call, by samples, hottest first.
    pub functions: Vec<Spot>,
    /// Whether it changes a repository; absent where it does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_change: bool,
    /// The file of the flame graph; null where none was asked for.
    pub flame: Option<String>,
}

/// A place in which time goes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// The file.
    pub path: String,
    /// The line, from 1; of a function the first that was seen.
    pub line: u32,
    /// The function.
    pub function: String,
    /// The text of the line.
    pub text: String,
    /// Percent of the time that it takes itself; of a line, calls outside of the files included.
    pub own_percent: f64,
    /// Percent of the time that it takes with all that it calls; null of a line.
    pub total_percent: Option<f64>,
}

impl Command for ProfileCode {
    const SPEC: Spec = Spec {
        name: "profile-code",
        aliases: &[],
        summary: "Tell where the time of a proposal's tests goes, line by line",
        group: Group::Run,
        authority: Authority::Propose,
        // Boxes take places of the engine, and only the one that writes counts them.
        access: Access::Write,
        free_text: None,
        examples: &["/profile-code @", "/profile-code 7c2e --flame flame.svg"],
    };
    const RESERVED: &'static [Reserved] =
        &[Reserved::argument("flame", "only the owner says where a file goes")];
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, _surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if let Some(path) = &mut args.flame {
            *path = std::path::absolute(&*path).map_err(|error| {
                CommandError::usage(format!("{} names no file: {error}", path.display()))
            })?;
        }
        Ok(())
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let revision = lookup::revision(invocation, &proposal, args.revision).await?;
        let measurable = measurable(invocation, &proposal, &revision).await?;
        invocation.stage("running the tests again and again");
        let Profiled { stacks, lines } = measurable.profile(invocation, &args.test).await?;
        let samples: u64 = stacks.iter().map(|stack| stack.count).sum();
        if samples == 0 {
            let message = "no time was seen in the code: no test ran, or all end at once";
            return Err(CommandError::new(ErrorKind::State, message)
                .hint(format!("Run `/sandbox-code {}` first.", proposal.id)));
        }
        let title = format!("{} revision {}", proposal.id, revision.number);
        let flame = drawn(args.flame.as_ref(), &title, &stacks)?;
        Ok(Answer {
            proposal_id: proposal.id.to_string(),
            revision: revision.number,
            samples,
            lines: hot_lines(&measurable, lines),
            functions: hot_functions(&measurable, &stacks, samples),
            is_change: revision.source.change().is_some(),
            flame,
        })
    }
}

fn drawn(
    path: Option<&PathBuf>,
    title: &str,
    stacks: &[Stack],
) -> Result<Option<String>, CommandError> {
    let Some(path) = path else { return Ok(None) };
    let name = |frame: &Frame| format!("{} ({}:{})", frame.function, frame.path, frame.line);
    let named = |stack: &Stack| (stack.frames.iter().map(name).collect(), stack.count);
    let stacks: Vec<(Vec<String>, u64)> = stacks.iter().map(named).collect();
    kept::write_new(path, &flame(title, &stacks))?;
    Ok(Some(path.display().to_string()))
}

/// The lines that take most themselves.
fn hot_lines(measurable: &Measurable, mut lines: Vec<(Frame, f64)>) -> Vec<Spot> {
    let all: f64 = lines.iter().map(|(_, seconds)| seconds).sum();
    lines.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let spot = |(frame, seconds): (Frame, f64)| Spot {
        text: measurable.line(&frame.path, frame.line),
        path: frame.path,
        line: frame.line,
        function: frame.function,
        own_percent: rounded(seconds / all.max(f64::MIN_POSITIVE)),
        total_percent: None,
    };
    lines.into_iter().take(MAX_TOLD).map(spot).collect()
}

/// A share in percent, to one digit.
fn rounded(share: f64) -> f64 {
    (share * 1_000.0).round() / 10.0
}

/// Counts of a function: there itself, and with what it calls.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    own: u64,
    total: u64,
    line: u32,
}

/// The functions that take most with all that they call.
fn hot_functions(measurable: &Measurable, stacks: &[Stack], samples: u64) -> Vec<Spot> {
    let mut counts: BTreeMap<(String, String), Counts> = BTreeMap::new();
    for stack in stacks {
        let mut seen = BTreeSet::new();
        for (place, frame) in stack.frames.iter().enumerate() {
            let key = (frame.path.clone(), frame.function.clone());
            let spot = counts.entry(key.clone()).or_default();
            spot.line = if spot.line == 0 { frame.line } else { spot.line.min(frame.line) };
            // A function that calls itself is there once.
            spot.total += if seen.insert(key) { stack.count } else { 0 };
            spot.own += if place + 1 == stack.frames.len() { stack.count } else { 0 };
        }
    }
    let mut found: Vec<((String, String), Counts)> = counts.into_iter().collect();
    found.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.total, counts.own)));
    let exact = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let percent = |count: u64| rounded(exact(count) / exact(samples.max(1)));
    let spot = |((path, function), counts): ((String, String), Counts)| Spot {
        text: measurable.line(&path, counts.line),
        line: counts.line,
        own_percent: percent(counts.own),
        total_percent: Some(percent(counts.total)),
        path,
        function,
    };
    found.into_iter().take(MAX_TOLD).map(spot).collect()
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let percent = |share: f64| Cell::from(format!("{share:.1} %"));
        let place = |spot: &Spot| Cell::from(format!("{}:{}", spot.path, spot.line));
        let line = |spot: &Spot| {
            let text = Cell::from(spot.text.as_str());
            vec![
                percent(spot.own_percent),
                place(spot),
                Cell::toned(&*spot.function, Tone::Dim),
                text,
            ]
        };
        let function = |spot: &Spot| {
            let total = percent(spot.total_percent.unwrap_or(spot.own_percent));
            vec![total, percent(spot.own_percent), place(spot), Cell::from(spot.function.as_str())]
        };
        let head = |words: [&str; 4]| words.map(str::to_owned).to_vec();
        let page = Page::new()
            .title(format!("{} revision {}", self.proposal_id, self.revision))
            .text("The lines that take most themselves:")
            .block(Block::Table {
                head: head(["Itself", "Place", "Function", "Line"]),
                rows: self.lines.iter().map(line).collect(),
            })
            .text(format!("The functions, in {} of the stack:", counted(self.samples, "sample")))
            .block(Block::Table {
                head: head(["With calls", "Itself", "Place", "Function"]),
                rows: self.functions.iter().map(function).collect(),
            });
        let page = match &self.flame {
            Some(path) => page.fields([("Flame graph", Cell::from(path.as_str()))]),
            None => page,
        };
        let id = &self.proposal_id;
        let (before, this) = (self.revision.saturating_sub(1), self.revision);
        let compares = format!("/compare-code {id} {before}..{this}  tells which is faster");
        let faster = "stores a faster revision of yours";
        let refines = views::by_hand(id, self.is_change, "--code", faster);
        page.next([refines].into_iter().chain((before > 0).then_some(compares)))
    }
}
