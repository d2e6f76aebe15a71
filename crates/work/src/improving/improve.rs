//! The loop of an improvement: review, impact, generate, evaluate, and again from the best so far.
//!
//! Each try starts from the best text and is told why the last was refused. What breaks the contract scores nothing and keeps the
//! original; a later worse try never replaces a better one. An owner may have the stages in another order (`pipeline.rs`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::improving::evaluating::{Evaluated, evaluate};
use crate::improving::generating::{Made, Maker, Start, generate};
use crate::improving::impact::impact;
use crate::improving::pipeline::{By, Pipeline, Step};
use crate::improving::reached::Reached;
use crate::improving::reviewing::review;
use crate::improving::stages::{Evaluation, Generated, Impact, Other, Review, Stage};
use crate::improving::workplace::Workplace;
use inspection::findings::finding::Finding;
use inspection::score::UNCHANGED;
use record::domain::revision::Authorship;
use sandbox::study::Replayed;

/// Most findings that an iteration tells.
const MAX_FINDINGS: usize = 10;

/// What an improvement is told.
pub struct Wanted<'a> {
    /// The most tries.
    pub iterations: u32,
    /// The score that ends them.
    pub threshold: f64,
    /// Who makes the texts.
    pub maker: Maker<'a>,
    /// The stages of each try.
    pub pipeline: &'a Pipeline,
    /// What it is for, in words of whoever asked; empty where they said nothing.
    pub purpose: &'a str,
    /// A review that somebody else made, for the first try.
    pub review: Option<Review>,
    /// What the file reaches, as somebody else knows it.
    pub impact: Option<Impact>,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Iteration {
    /// The file.
    #[serde(default)]
    pub file: String,
    /// Its score, 0 to 1.
    pub score: f64,
    /// Whether it reached the threshold.
    pub accepted: bool,
    /// Who made it.
    pub by: String,
    /// What was found in the text that it started from.
    pub findings: Vec<Finding>,
    /// The files that a change reaches.
    pub impact: Vec<Reached>,
    /// What was done, a sentence each.
    pub explanation: Vec<String>,
    /// What it is worth, with its parts.
    pub evaluation: Evaluation,
}

/// The best text of all tries.
pub struct Best {
    /// The text.
    pub text: String,
    /// The files that go with it.
    pub others: Vec<Other>,
    /// Its score.
    pub score: f64,
    /// Who answers for it.
    pub authorship: Authorship,
    /// What was done.
    pub explanation: Vec<String>,
    /// The calls that it answers like the old text.
    pub replayed: Option<Replayed>,
}

/// Everything that the loop came to.
pub struct Improved {
    /// The tries.
    pub iterations: Vec<Iteration>,
    /// The best of them; none where all are refused.
    pub best: Option<Best>,
    /// Why replies of a model were no tries.
    pub unfit: Vec<String>,
    /// The stage whose answer is negative; none where the threshold is reached.
    pub failed: Option<Stage>,
}

/// What is known while tries go on.
struct State<'a> {
    wanted: &'a Wanted<'a>,
    review: Option<Review>,
    impact: Option<Impact>,
    refusals: Vec<String>,
    seen: Vec<String>,
}

/// A try on its way.
struct Try {
    generated: Generated,
    authorship: Authorship,
    evaluated: Option<Evaluated>,
}

impl Wanted<'_> {
    /// The score that a text has to exceed to be kept: what the rules make for no stated purpose is of use only where it is better.
    fn floor(&self) -> f64 {
        let is_aimless = self.purpose.is_empty() && matches!(self.maker, Maker::Rules);
        if is_aimless { UNCHANGED.min(self.threshold) } else { 0.0 }
    }
}

/// What came of a turn.
enum Came {
    /// A try.
    Try(Box<Try>),
    /// What there was, or was tried before.
    Nothing,
    /// A reply of a model that is no text of the file; why not.
    Unfit(String),
}

/// Tries until a score is reached, the tries are over, or nothing new comes of them.
pub async fn improve(
    invocation: &Invocation,
    workplace: &Workplace,
    wanted: &Wanted<'_>,
) -> Result<Improved, CommandError> {
    let mut improved = Improved {
        iterations: Vec::new(),
        best: None,
        unfit: Vec::new(),
        failed: Some(Stage::Generate),
    };
    let mut state = State {
        wanted,
        review: wanted.review.clone(),
        impact: wanted.impact.clone(),
        refusals: Vec::new(),
        seen: vec![workplace.old.clone()],
    };
    for turn in 1..=wanted.iterations {
        let step = invocation.under(&format!("improve {} {turn}", workplace.path));
        step.stage(format!("{}: try {turn} of {}", workplace.path, wanted.iterations));
        let text = improved.best.as_ref().map_or(&workplace.old, |best| &best.text).clone();
        let came = match one(&step, workplace, (&text, turn), &mut state).await {
            // What was reached before is not lost with a later try.
            Err(error) if improved.best.is_some() && error.kind != ErrorKind::Interrupted => {
                improved.unfit.push(format!("try {turn} came to nothing: {}", error.message));
                break;
            }
            came => came?,
        };
        let tried = match came {
            Came::Try(tried) => tried,
            Came::Nothing => break,
            Came::Unfit(why) => {
                // The next try is told, as it is told of a refusal.
                state.refusals = vec![why.clone()];
                improved.unfit.push(why);
                continue;
            }
        };
        let Try { generated, authorship, evaluated: Some(evaluated) } = *tried else { break };
        state.refusals.clone_from(&evaluated.evaluation.gate.refusals);
        let is_accepted = evaluated.evaluation.score >= wanted.threshold;
        improved.failed = (!is_accepted).then_some(Stage::Evaluate);
        let findings = state.review.take().map(|review| review.findings).unwrap_or_default();
        let reached = state.impact.as_ref().map(|impact| impact.affected.clone());
        let told = (findings, reached.unwrap_or_default());
        take(
            &mut improved,
            told,
            (generated, authorship),
            (evaluated, is_accepted),
            wanted.floor(),
        );
        if is_accepted {
            break;
        }
    }
    Ok(improved)
}

