//! What a command answers.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::error::Exit;
use crate::contract::page::Page;

/// The typed result of one invocation: data for programs, a page for people.
pub trait Outcome: Serialize + DeserializeOwned + JsonSchema + Send {
    /// Lays the result out for a person.
    fn page(&self) -> Page;

    /// Whether the answer is negative.
    fn exit(&self) -> Exit {
        Exit::Done
    }
}
