//! Runs one stage of an improvement by itself.
//!
//! It takes the documents of the stages before it, or does what they would have done; what comes out fits as input of the next. A stage
//! whose answer is negative says so by its exit code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use crate::improving::evaluating::evaluate;
use crate::improving::generating::{Made, Maker, Start, generate};
use crate::improving::impact::impact;
use crate::improving::reviewing::review;
use crate::improving::stages::{Generated, Impact, Review, Stage, read};
use crate::improving::workplace::Workplace;
use inspection::score::THRESHOLD;

/// Documents of stages, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Given {
    /// A review.
    pub review: Option<String>,
    /// An impact.
    pub impact: Option<String>,
    /// A generated text.
    pub generated: Option<String>,
}

/// Runs a stage; gives its document, and whether its answer is negative.
pub async fn alone(
    invocation: &Invocation,
    workplace: &Workplace,
    given: &Given,
    (stage, maker): (Stage, Maker<'_>),
) -> Result<(Value, bool), CommandError> {
    let made = run(invocation, workplace, given, (stage, maker)).await;
    made.map_err(|error| stage.failed(error))
}

async fn run(
    invocation: &Invocation,
    workplace: &Workplace,
    given: &Given,
    (stage, maker): (Stage, Maker<'_>),
) -> Result<(Value, bool), CommandError> {
    match stage {
        Stage::Review => {
            let review = review(invocation, workplace, &workplace.old).await?;
            Ok((json(&review)?, false))
        }
        Stage::Impact => Ok((json(&impact(invocation, workplace).await?)?, false)),
        Stage::Generate => {
            let (review, impact) = before(invocation, workplace, given).await?;
            let start = Start {
                text: &workplace.old,
                findings: &review.findings,
                affected: &impact.affected,
                refusals: &[],
                purpose: ["", ""],
                turn: 1,
            };
            let generated = match generate(invocation, workplace, start, maker).await? {
                Made::Text(generated, _) => generated,
                Made::Unfit(why) => return Err(unfit(why)),
            };
            let is_same = generated.text == workplace.old;
            Ok((json(&generated)?, is_same))
        }
        Stage::Evaluate => {
            let text = given.generated.as_ref().ok_or_else(|| {
                CommandError::usage("stage evaluate: the generated text is missing")
                    .hint("Give it with --generated FILE.")
            })?;
            let generated: Generated = read(Stage::Generate, text)?;
            let evaluation = evaluate(invocation, workplace, &generated).await?.evaluation;
            let is_low = evaluation.score < THRESHOLD;
            Ok((json(&evaluation)?, is_low))
        }
    }
}

/// The review and the impact that were given, or made now.
async fn before(
    invocation: &Invocation,
    workplace: &Workplace,
    given: &Given,
) -> Result<(Review, Impact), CommandError> {
    let reviewed = match &given.review {
        Some(text) => read(Stage::Review, text)?,
        None => review(invocation, workplace, &workplace.old).await?,
    };
    let reached = match &given.impact {
        Some(text) => read(Stage::Impact, text)?,
        None => impact(invocation, workplace).await?,
    };
    Ok((reviewed, reached))
}

fn unfit(why: String) -> CommandError {
    CommandError::new(ErrorKind::Unavailable, why)
        .hint("Ask again, or name another model with --model.")
}

fn json(document: &impl Serialize) -> Result<Value, CommandError> {
    serde_json::to_value(document)
        .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))
}
