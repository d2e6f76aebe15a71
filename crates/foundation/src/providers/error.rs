//! Errors of asking a provider.
//!
//! [`ProviderError::may_cost`] tells which of them may have to be paid for: such a call is recorded although no answer
//! came of it.

use std::path::PathBuf;

use thiserror::Error;

use crate::providers::completion::{Completion, Failed};

/// The beginning of what is said of a reply that ended at the token limit.
pub const AT_LIMIT: &str = "the reply ended at the limit of";

/// A completion that did not come, or that cannot be used.
#[derive(Debug, Error)]
pub enum ProviderError {
    /// No curated snippet fits the request.
    #[error("the library has nothing that fits this request{}", .language.map(|name| format!(": it holds Python, and {name} is asked for")).unwrap_or_default())]
    NothingFits {
        /// The nearest concepts, by name.
        nearest: Vec<String>,
        /// The language asked for, where that is none of the library's.
        language: Option<&'static str>,
    },
    /// The server does not take the key.
    #[error("the model server refused the key (status {status})")]
    Unauthorised {
        /// HTTP status.
        status: u16,
    },
    /// The server answered with an error, after the retries.
    #[error("the model server answered {status}: {message}")]
    Server {
        /// HTTP status.
        status: u16,
        /// Its message, bounded.
        message: String,
    },
    /// The server cannot be reached.
    #[error("the model server cannot be reached: {detail}")]
    Unreachable {
        /// The cause.
        detail: String,
    },
    /// The time limit ran out.
    #[error("the model did not answer within {seconds} s")]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// The stream ended without a finish reason.
    #[error("the reply was cut off before its end")]
    CutOff,
    /// The reply ended at the token limit.
    #[error("{} {max_tokens} tokens", AT_LIMIT)]
    TokenLimit {
        /// The limit.
        max_tokens: u32,
    },
    /// The model or its server would not answer.
    #[error("the model gave no reply: {detail}")]
    Refused {
        /// Its words.
        detail: String,
    },
    /// The reply is not what the protocol says.
    #[error("the model server sent something unreadable: {detail}")]
    Unreadable {
        /// The fault.
        detail: String,
    },
    /// The reply holds no usable code or tests.
    #[error("the reply is incomplete: {0}")]
    Incomplete(crate::providers::extract::ExtractError),
    /// The provider is not known or not configured.
    #[error("the provider {name} is not available: {detail}")]
    NotConfigured {
        /// Its name.
        name: String,
        /// The cause.
        detail: String,
    },
    /// Each of several providers failed.
    #[error("no provider answered: {}", failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    AllFailed {
        /// Each of them.
        failures: Vec<Failed>,
    },
    /// The tape has no answer to a request, or no further one.
    #[error("the tape has no answer left to this {task} request ({request})")]
    NotOnTape {
        /// The task.
        task: &'static str,
        /// The digest of the request.
        request: String,
    },
    /// A tape cannot be read or written.
    #[error("the tape {path} cannot be used: {detail}")]
    Tape {
        /// The file.
        path: PathBuf,
        /// The cause.
        detail: String,
    },
    /// The owner stopped it.
    #[error("interrupted")]
    Cancelled,
    /// A failure after a part of the reply had arrived, with what is known of that.
    #[error("{failure}")]
    Unfinished {
        /// The failure.
        failure: Box<Self>,
        /// What had arrived, and what the server says that it took.
        arrived: Box<Completion>,
    },
}

impl ProviderError {
    /// The same with its words passed through a function, such as one that takes a key out of them.
    #[must_use]
    pub fn reworded(self, reword: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Unfinished { failure, arrived } => {
                Self::Unfinished { failure: Box::new(failure.reworded(reword)), arrived }
            }
            Self::Server { status, message } => Self::Server { status, message: reword(&message) },
            Self::Unreachable { detail } => Self::Unreachable { detail: reword(&detail) },
            Self::Refused { detail } => Self::Refused { detail: reword(&detail) },
            Self::Unreadable { detail } => Self::Unreadable { detail: reword(&detail) },
            Self::NothingFits { .. }
            | Self::Unauthorised { .. }
            | Self::Timeout { .. }
            | Self::CutOff
            | Self::TokenLimit { .. }
            | Self::Incomplete(_)
            | Self::NotConfigured { .. }
            | Self::AllFailed { .. }
            | Self::NotOnTape { .. }
            | Self::Tape { .. }
            | Self::Cancelled => self,
        }
    }

    /// Returns the failure itself, whatever had arrived before it.
    pub fn cause(&self) -> &Self {
        match self {
            Self::Unfinished { failure, .. } => failure.cause(),
            other => other,
        }
    }

    /// Returns what had arrived before the failure.
    pub fn arrived(&self) -> Option<&Completion> {
        match self {
            Self::Unfinished { arrived, .. } => Some(arrived),
            _ => None,
        }
    }

    /// Tells whether a model may have been at work, so that its server may want to be paid.
    pub const fn may_cost(&self) -> bool {
        match self {
            Self::Unfinished { .. }
            | Self::Timeout { .. }
            | Self::CutOff
            | Self::TokenLimit { .. }
            | Self::Refused { .. }
            | Self::Unreadable { .. }
            | Self::Incomplete(_)
            | Self::Cancelled => true,
            Self::NothingFits { .. }
            | Self::Unauthorised { .. }
            | Self::Server { .. }
            | Self::Unreachable { .. }
            | Self::NotConfigured { .. }
            | Self::AllFailed { .. }
            | Self::NotOnTape { .. }
            | Self::Tape { .. } => false,
        }
    }
}
