//! A request for a signature as page and terminal see it.
//!
//! Both get the same facts and the same phrase. Only a process of the owner's is given what it signs with: the question and the keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::surfaces::http::signing::requests::{Fate, Request};
use record::domain::review::PastReview;
use work::contract::confirmation::Confirmation;
use work::contract::context::Context;
use work::contract::error::CommandError;
use work::contract::signature::ToSign;

/// A request for a signature.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RequestView {
    /// Its name.
    pub request_id: String,
    /// Six digits that page and terminal show.
    pub phrase: String,
    /// What to type at a terminal.
    pub command_line: String,
    /// The owner who asked.
    pub owner: String,
    /// The command that decides.
    pub command: String,
    /// The proposal.
    pub proposal_id: String,
    /// The revision.
    pub revision: u32,
    /// Its content hash.
    pub content_hash: String,
    /// The execution that the decision rests on.
    pub execution_id: Option<String>,
    /// Digest of the page that is shown at the terminal.
    pub shown_digest: Option<String>,
    /// That page as plain text.
    pub shown: Option<String>,
    /// The exact text that is signed.
    pub statement: String,
    /// When it was asked.
    pub created_at: String,
    /// When it cannot be answered any more.
    pub expires_at: String,
    /// What became of it.
    pub state: RequestState,
    /// Why it is stale.
    pub reason: Option<String>,
    /// The data of the decision, once it is signed.
    pub decided: Option<Value>,
    /// The decisions of owners on this revision so far, oldest first.
    pub votes: Vec<Vote>,
    /// The question and the keys; for a process of the owner's alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub signing: Option<ForSigning>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// It waits for a signature.
    Waiting,
    /// It was signed.
    Signed,
    /// What was to be signed is not true any more.
    Stale,
    /// Its time is over.
    Expired,
}

/// A decision of an owner.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Vote {
    /// The owner.
    pub reviewer: String,
    /// The decision.
    pub decision: String,
    /// The entry of it.
    pub seq: u64,
}

/// What a terminal needs to answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ForSigning {
    /// The question.
    pub confirmation: Option<Confirmation>,
    /// What to sign.
    pub to_sign: ToSign,
}

/// Requests, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RequestList {
    /// The requests.
    pub requests: Vec<RequestView>,
}

/// Who looks at a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A page.
    Page,
    /// A process of the owner's.
    Terminal,
}

/// Shows a request; one whose proposal moved on is stale.
pub async fn view(
    context: &Context,
    request: &Request,
    reader: Reader,
) -> Result<RequestView, CommandError> {
    let store = context.store()?;
    let now = store.proposal(&request.proposal).await?;
    let is_current = now.is_some_and(|proposal| proposal.version == request.version);
    let reviews = store.reviews(&request.proposal).await?;
    let votes = reviews.iter().filter(|review| review.revision == request.revision).map(vote);
    let (state, reason, decided) = match &request.fate {
        Fate::Signed(data) => (RequestState::Signed, None, Some(data.clone())),
        Fate::Stale(reason) => (RequestState::Stale, Some(reason.clone()), None),
        Fate::AtWork => (RequestState::Waiting, None, None),
        Fate::Waiting if request.is_expired(context.now()) => (RequestState::Expired, None, None),
        Fate::Waiting if is_current => (RequestState::Waiting, None, None),
        Fate::Waiting => {
            let reason = "the proposal moved on after the page was shown".to_owned();
            (RequestState::Stale, Some(reason), None)
        }
    };
    let for_signing = || ForSigning {
        confirmation: request.confirmation.clone(),
        to_sign: request.to_sign.clone(),
    };
    let confirmation = request.confirmation.as_ref();
    Ok(RequestView {
        request_id: request.id.clone(),
        phrase: request.phrase.clone(),
        command_line: format!("saraphina sign {}", spaced(&request.phrase)),
        owner: request.owner.clone(),
        command: request.command.to_owned(),
        proposal_id: request.proposal.to_string(),
        revision: request.revision,
        content_hash: request.content_hash.clone(),
        execution_id: request.execution.clone(),
        shown_digest: confirmation.map(|one| one.shown_digest.to_string()),
        shown: confirmation.map(|one| one.page.plain()),
        statement: request.to_sign.statement.clone(),
        created_at: request.created_at.to_string(),
        expires_at: request.expires_at().to_string(),
        state,
        reason,
        decided,
        votes: votes.collect(),
        signing: (reader == Reader::Terminal).then(for_signing),
    })
}

fn vote(review: &PastReview) -> Vote {
    Vote {
        reviewer: review.reviewer.clone(),
        decision: review.decision.word().to_owned(),
        seq: review.seq,
    }
}

/// Writes a phrase so that it can be read out: `418 203`.
pub fn spaced(phrase: &str) -> String {
    match phrase.split_at_checked(3) {
        Some((first, second)) => format!("{first} {second}"),
        None => phrase.to_owned(),
    }
}