/// Makes one try.
async fn one(
    invocation: &Invocation,
    workplace: &Workplace,
    (text, turn): (&str, u32),
    state: &mut State<'_>,
) -> Result<Came, CommandError> {
    let mut tried = Try {
        generated: Generated::unchanged(workplace.path.as_str(), text),
        authorship: Authorship::repaired(),
        evaluated: None,
    };
    for (place, step) in state.wanted.pipeline.steps.iter().enumerate() {
        let under = invocation.under(&format!("stage {place}"));
        match step.run {
            Stage::Review => {
                if state.review.is_none() {
                    let made = review(&under, workplace, &tried.generated.text).await;
                    state.review = Some(made.map_err(|error| step.run.failed(error))?);
                }
            }
            Stage::Impact => {
                if state.impact.is_none() {
                    let made = impact(&under, workplace).await;
                    state.impact = Some(made.map_err(|error| step.run.failed(error))?);
                }
            }
            Stage::Generate => {
                let made = further(&under, workplace, (&mut tried, turn), step, state).await;
                if let Some(why) = made.map_err(|error| step.run.failed(error))? {
                    return Ok(Came::Unfit(why));
                }
            }
            Stage::Evaluate => {
                if state.seen.contains(&tried.generated.text) {
                    // It was tried before, or is what there was: nothing is gained by trying it again.
                    return Ok(Came::Nothing);
                }
                state.seen.push(tried.generated.text.clone());
                let made = evaluate(&under, workplace, &tried.generated).await;
                let evaluated = made.map_err(|error| step.run.failed(error))?;
                let is_open = evaluated.evaluation.gate.open;
                tried.evaluated = Some(evaluated);
                if !is_open {
                    return Ok(Came::Try(Box::new(tried)));
                }
            }
        }
    }
    Ok(Came::Try(Box::new(tried)))
}

/// Makes a text from the one so far; says why where a reply is none.
async fn further(
    invocation: &Invocation,
    workplace: &Workplace,
    (tried, turn): (&mut Try, u32),
    step: &Step,
    state: &State<'_>,
) -> Result<Option<String>, CommandError> {
    let findings = state.review.as_ref().map_or(&[][..], |review| &review.findings);
    let affected = state.impact.as_ref().map_or(&[][..], |impact| &impact.affected);
    let prompt = step.prompt.as_deref().unwrap_or_default();
    let start = Start {
        text: &tried.generated.text,
        findings,
        affected,
        refusals: &state.refusals,
        purpose: [state.wanted.purpose, prompt],
        turn,
    };
    let named = (step.provider.as_deref(), step.model.as_deref());
    let maker = match (step.by, state.wanted.maker) {
        (Some(By::Rules), _) => Maker::Rules,
        (None, maker) if named == (None, None) && step.prompt.is_none() => maker,
        (_, Maker::Model { provider, model }) => {
            Maker::Model { provider: named.0.or(provider), model: named.1.or(model) }
        }
        (_, Maker::Rules | Maker::Structure(_)) => {
            Maker::Model { provider: named.0, model: named.1 }
        }
    };
    let (generated, authorship) = match generate(invocation, workplace, start, maker).await? {
        Made::Text(generated, authorship) => (generated, *authorship),
        Made::Unfit(why) => return Ok(Some(why)),
    };
    let is_first = tried.generated.by.is_empty();
    let explanation = [tried.generated.explanation.clone(), generated.explanation].concat();
    let by =
        if is_first { generated.by } else { format!("{}, {}", tried.generated.by, generated.by) };
    tried.generated = Generated { by, explanation, ..generated };
    tried.authorship = authorship;
    Ok(None)
}

fn take(
    improved: &mut Improved,
    (mut findings, impact): (Vec<Finding>, Vec<Reached>),
    (generated, authorship): (Generated, Authorship),
    (evaluated, accepted): (Evaluated, bool),
    floor: f64,
) {
    let Evaluated { evaluation, replayed } = evaluated;
    let score = evaluation.score;
    findings.truncate(MAX_FINDINGS);
    improved.iterations.push(Iteration {
        file: generated.path.clone(),
        score,
        accepted,
        by: generated.by.clone(),
        findings,
        impact,
        explanation: generated.explanation.clone(),
        evaluation,
    });
    let best = improved.best.as_ref().map_or(floor, |best| best.score);
    if score > best || (accepted && improved.best.is_none()) {
        let Generated { text, explanation, others, .. } = generated;
        improved.best = Some(Best { text, others, score, authorship, explanation, replayed });
    }
}
