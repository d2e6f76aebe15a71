//! Decides by a rule that wants a reason and asks nothing.
//!
//! Rejecting, revoking and reopening take something away or back: they need no evidence to be shown, only a reason. They
//! differ in their rule alone, so the three commands share arguments and run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::lookup::{self, Newest};
use crate::contract::signature::Signing;
use crate::deciding::decide::{self, Decider, Ruling};
use crate::deciding::decided::Decided;
use crate::deciding::recorded::Recorded;
use record::domain::proposal::Proposal;
use record::domain::review::{Owner, ReasonText, Review};
use record::domain::review_error::ReviewError;

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest that this session has shown
    #[arg(value_name = "ID")]
    pub id: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub reason: Vec<String>,
    /// The owner's signature, as the answer to the first try asks for it
    #[arg(skip)]
    pub signing: Signing,
}

/// A pure rule that allows one kind of decision or refuses it.
pub type Rule = fn(&Owner, &Proposal, ReasonText) -> Result<Review, ReviewError>;

/// Decides by a rule and records it.
pub async fn decide(
    invocation: &Invocation,
    args: Args,
    rule: Rule,
) -> Result<Decided, CommandError> {
    let decider = Decider::of(invocation, &args.signing).await?;
    let proposal = lookup::proposal(invocation, &args.id, Newest::OfSession).await?;
    if let Some(done) = decide::replayed(invocation, &proposal).await? {
        return Ok(done);
    }
    let reason = ReasonText::new(&args.reason.join(" "))?;
    let review = rule(&decider.owner, &proposal, reason)?;
    let execution = decide::deciding_execution(invocation, &proposal).await?;
    let recorded = Recorded::of(invocation, &proposal).await?;
    let execution = execution.map(|execution| recorded.vouched(execution)).transpose()?;
    let ruling = Ruling { review, execution, recorded, missing: None, page: None };
    decide::record(invocation, &proposal, &decider, ruling).await
}
