//! Values of healing: budgets, strategies, stop reasons and classes of failure.
//!
//! The words are part of the contract and stored in records; the loop that uses them is in the `healing` wing.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::digest::Digest;
use crate::domain::id::ProposalId;
use crate::domain::time::Timestamp;
use crate::domain::usage::Usage;
use crate::domain::weakening::Weakening;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {$($(#[$doc])* $variant,)*}

        impl $name {
            /// The word people and programs read.
            pub const fn word(self) -> &'static str {
                match self {$(Self::$variant => $word,)*}
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(()),
                }
            }
        }
    };
}

words! {
    /// How an attempt is made, the cheapest first.
    #[derive(clap::ValueEnum)]
    Strategy {
        /// Small fixes that the complaint itself suggests; no model.
        Mechanical = "mechanical",
        /// Small edits tried by the thousand; no model.
        Search = "search",
        /// A model is asked.
        Model = "model",
    }
}

impl Strategy {
    /// All of them, the cheapest first.
    pub const ALL: [Self; 3] = [Self::Mechanical, Self::Search, Self::Model];
}

words! {
    /// Why a healing ended; the words are part of the contract.
    Stop {
        /// An execution passed.
        Passed = "passed",
        /// The model was asked as often as it may be.
        Attempts = "attempts",
        /// The next call could cost more than is left.
        Budget = "budget",
        /// The time ran out.
        Time = "time",
        /// The same failure or the same code came again, or nothing is left to try.
        NoProgress = "no_progress",
        /// There is no evidence to go by.
        Inconclusive = "inconclusive",
        /// The tests themselves look wrong.
        TestsSuspect = "tests_suspect",
        /// The user or a shutdown stopped it.
        Cancelled = "cancelled",
    }
}

words! {
    /// What kind of failure it is.
    FailureClass {
        /// A file does not parse.
        Syntax = "syntax",
        /// A module or a name of one is missing.
        Import = "import",
        /// A name is not defined.
        Name = "name",
        /// A value has the wrong type, or a call the wrong arguments.
        Type = "type",
        /// A value has no such attribute.
        Attribute = "attribute",
        /// A key or an index is not there.
        KeyOrIndex = "key_or_index",
        /// A value has the right type and cannot be used.
        Value = "value",
        /// Something is divided by zero.
        ZeroDivision = "zero_division",
        /// An assertion of a test does not hold, and neither value is plain to see.
        Assertion = "assertion",
        /// It does not end in time.
        Timeout = "timeout",
        /// It needs more memory than it may have.
        Memory = "memory",
        /// A file is missing.
        FileMissing = "file_missing",
        /// Nothing is raised and the result is wrong.
        Logic = "logic",
        /// The tests pass and the linter objects.
        Warnings = "warnings",
        /// The sandbox itself failed.
        Infrastructure = "infrastructure",
        /// The tests look wrong.
        TestsSuspect = "tests_suspect",
        /// Something else was raised.
        Exception = "exception",
    }
}

words! {
    /// What a revision is to the healing that made it.
    Part {
        /// An attempt, which is executed.
        Attempt = "attempt",
        /// Another patch that passes the tests and behaves differently.
        Plausible = "plausible",
        /// What a model made of the sealed tests; waits for the owner.
        ChangesTests = "changes_tests",
        /// The best revision so far, brought back as the newest.
        Restored = "restored",
        /// A call of a model that nothing could be made of; there is no revision.
        Unusable = "unusable",
    }
}

words! {
    /// How far a patch that was searched for can be trusted.
    Confidence {
        /// The first patch that passed half of the tests also passed the half it did not see.
        HeldBack = "held_back",
        /// The first patch that passed the tests also agrees with every example that descriptions in the code give.
        Examples = "examples",
        /// On inputs that no test has, its answers have what the answers to the tests' own calls have in common.
        Properties = "properties",
        /// It passes the tests that chose it.
        Plausible = "plausible",
    }
}

