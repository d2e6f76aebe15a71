//! The contract of a provider: a request, a completion.
//!
//! A request is facts (what is wanted, the code so far, what failed), never a finished prompt, because a provider may
//! be a model server, a library of snippets or a recorded tape.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::providers::completion::Completion;
use crate::providers::error::ProviderError;
use record::domain::concept::Concept;
use record::domain::language::Language;

/// Sampling temperature in thousandths, when nothing else is said.
pub const DEFAULT_TEMPERATURE_MILLI: u32 = 300;
/// Most tokens of a reply, when nothing else is said.
pub const DEFAULT_MAX_TOKENS: u32 = 2_000;
/// Most tokens of a reply to feedback, when nothing else is said.
const REFINE_MAX_TOKENS: u32 = 1_500;

/// Most tokens of a reply that changes a repository, when nothing else is said.
const CHANGE_MAX_TOKENS: u32 = 8_000;
/// Most tokens of a reply that gives files back, whatever their size.
const MOST_TOKENS: u32 = 32_000;
/// Tokens that a reply has room for beside the files it gives back.
const BESIDE_FILES: usize = 700;

/// Tokens that giving so many bytes of code back takes: at three bytes a token, with room for what is new.
fn tokens_of(bytes: usize) -> u32 {
    let tokens = (bytes / 3).saturating_mul(5) / 4 + BESIDE_FILES;
    u32::try_from(tokens).unwrap_or(MOST_TOKENS).min(MOST_TOKENS)
}

/// A request for a completion, filled once by who wants it and lent to whoever needs it after that.
///
/// It holds facts, not sentences: each provider makes its own prompt of it, or none.
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
    /// The task, with its own inputs.
    pub task: Task,
    /// The wanted model; the provider's own where absent.
    pub model: Option<String>,
    /// Sampling temperature in thousandths.
    pub temperature_milli: u32,
    /// Most tokens of the reply.
    pub max_tokens: u32,
}

impl CompletionRequest {
    /// Starts a request with the usual limits of a task and nothing around it; callers set the rest by field.
    pub fn for_task(task: Task) -> Self {
        let max_tokens = match &task {
            Task::Refine { code, tests, .. } => {
                REFINE_MAX_TOKENS.max(tokens_of(code.len() + tests.len()))
            }
            Task::Change(_) => CHANGE_MAX_TOKENS,
            Task::Repair(repair) => DEFAULT_MAX_TOKENS.max(tokens_of(repair.code.len())),
            Task::Draft | Task::Review { .. } | Task::Script | Task::Teach { .. } => {
                DEFAULT_MAX_TOKENS
            }
        };
        Self {
            request: String::new(),
            language: Language::Python,
            module: String::new(),
            concepts: Vec::new(),
            context: Vec::new(),
            constraints: Vec::new(),
            task,
            model: None,
            temperature_milli: DEFAULT_TEMPERATURE_MILLI,
            max_tokens,
        }
    }

    /// Gives the reply twice the room for each one before that ended at its limit.
    #[must_use]
    pub fn after_cut(mut self, cut: u32) -> Self {
        let room = self.max_tokens.saturating_mul(1_u32.checked_shl(cut).unwrap_or(u32::MAX));
        self.max_tokens = room.min(MOST_TOKENS.max(self.max_tokens));
        self
    }

    /// Bounds the reply otherwise, where the caller has a wish.
    #[must_use]
    pub fn limited(mut self, max_tokens: Option<u32>) -> Self {
        self.max_tokens = max_tokens.unwrap_or(self.max_tokens);
        self
    }
}

