//! `/improve-file`: improves a file of a repository, on evidence, into a proposal.
//!
//! Review, impact, generate and evaluate, again until the score is reached; each stage can be run alone on the documents of those
//! before it. What breaks a contract scores nothing, and then the file stays as it is.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use inspection::risk::Risk;
use inspection::score::THRESHOLD;
use record::domain::principal::Authority;
use record::domain::verdict::VerdictWord;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::error::{CommandError, Exit};
use work::contract::invocation::Invocation;
use work::contract::outcome::Outcome;
use work::contract::page::{Block, Page};
use work::contract::reserved::Reserved;
use work::improving::generating::Maker;
use work::improving::improve::{self, Iteration, Wanted};
use work::improving::improved_page::{self, Told};
use work::improving::kept;
use work::improving::pipeline::Pipeline;
use work::improving::proposing::{self, Part, Tests};
use work::improving::stage::{Given, alone};
use work::improving::stages::{Stage, read};
use work::improving::structuring::Structure;
use work::improving::subject::repository_of;
use work::improving::workplace::{self, Workplace};

/// Tries where nothing else is said, and the most.
const ITERATIONS: (u32, u32) = (3, 10);
/// Largest document of a stage, in bytes.
const MAX_DOCUMENT: usize = 8 << 20;

/// `/improve-file`
pub enum ImproveFile {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The file, as the repository has it
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What the improvement is for, in your own words
    #[arg(value_name = "DESCRIPTION")]
    pub description: Vec<String>,
    /// The repository, as `/repository` names it; else the one around
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub repo: String,
    /// The folder in which it was typed, found by whoever sends the command
    #[arg(skip)]
    pub whole: Option<PathBuf>,
    /// Improve this file too, in the same proposal (repeatable)
    #[arg(long, value_name = "FILE")]
    pub also: Vec<String>,
    /// Move definitions instead: split a file, or break a circle of two that import each other
    #[arg(long, value_enum, value_name = "HOW", conflicts_with_all = ["provider", "model", "pipeline"])]
    pub structure: Option<Structure>,
    /// Have the stages in the order of this file of the home's folder pipelines (owner only)
    #[arg(long, value_name = "FILE")]
    pub pipeline: Option<String>,
    /// Try at most so often, 1 to 10 (3)
    #[arg(long, value_name = "COUNT")]
    pub iterations: Option<u32>,
    /// The score that ends it, 0 to 1 (0.7); the file as it is scores 0.65
    #[arg(long, value_name = "SCORE")]
    pub threshold: Option<f64>,
    /// Provider to ask; without one, and without a model, rules improve the file
    #[arg(long)]
    pub provider: Option<String>,
    /// Model to ask
    #[arg(long)]
    pub model: Option<String>,
    /// Add no tests of what the file does today
    #[arg(long)]
    pub no_tests: bool,
    /// Run this stage alone, on the documents given
    #[arg(long, value_enum, value_name = "STAGE")]
    pub stage: Option<Stage>,
    /// A review made before
    #[arg(long, value_name = "FILE")]
    pub review: Option<PathBuf>,
    /// An impact made before
    #[arg(long, value_name = "FILE")]
    pub impact: Option<PathBuf>,
    /// A text made before, for the stage evaluate
    #[arg(long, value_name = "FILE")]
    pub generated: Option<PathBuf>,
    /// Write the improved file, or the document of the stage, into this new file (owner only)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Documents already read, by whoever sends the command
    #[arg(skip)]
    pub given: Given,
}

/// What comes of it.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The proposal; null where nothing was improved, or a stage was run alone.
    pub proposal_id: Option<String>,
    /// The file.
    pub file: String,
    /// The tries.
    pub iterations: Vec<Iteration>,
    /// Why replies of a model were no tries.
    #[serde(default)]
    pub unfit: Vec<String>,
    /// Whether the threshold was reached.
    pub accepted: bool,
    /// The best score; null where a stage was run alone.
    pub score: Option<f64>,
    /// The difference that is proposed; empty where there is none.
    pub diff: String,
    /// The verdict on the proposal; null where there is none.
    pub verdict: Option<VerdictWord>,
    /// The files of tests that came along.
    pub tests: Vec<String>,
    /// How much may go wrong with the proposal; null where there is none.
    #[serde(default)]
    pub risk: Option<Risk>,
    /// The stage whose answer is negative; null where there is none.
    #[serde(default)]
    pub failed_stage: Option<Stage>,
    /// The document of the stage; null where all were run.
    pub document: Option<serde_json::Value>,
    /// The file that was written; null where none was asked for.
    pub output: Option<String>,
}

