//! The error of a command, with its exit code and HTTP status.
//!
//! Errors of the wings become a [`CommandError`] in `wing_errors.rs`. It holds plain text and can be sent to another process,
//! and every kind has one exit code and one status, given in this file alone. A question to the owner travels as an error
//! too: the command was not carried out, and it can be sent again with the answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::confirmation::Confirmation;
use crate::contract::signature::ToSign;

/// The kinds of error, each with its exit code and HTTP status (contract, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The command line or the arguments are off.
    Usage,
    /// Nothing has this name.
    NotFound,
    /// Several things have this name.
    Ambiguous,
    /// Not possible as things stand.
    State,
    /// Not for this principal.
    Forbidden,
    /// The owner's decision is needed, and there is nobody to ask.
    NeedsOwner,
    /// A needed part is missing.
    Unavailable,
    /// The record or the database is not what it should be.
    Integrity,
    /// A bug.
    Internal,
    /// Stopped by the user.
    Interrupted,
}

/// Exit codes of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// Done.
    Done,
    /// Done, and the answer is negative.
    Negative,
    /// A needed part is unavailable.
    Unavailable,
    /// The record is not what it should be.
    Integrity,
    /// Not carried out.
    Error(ErrorKind),
}

impl Exit {
    /// Returns the number that a shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Negative => 1,
            Self::Unavailable | Self::Error(ErrorKind::Unavailable) => 6,
            Self::Integrity | Self::Error(ErrorKind::Integrity) => 7,
            Self::Error(ErrorKind::Usage) => 2,
            Self::Error(ErrorKind::NotFound | ErrorKind::Ambiguous) => 3,
            Self::Error(ErrorKind::State) => 4,
            Self::Error(ErrorKind::Forbidden | ErrorKind::NeedsOwner) => 5,
            Self::Error(ErrorKind::Internal) => 70,
            Self::Error(ErrorKind::Interrupted) => 130,
        }
    }

    /// Returns the status that an HTTP client sees.
    pub const fn http_status(self) -> u16 {
        match self.code() {
            // A negative answer is an answer: an HTTP client reads it from the body.
            0 | 1 => 200,
            2 => 400,
            3 => 404,
            4 => 409,
            5 => 403,
            6 => 503,
            _ => 500,
        }
    }
}

/// A command that was not carried out: what kind of trouble, why, and what to do next.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommandError {
    /// The kind.
    pub kind: ErrorKind,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// Next steps, imperative sentences.
    pub hints: Vec<String>,
    /// Errors that lie beneath, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// A question that the owner must confirm, where a terminal could ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Box<Confirmation>>,
    /// A statement that the owner must sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<Box<ToSign>>,
}

impl CommandError {
    /// Makes an error of a kind with its message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
            causes: Vec::new(),
            confirmation: None,
            signing: None,
        }
    }

    /// Makes the error for arguments that cannot be taken.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// Makes the error for what is stored otherwise than the entries say.
    pub fn broken(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Integrity, message).hint("Run `/audit verify`.")
    }

    /// Makes an error of a kind from that of a wing, its sources kept as causes.
    pub fn from_source(kind: ErrorKind, source: &(dyn std::error::Error + 'static)) -> Self {
        let message = source.to_string();
        let causes = std::iter::successors(source.source(), |error| error.source());
        // A message that ends with its cause has told it already.
        let causes = causes.map(ToString::to_string);
        let causes = causes.filter(|cause| !message.ends_with(cause.as_str())).collect();
        Self { causes, ..Self::new(kind, message) }
    }

    /// Joins the message and its causes in one line.
    pub fn chain(&self) -> String {
        let parts = std::iter::once(&self.message).chain(&self.causes);
        parts.map(String::as_str).collect::<Vec<_>>().join(": ")
    }

    /// Adds one more thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what the owner must confirm.
    #[must_use]
    pub fn asking(mut self, confirmation: Confirmation) -> Self {
        self.confirmation = Some(Box::new(confirmation));
        self
    }

    /// Adds what the owner must sign.
    #[must_use]
    pub fn signing(mut self, to_sign: ToSign) -> Self {
        self.signing = Some(Box::new(to_sign));
        self
    }
}

impl std::fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for CommandError {}
