//! `/compare-code`: tells whether one revision is faster than another.
//!
//! Both are run in turns, each time in a fresh box, so that what else the machine does falls on both alike. The answer is an effect with
//! an interval, and "no difference" where none can be told.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use inspection::statistics::{Answer as Told, Compared, compare};
use record::domain::principal::Authority;
use record::domain::role::Role;
use sandbox::study::Timed;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Cell, Page, Tone, counted};
use work::improving::measuring::{Measurable, measurable};

/// Rounds where nothing else is said, the fewest and the most.
const ROUNDS: (u32, u32, u32) = (10, 4, 50);
/// Tests that a page shows.
const MAX_SHOWN: usize = 10;

/// `/compare-code`
pub enum CompareCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest
    #[arg(value_name = "ID")]
    pub id: String,
    /// Two revisions, such as 1..2
    #[arg(value_name = "A..B")]
    pub range: String,
    /// Run each so often, 4 to 50 (10)
    #[arg(long, value_name = "COUNT")]
    pub rounds: Option<u32>,
    /// Run this test or file of tests only (repeatable)
    #[arg(long, value_name = "TEST")]
    pub test: Vec<String>,
}

/// What comes of it; none of it is evidence of whether tests pass.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal.
    pub proposal_id: String,
    /// The first revision.
    pub a: u32,
    /// The second one.
    pub b: u32,
    /// How often each was run.
    pub rounds: u32,
    /// All tests that both have, together; times are seconds of the processor for one call of each.
    pub total: Compared,
    /// Each test that both have, those that differ most first.
    pub tests: Vec<Test>,
    /// What limits the answer.
    pub notes: Vec<String>,
}

/// One test.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Test {
    /// Its id.
    pub name: String,
    /// What its times say.
    #[serde(flatten)]
    pub compared: Compared,
}

impl Command for CompareCode {
    const SPEC: Spec = Spec {
        name: "compare-code",
        aliases: &[],
        summary: "Tell whether one revision of a proposal is faster than another",
        group: Group::Run,
        authority: Authority::Propose,
        // Boxes take places of the engine, and only the one that writes counts them.
        access: Access::Write,
        free_text: None,
        examples: &["/compare-code @ 1..2", "/compare-code 7c2e 1..3 --rounds 20"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let rounds = args.rounds.unwrap_or(ROUNDS.0);
        if !(ROUNDS.1..=ROUNDS.2).contains(&rounds) {
            return Err(CommandError::usage(format!(
                "--rounds takes {} to {}",
                ROUNDS.1, ROUNDS.2
            )));
        }
        let (a, b) = range(&args.range)?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OwnNewest).await?;
        let first = lookup::revision(invocation, &proposal, Some(a)).await?;
        let second = lookup::revision(invocation, &proposal, Some(b)).await?;
        let mut notes = Vec::new();
        if first.source.text_of(Role::Test) != second.source.text_of(Role::Test) {
            notes.push(
                "the tests of both differ: only those of the same name are compared".to_owned(),
            );
        }
        let sides = [
            measurable(invocation, &proposal, &first).await?,
            measurable(invocation, &proposal, &second).await?,
        ];
        let times = measured(invocation, &sides, &args.test, rounds).await?;
        let [series_a, series_b] = &times;
        let (total, tests) = compared(series_a, series_b, rounds).ok_or_else(|| {
            CommandError::new(ErrorKind::State, "no test passes in both revisions often enough")
                .hint(format!("Run `/sandbox-code {}` first, and repair what fails.", proposal.id))
        })?;
        Ok(Answer { proposal_id: proposal.id.to_string(), a, b, rounds, total, tests, notes })
    }
}

fn range(typed: &str) -> Result<(u32, u32), CommandError> {
    let numbers =
        typed.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    match numbers {
        Some((a, b)) if a != b => Ok((a, b)),
        Some(_) | None => Err(CommandError::usage(format!("{typed} names no two revisions"))
            .hint("Give their numbers: `/compare-code <id> 1..2`.")),
    }
}

/// Times of each test of a side, one for each round.
type Series = BTreeMap<String, Vec<f64>>;

