//! Typed arguments of any command, decoded once and kept.
//!
//! A surface parses words or JSON into the type of the command, and the engine of the same process runs on that very value. Only the
//! socket to another process writes it out as JSON, once.

use std::any::Any;
use std::sync::Arc;

use crate::contract::error::{CommandError, ErrorKind};

/// Arguments of one command, their type erased; a clone shares them.
#[derive(Clone)]
pub struct Arguments(Arc<dyn Any + Send + Sync>);

impl Arguments {
    /// Erases the type of arguments.
    pub fn of<T: Send + Sync + 'static>(args: T) -> Self {
        Self(Arc::new(args))
    }

    /// Borrows the arguments as a command's own type; another command's are a bug.
    pub fn typed<T: Send + Sync + 'static>(&self) -> Result<&T, CommandError> {
        self.0.downcast_ref().ok_or_else(foreign)
    }

    /// Borrows the arguments to change them; they are cloned where somebody shares them.
    pub fn typed_mut<T: Clone + Send + Sync + 'static>(&mut self) -> Result<&mut T, CommandError> {
        self.typed::<T>()?;
        if Arc::get_mut(&mut self.0).is_none() {
            *self = Self::of(self.typed::<T>()?.clone());
        }
        Arc::get_mut(&mut self.0).and_then(|args| args.downcast_mut()).ok_or_else(foreign)
    }

    /// Takes the arguments themselves; they are cloned where somebody shares them.
    pub fn into_typed<T: Clone + Send + Sync + 'static>(self) -> Result<T, CommandError> {
        self.0.downcast().map(Arc::unwrap_or_clone).map_err(|_| foreign())
    }
}

fn foreign() -> CommandError {
    CommandError::new(ErrorKind::Internal, "these are the arguments of another command")
}