/// The budget of a healing; what is absent is bounded by the other bounds alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Tokens sent and received.
    pub tokens: Option<u64>,
    /// Millionths of a dollar.
    pub cost_microusd: Option<u64>,
    /// Wall time of one run of the loop.
    pub seconds: Option<u64>,
    /// Wall time of each search among small edits; the usual one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_seconds: Option<u64>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The strategies, in the order of the cheapest.
    pub strategies: Vec<Strategy>,
    /// Most calls of a model.
    pub max_iterations: u32,
    /// What may be spent.
    pub bounds: Bounds,
    /// The provider; the default one where absent.
    pub provider: Option<String>,
    /// The model; the provider's own where absent.
    pub model: Option<String>,
    /// The role that a model plays; the one that fits the failure where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
}

/// A call on which patches differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeparatingInput {
    /// The call, as source text.
    pub call: String,
    /// What each behaviour answers, as source text; the chosen one first.
    pub answers: Vec<String>,
}

/// One step of a healing that is worth keeping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What it is.
    pub part: Part,
    /// The revision that came of it.
    pub revision: Option<u32>,
    /// How it was made.
    pub strategy: Strategy,
    /// The rest.
    pub detail: TurnDetail,
}

/// How a step came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnDetail {
    /// The revision it was made from.
    pub parent: u32,
    /// The kind of failure that it answers.
    pub class: FailureClass,
    /// The diagnosis that it answers, in a sentence.
    pub diagnosis: String,
    /// The word of the edit, for patches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// What was changed and why, in a sentence or two.
    #[serde(default)]
    pub explanation: String,
    /// Candidates that were tried for it.
    #[serde(default)]
    pub candidates: u64,
    /// Its place among them, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// How far it can be trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Kinds of behaviour among the patches that pass; absent where that cannot be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviours: Option<u32>,
    /// An input on which they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separating: Option<SeparatingInput>,
    /// What a call used.
    #[serde(default)]
    pub usage: Usage,
    /// Tokens set aside for the call, which count where it did not say what it used.
    #[serde(default)]
    pub reserved_tokens: u64,
    /// Millionths of a dollar set aside for it, where the price is known; they count in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_microusd: Option<u64>,
    /// Why nothing could be made of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Signs that tests were made weaker.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weakenings: Vec<Weakening>,
    /// The code files that it is about, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

impl Turn {
    /// Tells whether it stands for a call of a model.
    pub fn is_call(&self) -> bool {
        let is_asked = matches!(self.part, Part::Attempt | Part::Unusable);
        is_asked && self.strategy == Strategy::Model
    }

    /// Tells whether it stands for a call whose answer was lost on the way, which is no attempt.
    pub fn is_lost(&self) -> bool {
        self.part == Part::Unusable && self.detail.class == FailureClass::Infrastructure
    }
}

impl TurnDetail {
    /// A step that answers a diagnosis; nothing else is known of it.
    pub fn answering(parent: u32, class: FailureClass, diagnosis: &str) -> Self {
        Self {
            parent,
            class,
            diagnosis: diagnosis.to_owned(),
            operator: None,
            explanation: String::new(),
            candidates: 0,
            rank: None,
            confidence: None,
            behaviours: None,
            separating: None,
            usage: Usage::default(),
            reserved_tokens: 0,
            reserved_microusd: None,
            trouble: None,
            weakenings: Vec::new(),
            files: Vec::new(),
        }
    }
}

/// How a healing ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Why.
    pub stop: Stop,
    /// What else the owner should know, one sentence each.
    pub notes: Vec<String>,
    /// Candidates that were tried in all.
    pub candidates: u64,
    /// Whether tests that came with the first revision fail on the code before it; absent where that is not known.
    pub red_before_green: Option<bool>,
    /// The revision that is the newest now.
    pub head: u32,
}

/// One healing of a proposal, ended or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Healing {
    /// The digest of the key of the invocation: a repeated one goes on with it.
    pub key: Digest,
    /// The proposal.
    pub proposal: ProposalId,
    /// The revision it started from.
    pub base: u32,
    /// What was asked for.
    pub plan: Plan,
    /// When it started.
    pub started_at: Timestamp,
    /// Its steps, oldest first.
    pub turns: Vec<Turn>,
    /// How it ended.
    pub end: Option<End>,
}
