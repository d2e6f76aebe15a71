//! What a revision is to make different, in words.
//!
//! The rules are those of a request, since both are stored and shown alike; the words of a refusal are about feedback.

use thiserror::Error;

use record::domain::proposal::{MAX_REQUEST_BYTES, Request, RequestError};

use crate::contract::error::CommandError;
use crate::drafting::folder::Taken;
use crate::drafting::submission::Given;

/// Takes what was said; a folder, and files that are given, speak for themselves.
pub fn read(
    typed: &[String],
    folder: Option<&Taken>,
    given: &[Given],
) -> Result<Request, CommandError> {
    let typed = typed.join(" ");
    let said = match folder {
        _ if !typed.trim().is_empty() => typed,
        Some(folder) => format!("folder given: {}", folder.name),
        None if given.is_empty() => typed,
        None => {
            let paths: Vec<&str> = given.iter().map(|given| given.path.as_str()).collect();
            format!("files given: {}", paths.join(", "))
        }
    };
    Request::new(&said).map_err(|error| {
        CommandError::usage(FeedbackError::from(error).to_string())
            .hint("Say what is to be different, such as `/refine-code @ handle empty lines`.")
    })
}

/// A text that is no feedback.
#[derive(Debug, Error)]
enum FeedbackError {
    #[error("the feedback is empty")]
    Empty,
    #[error("the feedback has {0} bytes; at most {MAX_REQUEST_BYTES} are taken")]
    TooLong(usize),
    #[error("the feedback contains a NUL byte")]
    Nul,
}

impl From<RequestError> for FeedbackError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Empty => Self::Empty,
            RequestError::TooLong(bytes) => Self::TooLong(bytes),
            RequestError::Nul => Self::Nul,
        }
    }
}
