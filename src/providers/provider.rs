//! The contract of a provider.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::providers::error::ProviderError;
use record::domain::concept::Concept;
use record::domain::language::Language;
use record::domain::usage::Usage;

/// Sampling temperature in thousandths, when nothing else is said.
pub const DEFAULT_TEMPERATURE_MILLI: u32 = 300;
/// Most tokens of a reply to a request, when nothing else is said.
pub const DEFAULT_MAX_TOKENS: u32 = 2_000;
/// Most tokens of a reply to feedback, when nothing else is said.
pub const REFINE_MAX_TOKENS: u32 = 1_500;

/// What is asked for; the provider makes its own prompt of it.
#[derive(Clone, Debug)]
pub struct CompletionRequest {
    /// The request, verbatim.
    pub request: String,
    /// The language of the code.
    pub language: Language,
    /// The module name the tests must import.
    pub module: String,
    /// Related concepts, nearest first.
    pub concepts: Vec<Concept>,
    /// Existing files given as context: name and text.
    pub context: Vec<(String, String)>,
    /// Constraints, one sentence each.
    pub constraints: Vec<String>,
    /// What is to be done.
    pub task: Task,
    /// The wanted model; the provider's own where absent.
    pub model: Option<String>,
    /// Sampling temperature in thousandths.
    pub temperature_milli: u32,
    /// Most tokens of the reply.
    pub max_tokens: u32,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Task {
    /// Code, tests and an explanation.
    Draft,
    /// The same again, after feedback.
    Refine {
        /// The code so far.
        code: String,
        /// The tests so far.
        tests: String,
        /// What is to be different.
        feedback: String,
    },
    /// Code that passes the tests it has; the tests stay.
    Repair(Box<Repair>),
    /// Remarks on code and tests that stay as they are.
    Review {
        /// The code.
        code: String,
        /// The tests.
        tests: String,
        /// What executions showed, one line each.
        evidence: Vec<String>,
    },
    /// A program that runs as it is, without tests.
    Script,
    /// A concept with its prerequisites.
    Teach {
        /// The name of the concept.
        concept: String,
    },
}

/// What a repair starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// The code so far.
    pub code: String,
    /// The tests, which are sealed.
    pub tests: String,
    /// What is wrong, in a few sentences.
    pub diagnosis: String,
    /// Tests that fail: name, class and message, one line each.
    pub failures: Vec<String>,
    /// What the linter says, one line each.
    pub lint: Vec<String>,
    /// What was tried before and did not help, one line each.
    pub tried: Vec<String>,
    /// The role that the model is to play; empty where it plays none.
    pub persona: String,
    /// The name of that role.
    pub persona_name: Option<String>,
}

impl Task {
    /// The word in logs and records.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Refine { .. } => "refine",
            Self::Repair(_) => "repair",
            Self::Review { .. } => "review",
            Self::Script => "script",
            Self::Teach { .. } => "teach",
        }
    }

    /// The name of the role that the model is to play.
    pub fn persona(&self) -> Option<String> {
        match self {
            Self::Repair(repair) => repair.persona_name.clone(),
            Self::Draft
            | Self::Refine { .. }
            | Self::Review { .. }
            | Self::Script
            | Self::Teach { .. } => None,
        }
    }
}

/// How the text came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Making {
    /// A model wrote it.
    Generated,
    /// It was found among curated snippets.
    Retrieved,
}

/// One reply of a provider.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The reply, as labelled blocks in the form `extract.rs` reads.
    pub text: String,
    /// How it came to be.
    pub making: Making,
    /// The provider's name: `openai`, `library`, an endpoint's own.
    pub provider: String,
    /// The model that answered; absent for the library.
    pub model: Option<String>,
    /// What it used; unknown parts are absent.
    pub usage: Usage,
    /// Names of the snippets or concepts it comes from.
    pub sources: Vec<String>,
    /// The prompt that was sent, for its digest; empty for the library.
    pub prompt: String,
    /// The name of the role that the prompt gave the model.
    pub persona: Option<String>,
}

/// A source of completions.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The word in records and settings.
    fn name(&self) -> &str;

    /// Whether completions of that provider may be its own, as those of one it hands requests on to.
    fn answers_as(&self, provider: &str) -> bool {
        provider == self.name()
    }

    /// Whether nothing that it gives has to be paid for: it asks no model.
    fn is_free(&self) -> bool {
        false
    }

    /// What so many tokens cost in millionths of a dollar; absent where the price is not known.
    fn price(&self, _model: Option<&str>, _input: u64, _output: u64) -> Option<u64> {
        None
    }

    /// Answers a request; `on_text` is told each piece as it streams in.
    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError>;
}