impl Command for ImproveFile {
    const SPEC: Spec = Spec {
        name: "improve-file",
        aliases: &["self-improve"],
        summary: "Improve a file of a repository on evidence, into a proposal",
        group: Group::Propose,
        authority: Authority::Propose,
        access: Access::Write,
        free_text: Some("description"),
        examples: &[
            "/improve-file --repo shop src/shop/cart.py",
            "/self-improve --repo shop src/shop/cart.py make the discounts readable",
        ],
    };
    const RESERVED: &'static [Reserved] = &[
        Reserved::argument("output", "only the owner says where a file goes"),
        Reserved::argument("pipeline", "only the owner says in which order the stages run"),
    ];
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if args.file.is_empty()
            && let Some(first) = args.description.first()
        {
            // Free text takes the rest of a slash line, and its first word is the file.
            let whole = first.trim().to_owned();
            let (file, rest) = whole.split_once(char::is_whitespace).unwrap_or((&whole, ""));
            file.clone_into(&mut args.file);
            args.description =
                if rest.trim().is_empty() { Vec::new() } else { vec![rest.trim().to_owned()] };
        }
        let document =
            |path: Option<PathBuf>| path.map(|path| text_of(&path, surroundings)).transpose();
        if args.given == Given::default() {
            args.given = Given {
                review: document(args.review.take())?,
                impact: document(args.impact.take())?,
                generated: document(args.generated.take())?,
            };
        }
        if args.repo.is_empty() && args.whole.is_none() {
            args.whole = surroundings.whole(Path::new(".")).ok();
        }
        if let Some(path) = &mut args.output {
            *path = std::path::absolute(&*path).map_err(|error| {
                CommandError::usage(format!("{} names no file: {error}", path.display()))
            })?;
        }
        Ok(())
    }

    async fn run(invocation: &Invocation, mut args: Args) -> Result<Answer, CommandError> {
        if let Some(here) = args.whole.as_deref().filter(|_| args.repo.is_empty()) {
            let around = repository_of(invocation, here).await?;
            args.repo = around.map(|(described, _)| described.name.to_string()).unwrap_or_default();
        }
        check(&args)?;
        let workplace = workplace::open(invocation, &args.repo, &args.file).await?;
        match args.stage {
            Some(stage) => staged(invocation, &workplace, &args, stage).await,
            None => whole(invocation, &workplace, &args).await,
        }
    }
}

fn text_of(path: &Path, surroundings: &dyn Surroundings) -> Result<String, CommandError> {
    let bytes = surroundings.read(path, MAX_DOCUMENT)?;
    String::from_utf8(bytes)
        .map_err(|_| CommandError::usage(format!("{} is not UTF-8 text", path.display())))
}

fn check(args: &Args) -> Result<(), CommandError> {
    if args.file.is_empty() {
        return Err(CommandError::usage("the file is missing")
            .hint("Give it as the repository has it: `/improve-file --repo NAME FILE`."));
    }
    if args.repo.is_empty() {
        return Err(CommandError::usage("the repository is missing")
            .hint("Name it with --repo; see `/repository list`."));
    }
    if !(1..=ITERATIONS.1).contains(&args.iterations.unwrap_or(ITERATIONS.0)) {
        return Err(CommandError::usage(format!("--iterations takes 1 to {}", ITERATIONS.1)));
    }
    if !(0.0..=1.0).contains(&args.threshold.unwrap_or(THRESHOLD)) {
        return Err(CommandError::usage("--threshold takes 0 to 1"));
    }
    Ok(())
}

fn maker(args: &Args) -> Maker<'_> {
    match (args.structure, &args.provider, &args.model) {
        (Some(structure), _, _) => Maker::Structure(structure),
        (None, None, None) => Maker::Rules,
        (None, provider, model) => {
            Maker::Model { provider: provider.as_deref(), model: model.as_deref() }
        }
    }
}

async fn staged(
    invocation: &Invocation,
    workplace: &Workplace,
    args: &Args,
    stage: Stage,
) -> Result<Answer, CommandError> {
    let (document, is_negative) =
        alone(invocation, workplace, &args.given, (stage, maker(args))).await?;
    let output = written(args, || document.to_string())?;
    let file = workplace.path.to_string();
    let failed_stage = is_negative.then_some(stage);
    Ok(Answer { file, document: Some(document), output, failed_stage, ..Answer::default() })
}

