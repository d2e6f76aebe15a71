//! How far the approval of a proposal is.
//!
//! Where the policy wants more than one owner, the status alone says nothing of those who have approved already.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::context::Context;
use crate::contract::error::CommandError;
use crate::contract::page::Cell;
use record::domain::principal::Person;
use record::domain::proposal::Proposal;
use record::domain::status::Status;

/// The approvals of the newest revision that count, and how many the policy wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Votes {
    /// The owners who approved it.
    pub given_by: Vec<String>,
    /// How many owners have to.
    pub wanted: u32,
}

impl Votes {
    /// Reads them; nothing where one owner is enough, or where the proposal waits for no approval.
    pub async fn of(context: &Context, proposal: &Proposal) -> Result<Option<Self>, CommandError> {
        let wanted = context.policy().await?.approval.quorum;
        let is_open = matches!(proposal.status, Status::Tested | Status::Approved);
        if wanted < 2 || !is_open {
            return Ok(None);
        }
        let reviews = context.store()?.reviews(&proposal.id).await?;
        let counts = reviews
            .iter()
            .filter(|review| review.is_live_approval() && review.revision == proposal.head);
        let people: BTreeSet<Person> = counts.map(|review| Person::of(&review.reviewer)).collect();
        Ok(Some(Self { given_by: people.iter().map(ToString::to_string).collect(), wanted }))
    }

    /// The line of a page that says it; none where one owner is enough.
    pub fn field(votes: Option<&Self>) -> Option<(&'static str, Cell)> {
        votes.map(|votes| ("Approvals", Cell::from(votes.words())))
    }

    /// Says it in words.
    fn words(&self) -> String {
        let by = if self.given_by.is_empty() {
            String::new()
        } else {
            format!(", by {}", self.given_by.join(", "))
        };
        format!("{} of {}{by}", self.given_by.len(), self.wanted)
    }
}
