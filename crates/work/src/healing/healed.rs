//! The answer of a healing, as programs read it.
//!
//! These types are part of the published schema; `stored.rs` fills them from the record, `forecast.rs` for a dry run, and
//! `healed_page.rs` shows them to people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reporting::file_reports::FileReport;
use crate::reporting::trust::Measured;
use crate::reporting::views;
use record::domain::healing::{Confidence, Part, SeparatingInput, Stop, Strategy};
use record::domain::status::Status;
use record::domain::verdict::VerdictWord;
use record::domain::weakening::Weakening;

/// The answer of a healing.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Healed {
    /// The proposal.
    pub proposal_id: String,
    /// The revision that healing started from.
    pub base: u32,
    /// The newest revision now: the best so far.
    pub revision: u32,
    /// The hash of its files.
    pub content_hash: String,
    /// The status of the proposal.
    pub status: Status,
    /// The newest verdict on the newest revision; null before one.
    pub verdict: Option<VerdictWord>,
    /// The reason why it ended; null for a dry run.
    pub stop: Option<Stop>,
    /// The trouble of the first revision, as far as its evidence tells.
    pub diagnosis: Option<String>,
    /// The tested revisions, oldest first.
    pub attempts: Vec<AttemptView>,
    /// Revisions beside them, which wait for the owner.
    pub alternatives: Vec<AlternativeView>,
    /// Answers of a model that nothing could be made of.
    pub unusable: Vec<UnusableView>,
    /// The revision that the newest one brings back; null where the newest is an attempt itself.
    pub restored: Option<u32>,
    /// Kinds of behaviour among the patches that pass the tests; null where nothing is known of them.
    pub plausible_behaviours: Option<u32>,
    /// An input on which they differ, the chosen one's answer first.
    pub separating_input: Option<SeparatingInput>,
    /// The trust that a patch which was searched for deserves.
    pub confidence: Option<Confidence>,
    /// How often such patches were right on unseen programs; null where nothing was counted.
    #[serde(default)]
    pub measured: Option<Measured>,
    /// The same in words; null where no patch without a model passed the tests that chose it.
    #[serde(default)]
    pub trust: Option<String>,
    /// Candidates that were tried without a model.
    pub candidates: u64,
    /// Calls, tokens and money that models used.
    pub spent: Spent,
    /// True when tests that came with the first revision fail on the code before it; null where that is not known.
    pub red_before_green: Option<bool>,
    /// Notes for the owner.
    pub notes: Vec<String>,
    /// The file that the program starts with, where there are several code files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<String>,
    /// Each code file of the newest revision, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileReport>,
    /// The steps that would be tried, and their cost; null unless that was asked for.
    pub forecast: Option<Forecast>,
    /// Whether it changes a repository; absent where it does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_change: bool,
    /// Whether a model can be asked for another revision; absent where none is configured.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_model: bool,
}

/// One tested revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptView {
    /// The revision.
    pub revision: u32,
    /// The revision it was made from.
    pub parent: u32,
    /// The strategy that made it.
    pub strategy: Strategy,
    /// The word of the edit; null for a model's.
    pub operator: Option<String>,
    /// The diagnosis that it answers.
    pub diagnosis: String,
    /// What was changed and why.
    pub explanation: String,
    /// The verdict; null where it was not executed.
    pub verdict: Option<VerdictWord>,
    /// Tests that passed.
    pub tests_passed: u32,
    /// Tests that were collected.
    pub tests_total: u32,
    /// Candidates that were tried for it.
    pub candidates: u64,
    /// Its place among them.
    pub rank: Option<u64>,
    /// Tokens and money that a model used for it.
    pub usage: views::UsageView,
}

/// A revision that waits for the owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlternativeView {
    /// The revision.
    pub revision: u32,
    /// `plausible` or `changes_tests`.
    pub kind: Part,
    /// The word of the edit; null for a model's.
    pub operator: Option<String>,
    /// What was changed and why.
    pub explanation: String,
    /// Signs that the tests were made weaker.
    pub weakenings: Vec<Weakening>,
    /// The verdict; null where it was not executed.
    pub verdict: Option<VerdictWord>,
}

/// An answer that nothing could be made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnusableView {
    /// The reason why nothing could be made of it.
    pub trouble: String,
    /// Tokens and money that it used.
    pub usage: views::UsageView,
}

/// Calls, tokens and money that models used in all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spent {
    /// Calls.
    pub calls: u32,
    /// Tokens, sent and received; where a server did not tell, what was set aside.
    pub tokens: u64,
    /// Dollars, as far as prices are known; where a server did not tell, what was set aside.
    pub cost_usd: f64,
}

/// The steps that a healing would try, and their cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// The strategies, in their order.
    pub strategies: Vec<Strategy>,
    /// The provider that would be asked; null where none would.
    pub provider: Option<String>,
    /// Most calls of a model.
    pub calls: u32,
    /// Most tokens of the first call.
    pub tokens_per_call: u64,
    /// Most dollars of the first call; null where the price is not known.
    pub cost_usd_per_call: Option<f64>,
    /// Most dollars of all calls, within the budget; null where the price is not known.
    pub cost_usd: Option<f64>,
    /// True when the first call fits into the budget.
    pub fits_budget: bool,
}