fn written(args: &Args, text: impl FnOnce() -> String) -> Result<Option<String>, CommandError> {
    let Some(path) = &args.output else { return Ok(None) };
    kept::write_new(path, &text())?;
    Ok(Some(path.display().to_string()))
}

async fn whole(
    invocation: &Invocation,
    workplace: &Workplace,
    args: &Args,
) -> Result<Answer, CommandError> {
    let pipeline = match &args.pipeline {
        Some(name) => Pipeline::named(invocation.settings.home(), name)?,
        None => Pipeline::default(),
    };
    let purpose = args.description.join(" ");
    let mut wanted = Wanted {
        iterations: args.iterations.unwrap_or(ITERATIONS.0),
        threshold: args.threshold.unwrap_or(THRESHOLD),
        maker: maker(args),
        pipeline: &pipeline,
        purpose: &purpose,
        review: document(Stage::Review, args.given.review.as_deref())?,
        impact: document(Stage::Impact, args.given.impact.as_deref())?,
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut answer = Answer { file: workplace.path.to_string(), ..Answer::default() };
    let mut failed = None;
    for path in std::iter::once(workplace.path.as_str()).chain(args.also.iter().map(String::as_str))
    {
        let mut beside = Vec::new();
        for part in &parts {
            beside.extend(part.files()?);
        }
        let place = workplace.at(path, beside)?;
        let improved = improve::improve(invocation, &place, &wanted).await?;
        answer.iterations.extend(improved.iterations);
        answer.unfit.extend(improved.unfit);
        failed = failed.or(improved.failed);
        parts.extend(improved.best.map(|best| Part { workplace: place, best }));
        // Documents that were given speak of the first file alone.
        (wanted.review, wanted.impact) = (None, None);
    }
    let scores = parts.iter().map(|part| part.best.score);
    answer.score = Some(scores.reduce(f64::min).unwrap_or(0.0));
    answer.accepted = !parts.is_empty() && answer.score >= Some(wanted.threshold);
    answer.failed_stage = failed.filter(|_| !answer.accepted);
    if parts.is_empty() {
        return Ok(answer);
    }
    let tests = if args.no_tests { Tests::None } else { Tests::Observed };
    let typed = request(workplace, args);
    let proposed = proposing::propose(invocation, workplace, &parts, (&typed, tests)).await?;
    answer.output = match parts.first() {
        Some(first) => written(args, || first.best.text.clone())?,
        None => None,
    };
    answer.proposal_id = Some(proposed.id.to_string());
    answer.diff = proposed.diff;
    answer.verdict = Some(proposed.verdict);
    answer.tests = proposed.tests;
    answer.risk = Some(proposed.risk);
    Ok(answer)
}

fn document<T: DeserializeOwned>(
    stage: Stage,
    text: Option<&str>,
) -> Result<Option<T>, CommandError> {
    text.map(|text| read(stage, text)).transpose()
}

fn request(workplace: &Workplace, args: &Args) -> String {
    let said = args.description.join(" ");
    let what = if said.trim().is_empty() { "without changing what it does" } else { said.trim() };
    let files: Vec<&str> = std::iter::once(workplace.path.as_str())
        .chain(args.also.iter().map(String::as_str))
        .collect();
    format!("improve {}: {what}", files.join(", "))
}

impl Outcome for Answer {
    fn page(&self) -> Page {
        if let Some(document) = &self.document {
            let text = serde_json::to_string_pretty(document).unwrap_or_default();
            let page = Page::new().block(Block::Document(text));
            return match self.failed_stage {
                Some(stage) => page.text(improved_page::failed(stage)),
                None => page,
            };
        }
        improved_page::page(&Told {
            file: &self.file,
            iterations: &self.iterations,
            proposal_id: self.proposal_id.as_deref(),
            verdict: self.verdict,
            diff: &self.diff,
            score: self.score,
            accepted: self.accepted,
            tests: &self.tests,
            risk: self.risk.as_ref(),
            unfit: &self.unfit,
            failed_stage: self.failed_stage,
        })
    }

    fn exit(&self) -> Exit {
        let is_staged = self.document.is_some() && self.failed_stage.is_none();
        let is_refused = self.verdict.is_some_and(|verdict| verdict == VerdictWord::Failed);
        if is_staged || (self.accepted && !is_refused) { Exit::Done } else { Exit::Negative }
    }
}
