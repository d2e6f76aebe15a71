//! What came of a typed line.

use serde_json::{Value, json};
use work::contract::command::Entry;
use work::contract::error::{CommandError, ErrorKind, Exit};
use work::contract::outcome::Answer;
use work::contract::signature::Signed;

/// What came of a line.
pub(crate) struct Reply {
    pub(crate) entry: &'static Entry,
    pub(crate) result: Result<Answer, CommandError>,
}

impl Reply {
    pub(crate) fn data(self) -> Value {
        match self.result {
            Ok(answer) => answer.data,
            Err(error) => panic!("{}: {error:?}", self.entry.spec.name),
        }
    }

    pub(crate) fn error(self) -> CommandError {
        match self.result {
            Ok(answer) => panic!("{} answered {:#}", self.entry.spec.name, answer.data),
            Err(error) => error,
        }
    }

    /// Kind and message of the error.
    pub(crate) fn refusal(self) -> (ErrorKind, String) {
        let error = self.error();
        (error.kind, error.message)
    }

    pub(crate) fn exit(&self) -> u8 {
        match &self.result {
            Ok(answer) => answer.exit().code(),
            Err(error) => Exit::Error(error.kind).code(),
        }
    }

    /// What a person sees.
    pub(crate) fn page(self) -> String {
        match self.result {
            Ok(answer) => answer.page().plain(),
            Err(error) => panic!("{}: {error:?}", self.entry.spec.name),
        }
    }
}

/// Arguments as another program sends them, with the signature in them.
pub(crate) fn with_signature(mut args: Value, signed: &Signed) -> Value {
    args["signing"]["signed"] = json!(signed);
    args
}
