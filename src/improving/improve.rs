//! The loop of an improvement: review, impact, generate, evaluate, and again from the best so far.
//!
//! Each try starts from the best text and is told why the last was refused. What breaks the contract scores nothing and keeps the
//! original; a later worse try never replaces a better one. The best becomes a proposal that is executed like any other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::improving::evaluating::{Evaluated, evaluate};
use crate::improving::generating::{Maker, Start, generate};
use crate::improving::impact::{Reached, impact};
use crate::improving::look;
use crate::improving::stages::{Evaluation, Generated, Impact, Review};
use crate::improving::subject::Subject;
use crate::improving::workplace::Workplace;
use inspection::findings::finding::Finding;
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
    /// A review that somebody else made, for the first try.
    pub review: Option<Review>,
    /// What the file reaches, as somebody else knows it.
    pub impact: Option<Impact>,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Iteration {
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
}

/// Names the stage in which a failure happened.
fn of_stage(stage: &'static str) -> impl FnOnce(CommandError) -> CommandError {
    move |error| {
        if error.kind == ErrorKind::Interrupted {
            return error;
        }
        error.hint(format!("It happened in the stage {stage}."))
    }
}

/// Reviews a text of the file.
pub async fn review(
    invocation: &Invocation,
    workplace: &Workplace,
    text: &str,
) -> Result<Review, CommandError> {
    let path = workplace.path.to_string();
    let mut subject = Subject {
        files: workplace.files(text),
        asked: [path.clone()].into(),
        repository: Some(workplace.described.name.to_string()),
        scope: format!("{path} of {}", workplace.described.name),
        ..Subject::default()
    };
    let findings = look::findings(invocation, &mut subject).await?;
    Ok(Review { path, findings })
}

/// Tries until a score is reached, the tries are over, or nothing new comes of them.
pub async fn improve(
    invocation: &Invocation,
    workplace: &Workplace,
    wanted: Wanted<'_>,
) -> Result<Improved, CommandError> {
    let mut improved = Improved { iterations: Vec::new(), best: None };
    let affected = wanted.impact.map_or_else(|| impact(workplace), |impact| impact.affected);
    let mut given = wanted.review;
    let (mut seen, mut refusals) = (vec![workplace.old.clone()], Vec::new());
    for turn in 1..=wanted.iterations {
        let step = invocation.under(&format!("improve {turn}"));
        step.stage(format!("try {turn} of {}", wanted.iterations));
        let text = improved.best.as_ref().map_or(&workplace.old, |best| &best.text).clone();
        let review = match given.take() {
            Some(review) => review,
            None => review(&step, workplace, &text).await.map_err(of_stage("review"))?,
        };
        let start = Start {
            text: &text,
            findings: &review.findings,
            affected: &affected,
            refusals: &refusals,
            turn,
        };
        let made = generate(&step, workplace, start, wanted.maker).await;
        let (generated, authorship) = made.map_err(of_stage("generate"))?;
        if seen.contains(&generated.text) {
            // It was tried before, or is what there was: nothing is gained by trying it again.
            break;
        }
        seen.push(generated.text.clone());
        let evaluated = evaluate(&step, workplace, &generated.text).await;
        let evaluated = evaluated.map_err(of_stage("evaluate"))?;
        refusals.clone_from(&evaluated.evaluation.gate.refusals);
        let is_accepted = evaluated.evaluation.score >= wanted.threshold;
        take(&mut improved, (review, &affected), (generated, authorship), evaluated, is_accepted);
        if is_accepted {
            break;
        }
    }
    Ok(improved)
}

fn take(
    improved: &mut Improved,
    (review, affected): (Review, &[Reached]),
    (generated, authorship): (Generated, Authorship),
    evaluated: Evaluated,
    accepted: bool,
) {
    let Evaluated { evaluation, replayed } = evaluated;
    let score = evaluation.score;
    let mut findings = review.findings;
    findings.truncate(MAX_FINDINGS);
    improved.iterations.push(Iteration {
        score,
        accepted,
        by: generated.by.clone(),
        findings,
        impact: affected.to_vec(),
        explanation: generated.explanation.clone(),
        evaluation,
    });
    let best = improved.best.as_ref().map_or(0.0, |best| best.score);
    if score > best {
        let Generated { text, explanation, .. } = generated;
        improved.best = Some(Best { text, score, authorship, explanation, replayed });
    }
}
