//! What a command answers.
//!
//! An outcome is typed where it is made. An [`Answer`] carries it to the surface together with its data, so that the data are written
//! once for programs, and page and exit code come from the outcome itself.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::error::{CommandError, ErrorKind, Exit};
use crate::contract::page::Page;

/// The typed result of one invocation: data for programs, a page for people.
pub trait Outcome: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// Lays the result out for a person.
    fn page(&self) -> Page;

    /// Returns the exit code the answer stands for, such as a negative one.
    fn exit(&self) -> Exit {
        Exit::Done
    }
}

/// An outcome whose type is erased.
trait Shown: Send + Sync {
    fn page(&self) -> Page;
    fn exit(&self) -> Exit;
}

impl<T: Outcome> Shown for T {
    fn page(&self) -> Page {
        Outcome::page(self)
    }

    fn exit(&self) -> Exit {
        Outcome::exit(self)
    }
}

/// An outcome with its data; a clone shares the outcome.
#[derive(Clone)]
pub struct Answer {
    /// The data, as `--json` prints them.
    pub data: Value,
    outcome: Result<Arc<dyn Shown>, String>,
}

impl Answer {
    /// Makes the answer of a command that was carried out here.
    pub fn of<T: Outcome>(outcome: T) -> Result<Self, CommandError> {
        let data = serde_json::to_value(&outcome)
            .map_err(|error| CommandError::from_source(ErrorKind::Internal, &error))?;
        Ok(Self { data, outcome: Ok(Arc::new(outcome)) })
    }

    /// Reads the answer of another process; data that another version wrote may not fit, and are still data.
    pub fn read<T: Outcome>(data: Value) -> Self {
        let outcome: Result<T, _> = T::deserialize(&data);
        let outcome = outcome.map(|outcome| Arc::new(outcome) as Arc<dyn Shown>);
        Self { outcome: outcome.map_err(|error| error.to_string()), data }
    }

    /// Lays the outcome out for a person.
    pub fn page(&self) -> Page {
        match &self.outcome {
            Ok(outcome) => outcome.page(),
            Err(error) => Page::new().text(format!("the answer cannot be shown: {error}")),
        }
    }

    /// Returns the exit code it stands for.
    pub fn exit(&self) -> Exit {
        self.outcome.as_ref().map_or(Exit::Done, |outcome| outcome.exit())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Answer").field(&self.data).finish()
    }
}
