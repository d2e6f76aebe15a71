//! What came of a typed line.

use saraphina::contract::command::Entry;
use saraphina::contract::error::{CommandError, ErrorKind, Exit};
use serde_json::Value;

/// What came of a line.
pub(crate) struct Reply {
    pub(crate) entry: &'static Entry,
    pub(crate) result: Result<Value, CommandError>,
}

impl Reply {
    pub(crate) fn data(self) -> Value {
        match self.result {
            Ok(data) => data,
            Err(error) => panic!("{}: {error:?}", self.entry.spec.name),
        }
    }

    pub(crate) fn error(self) -> CommandError {
        match self.result {
            Ok(data) => panic!("{} answered {data:#}", self.entry.spec.name),
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
            Ok(data) => (self.entry.exit)(data).code(),
            Err(error) => Exit::Error(error.kind).code(),
        }
    }

    /// What a person sees.
    pub(crate) fn page(self) -> String {
        let page = self.entry.page;
        page(&self.data()).plain()
    }
}