/// A task for a provider, with what only this task needs.
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
        /// The wanted difference.
        feedback: String,
        /// Failures of the code so far, each with its traceback; none where it passes or was not run.
        tracebacks: Vec<String>,
    },
    /// Files of a repository as they are to become.
    Change(Box<Changing>),
    /// Code that passes the tests it has; the tests stay.
    Repair(Box<Repair>),
    /// Remarks on code and tests that stay as they are.
    Review {
        /// The code.
        code: String,
        /// The tests.
        tests: String,
        /// Results of executions, one line each.
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

/// The inputs of a change of a repository; the files that matter are the context of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changing {
    /// Every path of the repository, as far as they are told.
    pub paths: Vec<String>,
    /// Files of the context that are shown in parts.
    pub partly: Vec<String>,
    /// The change so far, as a unified diff; empty where there is none.
    pub difference: String,
    /// The wanted difference to it.
    pub feedback: String,
    /// Tests that fail with the change so far: name and message, one line each.
    pub failures: Vec<String>,
    /// Failures that differ, each with its traceback.
    pub tracebacks: Vec<String>,
    /// Earlier tries that did not help, one line each.
    pub tried: Vec<String>,
    /// Where the suite runs, one line each.
    pub surroundings: Vec<String>,
    /// Whether tests may be changed too.
    pub tests: Sealing,
}

/// Whether the tests may be changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sealing {
    /// Tests are part of the change.
    #[default]
    Open,
    /// They stay as they are.
    Sealed,
}

/// The inputs of a repair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// The code so far.
    pub code: String,
    /// The tests, which are sealed.
    pub tests: String,
    /// The fault, in a few sentences.
    pub diagnosis: String,
    /// Tests that fail: name, class and message, one line each.
    pub failures: Vec<String>,
    /// Failures that differ, each with its traceback.
    pub tracebacks: Vec<String>,
    /// The end of what the suite printed.
    pub printed: String,
    /// Where the suite runs, one line each.
    pub surroundings: Vec<String>,
    /// Messages of the linter, one line each.
    pub lint: Vec<String>,
    /// Earlier tries that did not help, one line each.
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
            Self::Change(_) => "change",
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
            | Self::Change(_)
            | Self::Refine { .. }
            | Self::Review { .. }
            | Self::Script
            | Self::Teach { .. } => None,
        }
    }
}

/// A source of completions.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The word in records and settings.
    fn name(&self) -> &str;

    /// Tells whether completions of that provider may be its own, as those of one it hands requests on to.
    fn answers_as(&self, provider: &str) -> bool {
        provider == self.name()
    }

    /// Names the model that a request goes to, as far as that is known before it answers.
    fn model_of(&self, request: &CompletionRequest) -> Option<String> {
        request.model.clone()
    }

    /// Tells whether nothing that it gives has to be paid for: it asks no model.
    fn is_free(&self) -> bool {
        false
    }

    /// Prices so many tokens in millionths of a dollar; absent where the price is not known.
    fn price(&self, _model: Option<&str>, _input: u64, _output: u64) -> Option<u64> {
        None
    }

    /// Most tokens that a model may be asked for, so that so many of them can be its reply: some think before they answer.
    fn most_tokens(&self, _model: Option<&str>, reply: u32) -> u32 {
        reply
    }

    /// Answers a request; `on_text` is told each piece as it streams in.
    async fn complete(
        &self,
        request: &CompletionRequest,
        on_text: &(dyn for<'text> Fn(&'text str) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<Completion, ProviderError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_can_be_given_back_whole() {
        let repair = |bytes: usize| {
            Task::Repair(Box::new(Repair { code: "x".repeat(bytes), ..Repair::default() }))
        };
        let limit = |task| CompletionRequest::for_task(task).max_tokens;

        assert_eq!(
            (limit(repair(100)), limit(Task::Draft)),
            (DEFAULT_MAX_TOKENS, DEFAULT_MAX_TOKENS)
        );
        assert_eq!((limit(repair(27_000)), limit(repair(1_000_000))), (11_950, MOST_TOKENS));
        let room = |cut| CompletionRequest::for_task(Task::Draft).after_cut(cut).max_tokens;
        assert_eq!([0, 1, 2, 40].map(room), [2_000, 4_000, 8_000, MOST_TOKENS]);
    }
}