/// Runs both sides in turns; which goes first changes from round to round.
async fn measured(
    invocation: &Invocation,
    sides: &[Measurable; 2],
    tests: &[String],
    rounds: u32,
) -> Result<[Series; 2], CommandError> {
    let [a, b] = sides;
    let mut series = [Series::new(), Series::new()];
    for round in 1..=rounds {
        invocation.stage(format!("round {round} of {rounds}"));
        let [first, second] = &mut series;
        if round % 2 == 1 {
            add(first, a.times(invocation, tests).await?);
            add(second, b.times(invocation, tests).await?);
        } else {
            add(second, b.times(invocation, tests).await?);
            add(first, a.times(invocation, tests).await?);
        }
    }
    Ok(series)
}

fn add(series: &mut Series, times: Vec<Timed>) {
    for timed in times {
        series.entry(timed.name).or_default().push(timed.seconds);
    }
}

/// A test that both sides have, with its times on each.
type Common<'a> = (&'a String, &'a Vec<f64>, &'a Vec<f64>);

/// Compares the tests that both sides have in every round, all together and each.
fn compared(a: &Series, b: &Series, rounds: u32) -> Option<(Compared, Vec<Test>)> {
    let whole = usize::try_from(rounds).unwrap_or(usize::MAX);
    let common: Vec<Common<'_>> = a
        .iter()
        .filter_map(|(name, first)| Some((name, first, b.get(name)?)))
        .filter(|(_, first, second)| first.len() == whole && second.len() == whole)
        .collect();
    if common.is_empty() {
        return None;
    }
    let sum = |pick: fn(&Common<'_>, usize) -> f64| -> Vec<f64> {
        (0..whole).map(|round| common.iter().map(|one| pick(one, round)).sum()).collect()
    };
    let first = |one: &Common<'_>, round| at(one.1, round);
    let second = |one: &Common<'_>, round| at(one.2, round);
    let total = compare(&sum(first), &sum(second))?;
    let test = |(name, first, second): &Common<'_>| {
        Some(Test { name: (*name).clone(), compared: compare(first, second)? })
    };
    let mut tests: Vec<Test> = common.iter().filter_map(test).collect();
    let change = |test: &Test| {
        if test.compared.answer == Told::NoDifference {
            0.0
        } else {
            (test.compared.ratio.ln()).abs()
        }
    };
    tests.sort_by(|left, right| {
        change(right).total_cmp(&change(left)).then_with(|| left.name.cmp(&right.name))
    });
    Some((total, tests))
}

fn at(series: &[f64], round: usize) -> f64 {
    series.get(round).copied().unwrap_or(0.0)
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        let mut page = Page::new()
            .title(format!("{} revision {} against {}", self.proposal_id, self.a, self.b))
            .fields([
                ("Answer", answer(&self.total, self.b)),
                (
                    "Median",
                    Cell::from(format!(
                        "{} and {}",
                        time(self.total.median_a),
                        time(self.total.median_b)
                    )),
                ),
                ("Effect", Cell::from(format!("{:+.2} (Cliff's delta)", self.total.effect))),
                (
                    "Measured",
                    Cell::from(format!(
                        "{} in turns, {}",
                        counted(self.rounds, "round"),
                        counted(self.tests.len(), "test")
                    )),
                ),
            ]);
        let rows: Vec<Vec<Cell>> = self
            .tests
            .iter()
            .filter(|test| test.compared.answer != Told::NoDifference)
            .take(MAX_SHOWN)
            .map(|test| {
                let compared = &test.compared;
                vec![
                    Cell::from(test.name.as_str()),
                    Cell::from(time(compared.median_a)),
                    Cell::from(time(compared.median_b)),
                    answer(compared, self.b),
                ]
            })
            .collect();
        if !rows.is_empty() {
            let head = ["Test", "A", "B", "Answer"].map(str::to_owned).to_vec();
            page = page.block(Block::Table { head, rows });
        }
        for note in &self.notes {
            page = page.text(Cell::toned(note.as_str(), Tone::Dim));
        }
        page
    }
}

fn answer(compared: &Compared, b: u32) -> Cell {
    let (low, high) = compared.interval;
    let ratio = format!("{:.2} times as long, 95 % between {low:.2} and {high:.2}", compared.ratio);
    match compared.answer {
        Told::NoDifference => Cell::from(format!("no difference ({ratio})")),
        Told::Faster => Cell::toned(format!("revision {b} is faster ({ratio})"), Tone::Good),
        Told::Slower => Cell::toned(format!("revision {b} is slower ({ratio})"), Tone::Bad),
    }
}

/// A time in the unit in which people would say it.
fn time(seconds: f64) -> String {
    if seconds < 1e-3 {
        format!("{:.1} µs", seconds * 1e6)
    } else if seconds < 1.0 {
        format!("{:.2} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}
